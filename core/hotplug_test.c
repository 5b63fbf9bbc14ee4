// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of interrupts that are moved off a CPU, by a chip that counts the moves. */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/irq.h>

#include "internal.h"

/* Moves of an interrupt that stays where it is. */
#define NEVER	UINT_MAX

struct hotplug_fixture {
	struct ntb_irq_domain	dom;
	struct ntb_irq_entry	entry;
	DECLARE_BITMAP(allocated, 1);
	DECLARE_BITMAP(withdrawn, 1);
	struct ntb_irq_dev	*nd;
	struct ntb_irq_import	import;
	unsigned int		cpu;
	bool			added;
	/* How often the interrupt was moved, when it goes, and when the session ends. */
	unsigned int		moves;
	unsigned int		goes;
	unsigned int		ends;
};

static void session_set(struct hotplug_fixture *f, struct ntb_irq_import *import)
{
	rcu_assign_pointer(f->nd->peers[0].import, import);
	WRITE_ONCE(f->nd->peers[0].synced, import);
}

static int fake_set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	struct hotplug_fixture *f = irq_data_get_irq_chip_data(data);

	f->moves++;
	if (f->moves == f->goes)
		irq_data_update_effective_affinity(data, cpumask_of(cpumask_first(mask)));
	if (f->moves == f->ends)
		session_set(f, NULL);
	return IRQ_SET_MASK_OK_NOCOPY;
}

static struct irq_chip fake_chip = {
	.name			= "kunit",
	.irq_set_affinity	= fake_set_affinity,
};

/* An interrupt on a CPU that is to go offline; where it moves to is never used. */
static void fake_irq(struct kunit *test, struct hotplug_fixture *f)
{
	int virq = irq_alloc_desc(NUMA_NO_NODE);

	KUNIT_ASSERT_GT(test, virq, 0);
	f->entry.virq = virq;
	irq_set_chip_data(virq, f);
	KUNIT_ASSERT_EQ(test, irq_set_chip(virq, &fake_chip), 0);
	/* At once, and not with the next interrupt. */
	irq_set_status_flags(virq, IRQ_MOVE_PCNTXT);
	irq_data_update_effective_affinity(irq_get_irq_data(virq), cpumask_of(f->cpu));
}

static int hotplug_test_init(struct kunit *test)
{
	struct hotplug_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct ntb_irq_dev *nd;

	if (num_online_cpus() < 2)
		kunit_skip(test, "there is no CPU to move to");
	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	nd = kunit_kzalloc(test, struct_size(nd, peers, 1), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, nd);
	f->nd = nd;
	f->cpu = cpumask_first(cpu_online_mask);
	f->goes = NEVER;
	f->ends = NEVER;
	fake_irq(test, f);

	f->dom.max = 1;
	f->dom.entries = &f->entry;
	f->dom.allocated = f->allocated;
	mutex_init(&f->dom.lock);
	__set_bit(0, f->allocated);
	nd->npeers = 1;
	nd->domain = &f->dom;
	nd->withdrawn = f->withdrawn;
	ntb_irq_import_init(nd);
	KUNIT_ASSERT_EQ(test, ntb_irq_peer_init(nd, 0), 0);
	ntb_irq_hotplug_add(nd);
	f->added = true;
	return 0;
}

static void hotplug_test_exit(struct kunit *test)
{
	struct hotplug_fixture *f = test->priv;

	if (!f)
		return;
	if (f->added)
		ntb_irq_hotplug_del(f->nd);
	if (f->nd)
		ntb_irq_peer_free(&f->nd->peers[0]);
	if (f->entry.virq)
		irq_free_desc(f->entry.virq);
}

/* Without a peer that could ring, an interrupt that moves with the next ring never does. */
static void hotplug_no_session_test(struct kunit *test)
{
	struct hotplug_fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, ntb_irq_hotplug_offline(f->cpu), 0);
	KUNIT_EXPECT_EQ(test, f->moves, 1);
}

/* With one it is waited for. */
static void hotplug_session_test(struct kunit *test)
{
	struct hotplug_fixture *f = test->priv;

	session_set(f, &f->import);
	f->goes = 3;
	KUNIT_EXPECT_EQ(test, ntb_irq_hotplug_offline(f->cpu), 0);
	KUNIT_EXPECT_EQ(test, f->moves, 3);
	session_set(f, NULL);
}

/* That ends with the session. */
static void hotplug_session_ends_test(struct kunit *test)
{
	struct hotplug_fixture *f = test->priv;

	session_set(f, &f->import);
	f->ends = 2;
	KUNIT_EXPECT_EQ(test, ntb_irq_hotplug_offline(f->cpu), 0);
	KUNIT_EXPECT_EQ(test, f->moves, 2);
}

static struct kunit_case ntb_irq_hotplug_cases[] = {
	KUNIT_CASE(hotplug_no_session_test),
	KUNIT_CASE(hotplug_session_test),
	KUNIT_CASE(hotplug_session_ends_test),
	{ }
};

static struct kunit_suite ntb_irq_hotplug_suite = {
	.name		= "ntb_irq_hotplug",
	.init		= hotplug_test_init,
	.exit		= hotplug_test_exit,
	.test_cases	= ntb_irq_hotplug_cases,
};

kunit_test_suite(ntb_irq_hotplug_suite);
