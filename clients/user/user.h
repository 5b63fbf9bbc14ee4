/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the module for user space share. */
#ifndef _NTB_IRQ_USER_H
#define _NTB_IRQ_USER_H

#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/ntb_irq.h>
#include <linux/srcu.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <uapi/linux/ntb_irq.h>

struct file;

/**
 * struct user_dev - one function and its device in /dev
 * @dev:	device; open files keep it after the function has gone
 * @cdev:	character device
 * @ntb:	the function, as long as @ni is not NULL
 * @srcu:	calls that use @ni are readers
 * @ni:		its interrupts, NULL once it has gone
 * @wait:	woken when @generation has changed, or the function has gone
 * @link_work:	looks whether the link has come up
 * @lock:	protects @files
 * @files:	open files
 * @npeers:	number of peers
 * @generation:	how often the offers of each peer have changed
 */
struct user_dev {
	struct device		dev;
	struct cdev		cdev;
	struct ntb_dev		*ntb;
	struct srcu_struct	srcu;
	struct ntb_irq __rcu	*ni;
	wait_queue_head_t	wait;
	struct delayed_work	link_work;
	/* Not taken by calls. */
	struct mutex		lock;
	struct list_head	files;
	unsigned int		npeers;
	u64			generation[] __counted_by(npeers);
};

/**
 * struct user_file - an open file
 * @ud:		the device
 * @node:	entry in &user_dev.files
 * @irqs:	its interrupts by index
 * @held:	number of interrupts that it has, or is about to have
 * @seen:	&user_dev.generation of each peer when it was last queried
 */
struct user_file {
	struct user_dev		*ud;
	struct list_head	node;
	struct xarray		irqs;
	atomic_t		held;
	u64			*seen;
};

/* file.c */
extern const struct file_operations user_fops;

/* calls.c */
long user_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* irq.c */
unsigned int user_irq_limit(void);
int user_irq_alloc(struct user_file *uf, struct ntb_irq *ni, struct ntb_irq_ioc_alloc *arg);
int user_irq_free(struct user_file *uf, struct ntb_irq *ni, unsigned int index);
void user_irq_free_all(struct user_file *uf, struct ntb_irq *ni);

#endif /* _NTB_IRQ_USER_H */
