// SPDX-License-Identifier: GPL-2.0-only
/* Test client: an interrupt that comes and goes while the peer rings it. */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>

#include "client.h"

/* How long the peers may take to learn of a change. */
#define CYCLE_FLUSH	(10 * HZ)

/*
 * Ring the partner of an interrupt again and again. The partner answers, and only after
 * its answer is it rung again, unless the last ring was never to be answered.
 */
static int hammer_thread(void *data)
{
	struct test_irq *ti = data;

	while (!kthread_should_stop()) {
		if (!ti->td->hammer_waits || atomic_read(&ti->received) == atomic_read(&ti->sent))
			test_irq_ring(ti);
		usleep_range(20, 40);
	}
	return 0;
}

/**
 * test_hammer_stop() - end what the files "hammer" and "pelt" began
 * @td:		the device
 *
 * Context: process context, may sleep, under the lock of @td.
 */
void test_hammer_stop(struct test_dev *td)
{
	if (td->hammer)
		kthread_stop(td->hammer);
	td->hammer = NULL;
}

/* Returns -ENOENT when there is no such interrupt, -EBUSY when one is rung already. */
static int hammer_start(struct test_dev *td, unsigned int index, bool waits)
{
	struct task_struct *task;

	if (index >= td->max || !td->irqs[index].virq)
		return -ENOENT;
	if (td->hammer)
		return -EBUSY;
	td->hammer_waits = waits;
	task = kthread_run(hammer_thread, &td->irqs[index], "ntb_irq_hammer");
	if (IS_ERR(task))
		return PTR_ERR(task);
	td->hammer = task;
	return 0;
}

static int hammer_switch(struct test_dev *td, u64 value, bool waits)
{
	guard(mutex)(&td->lock);
	if (value)
		return hammer_start(td, value - 1, waits);
	test_hammer_stop(td);
	return 0;
}

/* "<index + 1>": ring its partner after each answer; "0": no more. */
static int hammer_set(void *data, u64 value)
{
	return hammer_switch(data, value, true);
}
DEFINE_DEBUGFS_ATTRIBUTE(hammer_fops, NULL, hammer_set, "%llu\n");

/* The same without waiting for answers. */
static int pelt_set(void *data, u64 value)
{
	return hammer_switch(data, value, false);
}
DEFINE_DEBUGFS_ATTRIBUTE(pelt_fops, NULL, pelt_set, "%llu\n");

static int cycle_flush(struct test_dev *td)
{
	unsigned int i;
	int ret;

	for (i = 0; i < td->npeers; i++) {
		ret = ntb_irq_flush(td->ni, i, CYCLE_FLUSH);
		if (ret)
			return ret;
	}
	return 0;
}

/* The handler goes and comes, while the peer may ring. */
static int cycle_handler(struct test_dev *td, struct test_irq *ti)
{
	free_irq(ti->virq, ti);
	return test_irq_install(ti);
}

/* The interrupt is withdrawn and freed, and another takes its index. */
static int cycle_irq(struct test_dev *td, struct test_irq *ti)
{
	struct msi_map map;
	int ret = ntb_irq_withdraw(td->ni, ti->index, 1);

	if (ret)
		return ret;
	free_irq(ti->virq, ti);
	ti->virq = 0;
	ntb_irq_free(td->ni, ti->index);
	map = ntb_irq_alloc(td->ni, NULL);
	if (map.index < 0)
		return map.index;
	if (map.index != ti->index) {
		/* A peer acknowledged, so the index was to be had. */
		ntb_irq_free(td->ni, map.index);
		return -EADDRINUSE;
	}
	ti->virq = map.virq;
	return test_irq_install(ti);
}

/* "<index> from bit 32 up, times below": returns the first error. */
static int cycle_run(struct test_dev *td, u64 value,
		     int (*cycle)(struct test_dev *td, struct test_irq *ti))
{
	unsigned int index = value >> 32, times = value;
	int ret = 0;

	guard(mutex)(&td->lock);
	if (index >= td->max || !td->irqs[index].virq)
		return -ENOENT;
	while (!ret && times--)
		ret = cycle(td, &td->irqs[index]) ?: cycle_flush(td);
	return ret;
}

static int cycle_handler_set(void *data, u64 value)
{
	return cycle_run(data, value, cycle_handler);
}
DEFINE_DEBUGFS_ATTRIBUTE(cycle_handler_fops, NULL, cycle_handler_set, "%llu\n");

static int cycle_irq_set(void *data, u64 value)
{
	return cycle_run(data, value, cycle_irq);
}
DEFINE_DEBUGFS_ATTRIBUTE(cycle_irq_fops, NULL, cycle_irq_set, "%llu\n");

/**
 * test_cycle_files() - make the files of this part
 * @td:		the device
 * @dir:	its directory
 *
 * Context: process context, may sleep.
 */
void test_cycle_files(struct test_dev *td, struct dentry *dir)
{
	debugfs_create_file_unsafe("hammer", 0200, dir, td, &hammer_fops);
	debugfs_create_file_unsafe("pelt", 0200, dir, td, &pelt_fops);
	debugfs_create_file_unsafe("cycle_handler", 0200, dir, td, &cycle_handler_fops);
	debugfs_create_file_unsafe("cycle_irq", 0200, dir, td, &cycle_irq_fops);
}
