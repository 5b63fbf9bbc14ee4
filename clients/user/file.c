// SPDX-License-Identifier: GPL-2.0-only
/* Open files: what they hold, and how they outlive the function. */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "user.h"

static struct user_file *file_alloc(struct user_dev *ud)
{
	struct user_file *uf = kzalloc(sizeof(*uf), GFP_KERNEL_ACCOUNT);

	if (!uf)
		return NULL;
	uf->seen = kcalloc(ud->npeers, sizeof(*uf->seen), GFP_KERNEL_ACCOUNT);
	if (!uf->seen) {
		kfree(uf);
		return NULL;
	}
	uf->ud = ud;
	xa_init(&uf->irqs);
	return uf;
}

static int user_open(struct inode *inode, struct file *file)
{
	struct user_dev *ud = container_of(inode->i_cdev, struct user_dev, cdev);
	struct user_file *uf = file_alloc(ud);

	if (!uf)
		return -ENOMEM;
	file->private_data = uf;
	scoped_guard(mutex, &ud->lock)
		list_add(&uf->node, &ud->files);
	return nonseekable_open(inode, file);
}

/*
 * No call of the file is under way, but the function may be about to go. When it has gone before
 * it is looked at here, user_cut_off() has the lock until it has freed what the file has.
 */
static int user_release(struct inode *inode, struct file *file)
{
	struct user_file *uf = file->private_data;
	struct user_dev *ud = uf->ud;
	struct ntb_irq *ni;

	scoped_guard(srcu, &ud->srcu) {
		ni = srcu_dereference(ud->ni, &ud->srcu);
		if (ni)
			user_irq_free_all(uf, ni);
	}
	scoped_guard(mutex, &ud->lock)
		list_del(&uf->node);
	kfree(uf->seen);
	kfree(uf);
	return 0;
}

static __poll_t user_poll(struct file *file, struct poll_table_struct *wait)
{
	struct user_file *uf = file->private_data;
	struct user_dev *ud = uf->ud;
	unsigned int i;

	poll_wait(file, &ud->wait, wait);
	if (!rcu_access_pointer(ud->ni))
		return EPOLLERR | EPOLLHUP;
	for (i = 0; i < ud->npeers; i++) {
		if (READ_ONCE(ud->generation[i]) != READ_ONCE(uf->seen[i]))
			return EPOLLIN | EPOLLRDNORM;
	}
	return 0;
}

const struct file_operations user_fops = {
	.owner		= THIS_MODULE,
	.open		= user_open,
	.release	= user_release,
	.poll		= user_poll,
	.unlocked_ioctl	= user_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};
