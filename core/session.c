// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exchange with one peer: greeting, one frame at a time, repeats.
 *
 * Each host owns one mailbox per peer and direction. What stands in it is
 * repeated until the peer has acknowledged it. A host that begins anew takes a
 * new nonce; its peer sees that in the greeting and begins anew as well.
 */
#include <linux/bitfield.h>
#include <linux/log2.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "frame.h"
#include "calls.h"
#include "trace.h"

#define RETRY_FIRST	msecs_to_jiffies(50)
#define RETRY_LAST	msecs_to_jiffies(1000)
/* A peer that is silent for so long while the link is up has begun anew. */
#define SILENCE		(10 * HZ)
/* Frames read before others get a turn, however fast the peer writes. */
#define FRAMES_AT_ONCE	16
/* How long to keep quiet after a record that had to be refused. */
#define REFUSED_HOLD	HZ

/**
 * ntb_irq_peer_kick() - let a peer's work run
 * @peer:	the peer
 * @delay:	in how many jiffies at the latest
 *
 * Context: any.
 */
static noinline void ntb_irq_peer_kick(struct ntb_irq_peer *peer, unsigned long delay)
{
	if (delay)
		queue_delayed_work(peer->ni->wq, &peer->work, delay);
	else
		mod_delayed_work(peer->ni->wq, &peer->work, 0);
}

static void session_wait_begins(struct ntb_irq_peer *peer)
{
	peer->session.tx_since = jiffies;
	peer->retry = RETRY_FIRST;
}

/* In a greeting the acknowledgment says what this host can reach of the peer. */
#define HELLO_REACH_ORDER	GENMASK(4, 0)
#define HELLO_REACH_COUNT	GENMASK(7, 5)

static u8 session_reach(struct ntb_irq_peer *peer)
{
	unsigned int order, count_order;

	if (!peer->ni->backend->outbound || ntb_irq_reach_size(peer, &order, &count_order))
		return 0;
	return FIELD_PREP(HELLO_REACH_ORDER, order) | FIELD_PREP(HELLO_REACH_COUNT, count_order);
}

/* Greet: what is posted from now on says who we are and whom we know. */
static void session_hello(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;

	s->tx = (struct ntb_irq_frame) {
		.type	= NTB_IRQ_FRAME_HELLO,
		.part	= NTB_IRQ_EXCHANGE_VERSION,
		.seq	= ilog2(peer->ni->max),
		.ack	= session_reach(peer),
		.payload = { s->nonce, s->peer_nonce },
	};
	s->post = true;
	session_wait_begins(peer);
}

/* Begin anew with a name the peer cannot mistake for the last one. */
static void session_restart(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;
	bool complained = s->complained;

	ntb_irq_accept_end(peer);
	*s = (struct ntb_irq_session) {
		.state		= NTB_IRQ_SESSION_HELLO,
		.nonce		= get_random_u32() | 1,
		.complained	= complained,
	};
	WRITE_ONCE(peer->synced, false);
	session_hello(peer);
	wake_up_all(&peer->wait);
}

static void session_down(struct ntb_irq_peer *peer)
{
	ntb_irq_accept_end(peer);
	peer->session = (struct ntb_irq_session) { .state = NTB_IRQ_SESSION_DOWN };
	WRITE_ONCE(peer->synced, false);
	wake_up_all(&peer->wait);
}

/* Both know each other: the peer's table of us is empty, and ours of it. */
static void session_up(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;
	int ret;

	ret = ntb_irq_accept_begin(peer);
	if (!ret)
		ret = ntb_irq_window_reopen(peer);
	peer->error = ret;
	if (ret) {
		ntb_irq_accept_end(peer);
		s->failed = true;
		return;
	}

	s->state = NTB_IRQ_SESSION_UP;
	s->complained = false;
	s->tx = (struct ntb_irq_frame) { .type = NTB_IRQ_FRAME_ACK };
	s->tx_busy = false;
	s->rx_seq = 0;
	s->rx_part = 0;
	s->post = true;
	peer->stats.sessions++;
	ntb_irq_publish_all(peer);
	wake_up_all(&peer->wait);
}

