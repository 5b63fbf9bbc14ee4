// SPDX-License-Identifier: GPL-2.0-only
/*
 * The older interface of ntb.h, on the interrupt domain of the function.
 *
 * Its clients send each other the messages themselves, so there is no session here,
 * no backend and no struct ntb_irq_peer. Each peer writes through the window of
 * the highest index, as clients of this interface expect.
 */
#define dev_fmt(fmt) "" fmt

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "legacy.h"

/* The client is being bound or unbound: look again when that is over. */
#define LEGACY_RETRY	msecs_to_jiffies(10)
/* How long all windows together are tried to be closed, and at which interval. */
#define LEGACY_CLOSE_TIMEOUT	(2 * HZ)
#define LEGACY_CLOSE_DELAY_MS	100

static void legacy_changed(struct ntb_irq_domain *dom, unsigned int index)
{
	struct ntb_msi *msi = dom->user;

	set_bit(index, msi->changed);
	schedule_delayed_work(&msi->work, 0);
}

static bool legacy_in_use(struct ntb_irq_domain *dom, unsigned int index)
{
	struct ntb_msi *msi = dom->user;

	return test_bit(index, msi->exposed);
}

static const struct ntb_irq_domain_ops legacy_domain_ops = {
	.changed	= legacy_changed,
	.in_use		= legacy_in_use,
};

/* Windows over pieces of the region are opened when the first message is known. */
static int legacy_open(struct ntb_msi *msi, unsigned int pidx, u64 addr)
{
	struct ntb_msi_peer *peer = &msi->peers[pidx];
	const struct ntb_irq_plan *plan = &peer->plan;
	u64 base = plan->aperture.base, size = plan->aperture.size;
	int ret;

	peer->widx = plan->widx;
	if (plan->mode == NTB_IRQ_PLAN_PIECES) {
		peer->widx = __fls(plan->pieces);
		size = plan->granule;
		base = ALIGN_DOWN(addr, size);
	}
	peer->open = true;
	ret = ntb_irq_plain_window_map(&msi->hw, pidx, peer->widx, base, size);
	peer->base = base;
	peer->size = ret ? 0 : size;
	if (ret)
		dev_err(msi->dev,
			"peer %u: opening window %d over %#llx bytes at %#llx failed: %d\n",
			pidx, peer->widx, size, base, ret);
	return ret;
}

static bool legacy_present(struct ntb_msi *msi)
{
	return pci_device_is_present(to_pci_dev(msi->dev));
}

static int legacy_close(struct ntb_msi *msi, unsigned int pidx)
{
	struct ntb_msi_peer *peer = &msi->peers[pidx];
	int ret;

	peer->size = 0;
	if (!peer->open)
		return 0;
	/* When it is back after a reset, its windows may be as they were. */
	ret = legacy_present(msi) ? ntb_irq_plain_window_unmap(&msi->hw, pidx, peer->widx) :
				    -ENODEV;
	if (!ret)
		peer->open = false;
	return ret;
}

/* Returns 0 or the errno of the last window that could not be closed. */
static int legacy_close_each(struct ntb_msi *msi)
{
	unsigned int i;
	int ret = 0;

	/* A driver that has waited for one in vain would do so for each. */
	for (i = 0; i < msi->npeers && ret != -ETIMEDOUT; i++)
		ret = legacy_close(msi, i) ?: ret;
	return ret;
}

/*
 * A driver that waits for its hardware may be interrupted by a signal to the process that
 * takes the client away, and have done nothing. No signal comes here.
 */
static void legacy_close_work(struct work_struct *work)
{
	struct ntb_msi *msi = container_of(work, struct ntb_msi, close_work);
	unsigned long began = jiffies;

	while ((msi->close_error = legacy_close_each(msi)) && legacy_present(msi) &&
	       !time_after(jiffies, began + LEGACY_CLOSE_TIMEOUT))
		msleep(LEGACY_CLOSE_DELAY_MS);
	msi->close_ms = jiffies_to_msecs(jiffies - began);
}

static void legacy_log_open(struct ntb_msi *msi)
{
	unsigned int i;

	for (i = 0; i < msi->npeers; i++) {
		if (msi->peers[i].open)
			dev_err(msi->dev,
				"peer %u: window %d stays open: it could not be closed in %u ms (%d)\n",
				i, msi->peers[i].widx, msi->close_ms, msi->close_error);
	}
}

/*
 * Close all windows; under the lock of @msi. Returns 0, or the errno of one that stays open:
 * interrupts that peers may have are not handed out again then.
 */
