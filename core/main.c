// SPDX-License-Identifier: GPL-2.0-only
/* The module, and attaching to and detaching from an NTB function. */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "internal.h"

static int main_start_backend(struct ntb_irq_dev *nd)
{
	struct pci_dev *pdev = nd->hw.ntb->pdev;
	int ret;

	nd->backend = ntb_irq_backend_get(nd->hw.ntb);
	if (!nd->backend)
		return dev_err_probe(&nd->hw.ntb->dev, -EPROBE_DEFER,
				     "no backend for %04x:%04x bound to driver %s is loaded\n",
				     pdev->vendor, pdev->device,
				     pdev->driver ? pdev->driver->name : "(none)");
	ret = ntb_irq_mailbox_take(nd);
	if (!ret && nd->backend->ops->init)
		ret = nd->backend->ops->init(&nd->hw);
	if (ret)
		ntb_irq_backend_put(nd->backend);
	return ret;
}

static void main_stop_backend(struct ntb_irq_dev *nd)
{
	if (nd->backend->ops->exit)
		nd->backend->ops->exit(&nd->hw);
	ntb_irq_backend_put(nd->backend);
}

static int main_start_domain(struct ntb_irq_dev *nd)
{
	int ret;

	ret = ntb_irq_parent_init(nd->dev, &nd->parent, nd->name);
	if (ret)
		return ret;
	nd->domain = ntb_irq_domain_get(nd->dev, nd->cfg.max_irqs, &ntb_irq_export_ops, nd);
	if (IS_ERR(nd->domain))
		return PTR_ERR(nd->domain);
	ret = ntb_irq_domain_region(nd->domain, &nd->parent);
	if (ret)
		goto err_put;
	nd->withdrawn = bitmap_zalloc(nd->domain->max, GFP_KERNEL);
	if (!nd->withdrawn) {
		ret = -ENOMEM;
		goto err_put;
	}
	return 0;

err_put:
	ntb_irq_domain_put(nd->domain);
	return ret;
}

/* Whether a peer can go on to write, through a window that could not be closed. */
static bool main_exposed(struct ntb_irq_dev *nd)
{
	unsigned int i;

	for (i = 0; i < nd->npeers; i++) {
		if (ntb_irq_window_any(&nd->peers[i]))
			return ntb_irq_present(nd);
	}
	return false;
}

static void main_stop_domain(struct ntb_irq_dev *nd)
{
	if (main_exposed(nd))
		ntb_irq_domain_keep(nd->domain);
	else
		ntb_irq_domain_put(nd->domain);
	bitmap_free(nd->withdrawn);
}

static void main_stop_peers(struct ntb_irq_dev *nd)
{
	unsigned int i;

	for (i = 0; i < nd->npeers; i++)
		ntb_irq_peer_free(&nd->peers[i]);
	destroy_workqueue(nd->wq);
	/* Memory of the function stays out of what is exposed. */
	if (!main_exposed(nd))
		ntb_irq_iova_release(nd->dev, nd->parent.dma_limit);
}

/* A plan that is refused before the link is up would be refused in any case. */
static int main_start_peers(struct ntb_irq_dev *nd)
{
	unsigned int i;
	int ret = 0;

	nd->wq = alloc_workqueue("ntb_irq-%s", WQ_UNBOUND, 0, dev_name(nd->dev));
	if (!nd->wq)
		return -ENOMEM;
	for (i = 0; i < nd->npeers && !ret; i++) {
		ret = ntb_irq_peer_init(nd, i);
		if (!ret)
			ret = nd->backend->direction->plan(&nd->peers[i]);
		if (!ret)
			ret = ntb_irq_window_close_found(&nd->peers[i]);
	}
	if (ret)
		main_stop_peers(nd);
	return ret;
}

