// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of the ready-made mailbox, on a driver without hardware. */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/ntb_irq_backend.h>

#define DOORBELLS	8
#define SPADS		16

struct plain_fixture {
	struct ntb_dev		ntb;
	struct ntb_dev_ops	ops;
	struct pci_dev		pdev;
	struct ntb_irq_hw	hw;
	/* Bits the driver refuses to ring, those it has unmasked, and the last one rung. */
	u64			refused;
	u64			unmasked;
	u64			rung;
	int			peers;
	/* What was asked about, and what the driver answers. */
	bool			asked_spad;
	bool			asked_db;
	int			unsafe_spad;
	int			unsafe_db;
};

static struct plain_fixture *fixture_of(struct ntb_dev *ntb)
{
	return container_of(ntb, struct plain_fixture, ntb);
}

static u64 plain_db_valid_mask(struct ntb_dev *ntb)
{
	return BIT_ULL(DOORBELLS) - 1;
}

static int plain_db_clear_mask(struct ntb_dev *ntb, u64 bits)
{
	fixture_of(ntb)->unmasked |= bits;
	return 0;
}

static int plain_peer_db_set(struct ntb_dev *ntb, u64 bits)
{
	struct plain_fixture *f = fixture_of(ntb);

	if (bits & f->refused)
		return -EINVAL;
	f->rung = bits;
	return 0;
}

static int plain_spad_count(struct ntb_dev *ntb)
{
	return SPADS;
}

static int plain_peer_spad_write(struct ntb_dev *ntb, int pidx, int sidx, u32 val)
{
	return sidx < SPADS ? 0 : -EINVAL;
}

static int plain_peer_port_count(struct ntb_dev *ntb)
{
	return fixture_of(ntb)->peers;
}

/* Operations ntb.h asks for before it calls any of those for ports. */
static int plain_port(struct ntb_dev *ntb)
{
	return 0;
}

static int plain_peer_port(struct ntb_dev *ntb, int pidx)
{
	return pidx + 1;
}

static int plain_test_init(struct kunit *test)
{
	struct plain_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	f->peers = 1;
	f->ops = (struct ntb_dev_ops) {
		.db_valid_mask		= plain_db_valid_mask,
		.db_clear_mask		= plain_db_clear_mask,
		.peer_db_set		= plain_peer_db_set,
		.spad_count		= plain_spad_count,
		.peer_spad_write	= plain_peer_spad_write,
		.port_number		= plain_port,
		.peer_port_count	= plain_peer_port_count,
		.peer_port_number	= plain_peer_port,
	};
	f->ntb.ops = &f->ops;
	f->ntb.pdev = &f->pdev;
	f->hw.ntb = &f->ntb;
	return 0;
}

static int send(struct plain_fixture *f)
{
	static const u32 words[NTB_IRQ_SPADS];

	return ntb_irq_plain_mailbox_send(&f->hw, 0, words, NTB_IRQ_SPADS);
}

/* The last scratchpads and doorbell that the client leaves. */
static void plain_take_test(struct kunit *test)
{
	struct plain_fixture *f = test->priv;

	f->hw.claimed.db_bits = BIT_ULL(DOORBELLS - 1);
	KUNIT_ASSERT_EQ(test, ntb_irq_plain_mailbox_take(&f->hw), NTB_IRQ_SPADS);
	KUNIT_EXPECT_EQ(test, f->hw.reserved.db_bits, BIT_ULL(DOORBELLS - 2));
	KUNIT_EXPECT_EQ(test, f->hw.reserved.spad_first, SPADS - NTB_IRQ_SPADS);
	KUNIT_EXPECT_EQ(test, send(f), 0);
	KUNIT_EXPECT_EQ(test, f->rung, BIT_ULL(DOORBELLS - 2));
}

