// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of hosts that sleep or reboot: what of a function runs meanwhile. */
#include <kunit/test.h>

#include "internal.h"

#define COUNT	8

struct power_fixture {
	struct ntb_irq_domain	dom;
	struct ntb_irq_dev	*nd;
	/* Calls of ntb_irq_power_stop() that are not undone. */
	unsigned int		stops;
	bool			added;
};

static int power_test_init(struct kunit *test)
{
	struct power_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	f->dom.max = COUNT;
	f->nd = kunit_kzalloc(test, struct_size(f->nd, peers, 1), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->nd);
	f->nd->npeers = 1;
	f->nd->domain = &f->dom;
	f->nd->wq = alloc_workqueue("ntb_irq_kunit", WQ_UNBOUND, 0);
	KUNIT_ASSERT_NOT_NULL(test, f->nd->wq);
	KUNIT_ASSERT_EQ(test, ntb_irq_peer_init(f->nd, 0), 0);
	return 0;
}

static void stop(struct power_fixture *f)
{
	ntb_irq_power_stop();
	f->stops++;
}

static void start(struct power_fixture *f)
{
	ntb_irq_power_start();
	f->stops--;
}

static void add(struct power_fixture *f)
{
	ntb_irq_power_add(f->nd);
	f->added = true;
}

static void power_test_exit(struct kunit *test)
{
	struct power_fixture *f = test->priv;

	if (!f || !f->nd)
		return;
	if (f->added)
		ntb_irq_power_del(f->nd);
	while (f->stops)
		start(f);
	if (f->nd->wq) {
		disable_delayed_work_sync(&f->nd->peers[0].work);
		destroy_workqueue(f->nd->wq);
	}
	ntb_irq_peer_free(&f->nd->peers[0]);
}

/* Whether the session with the peer can go on: its work is run when something happens. */
static bool runs(struct power_fixture *f)
{
	struct ntb_irq_peer *peer = &f->nd->peers[0];
	bool queued = queue_delayed_work(f->nd->wq, &peer->work, 10 * HZ);

	cancel_delayed_work_sync(&peer->work);
	return queued && !peer->closing;
}

/* One sleep has begun; another begins and ends in it. */
static void expect_quiet_until_last(struct kunit *test)
{
	struct power_fixture *f = test->priv;

	KUNIT_EXPECT_FALSE(test, runs(f));
	stop(f);
	start(f);
	KUNIT_EXPECT_FALSE(test, runs(f));
	start(f);
	flush_delayed_work(&f->nd->peers[0].work);
	KUNIT_EXPECT_TRUE(test, runs(f));
}

/* A function is quiet until the last of the sleeps that have begun has ended. */
static void power_sleep_test(struct kunit *test)
{
	struct power_fixture *f = test->priv;

	add(f);
	KUNIT_EXPECT_TRUE(test, runs(f));
	stop(f);
	expect_quiet_until_last(test);
}

/* The same when it is attached after they have begun. */
static void power_attach_test(struct kunit *test)
{
	struct power_fixture *f = test->priv;

	stop(f);
	add(f);
	expect_quiet_until_last(test);
}

/* The end of a sleep whose begin was before the library was loaded changes nothing. */
static void power_end_only_test(struct kunit *test)
{
	struct power_fixture *f = test->priv;

	add(f);
	ntb_irq_power_start();
	KUNIT_EXPECT_TRUE(test, runs(f));
	stop(f);
	KUNIT_EXPECT_FALSE(test, runs(f));
	start(f);
	flush_delayed_work(&f->nd->peers[0].work);
	KUNIT_EXPECT_TRUE(test, runs(f));
}

static struct kunit_case ntb_irq_power_cases[] = {
	KUNIT_CASE(power_sleep_test),
	KUNIT_CASE(power_attach_test),
	KUNIT_CASE(power_end_only_test),
	{ }
};

static struct kunit_suite ntb_irq_power_suite = {
	.name		= "ntb_irq_power",
	.init		= power_test_init,
	.exit		= power_test_exit,
	.test_cases	= ntb_irq_power_cases,
};

kunit_test_suite(ntb_irq_power_suite);