static void session_rx_hello(struct ntb_irq_peer *peer, const struct ntb_irq_frame *frame)
{
	struct ntb_irq_session *s = &peer->session;
	u32 nonce = frame->payload[0], seen = frame->payload[1];

	if (frame->part != NTB_IRQ_EXCHANGE_VERSION || frame->seq > ilog2(NTB_IRQ_MAX) || !nonce) {
		if (!s->complained)
			dev_err(peer->ni->dev,
				"ntb_irq: peer %u speaks version %u of the exchange with 2^%u interrupts, this host version %u with at most %u\n",
				peer->pidx, frame->part, frame->seq, NTB_IRQ_EXCHANGE_VERSION,
				NTB_IRQ_MAX);
		s->complained = true;
		peer->stats.refused++;
		return;
	}

	if (nonce != s->peer_nonce) {
		/* In a session, a new name means that the peer forgot us. */
		if (s->state == NTB_IRQ_SESSION_UP)
			session_restart(peer);
		s->peer_nonce = nonce;
		s->max_order = frame->seq;
		s->reach_order = FIELD_GET(HELLO_REACH_ORDER, frame->ack);
		s->reach_count_order = FIELD_GET(HELLO_REACH_COUNT, frame->ack);
		s->failed = false;
		session_hello(peer);
	}
	if (s->state == NTB_IRQ_SESSION_HELLO && seen == s->nonce && !s->failed)
		session_up(peer);
}

static void session_tx_acked(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;

	s->tx_busy = false;
	session_wait_begins(peer);
	if (++s->tx_part * peer->ni->part_words < NTB_IRQ_RECORD_WORDS)
		return;
	s->tx_part = 0;
	peer->stats.records_sent++;
	ntb_irq_publish_acked(peer, &s->record);
}

/* Returns false when the peer said something it must not say. */
static bool session_rx_data(struct ntb_irq_peer *peer, const struct ntb_irq_frame *frame)
{
	struct ntb_irq_session *s = &peer->session;
	unsigned int i, n = peer->ni->part_words;
	int ret;

	if (frame->seq == s->rx_seq) {
		/* Repeated: our acknowledgment was lost. */
		s->post |= frame->retry != s->rx_retry;
		s->rx_retry = frame->retry;
		return true;
	}
	if (frame->seq != (u8)(s->rx_seq + 1) || frame->part != s->rx_part) {
		dev_warn_ratelimited(peer->ni->dev,
				     "ntb_irq: peer %u sent part %u of frame %u after part %u of frame %u\n",
				     peer->pidx, frame->part, frame->seq, s->rx_part, s->rx_seq);
		return false;
	}

	for (i = 0; i < n; i++)
		s->rx_record.w[s->rx_part * n + i] = frame->payload[i];
	if (++s->rx_part * n == NTB_IRQ_RECORD_WORDS) {
		s->rx_part = 0;
		ret = ntb_irq_accept_record(peer, &s->rx_record);
		if (ret) {
			dev_warn_ratelimited(peer->ni->dev,
					     "ntb_irq: peer %u: refused record %08x %08x %08x %08x: %d\n",
					     peer->pidx, s->rx_record.w[0], s->rx_record.w[1],
					     s->rx_record.w[2], s->rx_record.w[3], ret);
			return false;
		}
	}
	s->rx_seq = frame->seq;
	s->rx_retry = frame->retry;
	s->post = true;
	return true;
}

/* Returns true when there may be more to read. */
static bool session_rx(struct ntb_irq_peer *peer)
{
	struct ntb_irq *ni = peer->ni;
	struct ntb_irq_session *s = &peer->session;
	u32 raw[NTB_IRQ_FRAME_MAX] = { };
	struct ntb_irq_frame frame = { };
	u32 key;

	if (ni->backend->ops->mailbox_recv(&ni->hw, peer->pidx, raw, ni->words))
		return false;
	if (!memcmp(raw, s->rx_raw, sizeof(raw)))
		return false;
	key = ntb_irq_frame_key(s->peer_nonce, s->nonce);
	if (!ntb_irq_frame_decode(&frame, key, raw, ni->words)) {
		peer->stats.bad_frames++;
		return false;
	}
	memcpy(s->rx_raw, raw, sizeof(raw));
	peer->stats.words_recv += ni->words;

	if (frame.type == NTB_IRQ_FRAME_HELLO) {
		session_rx_hello(peer, &frame);
		return true;
	}
	/*
	 * The frame is keyed with our nonce: the peer knows us, even if the
	 * greeting that said so was overwritten before it was read.
	 */
	if (s->state == NTB_IRQ_SESSION_HELLO && !s->failed)
		session_up(peer);
	if (s->state != NTB_IRQ_SESSION_UP)
		return true;

	if (s->tx_busy && frame.ack == s->tx.seq)
		session_tx_acked(peer);
	if (frame.type == NTB_IRQ_FRAME_DATA && !session_rx_data(peer, &frame)) {
		peer->stats.refused++;
		session_restart(peer);
		/* A peer that does it again shall not keep this host busy. */
		s->hold_until = jiffies + REFUSED_HOLD;
	}
	return true;
}

