// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host that obeys no protocol, on hardware whose mailbox is message registers.
 *
 * Takes the place of the library on one host and sends its peers what must not impress
 * them: noise, frames with impossible fields, handshakes of all kinds and, in sessions
 * that it takes up in proper form, records that make no sense. Now and then it takes its
 * link away, in the middle of whatever it does.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/ntb.h>
#include <linux/prandom.h>
#include <linux/slab.h>

/* The encoder that an honest host has; without exports that would be there twice. */
#include <kunit/visibility.h>
#undef EXPORT_SYMBOL_IF_KUNIT
#define EXPORT_SYMBOL_IF_KUNIT(symbol)	struct symbol##_is_not_exported
#include "../../core/wire.c"

#define HOSTILE_WORDS	NTB_IRQ_FRAME_MIN
#define HOSTILE_PARTS	(NTB_IRQ_RECORD_WORDS / (HOSTILE_WORDS - 2))

static ulong seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "What is sent depends on it and on the answers");

static uint frames;
module_param(frames, uint, 0444);
MODULE_PARM_DESC(frames, "Frames that were sent");

static uint records;
module_param(records, uint, 0444);
MODULE_PARM_DESC(records, "Records that were sent in sessions");

static uint sessions;
module_param(sessions, uint, 0444);
MODULE_PARM_DESC(sessions, "Sessions that peers have taken up");

/**
 * struct hostile_peer - what is known of a peer
 * @nonce:	ours, in the session with it
 * @peer_nonce:	its, 0 before its first handshake
 * @seq:	of the last part sent
 * @rx_seq:	of the last part received, which is acknowledged
 * @acked:	last acknowledgment of the peer
 * @up:		it sends frames of the session
 */
struct hostile_peer {
	u32	nonce;
	u32	peer_nonce;
	u8	seq;
	u8	rx_seq;
	u8	acked;
	bool	up;
};

/**
 * struct hostile - one NTB device
 * @ntb:	the device
 * @task:	sends
 * @rnd:	state of the generator
 * @npeers:	number of @peers
 * @peers:	by peer index
 */
struct hostile {
	struct ntb_dev		*ntb;
	struct task_struct	*task;
	struct rnd_state	rnd;
	int			npeers;
	struct hostile_peer	peers[] __counted_by(npeers);
};

static u32 hostile_random(struct hostile *h)
{
	return prandom_u32_state(&h->rnd);
}

static u32 hostile_below(struct hostile *h, u32 limit)
{
	return hostile_random(h) % limit;
}

/* A value from the edges of ranges, or any. */
static u32 hostile_value(struct hostile *h)
{
	static const u32 edges[] = {
		0, 1, 3, 4, 63, 64, 4095, 4096, 0xffff, 0x10000, SZ_1M - 4, SZ_1M, SZ_16M,
		0x7fffffff, 0x80000000, 0xfee00000, U32_MAX,
	};
	u32 pick = hostile_below(h, 2 * ARRAY_SIZE(edges));

	return pick < ARRAY_SIZE(edges) ? edges[pick] : hostile_random(h);
}

static void hostile_send(struct hostile *h, int pidx, const u32 *words)
{
	unsigned int i;

	for (i = 0; i < HOSTILE_WORDS; i++)
		ntb_peer_msg_write(h->ntb, pidx, i, words[i]);
	frames++;
}

static void hostile_receive(struct hostile *h)
{
	u64 all = ntb_msg_inbits(h->ntb);
	struct ntb_irq_frame frame = { };
	struct ntb_irq_handshake hs;
	struct hostile_peer *peer;
	u32 words[HOSTILE_WORDS];
	int src = -1;
	unsigned int i;

	if ((ntb_msg_read_sts(h->ntb) & all) != all)
		return;
	for (i = 0; i < HOSTILE_WORDS; i++)
		words[i] = ntb_msg_read(h->ntb, &src, i);
	ntb_msg_clear_sts(h->ntb, all);
	if (src < 0 || src >= h->npeers)
		return;

	peer = &h->peers[src];
	if (!ntb_irq_frame_decode(&frame, ntb_irq_frame_key(peer->peer_nonce, peer->nonce), words,
				  HOSTILE_WORDS))
		return;
	if (frame.type == NTB_IRQ_FRAME_HANDSHAKE) {
		ntb_irq_handshake_decode(&frame, &hs);
		if (hs.nonce != peer->peer_nonce)
			*peer = (struct hostile_peer) { .nonce = hostile_random(h) | 1 };
		peer->peer_nonce = hs.nonce;
		return;
	}
	if (!peer->up)
		sessions++;
	peer->up = true;
	peer->acked = frame.ack;
	if (frame.type == NTB_IRQ_FRAME_DATA)
		peer->rx_seq = frame.seq;
}

