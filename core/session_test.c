// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the session: one host without hardware, whose peer is played by the test.
 * Time is made to pass by moving what the session remembers into the past.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/log2.h>
#include <linux/pci.h>

#include "internal.h"

#define COUNT		8
#define WORDS		NTB_IRQ_FRAME_MAX
#define PEER_NONCE	0x13572469
/* The other peer is there for what waits for it only. */
#define PEERS		2

/* Documentation/limits.rst: after so long a dead peer is noticed. */
#define NOTICE_TIME	(15 * HZ)
/* Documentation/log.rst: after so long a peer that does not answer is logged. */
#define ANSWER_TIME	(10 * HZ)
/* include/linux/ntb_irq.h: a frame of which nothing notifies is found after so long. */
#define FIND_TIME	HZ

struct fixture {
	struct ntb_dev			ntb;
	struct ntb_dev_ops		ntb_ops;
	struct pci_dev			pdev;
	struct pci_bus			bus;
	struct pci_ops			bus_ops;
	struct ntb_irq_backend_ops	ops;
	struct ntb_irq_direction	direction;
	struct ntb_irq_backend		backend;
	struct ntb_irq_mailbox		mailbox;
	struct ntb_irq_domain		dom;
	struct ntb_irq_entry		entries[COUNT];
	DECLARE_BITMAP(withdrawn, COUNT);
	struct ntb_irq_dev		*nd;
	struct ntb_irq_peer		*peer;
	/* What planning the windows returns, and whether there is a link. */
	int				plan_error;
	bool				link;
	/* The frame in the mailbox to this host, if there is one, and its counter. */
	u32				in[WORDS];
	bool				full;
	u8				retry;
	/* Frames that the other mailbox takes before it returns the error, and attempts. */
	unsigned int			room;
	int				error;
	unsigned int			attempts;
	/* Runs of the works, which do nothing. */
	atomic_t			runs;
	atomic_t			other_runs;
};

static int fake_config_read(struct pci_bus *bus, unsigned int devfn, int where, int size,
			    u32 *value)
{
	*value = 0x00011234;
	return 0;
}

static u64 fake_link_is_up(struct ntb_dev *ntb, enum ntb_speed *speed, enum ntb_width *width)
{
	return container_of(ntb, struct fixture, ntb)->link;
}

static int fake_plan(struct ntb_irq_peer *peer)
{
	const struct fixture *f = peer->nd->hw.priv;

	peer->plan = (struct ntb_irq_plan) { .mode = NTB_IRQ_PLAN_NONE, .widx = -1 };
	return f->plan_error;
}

static int fake_capacity(struct ntb_irq_peer *peer, struct ntb_irq_capacity *capacity)
{
	*capacity = (struct ntb_irq_capacity) { };
	return 0;
}

static int fake_send(struct fixture *f)
{
	f->attempts++;
	if (!f->room)
		return f->error;
	f->room--;
	return 0;
}

static int fake_recv(struct fixture *f, u32 *words, unsigned int n)
{
	if (!f->full)
		return -EAGAIN;
	memcpy(words, f->in, n * sizeof(*words));
	return 0;
}

static int backend_send(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n)
{
	return fake_send(hw->priv);
}

static int backend_recv(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n)
{
	return fake_recv(hw->priv, words, n);
}

static int client_send(void *ctx, int pidx, const u32 *words, unsigned int n)
{
	return fake_send(ctx);
}

static int client_recv(void *ctx, int pidx, u32 *words, unsigned int n)
{
	return fake_recv(ctx, words, n);
}

static void fake_work(struct work_struct *work)
{
	struct ntb_irq_peer *peer = container_of(to_delayed_work(work), struct ntb_irq_peer, work);
	struct fixture *f = peer->nd->hw.priv;

	atomic_inc(peer == f->peer ? &f->runs : &f->other_runs);
}

static void fake_probe_work(struct work_struct *work)
{
	struct ntb_irq_peer *peer = container_of(to_delayed_work(work), struct ntb_irq_peer,
						 probe_work);

	atomic_inc(&((struct fixture *)peer->nd->hw.priv)->runs);
}