/* Put the next part of a record, or the first of the next one, into the mailbox. */
static void session_tx_next(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;
	unsigned int i, n = peer->ni->part_words;

	if (!s->tx_part && !ntb_irq_publish_next(peer, &s->record))
		return;

	s->tx.type = NTB_IRQ_FRAME_DATA;
	s->tx.seq++;
	s->tx.part = s->tx_part;
	for (i = 0; i < n; i++)
		s->tx.payload[i] = s->record.w[s->tx_part * n + i];
	s->tx_busy = true;
	s->post = true;
	session_wait_begins(peer);
}

static bool session_holds(const struct ntb_irq_session *s)
{
	return s->hold_until && time_before(jiffies, s->hold_until);
}

static void session_post(struct ntb_irq_peer *peer)
{
	struct ntb_irq *ni = peer->ni;
	struct ntb_irq_session *s = &peer->session;
	u32 words[NTB_IRQ_FRAME_MAX];

	if (s->state == NTB_IRQ_SESSION_UP)
		s->tx.ack = s->rx_seq;
	ntb_irq_frame_encode(&s->tx, ntb_irq_frame_key(s->nonce, s->peer_nonce), words, ni->words);
	if (ni->backend->ops->mailbox_send(&ni->hw, peer->pidx, words, ni->words))
		return;
	s->post = false;
	s->tx_posted = jiffies;
	peer->stats.words_sent += ni->words;
}

static bool session_waits(const struct ntb_irq_session *s)
{
	return s->tx_busy || (s->state == NTB_IRQ_SESSION_HELLO && !s->failed);
}

static void session_repeat(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;

	if (!session_waits(s) || s->post || time_before(jiffies, s->tx_posted + peer->retry))
		return;

	if (time_after(jiffies, s->tx_since + SILENCE)) {
		if (!s->complained)
			dev_warn(peer->ni->dev,
				 "ntb_irq: peer %u has been silent for %u s while the link is up: it runs no ntb_irq, or its driver places the mailbox elsewhere\n",
				 peer->pidx, jiffies_to_msecs(SILENCE) / 1000);
		s->complained = true;
		session_restart(peer);
		return;
	}
	s->tx.retry = (s->tx.retry + 1) & 0xf;
	s->post = true;
	peer->retry = min(2 * peer->retry, RETRY_LAST);
}

static void session_run(struct ntb_irq_peer *peer)
{
	struct ntb_irq *ni = peer->ni;
	struct ntb_irq_session *s = &peer->session;
	bool up = ntb_link_is_up(ni->hw.ntb, NULL, NULL) & BIT_ULL(peer->pidx);
	int frames = FRAMES_AT_ONCE;

	if (!up) {
		if (s->state != NTB_IRQ_SESSION_DOWN)
			session_down(peer);
		return;
	}
	if (s->state == NTB_IRQ_SESSION_DOWN)
		session_restart(peer);

	while (frames-- && session_rx(peer))
		;
	if (s->state == NTB_IRQ_SESSION_UP && !s->tx_busy)
		session_tx_next(peer);
	session_repeat(peer);
	if (s->post && !session_holds(s))
		session_post(peer);
	if (frames < 0)
		ntb_irq_peer_kick(peer, 1);
	else if (session_waits(s) || s->post)
		ntb_irq_peer_kick(peer, peer->retry);
}

static void session_work(struct work_struct *work)
{
	struct ntb_irq_peer *peer = container_of(to_delayed_work(work), struct ntb_irq_peer, work);
	struct ntb_irq *ni = peer->ni;
	bool notify;

	scoped_guard(mutex, &peer->lock) {
		session_run(peer);
		notify = peer->notify;
		peer->notify = false;
	}
	ntb_irq_domain_reap(ni);
	if (notify && ni->cfg.peer_event)
		ni->cfg.peer_event(ni->cfg.ctx, peer->pidx);
}

