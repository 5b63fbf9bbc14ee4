// SPDX-License-Identifier: GPL-2.0-only
/* The module, and attaching to and detaching from an NTB function. */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "internal.h"

/*
 * The library stands between the NTB device, which has one context only, and the
 * client. All events are level-like, so they only make the work look.
 */
static void main_link_event(void *ctx)
{
	struct ntb_irq_dev *nd = ctx;

	ntb_irq_peer_kick_all(nd);
	if (nd->cfg.ctx_ops && nd->cfg.ctx_ops->link_event)
		nd->cfg.ctx_ops->link_event(nd->cfg.ctx);
}

static void main_db_event(void *ctx, int vec)
{
	struct ntb_irq_dev *nd = ctx;

	if (ntb_db_read(nd->hw.ntb) & nd->hw.reserved.db_bits) {
		ntb_db_clear(nd->hw.ntb, nd->hw.reserved.db_bits);
		ntb_irq_peer_kick_all(nd);
	}
	if (nd->cfg.ctx_ops && nd->cfg.ctx_ops->db_event)
		nd->cfg.ctx_ops->db_event(nd->cfg.ctx, vec);
}

static void main_msg_event(void *ctx)
{
	struct ntb_irq_dev *nd = ctx;

	ntb_irq_peer_kick_all(nd);
	if (nd->cfg.ctx_ops && nd->cfg.ctx_ops->msg_event)
		nd->cfg.ctx_ops->msg_event(nd->cfg.ctx);
}

static const struct ntb_ctx_ops main_ctx_ops = {
	.link_event	= main_link_event,
	.db_event	= main_db_event,
	.msg_event	= main_msg_event,
};

static int main_take_mailbox(struct ntb_irq_dev *nd)
{
	int words = nd->backend->ops->mailbox_take(&nd->hw);

	if (words < 0)
		return words;
	if (words < NTB_IRQ_FRAME_MIN || words > NTB_IRQ_FRAME_MAX) {
		dev_err(nd->dev, "backend %s offers %d mailbox words, expected %d to %d\n",
			nd->backend->name, words, NTB_IRQ_FRAME_MIN, NTB_IRQ_FRAME_MAX);
		return -EINVAL;
	}
	static_assert(NTB_IRQ_RECORD_WORDS / 2 <= NTB_IRQ_FRAME_MIN - 2);
	nd->words = words;
	nd->part_words = words - 2 < NTB_IRQ_RECORD_WORDS ? NTB_IRQ_RECORD_WORDS / 2 :
							    NTB_IRQ_RECORD_WORDS;
	return 0;
}

static int main_start_backend(struct ntb_irq_dev *nd)
{
	struct pci_dev *pdev = nd->hw.ntb->pdev;
	int ret;

	nd->backend = ntb_irq_backend_get(nd->hw.ntb);
	if (!nd->backend) {
		dev_err(nd->dev, "no backend for %04x:%04x bound to driver %s is loaded\n",
			pdev->vendor, pdev->device, pdev->driver ? pdev->driver->name : "(none)");
		return -ENODEV;
	}
	ret = main_take_mailbox(nd);
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
	nd->withdrawn = bitmap_zalloc(nd->domain->max, GFP_KERNEL);
	if (!nd->withdrawn) {
		ntb_irq_domain_put(nd->domain);
		return -ENOMEM;
	}
	return 0;
}

static void main_stop_domain(struct ntb_irq_dev *nd)
{
	ntb_irq_domain_put(nd->domain);
	bitmap_free(nd->withdrawn);
}

static void main_stop_peers(struct ntb_irq_dev *nd)
{
	unsigned int i;

	for (i = 0; i < nd->npeers; i++)
		ntb_irq_peer_free(&nd->peers[i]);
	destroy_workqueue(nd->wq);
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
	ret = ntb_set_ctx(nd->hw.ntb, nd, &main_ctx_ops);
	if (ret) {
		dev_err(nd->dev, "ntb_set_ctx() failed: %d: another client context is set\n", ret);
		ret = -EEXIST;
		goto err_stop_peers;
	}
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
	return true;
}

/**
 * ntb_irq_attach() - give an NTB function an interrupt domain
 * @ntb:	the NTB device
 * @cfg:	settings of the client, or NULL for the defaults; copied
 *
 * To be called by an NTB client in its probe, before ntb_link_enable() and
 * instead of ntb_set_ctx(). Sessions with the peers begin by themselves when the
 * link comes up. The parts of the function that the library takes are logged and
 * can be read by ntb_irq_get_resources().
 *
 * Context: process context, may sleep.
 * Return: a handle for all other calls, or an error pointer: -EINVAL for a
 * configuration that makes no sense, or asks for more than was reserved;
 * -ENODEV when no backend serves the function, it has no suitable interrupt
 * parent, or no window can expose the interrupt region; -EPERM when the parent
 * does not isolate interrupts, or a window would expose more than the region
 * without DMA translation, and the module parameter allow_unsafe_interrupts is
 * not set; -EOPNOTSUPP when the MSI region of the parent is unknown; -ENOSPC
 * when the client leaves no scratchpads or doorbell; -EEXIST when the context of
 * @ntb is set already, or the function is attached; -ENOMEM.
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
	ntb_db_clear(ntb, nd->hw.reserved.db_bits);
	ntb_db_clear_mask(ntb, nd->hw.reserved.db_bits);
	dev_info(dev,
		 "domain %s of %u interrupts below %s, reserved: doorbells %#llx, %u scratchpads from %u\n",
		 nd->name, nd->domain->max, nd->parent.name, nd->hw.reserved.db_bits,
		 nd->hw.reserved.spad_count, nd->hw.reserved.spad_first);
	ntb_irq_power_add(nd);
	/* The link may have been up before. */
	ntb_irq_peer_kick_all(nd);
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

	ntb_irq_power_del(nd);
	debugfs_remove(nd->debugfs);
	ntb_irq_peer_stop_all(nd);
	ntb_db_set_mask(nd->hw.ntb, nd->hw.reserved.db_bits);
	ntb_clear_ctx(nd->hw.ntb);
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

	if (!ret)
		ntb_irq_debugfs_init();
	return ret;
}
module_init(ntb_irq_init);

static void __exit ntb_irq_exit(void)
{
	ntb_irq_debugfs_exit();
	ntb_irq_power_exit();
}
module_exit(ntb_irq_exit);

MODULE_DESCRIPTION("Interrupt domains for NTB functions");
MODULE_LICENSE("GPL");