static void fixture_ops(struct fixture *f)
{
	f->ntb_ops.link_is_up = fake_link_is_up;
	f->ntb.ops = &f->ntb_ops;
	f->ntb.pdev = &f->pdev;
	f->pdev.bus = &f->bus;
	f->bus.ops = &f->bus_ops;
	f->bus_ops.read = fake_config_read;
	f->ops.mailbox_send = backend_send;
	f->ops.mailbox_recv = backend_recv;
	f->direction.plan = fake_plan;
	f->direction.capacity = fake_capacity;
	f->backend.name = "kunit";
	f->backend.ops = &f->ops;
	f->backend.direction = &f->direction;
	f->mailbox.words = WORDS;
	f->mailbox.send = client_send;
	f->mailbox.recv = client_recv;
}

static int session_test_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct ntb_irq_dev *nd = kunit_kzalloc(test, struct_size(nd, peers, PEERS), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	KUNIT_ASSERT_NOT_NULL(test, nd);
	fixture_ops(f);
	f->link = true;
	f->room = UINT_MAX;
	f->error = -EAGAIN;
	f->dom.max = COUNT;
	f->dom.size = COUNT;
	f->dom.entries = f->entries;
	f->dom.ops = &ntb_irq_export_ops;
	f->dom.user = nd;
	raw_spin_lock_init(&f->dom.msg_lock);
	mutex_init(&f->dom.lock);
	f->nd = nd;
	nd->npeers = PEERS;
	nd->dev = kunit_device_register(test, "ntb_irq_session");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nd->dev);
	nd->backend = &f->backend;
	nd->hw.ntb = &f->ntb;
	nd->hw.priv = f;
	nd->words = WORDS;
	nd->part_words = NTB_IRQ_RECORD_WORDS;
	nd->domain = &f->dom;
	nd->withdrawn = f->withdrawn;
	nd->cfg.ctx = f;
	ntb_irq_import_init(nd);
	nd->wq = alloc_workqueue("ntb_irq_kunit", WQ_UNBOUND, 0);
	KUNIT_ASSERT_NOT_NULL(test, nd->wq);
	test->priv = f;
	for (i = 0; i < PEERS; i++) {
		KUNIT_ASSERT_EQ(test, ntb_irq_peer_init(nd, i), 0);
		INIT_DELAYED_WORK(&nd->peers[i].work, fake_work);
		INIT_DELAYED_WORK(&nd->peers[i].probe_work, fake_probe_work);
	}
	f->peer = &nd->peers[0];
	return 0;
}

static void session_test_exit(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	if (!f)
		return;
	scoped_guard(mutex, &f->peer->lock)
		ntb_irq_session_down(f->peer);
	for (i = 0; i < PEERS; i++) {
		cancel_delayed_work_sync(&f->nd->peers[i].work);
		cancel_delayed_work_sync(&f->nd->peers[i].probe_work);
	}
	destroy_workqueue(f->nd->wq);
	for (i = 0; i < PEERS; i++)
		ntb_irq_peer_free(&f->nd->peers[i]);
}

/* What the peer puts into its mailbox. */
static void receive(struct fixture *f, struct ntb_irq_frame *frame)
{
	const struct ntb_irq_session *s = &f->peer->session;

	frame->retry = f->retry++ & 0xf;
	ntb_irq_frame_encode(frame, ntb_irq_frame_key(PEER_NONCE, s->nonce), f->in, WORDS);
	f->full = true;
}

static void receive_handshake(struct fixture *f, unsigned int version)
{
	const struct ntb_irq_handshake hs = {
		.version	= version,
		.max_order	= ilog2(COUNT),
		.nonce		= PEER_NONCE,
		.peer_nonce	= f->peer->session.nonce,
	};
	struct ntb_irq_frame frame;

	ntb_irq_handshake_encode(&hs, &frame);
	receive(f, &frame);
}