/* A bit that the driver refuses to ring is left for the next one, once. */
static void plain_refused_doorbell_test(struct kunit *test)
{
	struct plain_fixture *f = test->priv;

	f->refused = BIT_ULL(DOORBELLS - 1);
	KUNIT_ASSERT_EQ(test, ntb_irq_plain_mailbox_take(&f->hw), NTB_IRQ_SPADS);
	KUNIT_EXPECT_EQ(test, send(f), -EAGAIN);
	KUNIT_EXPECT_EQ(test, f->unmasked, BIT_ULL(DOORBELLS - 2));
	KUNIT_EXPECT_EQ(test, send(f), 0);
	KUNIT_EXPECT_EQ(test, f->rung, BIT_ULL(DOORBELLS - 2));
	/* A peer that still rings the first one is served. */
	KUNIT_EXPECT_TRUE(test, f->hw.reserved.db_bits & BIT_ULL(DOORBELLS - 1));
}

/* Where none can be rung, it is said, and sent no more at once. */
static void plain_no_doorbell_test(struct kunit *test)
{
	struct plain_fixture *f = test->priv;
	unsigned int i;

	f->refused = ~0ULL;
	f->hw.claimed.db_bits = BIT_ULL(2) | BIT_ULL(5);
	KUNIT_ASSERT_EQ(test, ntb_irq_plain_mailbox_take(&f->hw), NTB_IRQ_SPADS);
	for (i = 1; i < DOORBELLS - 2; i++)
		KUNIT_EXPECT_EQ(test, send(f), -EAGAIN);
	KUNIT_EXPECT_EQ(test, send(f), -EINVAL);
	KUNIT_EXPECT_FALSE(test, f->unmasked & f->hw.claimed.db_bits);
}

static int plain_spad_is_unsafe(struct ntb_dev *ntb)
{
	fixture_of(ntb)->asked_spad = true;
	return fixture_of(ntb)->unsafe_spad;
}

static int plain_db_is_unsafe(struct ntb_dev *ntb)
{
	fixture_of(ntb)->asked_db = true;
	return fixture_of(ntb)->unsafe_db;
}

struct unsafe_case {
	const char	*name;
	int		spad;
	int		db;
};

static const struct unsafe_case unsafe_cases[] = {
	{ "neither", 0, 0 },
	{ "scratchpads", 1, 0 },
	{ "doorbells", 0, 1 },
	{ "both", 1, 1 },
};

KUNIT_ARRAY_PARAM_DESC(unsafe, unsafe_cases, name);

/*
 * A driver that calls its registers unsafe is asked about each kind, by which it learns
 * that its warning was heard, and they are used all the same.
 */
static void plain_unsafe_test(struct kunit *test)
{
	const struct unsafe_case *c = test->param_value;
	struct plain_fixture *f = test->priv;

	f->unsafe_spad = c->spad;
	f->unsafe_db = c->db;
	f->ops.spad_is_unsafe = plain_spad_is_unsafe;
	f->ops.db_is_unsafe = plain_db_is_unsafe;
	KUNIT_EXPECT_EQ(test, ntb_irq_plain_mailbox_take(&f->hw), NTB_IRQ_SPADS);
	KUNIT_EXPECT_TRUE(test, f->asked_spad);
	KUNIT_EXPECT_TRUE(test, f->asked_db);
}

/* Scratchpads that all peers share serve one peer only. */
static void plain_peers_test(struct kunit *test)
{
	struct plain_fixture *f = test->priv;

	f->peers = 2;
	KUNIT_EXPECT_EQ(test, ntb_irq_plain_mailbox_take(&f->hw), -EOPNOTSUPP);
}

static struct kunit_case ntb_irq_plain_cases[] = {
	KUNIT_CASE(plain_take_test),
	KUNIT_CASE(plain_refused_doorbell_test),
	KUNIT_CASE(plain_no_doorbell_test),
	KUNIT_CASE_PARAM(plain_unsafe_test, unsafe_gen_params),
	KUNIT_CASE(plain_peers_test),
	{ }
};

static struct kunit_suite ntb_irq_plain_suite = {
	.name		= "ntb_irq_plain",
	.init		= plain_test_init,
	.test_cases	= ntb_irq_plain_cases,
};

kunit_test_suite(ntb_irq_plain_suite);