static void hostile_send_frame(struct hostile *h, int pidx, const struct ntb_irq_frame *frame)
{
	struct hostile_peer *peer = &h->peers[pidx];
	u32 words[HOSTILE_WORDS];

	ntb_irq_frame_encode(frame, ntb_irq_frame_key(peer->nonce, peer->peer_nonce), words,
			     HOSTILE_WORDS);
	hostile_send(h, pidx, words);
}

static void hostile_noise(struct hostile *h, int pidx)
{
	u32 words[HOSTILE_WORDS];
	unsigned int i;

	for (i = 0; i < HOSTILE_WORDS; i++)
		words[i] = hostile_value(h);
	hostile_send(h, pidx, words);
}

/* The check word is right, and nothing else need be. */
static void hostile_fields(struct hostile *h, int pidx)
{
	struct ntb_irq_frame frame = {
		.type	= hostile_below(h, 16),
		.retry	= hostile_below(h, 16),
		.part	= hostile_below(h, 16),
		.seq	= hostile_value(h),
		.ack	= hostile_value(h),
		.payload = { hostile_value(h), hostile_value(h) },
	};

	hostile_send_frame(h, pidx, &frame);
}

static void hostile_handshake(struct hostile *h, int pidx, bool proper)
{
	struct hostile_peer *peer = &h->peers[pidx];
	struct ntb_irq_handshake hs = {
		.version	= NTB_IRQ_PROTOCOL_VERSION,
		.max_order	= 10,
		.capacity	= { .size_order = 20, .count_order = 2 },
		.nonce		= peer->nonce,
		.peer_nonce	= peer->peer_nonce,
	};
	struct ntb_irq_frame frame;

	if (!proper) {
		hs.version += hostile_below(h, 3) - 1;
		hs.max_order = hostile_value(h);
		hs.capacity.size_order = hostile_below(h, 32);
		hs.capacity.count_order = hostile_below(h, 8);
		hs.nonce = hostile_value(h);
		hs.peer_nonce = hostile_value(h);
		peer->up = false;
	}
	ntb_irq_handshake_encode(&hs, &frame);
	hostile_send_frame(h, pidx, &frame);
}

static void hostile_window(struct hostile *h, struct ntb_irq_record *rec)
{
	const struct ntb_irq_window_record win = {
		.window	= hostile_below(h, NTB_IRQ_WINDOW_IDS),
		.widx	= hostile_below(h, 4) ? hostile_below(h, 8) : hostile_value(h) & 0x3fffff,
		.start	= hostile_below(h, 2) ? 0 : (u64)hostile_value(h) << 32 | hostile_value(h),
		.len	= hostile_value(h),
	};

	ntb_irq_window_encode(&win, rec);
}

static void hostile_run(struct hostile *h, struct ntb_irq_record *rec)
{
	const struct ntb_irq_run run = {
		.window		= hostile_below(h, NTB_IRQ_WINDOW_IDS),
		.index		= hostile_value(h) & 0xffff,
		.count		= (hostile_value(h) & 0xffff) + 1,
		.offset		= hostile_value(h) & 0xffffff,
		.data		= hostile_value(h),
		.offset_step	= (s16)hostile_value(h) * 4,
		.data_step	= (s16)hostile_value(h),
	};

	ntb_irq_run_encode(&run, rec);
}