static void run(struct fixture *f)
{
	cancel_delayed_work_sync(&f->peer->work);
	cancel_delayed_work_sync(&f->peer->probe_work);
	atomic_set(&f->runs, 0);
	guard(mutex)(&f->peer->lock);
	ntb_irq_session_run(f->peer);
}

/* Begin a session, and have the peer acknowledge all there is to be sent. */
static void begin(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_session *s = &f->peer->session;
	unsigned int i;

	run(f);
	KUNIT_ASSERT_EQ(test, s->state, NTB_IRQ_SESSION_HANDSHAKE);
	receive_handshake(f, NTB_IRQ_PROTOCOL_VERSION);
	run(f);
	for (i = 0; i < 4 * COUNT && s->tx_busy; i++) {
		struct ntb_irq_frame ack = { .type = NTB_IRQ_FRAME_ACK, .ack = s->tx.seq };

		receive(f, &ack);
		run(f);
	}
	KUNIT_ASSERT_FALSE(test, s->tx_busy);
}

static unsigned long delay_of(struct delayed_work *work)
{
	if (!timer_pending(&work->timer))
		return MAX_JIFFY_OFFSET;
	return ntb_irq_time_left(work->timer.expires);
}

/* Jiffies until the work of the peer runs again, MAX_JIFFY_OFFSET where it does not. */
static unsigned long next_run(struct fixture *f)
{
	unsigned long delay = min(delay_of(&f->peer->work), delay_of(&f->peer->probe_work));

	flush_workqueue(f->nd->wq);
	return atomic_read(&f->runs) ? 0 : delay;
}

static void pass(struct fixture *f, unsigned long time)
{
	struct ntb_irq_session *s = &f->peer->session;

	guard(mutex)(&f->peer->lock);
	s->tx_since -= time;
	s->tx_posted -= time;
	s->rx_last -= time;
	if (s->backoff_until)
		s->backoff_until -= time;
}

/*
 * Let time pass until the session has ended, or @limit is over, with timers as late as
 * they may be; returns how long it took. The work runs at @kick, too, for no reason.
 */
static unsigned long pass_until_ended(struct fixture *f, unsigned long limit, unsigned long kick)
{
	u32 nonce = f->peer->session.nonce;
	unsigned long time = 0, delay;

	while (time < limit && f->peer->session.nonce == nonce) {
		delay = next_run(f);
		if (delay > limit - time)
			delay = limit - time;
		delay += delay / 8;
		if (time < kick && delay > kick - time)
			delay = kick - time;
		pass(f, delay);
		time += delay;
		run(f);
	}
	return time;
}

struct dead_case {
	const char	*name;
	/* Frames that the mailbox takes after the death. */
	unsigned int	room;
	/* An acknowledgment is due. */
	bool		ack;
	/* There is another run so many seconds after the death, in tenths. */
	unsigned int	kick;
};

static const struct dead_case dead_cases[] = {
	{ "mailbox takes frames", UINT_MAX },
	{ "mailbox takes frames, run before the probe", UINT_MAX, false, 38 },
	{ "mailbox takes one frame", 1 },
	{ "mailbox takes one frame, run before the probe", 1, false, 38 },
	{ "mailbox is full", 0 },
	{ "mailbox is full, acknowledgment due", 0, true },
};

KUNIT_ARRAY_PARAM_DESC(dead, dead_cases, name);

/* A dead peer is noticed in time, whatever its mailbox takes. */
static void session_dead_peer_test(struct kunit *test)
{
	const struct dead_case *c = test->param_value;
	struct fixture *f = test->priv;
	unsigned long time;

	begin(test);
	f->room = c->room;
	if (c->ack) {
		struct ntb_irq_frame frame = { .type = NTB_IRQ_FRAME_DATA, .seq = 1 };
		struct ntb_irq_record probe;

		ntb_irq_value_encode(NTB_IRQ_RECORD_PROBE, 0, &probe);
		memcpy(frame.payload, probe.w, sizeof(probe.w));
		receive(f, &frame);
		run(f);
		KUNIT_EXPECT_TRUE(test, f->peer->session.post);
	}
	f->attempts = 0;
	time = pass_until_ended(f, 2 * NOTICE_TIME, c->kick * HZ / 10);
	KUNIT_EXPECT_LE(test, time, NOTICE_TIME);
	KUNIT_EXPECT_GE(test, time, ANSWER_TIME);
	KUNIT_EXPECT_LE_MSG(test, f->attempts, 30, "the host is kept busy");
}