/**
 * ntb_irq_peer_wait() - wait for something that a peer's work does
 * @peer:	the peer
 * @done:	whether it is done
 * @arg:	passed to @done
 * @timeout:	in jiffies
 *
 * Context: process context, may sleep.
 * Return: false when it was not done in time.
 */
static bool ntb_irq_peer_wait(struct ntb_irq_peer *peer,
			      bool (*done)(struct ntb_irq_peer *peer, const void *arg),
			      const void *arg, unsigned long timeout)
{
	return wait_event_timeout(peer->wait, done(peer, arg), timeout);
}

static bool session_flushed(struct ntb_irq_peer *peer, const void *arg)
{
	if (!bitmap_empty(peer->dirty, peer->ni->max))
		return false;
	/* See publish_claim(). */
	smp_rmb();
	return READ_ONCE(peer->synced);
}

/**
 * ntb_irq_flush() - wait until a peer knows all interrupts of this host
 * @ni:		the function
 * @pidx:	peer index
 * @timeout:	in jiffies
 *
 * Context: process context, may sleep.
 * Return: 0 when the peer has acknowledged every change made before the call;
 * -EINVAL when there is no such peer; -ENOSPC when the peer cannot reach some
 * interrupts because no window was left for them; -ETIMEDOUT.
 */
int ntb_irq_flush(struct ntb_irq *ni, unsigned int pidx, unsigned long timeout)
{
	struct ntb_irq_peer *peer;

	if (pidx >= ni->npeers)
		return -EINVAL;
	peer = &ni->peers[pidx];
	if (!ntb_irq_peer_wait(peer, session_flushed, NULL, timeout))
		return -ETIMEDOUT;
	return bitmap_empty(peer->unreachable, ni->max) ? 0 : -ENOSPC;
}
EXPORT_SYMBOL_GPL(ntb_irq_flush);

/**
 * ntb_irq_peer_init() - prepare a peer
 * @ni:		the function
 * @pidx:	peer index
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM; ntb_irq_peer_free() undoes either.
 */
static int ntb_irq_peer_init(struct ntb_irq *ni, unsigned int pidx)
{
	struct ntb_irq_peer *peer = &ni->peers[pidx];
	size_t longs = BITS_TO_LONGS(ni->max);

	peer->ni = ni;
	peer->pidx = pidx;
	mutex_init(&peer->lock);
	init_waitqueue_head(&peer->wait);
	INIT_DELAYED_WORK(&peer->work, session_work);
	peer->retry = RETRY_FIRST;
	peer->dirty = kcalloc(2 * longs, sizeof(*peer->dirty), GFP_KERNEL);
	peer->told = kvmalloc(ni->max, GFP_KERNEL);
	if (!peer->dirty || !peer->told)
		return -ENOMEM;
	peer->unreachable = peer->dirty + longs;
	memset(peer->told, NTB_IRQ_NO_SLOT, ni->max);
	return 0;
}

static bool session_forgotten(struct ntb_irq_peer *peer, const void *arg)
{
	return READ_ONCE(peer->bye_done) ||
	       READ_ONCE(peer->session.state) != NTB_IRQ_SESSION_UP;
}

/**
 * ntb_irq_peer_bye() - let a peer forget this host
 * @peer:	the peer
 *
 * A peer that does not answer in time rings into closed windows later on, which
 * the hardware drops.
 *
 * Context: process context, may sleep.
 */
static void ntb_irq_peer_bye(struct ntb_irq_peer *peer)
{
	scoped_guard(mutex, &peer->lock)
		peer->closing = true;
	ntb_irq_peer_kick(peer, 0);
	ntb_irq_peer_wait(peer, session_forgotten, NULL, HZ / 2);
}

/**
 * ntb_irq_peer_shutdown() - end the exchange with a peer and close its windows
 * @peer:	the peer
 *
 * Context: process context, may sleep.
 */
static void ntb_irq_peer_shutdown(struct ntb_irq_peer *peer)
{
	disable_delayed_work_sync(&peer->work);
	guard(mutex)(&peer->lock);
	ntb_irq_accept_end(peer);
	ntb_irq_window_close_all(peer);
}

/**
 * ntb_irq_peer_free() - free what ntb_irq_peer_init() allocated
 * @peer:	the peer, shut down or never started
 *
 * Context: process context.
 */
static void ntb_irq_peer_free(struct ntb_irq_peer *peer)
{
	kfree(peer->dirty);
	kvfree(peer->told);
}
