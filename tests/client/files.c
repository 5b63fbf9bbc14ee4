// SPDX-License-Identifier: GPL-2.0-only
/* Test client: its files under /sys/kernel/debug/ntb_irq_test. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "client.h"

static int counts_show(struct seq_file *m, void *v)
{
	struct test_dev *td = m->private;
	unsigned int i;

	guard(mutex)(&td->lock);
	for (i = 0; i < td->max; i++) {
		struct test_irq *ti = &td->irqs[i];

		if (ti->virq)
			seq_printf(m, "%u %u %d %d\n", i, ti->virq, atomic_read(&ti->received),
				   atomic_read(&ti->sent));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counts);

static int summary_show(struct seq_file *m, void *v)
{
	u64 sent = 0, received = 0, refused = 0, expected = 0, lost = 0, stray = 0;
	struct test_dev *td = m->private;
	unsigned int i, count = 0;

	guard(mutex)(&td->lock);
	for (i = 0; i < td->max; i++) {
		struct test_irq *ti = &td->irqs[i];
		unsigned int got = atomic_read(&ti->received);

		if (!ti->virq)
			continue;
		count++;
		sent += atomic_read(&ti->sent);
		refused += atomic_read(&ti->refused);
		received += got;
		expected += ti->expected;
		if (got < ti->expected)
			lost += ti->expected - got;
		else
			stray += got - ti->expected;
	}
	seq_printf(m, "parent: %s\n", ntb_irq_parent_name(td->ni));
	seq_printf(m, "domain: %s\n", ntb_irq_name(td->ni));
	seq_printf(m, "interrupts: %u\n", count);
	seq_printf(m, "rings_sent: %llu\n", sent);
	seq_printf(m, "rings_refused: %llu\n", refused);
	seq_printf(m, "received: %llu\n", received);
	seq_printf(m, "expected: %llu\n", expected);
	seq_printf(m, "lost: %llu\n", lost);
	seq_printf(m, "stray: %llu\n", stray);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(summary);

static int ready_show(struct seq_file *m, void *v)
{
	struct test_dev *td = m->private;
	bool ready = true;
	unsigned int i;

	guard(mutex)(&td->lock);
	for (i = 0; i < td->max; i++) {
		struct test_irq *ti = &td->irqs[i];

		if (ti->virq && !ntb_irq_peer_has(td->ni, ti->pidx, ti->partner))
			ready = false;
	}
	for (i = 0; i < td->npeers; i++) {
		if (ntb_irq_flush(td->ni, i, 1))
			ready = false;
	}
	seq_printf(m, "%d\n", ready);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ready);

static int events_show(struct seq_file *m, void *v)
{
	struct test_dev *td = m->private;

	seq_printf(m, "events: %d\n", atomic_read(&td->events));
	seq_printf(m, "errors: %d\n", atomic_read(&td->event_errors));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(events);

/* Make every interrupt expect so many balls. */
static void rally_expect(struct test_dev *td, unsigned int balls)
{
	unsigned int i;

	for (i = 0; i < td->max; i++) {
		atomic_set(&td->irqs[i].received, 0);
		atomic_set(&td->irqs[i].sent, 0);
		atomic_set(&td->irqs[i].refused, 0);
		td->irqs[i].expected = balls;
		WRITE_ONCE(td->irqs[i].serving, false);
		atomic_set(&td->irqs[i].left, balls);
	}
}