static int main_start(struct ntb_irq_dev *nd)
{
	int ret;

	ret = main_start_backend(nd);
	if (ret)
		return ret;
	ret = main_start_domain(nd);
	if (ret)
		goto err_stop_backend;
	ret = main_start_peers(nd);
	if (ret)
		goto err_stop_domain;
	ret = ntb_irq_events_init(nd);
	if (ret)
		goto err_stop_peers;
	return 0;

err_stop_peers:
	main_stop_peers(nd);
err_stop_domain:
	main_stop_domain(nd);
err_stop_backend:
	main_stop_backend(nd);
	return ret;
}

static bool main_config_valid(struct device *dev, int npeers, const struct ntb_irq_config *cfg)
{
	const struct ntb_irq_resources *claimed = &cfg->claimed;

	if (npeers < 1 || npeers > NTB_IRQ_PEERS) {
		dev_err(dev, "the function has %d peers, supported are 1 to %u\n", npeers,
			NTB_IRQ_PEERS);
		return false;
	}
	if (claimed->spad_count > UINT_MAX - claimed->spad_first) {
		dev_err(dev, "claimed scratchpads: %u from %u are beyond the last number\n",
			claimed->spad_count, claimed->spad_first);
		return false;
	}
	if (cfg->mailbox && (!cfg->mailbox->send || !cfg->mailbox->recv)) {
		dev_err(dev, "the mailbox of the client lacks an operation\n");
		return false;
	}
	return true;
}

/**
 * ntb_irq_attach() - give an NTB function an interrupt domain
 * @ntb:	the NTB device
 * @cfg:	settings of the client, or NULL for the defaults; copied
 *
 * To be called by an NTB client in its probe, before ntb_link_enable() and
 * instead of ntb_set_ctx(). Sessions with the peers begin by themselves when the
 * probe has returned and the link is up; events and callbacks wait for that, too.
 * Windows that are found open, and the client does not claim, are closed: a kernel
 * before this one may have left them. The parts of the function that the library
 * takes are logged and can be read by ntb_irq_get_resources().
 *
 * Context: process context, may sleep.
 * Return:
 * * a handle for all other calls, or an error pointer of:
 * * %-EINVAL - the configuration makes no sense, asks for more than was reserved, or the
 *   function has no peer or the backend an impossible mailbox
 * * %-EPROBE_DEFER - no backend that serves the function is loaded: the client's probe is
 *   called again when one is
 * * %-ENODEV - the function has no suitable interrupt parent, or no window can expose the
 *   interrupt region
 * * %-EPERM - the parent does not isolate interrupts, or a window would expose more than
 *   the region without DMA translation, and the module parameter
 *   allow_unsafe_interrupts is not set
 * * %-EOPNOTSUPP - the MSI region of the parent is unknown, or the mailbox serves one peer
 *   and there are more
 * * %-ENOSPC - the client leaves no scratchpads, doorbell or message registers, or the
 *   parent has no interrupt left for the function
 * * %-EEXIST - the context of @ntb is set already, or the function is attached
 * * %-EBUSY - a window of an earlier user could not be closed, and so its interrupts are
 *   kept until the driver of the function is unbound
 * * %-ENOMEM
 */
struct ntb_irq *ntb_irq_attach(struct ntb_dev *ntb, const struct ntb_irq_config *cfg)
{
	static const struct ntb_irq_config defaults;
	struct device *dev = &ntb->pdev->dev;
	int npeers = ntb_peer_port_count(ntb);
	struct ntb_irq_dev *nd;
	int ret;

	cfg = cfg ?: &defaults;
	if (!main_config_valid(dev, npeers, cfg))
		return ERR_PTR(-EINVAL);
	if (ntb_irq_events_taken(ntb)) {
		dev_err(dev, "the NTB device has a client context already\n");
		return ERR_PTR(-EEXIST);
	}

	nd = kzalloc(struct_size(nd, peers, npeers), GFP_KERNEL);
	if (!nd)
		return ERR_PTR(-ENOMEM);
	nd->npeers = npeers;
	nd->dev = dev;
	nd->cfg = *cfg;
	nd->hw.ntb = ntb;
	nd->hw.claimed = cfg->claimed;
	mutex_init(&nd->windows_lock);
	ntb_irq_import_init(nd);