/* A mailbox that is full from the start is a peer that does not answer. */
static void session_full_mailbox_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned long time;

	f->room = 0;
	run(f);
	time = pass_until_ended(f, 2 * NOTICE_TIME, 0);
	KUNIT_EXPECT_LE(test, time, ANSWER_TIME + HZ);
	KUNIT_EXPECT_TRUE(test, f->peer->timeout_logged);
	KUNIT_EXPECT_LE_MSG(test, f->attempts, 30, "the host is kept busy");
}

/* Where the driver refuses to send, the log has that, and no guess at another cause. */
static void session_send_refused_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->room = 0;
	f->error = -EINVAL;
	run(f);
	KUNIT_EXPECT_LE(test, pass_until_ended(f, 2 * NOTICE_TIME, 0), ANSWER_TIME + 2 * HZ);
	KUNIT_EXPECT_EQ(test, f->peer->send_error, -EINVAL);
	KUNIT_EXPECT_FALSE(test, f->peer->timeout_logged);
	KUNIT_EXPECT_LE_MSG(test, f->attempts, 2, "the driver may log each time");
}

/* A client's mailbox is looked into each second, with a session and without one. */
static void session_quiet_mailbox_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->nd->cfg.mailbox = &f->mailbox;
	begin(test);
	KUNIT_EXPECT_EQ(test, f->peer->session.state, NTB_IRQ_SESSION_UP);
	KUNIT_EXPECT_LE(test, next_run(f), FIND_TIME);
	run(f);
	KUNIT_EXPECT_LE(test, next_run(f), FIND_TIME);
}

static void session_quiet_mailbox_failed_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->nd->cfg.mailbox = &f->mailbox;
	f->plan_error = -EIO;
	begin(test);
	KUNIT_EXPECT_EQ(test, f->peer->session.state, NTB_IRQ_SESSION_HANDSHAKE);
	KUNIT_EXPECT_LE(test, next_run(f), FIND_TIME);
}

/* A client's mailbox that is closed when something is to be sent is one without a link. */
static void session_closed_mailbox_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->nd->cfg.mailbox = &f->mailbox;
	f->room = 0;
	f->error = -ENOTCONN;
	run(f);
	KUNIT_EXPECT_EQ(test, f->peer->session.state, NTB_IRQ_SESSION_DOWN);
	KUNIT_EXPECT_EQ(test, f->peer->send_error, 0);
	f->room = UINT_MAX;
	begin(test);
	KUNIT_EXPECT_EQ(test, f->peer->session.state, NTB_IRQ_SESSION_UP);
}

struct words_case {
	const char	*name;
	unsigned int	words;
	int		ret;
};

