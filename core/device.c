// SPDX-License-Identifier: GPL-2.0-only
/* Attaching to an NTB function and detaching from it. */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "calls.h"

/*
 * The library stands between the NTB device, which knows one context only, and
 * the client. All events are level-like, so they only make the work look.
 */
static void device_kick_peers(struct ntb_irq *ni)
{
	unsigned int i;

	for (i = 0; i < ni->npeers; i++)
		ntb_irq_peer_kick(&ni->peers[i], 0);
}

static void device_link_event(void *ctx)
{
	struct ntb_irq *ni = ctx;

	device_kick_peers(ni);
	if (ni->cfg.ctx_ops && ni->cfg.ctx_ops->link_event)
		ni->cfg.ctx_ops->link_event(ni->cfg.ctx);
}

static void device_db_event(void *ctx, int vec)
{
	struct ntb_irq *ni = ctx;

	if (ntb_db_read(ni->hw.ntb) & ni->hw.taken.db_bits) {
		ntb_db_clear(ni->hw.ntb, ni->hw.taken.db_bits);
		device_kick_peers(ni);
	}
	if (ni->cfg.ctx_ops && ni->cfg.ctx_ops->db_event)
		ni->cfg.ctx_ops->db_event(ni->cfg.ctx, vec);
}

static void device_msg_event(void *ctx)
{
	struct ntb_irq *ni = ctx;

	device_kick_peers(ni);
	if (ni->cfg.ctx_ops && ni->cfg.ctx_ops->msg_event)
		ni->cfg.ctx_ops->msg_event(ni->cfg.ctx);
}

static const struct ntb_ctx_ops device_ctx_ops = {
	.link_event	= device_link_event,
	.db_event	= device_db_event,
	.msg_event	= device_msg_event,
};

static int device_take_mailbox(struct ntb_irq *ni)
{
	int words = ni->backend->ops->mailbox_take(&ni->hw);

	if (words < 0)
		return words;
	if (words < NTB_IRQ_FRAME_MIN || words > NTB_IRQ_FRAME_MAX) {
		dev_err(ni->dev, "ntb_irq: backend %s offers %d mailbox words, needs %d to %d\n",
			ni->backend->name, words, NTB_IRQ_FRAME_MIN, NTB_IRQ_FRAME_MAX);
		return -EINVAL;
	}
	static_assert(NTB_IRQ_RECORD_WORDS / 2 <= NTB_IRQ_FRAME_MIN - 2);
	ni->words = words;
	ni->part_words = words - 2 < NTB_IRQ_RECORD_WORDS ? NTB_IRQ_RECORD_WORDS / 2 :
							    NTB_IRQ_RECORD_WORDS;
	return 0;
}

