// SPDX-License-Identifier: GPL-2.0-only
/* Test client: memory that the function can reach, as a driver with many rings has it. */
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>

#include "client.h"

/**
 * test_buffers_add() - allocate buffers of 1 MiB
 * @td:		the device
 * @count:	how many more
 *
 * Context: process context, may sleep, under the lock of @td unless it is new.
 * Return: 0, or -ENOMEM when one could not be had, or there is no place for it.
 */
int test_buffers_add(struct test_dev *td, unsigned int count)
{
	struct device *dev = &td->ntb->pdev->dev;
	struct test_buffer *buffer;

	for (; count; count--) {
		if (td->nbuffers == TEST_BUFFERS)
			return -ENOMEM;
		buffer = &td->buffers[td->nbuffers];
		buffer->memory = dma_alloc_coherent(dev, SZ_1M, &buffer->addr, GFP_KERNEL);
		if (!buffer->memory)
			return -ENOMEM;
		td->nbuffers++;
	}
	return 0;
}

/**
 * test_buffers_free() - free all buffers
 * @td:		the device
 *
 * Context: process context, may sleep.
 */
void test_buffers_free(struct test_dev *td)
{
	while (td->nbuffers) {
		struct test_buffer *buffer = &td->buffers[--td->nbuffers];

		dma_free_coherent(&td->ntb->pdev->dev, SZ_1M, buffer->memory, buffer->addr);
	}
}

static int addresses_show(struct seq_file *m, void *v)
{
	struct test_dev *td = m->private;
	unsigned int i;

	guard(mutex)(&td->lock);
	for (i = 0; i < td->nbuffers; i++)
		seq_printf(m, "%#llx\n", td->buffers[i].addr);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(addresses);

/* "<count>": allocate so many more. */
static int buffers_set(void *data, u64 count)
{
	struct test_dev *td = data;

	guard(mutex)(&td->lock);
	return count <= TEST_BUFFERS ? test_buffers_add(td, count) : -EINVAL;
}
DEFINE_DEBUGFS_ATTRIBUTE(buffers_fops, NULL, buffers_set, "%llu\n");

/**
 * test_buffers_files() - make the files about buffers
 * @td:		the device
 * @dir:	its directory
 *
 * Context: process context, may sleep.
 */
void test_buffers_files(struct test_dev *td, struct dentry *dir)
{
	debugfs_create_file("addresses", 0400, dir, td, &addresses_fops);
	debugfs_create_file_unsafe("buffers", 0200, dir, td, &buffers_fops);
}