	ret = main_start(nd);
	if (ret) {
		kfree(nd);
		return ERR_PTR(ret);
	}

	ntb_irq_debugfs_add(nd);
	dev_info(dev,
		 "domain %s of %u interrupts below %s, reserved: doorbells %#llx, %u scratchpads from %u, message registers %#llx\n",
		 nd->name, nd->domain->max, nd->parent.name, nd->hw.reserved.db_bits,
		 nd->hw.reserved.spad_count, nd->hw.reserved.spad_first, nd->hw.reserved.msgs);
	ntb_irq_power_add(nd);
	ntb_irq_hotplug_add(nd);
	ntb_irq_events_begin(nd);
	return &nd->ni;
}
EXPORT_SYMBOL_GPL(ntb_irq_attach);

/**
 * ntb_irq_detach() - undo ntb_irq_attach()
 * @ni:		the function; every interrupt must have been freed
 *
 * Peers are made to forget this host, and then every window they could write
 * through is closed.
 *
 * Context: process context, may sleep; not in a callback of the client.
 */
void ntb_irq_detach(struct ntb_irq *ni)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);

	ntb_irq_hotplug_del(nd);
	ntb_irq_power_del(nd);
	debugfs_remove(nd->debugfs);
	ntb_irq_peer_stop_all(nd);
	ntb_irq_events_end(nd);
	main_stop_domain(nd);
	main_stop_peers(nd);
	main_stop_backend(nd);
	kfree(nd);
}
EXPORT_SYMBOL_GPL(ntb_irq_detach);

/**
 * ntb_irq_name() - name of the domain, as in /proc/interrupts
 * @ni:		the function
 *
 * Context: any.
 * Return: the name, valid until detach.
 */
const char *ntb_irq_name(struct ntb_irq *ni)
{
	return to_ntb_irq_dev(ni)->name;
}
EXPORT_SYMBOL_GPL(ntb_irq_name);

/**
 * ntb_irq_parent_name() - name of the parent domain
 * @ni:		the function
 *
 * Context: any.
 * Return: the name, valid until detach.
 */
const char *ntb_irq_parent_name(struct ntb_irq *ni)
{
	return to_ntb_irq_dev(ni)->parent.name;
}
EXPORT_SYMBOL_GPL(ntb_irq_parent_name);

/**
 * ntb_irq_limit() - most interrupts that a function can have at one time
 * @ni:		the function
 *
 * Context: any.
 * Return: the number; indices are below it.
 */
unsigned int ntb_irq_limit(struct ntb_irq *ni)
{
	return to_ntb_irq_dev(ni)->domain->max;
}
EXPORT_SYMBOL_GPL(ntb_irq_limit);

/**
 * ntb_irq_get_resources() - parts of the function that the library uses
 * @ni:		the function
 * @res:	filled in; windows are those open now
 *
 * Context: process context, may sleep.
 */
void ntb_irq_get_resources(struct ntb_irq *ni, struct ntb_irq_resources *res)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);

	*res = nd->hw.reserved;
	res->windows = nd->backend->direction->reserved(nd);
}
EXPORT_SYMBOL_GPL(ntb_irq_get_resources);

static int __init ntb_irq_init(void)
{
	int ret = ntb_irq_power_init();

	if (ret)
		return ret;
	ret = ntb_irq_hotplug_init();
	if (ret) {
		ntb_irq_power_exit();
		return ret;
	}
	ntb_irq_debugfs_init();
	return 0;
}
module_init(ntb_irq_init);

static void __exit ntb_irq_exit(void)
{
	ntb_irq_debugfs_exit();
	ntb_irq_hotplug_exit();
	ntb_irq_power_exit();
	ntb_irq_domain_exit();
	/* Tables that were replaced are freed by a function of this module. */
	rcu_barrier();
}
module_exit(ntb_irq_exit);

MODULE_DESCRIPTION("Interrupt domains for NTB functions");
MODULE_LICENSE("GPL");