/* "<balls>": the other side will serve so many. */
static int expect_set(void *data, u64 balls)
{
	struct test_dev *td = data;

	if (balls > INT_MAX)
		return -EINVAL;
	guard(mutex)(&td->lock);
	rally_expect(td, balls);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(expect_fops, NULL, expect_set, "%llu\n");

/* "<balls>": serve so many to every interrupt of the peer. */
static int serve_set(void *data, u64 balls)
{
	struct test_dev *td = data;
	unsigned int i;
	int ret = 0;

	if (!balls || balls > INT_MAX)
		return -EINVAL;
	guard(mutex)(&td->lock);
	rally_expect(td, balls);
	for (i = 0; i < td->max; i++) {
		if (td->irqs[i].virq)
			ret = test_irq_serve(&td->irqs[i]) ?: ret;
	}
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(serve_fops, NULL, serve_set, "%llu\n");

/*
 * "1": serve to the peers whose port number is higher than ours. When every host
 * was made to expect balls and then does this, each pair has one server.
 */
static int serve_up_set(void *data, u64 unused)
{
	struct test_dev *td = data;
	unsigned int i;
	int ret = 0;

	guard(mutex)(&td->lock);
	for (i = 0; i < td->max; i++) {
		struct test_irq *ti = &td->irqs[i];

		if (ti->virq && ntb_peer_port_number(td->ntb, ti->pidx) > ntb_port_number(td->ntb))
			ret = test_irq_serve(ti) ?: ret;
	}
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(serve_up_fops, NULL, serve_up_set, "%llu\n");

/* "<index>": ring that interrupt of a peer once; the peer is in bits 31 to 16. */
static int ring_set(void *data, u64 value)
{
	struct test_dev *td = data;

	if (value > U32_MAX)
		return -EINVAL;
	return ntb_irq_ring(td->ni, value >> 16, value & 0xffff);
}
DEFINE_DEBUGFS_ATTRIBUTE(ring_fops, NULL, ring_set, "%llu\n");

/* "<count>": request so many interrupts more. */
static int alloc_set(void *data, u64 count)
{
	struct test_dev *td = data;
	int ret;

	guard(mutex)(&td->lock);
	for (; count; count--) {
		ret = test_irq_request(td);
		if (ret < 0)
			return ret;
	}
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(alloc_fops, NULL, alloc_set, "%llu\n");

/* "<index>": free that interrupt. */
static int free_set(void *data, u64 index)
{
	struct test_dev *td = data;

	guard(mutex)(&td->lock);
	return index < td->max ? test_irq_release(td, index) : -EINVAL;
}
DEFINE_DEBUGFS_ATTRIBUTE(free_fops, NULL, free_set, "%llu\n");

/* "0" or "1": what ntb_link_disable() and ntb_link_enable() do. */
static int link_set(void *data, u64 up)
{
	struct test_dev *td = data;

	return up ? ntb_link_enable(td->ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO) :
		    ntb_link_disable(td->ntb);
}
DEFINE_DEBUGFS_ATTRIBUTE(link_fops, NULL, link_set, "%llu\n");

/**
 * test_files_add() - make the files of a device
 * @td:		the device
 * @root:	directory of the client
 *
 * Context: process context, may sleep.
 */
void test_files_add(struct test_dev *td, struct dentry *root)
{
	struct dentry *dir = debugfs_create_dir(dev_name(&td->ntb->dev), root);

	debugfs_create_file("counts", 0400, dir, td, &counts_fops);
	debugfs_create_file("summary", 0400, dir, td, &summary_fops);
	debugfs_create_file("ready", 0400, dir, td, &ready_fops);
	debugfs_create_file("events", 0400, dir, td, &events_fops);
	debugfs_create_file_unsafe("expect", 0200, dir, td, &expect_fops);
	debugfs_create_file_unsafe("serve", 0200, dir, td, &serve_fops);
	debugfs_create_file_unsafe("serve_up", 0200, dir, td, &serve_up_fops);
	debugfs_create_file_unsafe("ring", 0200, dir, td, &ring_fops);
	debugfs_create_file_unsafe("alloc", 0200, dir, td, &alloc_fops);
	debugfs_create_file_unsafe("free", 0200, dir, td, &free_fops);
	debugfs_create_file_unsafe("link", 0200, dir, td, &link_fops);
	test_buffers_files(td, dir);
	test_cycle_files(td, dir);
	test_data_files(td, dir);
	test_misuse_files(td, dir);
	td->debugfs = dir;
}