static int legacy_close_all(struct ntb_msi *msi)
{
	schedule_work(&msi->close_work);
	flush_work(&msi->close_work);
	if (msi->close_error) {
		if (legacy_present(msi))
			legacy_log_open(msi);
		return msi->close_error;
	}
	/* The messages that peers may still have lead nowhere now. */
	scoped_guard(mutex, &msi->dom->lock)
		bitmap_zero(msi->exposed, msi->dom->max);
	return 0;
}

static int legacy_plan(struct ntb_msi *msi, unsigned int pidx)
{
	const struct ntb_irq_region *region = &msi->parent.region;
	struct ntb_irq_plan *plan = &msi->peers[pidx].plan;
	int widx = ntb_peer_highest_mw_idx(msi->ntb, pidx);
	int ret;

	if (widx < 0 || widx >= NTB_IRQ_WINDOWS) {
		dev_err(msi->dev, "peer %u has no window for interrupts (%d)\n", pidx,
			widx);
		return widx < 0 ? widx : -ENODEV;
	}

	struct ntb_irq_window_info *infos __free(kfree) =
		kcalloc(widx + 1, sizeof(*infos), GFP_KERNEL);
	if (!infos)
		return -ENOMEM;

	ret = ntb_irq_plain_window_info(&msi->hw, pidx, widx, &infos[widx]);
	if (ret) {
		dev_err(msi->dev, "peer %u: window %d cannot be used (%d)\n", pidx, widx,
			ret);
		return ret;
	}
	ntb_irq_plan_windows(region, infos, widx + 1, BIT_ULL(widx), plan);
	if (plan->mode == NTB_IRQ_PLAN_NONE) {
		dev_err(msi->dev,
			"peer %u: window %d of %#llx bytes cannot expose %#llx bytes at %#llx\n",
			pidx, widx, infos[widx].size_max, region->size, region->base);
		return -ENODEV;
	}
	return ntb_irq_window_allowed(msi->dev, &msi->parent, pidx, plan, &msi->peers[pidx].log);
}

/**
 * ntb_msi_setup_mws() - open the windows through which peers ring this host
 * @ntb:	the NTB device
 *
 * For each peer the window of the highest index is taken. To be called after a
 * link-up event, and again after each.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL before ntb_msi_init(); -ENODEV when the window cannot
 * expose the interrupt region; -ENOENT when the driver does not describe it;
 * -EPERM when it would expose more, DMA of the function is not translated, and
 * the administrator did not allow that; -EOPNOTSUPP when the driver cannot open
 * it; -ENOMEM; errno of the driver. On failure all windows are closed.
 */
int ntb_msi_setup_mws(struct ntb_dev *ntb)
{
	struct ntb_msi *msi = ntb->msi;
	unsigned int i;
	int ret = 0;

	if (!msi)
		return -EINVAL;

	guard(mutex)(&msi->lock);
	for (i = 0; i < msi->npeers && !ret; i++) {
		u64 base = msi->peers[i].base;
		bool again = msi->peers[i].size;

		ret = legacy_plan(msi, i);
		/* The peer's end may have been reset: program the same anew. */
		if (!ret && (again || msi->peers[i].plan.mode != NTB_IRQ_PLAN_PIECES))
			ret = legacy_open(msi, i, base);
	}
	if (ret)
		legacy_close_all(msi);
	return ret;
}
EXPORT_SYMBOL(ntb_msi_setup_mws);

/**
 * ntb_msi_clear_mws() - close what ntb_msi_setup_mws() has opened
 * @ntb:	the NTB device
 *
 * Where the driver fails, it is tried again for two seconds, and once more when the client
 * is unbound.
 *
 * Context: process context, may sleep.
 */
void ntb_msi_clear_mws(struct ntb_dev *ntb)
{
	struct ntb_msi *msi = ntb->msi;

	if (!msi)
		return;
	guard(mutex)(&msi->lock);
	legacy_close_all(msi);
}
EXPORT_SYMBOL(ntb_msi_clear_mws);

/*
 * All peers write to one offset, so their windows must begin at one address.
 * Returns the offset of a message, or -ERANGE when a window does not reach it.
 */
static s64 legacy_offset(struct ntb_msi *msi, u64 addr)
{
	s64 offset = -ERANGE;
	unsigned int i;
	int ret;

	for (i = 0; i < msi->npeers; i++) {
		struct ntb_msi_peer *peer = &msi->peers[i];

		if (!peer->size && peer->plan.mode == NTB_IRQ_PLAN_PIECES) {
			ret = legacy_open(msi, i, addr);
			if (ret)
				return ret;
		}
		if (addr < peer->base || addr - peer->base + sizeof(u32) > peer->size ||
		    addr - peer->base > U32_MAX ||
		    (offset >= 0 && offset != addr - peer->base)) {
			dev_err(msi->dev,
				"peer %u cannot reach an interrupt at %#llx, its window exposes %#llx bytes at %#llx\n",
				i, addr, peer->size, peer->base);
			return -ERANGE;
		}
		offset = addr - peer->base;
	}
	return offset;
}