static void hostile_record(struct hostile *h, struct ntb_irq_record *rec)
{
	u32 kind = hostile_below(h, 16);

	switch (kind) {
	case NTB_IRQ_RECORD_WINDOW:
	case 9 ... 11:
		hostile_window(h, rec);
		break;
	case NTB_IRQ_RECORD_RUN:
	case 12 ... 13:
		hostile_run(h, rec);
		break;
	case NTB_IRQ_RECORD_REVOKE:
	case NTB_IRQ_RECORD_HOLD:
		ntb_irq_range_encode(kind, hostile_value(h) & 0xffff,
				     (hostile_value(h) & 0xffff) + 1, rec);
		break;
	case NTB_IRQ_RECORD_SHUT:
	case NTB_IRQ_RECORD_SYNC:
	case NTB_IRQ_RECORD_BYE:
	case NTB_IRQ_RECORD_PROBE:
		ntb_irq_value_encode(kind, hostile_value(h), rec);
		break;
	default:
		prandom_bytes_state(&h->rnd, rec, sizeof(*rec));
	}
}

/* Each part waits for its acknowledgment, or else the peer would see the last one only. */
static void hostile_send_record(struct hostile *h, int pidx)
{
	struct hostile_peer *peer = &h->peers[pidx];
	struct ntb_irq_record rec;
	unsigned int part, tries;

	hostile_record(h, &rec);
	for (part = 0; part < HOSTILE_PARTS && peer->up; part++) {
		struct ntb_irq_frame frame = {
			.type	= NTB_IRQ_FRAME_DATA,
			.part	= part,
			.seq	= ++peer->seq,
			.ack	= peer->rx_seq,
			.payload = { rec.w[2 * part], rec.w[2 * part + 1] },
		};

		hostile_send_frame(h, pidx, &frame);
		for (tries = 0; tries < 40 && peer->up && peer->acked != frame.seq; tries++) {
			usleep_range(500, 1000);
			hostile_receive(h);
		}
	}
	records++;
}

static void hostile_act(struct hostile *h, int pidx)
{
	struct hostile_peer *peer = &h->peers[pidx];

	switch (hostile_below(h, 32)) {
	case 0:
		hostile_noise(h, pidx);
		break;
	case 1:
		hostile_fields(h, pidx);
		break;
	case 2:
		hostile_handshake(h, pidx, false);
		break;
	default:
		if (peer->up)
			hostile_send_record(h, pidx);
		else
			hostile_handshake(h, pidx, true);
	}
}

static int hostile_thread(void *data)
{
	struct hostile *h = data;

	while (!kthread_should_stop()) {
		hostile_receive(h);
		hostile_act(h, hostile_below(h, h->npeers));
		if (!hostile_below(h, 256)) {
			ntb_link_disable(h->ntb);
			usleep_range(1000, 20000);
			ntb_link_enable(h->ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
		}
		usleep_range(2000, 4000);
	}
	return 0;
}

static int hostile_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	int i, npeers = ntb_peer_port_count(ntb);

	if (npeers < 1 || ntb_msg_count(ntb) < HOSTILE_WORDS) {
		dev_err(&ntb->dev, "%d peers and %d message registers, needed are 1 and %u\n",
			npeers, ntb_msg_count(ntb), HOSTILE_WORDS);
		return -ENODEV;
	}
	struct hostile *h __free(kfree) = kzalloc(struct_size(h, peers, npeers), GFP_KERNEL);
	if (!h)
		return -ENOMEM;
	h->npeers = npeers;
	h->ntb = ntb;
	prandom_seed_state(&h->rnd, seed);
	for (i = 0; i < npeers; i++)
		h->peers[i].nonce = hostile_random(h) | 1;
	ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	h->task = kthread_run(hostile_thread, h, "ntb_irq_hostile");
	if (IS_ERR(h->task)) {
		ntb_link_disable(ntb);
		return PTR_ERR(h->task);
	}
	dev_set_drvdata(&ntb->dev, no_free_ptr(h));
	return 0;
}

static void hostile_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct hostile *h = dev_get_drvdata(&ntb->dev);

	kthread_stop(h->task);
	ntb_link_disable(ntb);
	kfree(h);
}

static struct ntb_client hostile_client = {
	.ops = {
		.probe	= hostile_probe,
		.remove	= hostile_remove,
	},
};
module_ntb_client(hostile_client);

MODULE_DESCRIPTION("NTB client that obeys no protocol");
MODULE_LICENSE("GPL");