static int device_init_peers(struct ntb_irq *ni)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ni->npeers; i++) {
		ret = ntb_irq_peer_init(ni, i);
		if (!ret)
			ret = ntb_irq_window_plan(&ni->peers[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static void device_free_peers(struct ntb_irq *ni)
{
	unsigned int i;

	for (i = 0; i < ni->npeers; i++)
		ntb_irq_peer_free(&ni->peers[i]);
}

static int device_start_backend(struct ntb_irq *ni)
{
	const struct ntb_irq_backend_ops *ops = ni->backend->ops;
	int ret;

	ret = device_take_mailbox(ni);
	if (!ret && ops->init)
		ret = ops->init(&ni->hw);
	return ret;
}

static void device_stop_backend(struct ntb_irq *ni)
{
	if (ni->backend->ops->exit)
		ni->backend->ops->exit(&ni->hw);
}

static int device_start(struct ntb_irq *ni)
{
	int ret;

	ret = ntb_irq_parent_init(ni);
	if (ret)
		return ret;

	ni->wq = alloc_workqueue("ntb_irq-%s", WQ_UNBOUND, 0, dev_name(ni->dev));
	if (!ni->wq)
		return -ENOMEM;
	ret = device_init_peers(ni);
	if (ret)
		goto err_free_peers;
	ret = ntb_irq_domain_create(ni);
	if (ret)
		goto err_free_peers;
	ret = ntb_set_ctx(ni->hw.ntb, ni, &device_ctx_ops);
	if (ret) {
		dev_err(ni->dev, "ntb_irq: the context of the NTB device is taken (%d)\n", ret);
		goto err_remove_domain;
	}
	return 0;

err_remove_domain:
	ntb_irq_domain_remove(ni);
err_free_peers:
	device_free_peers(ni);
	destroy_workqueue(ni->wq);
	return ret;
}

static int device_size(struct device *dev, unsigned int wanted)
{
	const struct ntb_irq_domain *reserved = ntb_irq_reserved_domain(dev);
	unsigned int most = reserved ? reserved->max : NTB_IRQ_MAX;

	if (wanted > most) {
		dev_err(dev, "ntb_irq: %u interrupts wanted, but %s %u\n", wanted,
			reserved ? "the driver reserved" : "no function can have more than",
			most);
		return -EINVAL;
	}
	if (reserved && reserved->ni) {
		dev_err(dev, "ntb_irq: the domain of the function is in use\n");
		return -EEXIST;
	}
	if (!wanted)
		wanted = reserved ? most : NTB_IRQ_DEFAULT;
	return roundup_pow_of_two(wanted);
}

/**
 * ntb_irq_new() - what every struct ntb_irq begins with
 * @ntb:	the NTB device
 * @max_irqs:	as in struct ntb_irq_config
 * @npeers:	number of peers the exchange is for, 0 for none
 *
 * Context: process context, may sleep.
 * Return: the function, for ntb_irq_delete(), or an error pointer: -EINVAL for
 * a size that is not possible; -EEXIST when the domain is in use; -ENOMEM.
 */
static struct ntb_irq *ntb_irq_new(struct ntb_dev *ntb, unsigned int max_irqs, int npeers)
{
	struct device *dev = &ntb->pdev->dev;
	int max = device_size(dev, max_irqs);
	struct ntb_irq_whole *whole;
	struct ntb_irq *ni;

	if (max < 0)
		return ERR_PTR(max);
	whole = kzalloc(struct_size(whole, ni.peers, npeers), GFP_KERNEL);
	if (!whole)
		return ERR_PTR(-ENOMEM);
	ni = &whole->ni;
	ni->npeers = npeers;
	ni->hw.ntb = ntb;
	ni->dev = dev;
	ni->max = max;
	mutex_init(&ni->lock);
	raw_spin_lock_init(&ni->msg_lock);
	return ni;
}

/**
 * ntb_irq_delete() - undo ntb_irq_new()
 * @ni:		the function, NULL, or an error pointer
 *
 * Context: any.
 */
static void ntb_irq_delete(struct ntb_irq *ni)
{
	if (!IS_ERR_OR_NULL(ni))
		kfree(ntb_irq_whole(ni));
}

/**
 * ntb_irq_attach() - give an NTB function an interrupt domain
 * @ntb:	the NTB device
 * @cfg:	what the client wants, or NULL for the defaults; copied
 *
 * To be called by an NTB client in its probe, before ntb_link_enable() and
 * instead of ntb_set_ctx(). The exchange with the peers begins by itself when
 * the link comes up. The parts of the function the library takes are logged and
 * can be read by ntb_irq_taken().
 *
 * Context: process context, may sleep.
 * Return: a handle for all other calls, or an error pointer: -EINVAL for a
 * configuration that makes no sense, or asks for more than was reserved;
 * -ENODEV when no backend serves the function, it has no suitable interrupt
 * parent, or no window can expose the interrupt region; -EPERM when the parent
 * does not isolate interrupts, or a window would expose more than the region
 * without DMA translation, and the module parameter allow_unsafe_interrupts is
 * not set; -EOPNOTSUPP when nobody tells where messages go; -ENOSPC when the
 * client leaves no scratchpads or doorbell; -EEXIST when the context of @ntb is
 * set already, or the function is attached; -ENOMEM.
 */
struct ntb_irq *ntb_irq_attach(struct ntb_dev *ntb, const struct ntb_irq_config *cfg)
{
	static const struct ntb_irq_config defaults;
	struct device *dev = &ntb->pdev->dev;
	int npeers = ntb_peer_port_count(ntb);
	int ret;

	cfg = cfg ?: &defaults;
	if (npeers < 1 || npeers > NTB_IRQ_PEERS) {
		dev_err(dev, "ntb_irq: the function has %d peers, 1 to %u are possible\n",
			npeers, NTB_IRQ_PEERS);
		return ERR_PTR(-EINVAL);
	}

	struct ntb_irq *ni __free(ntb_irq_delete) =
		ntb_irq_new(ntb, cfg->max_irqs, npeers);
	if (IS_ERR(ni))
		return ni;
	ni->hw.used = cfg->used;
	ni->cfg = *cfg;

	ni->backend = ntb_irq_backend_get(ntb);
	if (!ni->backend) {
		dev_err(dev, "ntb_irq: no backend for %04x:%04x bound to driver %s is loaded\n",
			ntb->pdev->vendor, ntb->pdev->device,
			ntb->pdev->driver ? ntb->pdev->driver->name : "(none)");
		return ERR_PTR(-ENODEV);
	}
	ntb_irq_ring_init(ni);
	ret = device_start_backend(ni);
	if (!ret) {
		ret = device_start(ni);
		if (ret)
			device_stop_backend(ni);
	}
	if (ret) {
		ntb_irq_ring_exit(ni);
		ntb_irq_backend_put(ni->backend);
		return ERR_PTR(ret);
	}

	ntb_irq_debugfs_add(ni);
	ntb_db_clear(ntb, ni->hw.taken.db_bits);
	ntb_db_clear_mask(ntb, ni->hw.taken.db_bits);
	dev_info(dev, "ntb_irq: domain %s of %u interrupts below %s, takes doorbells %#llx and %u scratchpads from %u\n",
		 ni->name, ni->max, ni->parent.name, ni->hw.taken.db_bits,
		 ni->hw.taken.spad_count, ni->hw.taken.spad_first);
	/* The link may have been up before. */
	device_link_event(ni);
	return no_free_ptr(ni);
}
EXPORT_SYMBOL_GPL(ntb_irq_attach);

/**
 * ntb_irq_detach() - undo ntb_irq_attach()
 * @ni:		the function; every interrupt must have been freed
 *
 * Peers are told to forget this host, and then everything they could write to is
 * closed.
 *
 * Context: process context, may sleep.
 */
void ntb_irq_detach(struct ntb_irq *ni)
{
	unsigned int i;

	debugfs_remove(ni->debugfs);
	for (i = 0; i < ni->npeers; i++)
		ntb_irq_peer_bye(&ni->peers[i]);
	ntb_db_set_mask(ni->hw.ntb, ni->hw.taken.db_bits);
	ntb_clear_ctx(ni->hw.ntb);
	for (i = 0; i < ni->npeers; i++)
		ntb_irq_peer_shutdown(&ni->peers[i]);
	ntb_irq_domain_remove(ni);
	device_free_peers(ni);
	destroy_workqueue(ni->wq);
	device_stop_backend(ni);
	ntb_irq_backend_put(ni->backend);
	ntb_irq_ring_exit(ni);
	ntb_irq_delete(ni);
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
	return ni->name;
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
	return ni->parent.name;
}
EXPORT_SYMBOL_GPL(ntb_irq_parent_name);

/**
 * ntb_irq_taken() - which parts of the function does the library use?
 * @ni:		the function
 * @use:	filled in; windows are those open now
 *
 * Context: process context, may sleep.
 */
void ntb_irq_taken(struct ntb_irq *ni, struct ntb_irq_use *use)
{
	unsigned int i, slot;

	*use = ni->hw.taken;
	if (ni->backend->outbound) {
		guard(mutex)(&ni->lock);
		use->windows = ni->reach_taken;
		return;
	}
	for (i = 0; i < ni->npeers; i++) {
		struct ntb_irq_peer *peer = &ni->peers[i];

		guard(mutex)(&peer->lock);
		for (slot = 0; slot < NTB_IRQ_SLOTS; slot++) {
			if (peer->windows[slot].state != NTB_IRQ_WINDOW_FREE)
				use->windows |= BIT_ULL(peer->windows[slot].widx);
		}
	}
}
EXPORT_SYMBOL_GPL(ntb_irq_taken);

MODULE_DESCRIPTION("Interrupt domains for NTB functions");
MODULE_LICENSE("GPL");