/*
 * Write the client's copy of a message, unless the message is another one by now. The
 * copy may be gone once free_irq() has returned, and before that the message is cleared
 * under the lock that is held here.
 */
static bool legacy_write(struct ntb_msi *msi, unsigned int index,
			 const struct ntb_irq_message *msg, u32 offset)
{
	const struct ntb_irq_entry *entry = &msi->dom->entries[index];
	struct ntb_msi_desc *desc = msi->irqs[index].desc;

	guard(raw_spinlock_irqsave)(&msi->dom->msg_lock);
	if (entry->addr != msg->addr || entry->data != msg->data)
		return false;
	WRITE_ONCE(desc->addr_offset, offset);
	WRITE_ONCE(desc->data, msg->data);
	return true;
}

/* Put a message into the client's copy; returns 1 when that is a new one. */
static int legacy_export(struct ntb_msi *msi, unsigned int index)
{
	struct ntb_msi_irq *irq = &msi->irqs[index];
	struct ntb_irq_message msg;
	s64 offset;

	do {
		msg = ntb_irq_domain_message(msi->dom, index);
		if (!ntb_irq_message_valid(&msg) ||
		    (msg.addr == irq->exported.addr && msg.data == irq->exported.data))
			return 0;
		offset = legacy_offset(msi, msg.addr);
		if (offset < 0)
			return offset;
		scoped_guard(mutex, &msi->dom->lock)
			__set_bit(index, msi->exposed);
	} while (!legacy_write(msi, index, &msg, offset));
	irq->exported = msg;
	return 1;
}

/*
 * A client is not unbound while its device is locked, so the callback finds it
 * alive, may sleep, and holds no lock that a request takes.
 */
static void legacy_work(struct work_struct *work)
{
	struct ntb_msi *msi = container_of(work, struct ntb_msi, work.work);
	struct ntb_dev *ntb = msi->ntb;
	unsigned int index;
	bool news = false;

	if (!device_trylock(&ntb->dev)) {
		schedule_delayed_work(&msi->work, LEGACY_RETRY);
		return;
	}
	scoped_guard(mutex, &msi->lock) {
		for_each_set_bit(index, msi->changed, msi->dom->max) {
			clear_bit(index, msi->changed);
			if (msi->irqs[index].desc)
				news |= legacy_export(msi, index) > 0;
		}
	}
	if (news && msi->desc_changed && ntb->ctx)
		msi->desc_changed(ntb->ctx);
	device_unlock(&ntb->dev);
}

/*
 * Keep an interrupt whose handler was removed for the next request. It is not freed: of
 * a handler that the client removes by devm_free_irq() only the beginning can be seen
 * here, and free_irq() goes on to use the interrupt. Under the lock of @msi.
 */
void ntb_msi_release(struct ntb_msi *msi, unsigned int index)
{
	msi->irqs[index] = (struct ntb_msi_irq) { .idle = true };
}

/* The interrupt for a request: one that is kept and that no peer can ring, or a new one. */
static struct msi_map legacy_take(struct ntb_msi *msi)
{
	unsigned int index;

	for (index = 0; index < msi->dom->max; index++) {
		if (!msi->irqs[index].idle || test_bit(index, msi->exposed))
			continue;
		msi->irqs[index].idle = false;
		return (struct msi_map) {
			.index	= index,
			.virq	= ntb_irq_domain_vector(msi->dom, index),
		};
	}
	return ntb_irq_domain_alloc(msi->dom, NULL);
}

/*
 * Clients may give their handler back by devm_free_irq(), without a call to
 * this file. The kernel has cleared the message then.
 */
static void legacy_collect(struct ntb_msi *msi)
{
	unsigned int index;

	for (index = 0; index < msi->dom->max; index++) {
		struct ntb_irq_message msg = ntb_irq_domain_message(msi->dom, index);

		if (msi->irqs[index].desc && !ntb_irq_message_valid(&msg))
			ntb_msi_release(msi, index);
	}
}

