// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test client: a word of data through a window of the client, and a ring behind it.
 *
 * The window is the lowest that the client has claimed, with its first peer. It leads to
 * the first buffer, and the handler looks at the word that is there.
 */
#include <linux/bits.h>
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/sizes.h>

#include "client.h"

#define PIDX	0

static int data_size(struct test_dev *td, unsigned int widx, resource_size_t *size)
{
	resource_size_t addr_align, size_align;
	int ret = ntb_mw_get_align(td->ntb, PIDX, widx, &addr_align, &size_align, size);

	if (ret)
		return ret;
	*size = min_t(resource_size_t, *size, SZ_1M);
	return IS_ALIGNED(*size, size_align) && SZ_1M % addr_align == 0 ? 0 : -EDOM;
}

/* Whether the host that writes is the one that says where its window leads to. */
static bool data_sender_translates(struct ntb_dev *ntb)
{
	return !ntb->ops->mw_set_trans;
}

/* Have the peer's words come into the first buffer. */
static int data_in_set(void *data, u64 on)
{
	struct test_dev *td = data;
	unsigned int widx = __ffs(td->claimed);
	resource_size_t size;
	int ret = 0;

	guard(mutex)(&td->lock);
	if (on != 1 || !td->nbuffers)
		return -EINVAL;
	if (!data_sender_translates(td->ntb)) {
		ret = data_size(td, widx, &size) ?:
		      ntb_mw_set_trans(td->ntb, PIDX, widx, td->buffers[0].addr, size);
	}
	if (!ret)
		WRITE_ONCE(td->data_in, td->buffers[0].memory);
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(data_in_fops, NULL, data_in_set, "%llu\n");

/* "<address>", of the peer's buffer: map the window that leads there. */
static int data_out_set(void *data, u64 addr)
{
	struct test_dev *td = data;
	unsigned int widx = __ffs(td->claimed);
	resource_size_t size, phys_size;
	phys_addr_t phys;
	int ret;

	guard(mutex)(&td->lock);
	if (td->data_out)
		return -EBUSY;
	if (data_sender_translates(td->ntb)) {
		ret = data_size(td, widx, &size) ?:
		      ntb_peer_mw_set_trans(td->ntb, PIDX, widx, addr, size);
		if (ret)
			return ret;
	}
	ret = ntb_peer_mw_get_addr(td->ntb, widx, &phys, &phys_size);
	if (ret)
		return ret;
	td->data_out = ioremap_wc(phys, PAGE_SIZE);
	return td->data_out ? 0 : -ENOMEM;
}
DEFINE_DEBUGFS_ATTRIBUTE(data_out_fops, NULL, data_out_set, "%llu\n");

static int data_send(struct test_dev *td, u64 word, int (*ring)(struct test_irq *ti))
{
	guard(mutex)(&td->lock);
	if (!td->data_out || word > U32_MAX)
		return -EINVAL;
	iowrite32(word, td->data_out);
	return ring(&td->irqs[0]);
}

/* "<word>": write it, and ring. */
static int data_ring_set(void *data, u64 word)
{
	return data_send(data, word, test_irq_ring);
}
DEFINE_DEBUGFS_ATTRIBUTE(data_ring_fops, NULL, data_ring_set, "%llu\n");

static int data_ring_after(struct test_irq *ti)
{
	return ntb_irq_ring_after(ti->td->ni, ti->pidx, ti->partner, ti->td->data_out);
}

/* The same with a ring that does not overtake the word. */
static int data_ring_after_set(void *data, u64 word)
{
	return data_send(data, word, data_ring_after);
}
DEFINE_DEBUGFS_ATTRIBUTE(data_ring_after_fops, NULL, data_ring_after_set, "%llu\n");

/**
 * test_data_look() - note the word that is there
 * @td:		the device
 *
 * Context: any.
 */
void test_data_look(struct test_dev *td)
{
	__le32 *word = READ_ONCE(td->data_in);

	if (word)
		WRITE_ONCE(td->data_seen, le32_to_cpu(READ_ONCE(*word)));
}

/**
 * test_data_end() - close the window
 * @td:		the device
 *
 * Context: process context, may sleep, under the lock of @td.
 */
void test_data_end(struct test_dev *td)
{
	if (td->data_out) {
		iounmap(td->data_out);
		if (data_sender_translates(td->ntb))
			ntb_peer_mw_clear_trans(td->ntb, PIDX, __ffs(td->claimed));
	}
	if (td->data_in && !data_sender_translates(td->ntb))
		ntb_mw_clear_trans(td->ntb, PIDX, __ffs(td->claimed));
	WRITE_ONCE(td->data_in, NULL);
	td->data_out = NULL;
}

/**
 * test_data_files() - make the files of this part, where a window is claimed
 * @td:		the device
 * @dir:	its directory
 *
 * Context: process context, may sleep.
 */
void test_data_files(struct test_dev *td, struct dentry *dir)
{
	if (!td->claimed)
		return;
	debugfs_create_file_unsafe("data_in", 0200, dir, td, &data_in_fops);
	debugfs_create_file_unsafe("data_out", 0200, dir, td, &data_out_fops);
	debugfs_create_file_unsafe("data_ring", 0200, dir, td, &data_ring_fops);
	debugfs_create_file_unsafe("data_ring_after", 0200, dir, td, &data_ring_after_fops);
	debugfs_create_u32("data_seen", 0400, dir, &td->data_seen);
}