static const struct words_case words_cases[] = {
	{ "none", 0, -EINVAL },
	{ "too few", NTB_IRQ_FRAME_MIN - 1, -EINVAL },
	{ "fewest", NTB_IRQ_FRAME_MIN, 0 },
	{ "most", NTB_IRQ_FRAME_MAX, 0 },
	{ "too many", NTB_IRQ_FRAME_MAX + 1, -EINVAL },
	{ "most of a signed number", INT_MAX, -EINVAL },
	{ "an errno, as a signed number", 0x80000000, -EINVAL },
	{ "another errno", -ENOSPC, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(words, words_cases, name);

static void session_mailbox_words_test(struct kunit *test)
{
	const struct words_case *c = test->param_value;
	struct fixture *f = test->priv;

	f->nd->cfg.mailbox = &f->mailbox;
	f->mailbox.words = c->words;
	KUNIT_EXPECT_EQ(test, ntb_irq_mailbox_take(f->nd), c->ret);
}

/* However often an incompatible peer repeats itself, most of the log is left to others. */
static void session_incompatible_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	run(f);
	for (i = 0; i < 40; i++) {
		receive_handshake(f, NTB_IRQ_PROTOCOL_VERSION + 1);
		run(f);
		pass(f, HZ);
	}
	KUNIT_EXPECT_EQ(test, f->peer->stats.rejected, 40);
	KUNIT_EXPECT_FALSE_MSG(test, f->peer->timeout_logged, "it has answered");
	KUNIT_EXPECT_TRUE(test, f->peer->refused_logged);
	for (i = 0; i < 9; i++)
		KUNIT_EXPECT_TRUE(test, __ratelimit(&f->peer->log.limit));
	KUNIT_EXPECT_FALSE(test, __ratelimit(&f->peer->log.limit));

	begin(test);
	KUNIT_EXPECT_EQ(test, f->peer->session.state, NTB_IRQ_SESSION_UP);
	KUNIT_EXPECT_FALSE_MSG(test, f->peer->refused_logged, "it is compatible now");
}

/* A peer that comes back as an incompatible one has ended the session. */
static void session_incompatible_later_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	begin(test);
	KUNIT_EXPECT_EQ(test, f->peer->session.state, NTB_IRQ_SESSION_UP);
	receive_handshake(f, NTB_IRQ_PROTOCOL_VERSION + 1);
	run(f);
	KUNIT_EXPECT_EQ(test, f->peer->session.state, NTB_IRQ_SESSION_HANDSHAKE);
	KUNIT_EXPECT_TRUE(test, f->peer->refused_logged);
}

/* What waits for another peer goes on when that peer's session ends, at once. */
static void session_end_kicks_others_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *other = &f->nd->peers[1];

	begin(test);
	flush_workqueue(f->nd->wq);
	atomic_set(&f->other_runs, 0);
	scoped_guard(mutex, &f->peer->lock)
		ntb_irq_session_down(f->peer);
	flush_delayed_work(&other->work);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->other_runs), 1);
}

/* And where nothing says that it can, it is looked after each second. */
static void session_waits_for_other_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *other = &f->nd->peers[1];

	begin(test);
	KUNIT_EXPECT_GT(test, next_run(f), 2 * HZ);
	/* The other peer has a message that is about to change, and does not hold it yet. */
	other->session.state = NTB_IRQ_SESSION_UP;
	other->known[3] = 0;
	f->entries[3].addr = 0xfee00000;
	set_bit(3, other->dirty);
	set_bit(3, f->peer->dirty);
	run(f);
	KUNIT_EXPECT_TRUE(test, test_bit(3, f->peer->dirty));
	KUNIT_EXPECT_LE(test, next_run(f), HZ);
}

static struct kunit_case ntb_irq_session_cases[] = {
	KUNIT_CASE_PARAM(session_dead_peer_test, dead_gen_params),
	KUNIT_CASE(session_full_mailbox_test),
	KUNIT_CASE(session_send_refused_test),
	KUNIT_CASE(session_quiet_mailbox_test),
	KUNIT_CASE(session_quiet_mailbox_failed_test),
	KUNIT_CASE(session_closed_mailbox_test),
	KUNIT_CASE_PARAM(session_mailbox_words_test, words_gen_params),
	KUNIT_CASE(session_incompatible_test),
	KUNIT_CASE(session_incompatible_later_test),
	KUNIT_CASE(session_end_kicks_others_test),
	KUNIT_CASE(session_waits_for_other_test),
	{ }
};

static struct kunit_suite ntb_irq_session_suite = {
	.name		= "ntb_irq_session",
	.init		= session_test_init,
	.exit		= session_test_exit,
	.test_cases	= ntb_irq_session_cases,
};

kunit_test_suite(ntb_irq_session_suite);