/**
 * ntbm_msi_request_threaded_irq() - allocate an interrupt and install a handler
 * @ntb:	the NTB device
 * @handler:	see request_threaded_irq()
 * @thread_fn:	see request_threaded_irq(), NULL for none
 * @name:	name of the user
 * @dev_id:	passed to the handlers
 * @msi_desc:	filled in: what a peer has to write, and where. It is kept up to
 *		date until the interrupt is freed, and must stay until then.
 *
 * The handler goes away with the client. To remove it earlier, call
 * devm_free_irq() on the device of @ntb.
 *
 * Context: process context, may sleep.
 * Return: the Linux interrupt number; -EINVAL before ntb_msi_init(); -ERANGE
 * when the windows that ntb_msi_setup_mws() has opened do not reach the
 * interrupt, or it was not called; errno of ntb_irq_alloc() and of
 * request_threaded_irq().
 */
int ntbm_msi_request_threaded_irq(struct ntb_dev *ntb, irq_handler_t handler,
				  irq_handler_t thread_fn,
				  const char *name, void *dev_id,
				  struct ntb_msi_desc *msi_desc)
{
	struct ntb_msi *msi = ntb->msi;
	struct msi_map map;
	int ret;

	if (!msi)
		return -EINVAL;

	guard(mutex)(&msi->lock);
	legacy_collect(msi);
	map = legacy_take(msi);
	if (map.index < 0)
		return map.index;

	ret = devm_request_threaded_irq(&ntb->dev, map.virq, handler, thread_fn, 0, name, dev_id);
	if (ret) {
		ntb_msi_release(msi, map.index);
		return ret;
	}
	/* Changes from here on wait for the lock. */
	msi->irqs[map.index].desc = msi_desc;
	ret = legacy_export(msi, map.index);
	if (ret < 0) {
		devm_free_irq(&ntb->dev, map.virq, dev_id);
		ntb_msi_release(msi, map.index);
		return ret;
	}
	return map.virq;
}
EXPORT_SYMBOL(ntbm_msi_request_threaded_irq);

/*
 * Check where a peer wants to be rung. Returns -EINVAL when there is no such peer or
 * the offset is not that of a word, -ERANGE when it is outside of the window.
 */
int ntb_msi_peer_offset(struct ntb_msi *msi, int peer, const struct ntb_msi_desc *desc)
{
	if (peer < 0 || peer >= msi->npeers || !IS_ALIGNED(desc->addr_offset, sizeof(u32)))
		return -EINVAL;
	if (desc->addr_offset + sizeof(u32) > msi->peers[peer].out_size)
		return -ERANGE;
	return 0;
}

/**
 * ntb_msi_peer_trigger() - ring an interrupt of a peer
 * @ntb:	the NTB device
 * @peer:	peer index
 * @desc:	descriptor received from that peer
 *
 * Context: any.
 * Return: 0; -EINVAL before ntb_msi_init(), when there is no such peer or the
 * offset is not that of a word; -ERANGE when it is outside of the window.
 */
int ntb_msi_peer_trigger(struct ntb_dev *ntb, int peer, struct ntb_msi_desc *desc)
{
	struct ntb_msi *msi = ntb->msi;
	/* The peer may write a new one meanwhile: what is checked is what is used. */
	struct ntb_msi_desc copy = {
		.addr_offset	= READ_ONCE(desc->addr_offset),
		.data		= READ_ONCE(desc->data),
	};
	int ret;

	if (!msi)
		return -EINVAL;
	ret = ntb_msi_peer_offset(msi, peer, &copy);
	if (ret)
		return ret;
	iowrite32(copy.data, msi->peers[peer].out + copy.addr_offset);
	return 0;
}
EXPORT_SYMBOL(ntb_msi_peer_trigger);

static void legacy_free(struct ntb_msi *msi)
{
	unsigned int i;

	for (i = 0; i < msi->npeers; i++) {
		if (msi->peers[i].out)
			iounmap(msi->peers[i].out);
	}
	bitmap_free(msi->changed);
	bitmap_free(msi->exposed);
	kvfree(msi->irqs);
	kfree(msi);
}

/* What a window leads to that stays open is kept until the driver goes. */
static void legacy_give_back(struct ntb_msi *msi, bool open)
{
	if (open) {
		ntb_irq_domain_keep(msi->dom);
		return;
	}
	ntb_irq_domain_put(msi->dom);
	ntb_irq_iova_release(msi->dev, msi->parent.dma_limit);
}

