// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of NTB functions for user space: /dev/ntb_irq<n> for each function.
 *
 * The client attaches to every function. A process opens the device and allocates
 * interrupts, each of which signals an eventfd, and rings those of peers. It reaches
 * no window, and no interrupt but those that it has allocated or that a peer offers.
 */
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "user.h"

static uint max_irqs;
module_param(max_irqs, uint, 0444);
MODULE_PARM_DESC(max_irqs, "Most interrupts of a function at one time, 0 for the default");

/* How long the link may be down before it is enabled anew. */
#define LINK_INTERVAL	(5 * HZ)

static const struct class user_class = { .name = "ntb_irq" };
static DEFINE_IDA(user_ida);
static dev_t user_devt;

static void user_dev_release(struct device *dev)
{
	struct user_dev *ud = container_of(dev, struct user_dev, dev);

	ida_free(&user_ida, MINOR(dev->devt));
	cleanup_srcu_struct(&ud->srcu);
	kfree(ud);
}

/*
 * A driver that is asked to take its link down while it comes up may miss the latter, and
 * looks again when the link is enabled again. No process can do that.
 */
static void user_link_work(struct work_struct *work)
{
	struct user_dev *ud = container_of(to_delayed_work(work), struct user_dev, link_work);
	struct ntb_dev *ntb = ud->ntb;

	if (!pci_device_is_present(ntb->pdev) || ntb_link_is_up(ntb, NULL, NULL))
		return;
	ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	schedule_delayed_work(&ud->link_work, LINK_INTERVAL);
}

static void user_link_event(void *ctx)
{
	struct user_dev *ud = ctx;

	schedule_delayed_work(&ud->link_work, LINK_INTERVAL);
}

static const struct ntb_ctx_ops user_ctx_ops = {
	.link_event	= user_link_event,
};

/* Returns a device that put_device() frees, or an error pointer. */
static struct user_dev *user_dev_alloc(struct ntb_dev *ntb, unsigned int npeers)
{
	struct user_dev *ud = kzalloc(struct_size(ud, generation, npeers), GFP_KERNEL);
	int minor, ret;

	if (!ud)
		return ERR_PTR(-ENOMEM);
	ud->npeers = npeers;
	ud->ntb = ntb;
	init_waitqueue_head(&ud->wait);
	INIT_DELAYED_WORK(&ud->link_work, user_link_work);
	mutex_init(&ud->lock);
	INIT_LIST_HEAD(&ud->files);
	ret = init_srcu_struct(&ud->srcu);
	if (ret)
		goto err_free;
	minor = ida_alloc_max(&user_ida, MINORMASK, GFP_KERNEL);
	if (minor < 0) {
		ret = minor;
		goto err_cleanup;
	}
	device_initialize(&ud->dev);
	ud->dev.class = &user_class;
	ud->dev.parent = &ntb->dev;
	ud->dev.release = user_dev_release;
	ud->dev.devt = MKDEV(MAJOR(user_devt), minor);
	cdev_init(&ud->cdev, &user_fops);
	ud->cdev.owner = THIS_MODULE;
	ret = dev_set_name(&ud->dev, "ntb_irq%d", minor);
	if (ret) {
		put_device(&ud->dev);
		return ERR_PTR(ret);
	}
	return ud;

err_cleanup:
	cleanup_srcu_struct(&ud->srcu);
err_free:
	kfree(ud);
	return ERR_PTR(ret);
}

/* The offers of a peer have changed, or the session with it has ended. */
static void user_peer_event(void *ctx, int pidx)
{
	struct user_dev *ud = ctx;

	/* Pairs with call_peer(). There is one event of a peer at a time. */
	smp_store_release(&ud->generation[pidx], ud->generation[pidx] + 1);
	wake_up_interruptible_poll(&ud->wait, EPOLLIN | EPOLLRDNORM);
}

/*
 * The function goes. Open files stay: their calls fail from here on, and what they hold
 * goes now.
 */
static void user_cut_off(struct user_dev *ud, struct ntb_irq *ni)
{
	struct user_file *uf;

	/* A file that is closed after it has found no function waits until it has nothing left. */
	guard(mutex)(&ud->lock);
	RCU_INIT_POINTER(ud->ni, NULL);
	wake_up_poll(&ud->wait, EPOLLERR | EPOLLHUP);
	synchronize_srcu(&ud->srcu);
	list_for_each_entry(uf, &ud->files, node)
		user_irq_free_all(uf, ni);
}

static int user_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct ntb_irq_config cfg = {
		.max_irqs	= max_irqs,
		.ctx_ops	= &user_ctx_ops,
		.peer_event	= user_peer_event,
	};
	int ret, npeers = ntb_peer_port_count(ntb);
	struct user_dev *ud;
	struct ntb_irq *ni;

	if (npeers < 1)
		return -ENODEV;
	ud = user_dev_alloc(ntb, npeers);
	if (IS_ERR(ud))
		return PTR_ERR(ud);
	cfg.ctx = ud;
	ni = ntb_irq_attach(ntb, &cfg);
	if (IS_ERR(ni)) {
		ret = PTR_ERR(ni);
		goto err_put;
	}
	rcu_assign_pointer(ud->ni, ni);
	ret = cdev_device_add(&ud->cdev, &ud->dev);
	if (ret)
		goto err_detach;
	dev_set_drvdata(&ntb->dev, ud);
	ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	schedule_delayed_work(&ud->link_work, LINK_INTERVAL);
	return 0;

err_detach:
	/* A node that was there before could be opened for a moment. */
	user_cut_off(ud, ni);
	ntb_irq_detach(ni);
	/* The link may have changed before it was enabled here. */
	cancel_delayed_work_sync(&ud->link_work);
err_put:
	put_device(&ud->dev);
	return ret;
}

static void user_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct user_dev *ud = dev_get_drvdata(&ntb->dev);
	struct ntb_irq *ni = rcu_access_pointer(ud->ni);

	cdev_device_del(&ud->cdev, &ud->dev);
	user_cut_off(ud, ni);
	ntb_irq_detach(ni);
	cancel_delayed_work_sync(&ud->link_work);
	ntb_link_disable(ntb);
	put_device(&ud->dev);
}

static struct ntb_client user_client = {
	.ops = {
		.probe	= user_probe,
		.remove	= user_remove,
	},
};

static int __init user_init(void)
{
	int ret;

	ret = class_register(&user_class);
	if (ret)
		return ret;
	ret = alloc_chrdev_region(&user_devt, 0, MINORMASK + 1, "ntb_irq");
	if (ret)
		goto err_class;
	ret = ntb_register_client(&user_client);
	if (ret)
		goto err_region;
	return 0;

err_region:
	unregister_chrdev_region(user_devt, MINORMASK + 1);
err_class:
	class_unregister(&user_class);
	return ret;
}
module_init(user_init);

static void __exit user_exit(void)
{
	ntb_unregister_client(&user_client);
	unregister_chrdev_region(user_devt, MINORMASK + 1);
	class_unregister(&user_class);
	ida_destroy(&user_ida);
}
module_exit(user_exit);

MODULE_DESCRIPTION("NTB interrupts for user space");
MODULE_LICENSE("GPL");