/* Runs when the client is unbound, after its handlers were removed. */
static void legacy_exit(void *data)
{
	struct ntb_msi *msi = data;
	unsigned int index;
	int ret;

	scoped_guard(mutex, &msi->lock) {
		ret = legacy_close_all(msi);
		for (index = 0; index < msi->dom->max; index++) {
			if (msi->irqs[index].desc || msi->irqs[index].idle)
				ntb_irq_domain_free(msi->dom, index);
			msi->irqs[index] = (struct ntb_msi_irq) { };
		}
	}
	/* It looks at nothing while the device is locked, as it is here. */
	disable_delayed_work_sync(&msi->work);
	/* Through a function that is gone nothing passes. */
	legacy_give_back(msi, ret && legacy_present(msi));
	msi->ntb->msi = NULL;
	legacy_free(msi);
}

static int legacy_map_peer(struct ntb_msi *msi, unsigned int pidx)
{
	struct ntb_msi_peer *peer = &msi->peers[pidx];
	int widx = ntb_peer_mw_count(msi->ntb) - 1 - (int)pidx;
	int ret;

	if (widx < 0) {
		dev_err(msi->dev, "%u peers, but no window for peer %u\n", msi->npeers, pidx);
		return -ENODEV;
	}
	ret = ntb_peer_mw_get_addr(msi->ntb, widx, &peer->out_phys, &peer->out_size);
	if (ret)
		return ret;
	peer->out = ioremap(peer->out_phys, peer->out_size);
	return peer->out ? 0 : -ENOMEM;
}

static int legacy_alloc_tables(struct ntb_msi *msi)
{
	msi->irqs = kvcalloc(msi->dom->max, sizeof(*msi->irqs), GFP_KERNEL);
	msi->changed = bitmap_zalloc(msi->dom->max, GFP_KERNEL);
	msi->exposed = bitmap_zalloc(msi->dom->max, GFP_KERNEL);
	return msi->irqs && msi->changed && msi->exposed ? 0 : -ENOMEM;
}

static int legacy_init(struct ntb_msi *msi)
{
	unsigned int i;
	int ret;

	for (i = 0; i < msi->npeers; i++) {
		ret = legacy_map_peer(msi, i);
		if (ret)
			return ret;
	}
	ret = ntb_irq_parent_init(msi->dev, &msi->parent, msi->name);
	if (ret)
		return ret;
	msi->dom = ntb_irq_domain_get(msi->dev, 0, &legacy_domain_ops, msi);
	if (IS_ERR(msi->dom))
		return PTR_ERR(msi->dom);
	ret = ntb_irq_domain_region(msi->dom, &msi->parent);
	if (!ret)
		ret = legacy_alloc_tables(msi);
	if (ret)
		ntb_irq_domain_put(msi->dom);
	return ret;
}

/**
 * ntb_msi_init() - prepare an NTB device for the other functions
 * @ntb:	the NTB device
 * @desc_changed: called when a message of an interrupt has changed, or NULL. Runs
 *		in process context, may sleep; must not unbind the client.
 *
 * To be called by an NTB client in its probe. It is undone when the client is
 * unbound. Each peer is rung through a window of its own, from the highest index
 * downwards; clients must leave those alone. Where one cannot be closed when the client
 * is unbound, the interrupts are kept until the driver of the function is unbound.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL when there are no peers; -EEXIST when it was called before,
 * or the domain of the function is in use; -EBUSY when interrupts of an earlier
 * client are kept; -ENODEV when there are fewer windows than peers, or the function
 * has no suitable interrupt parent; -EPERM when the parent does not isolate
 * interrupts and the administrator did not allow that; -EOPNOTSUPP when the MSI
 * region of the parent is unknown; -ENOMEM; errno of the driver.
 */
int ntb_msi_init(struct ntb_dev *ntb, void (*desc_changed)(void *ctx))
{
	int npeers = ntb_peer_port_count(ntb);
	struct ntb_msi *msi;
	int i, ret;

	if (npeers <= 0)
		return -EINVAL;
	if (ntb->msi)
		return -EEXIST;

	msi = kzalloc(struct_size(msi, peers, npeers), GFP_KERNEL);
	if (!msi)
		return -ENOMEM;
	msi->npeers = npeers;
	msi->ntb = ntb;
	msi->hw.ntb = ntb;
	msi->dev = &ntb->pdev->dev;
	msi->desc_changed = desc_changed;
	mutex_init(&msi->lock);
	INIT_DELAYED_WORK(&msi->work, legacy_work);
	INIT_WORK(&msi->close_work, legacy_close_work);
	for (i = 0; i < npeers; i++)
		ntb_irq_log_init(&msi->peers[i].log);

	ret = legacy_init(msi);
	if (ret) {
		legacy_free(msi);
		return ret;
	}
	ntb->msi = msi;
	return devm_add_action_or_reset(&ntb->dev, legacy_exit, msi);
}
EXPORT_SYMBOL(ntb_msi_init);
