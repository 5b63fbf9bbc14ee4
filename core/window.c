// SPDX-License-Identifier: GPL-2.0-only
/* Windows through which peers ring this host: planning, opening, closing. */
#include <linux/slab.h>

#include "calls.h"
#include "trace.h"

/**
 * ntb_irq_window_infos() - describe all windows
 * @peer:	the peer
 * @count:	number of windows
 * @usable:	windows that exist and the client does not use
 *
 * Context: process context, may sleep.
 * Return: descriptions of the windows that are usable, by index, to be given to
 * kfree(); or an error pointer: -ENOMEM; errno of the backend.
 */
static struct ntb_irq_window_info *
ntb_irq_window_infos(struct ntb_irq_peer *peer, unsigned int *count, u64 *usable)
{
	struct ntb_irq_hw *hw = &peer->ni->hw;
	const struct ntb_irq_backend_ops *ops = peer->ni->backend->ops;
	int ret = ops->window_count(hw, peer->pidx);
	struct ntb_irq_window_info *infos;
	unsigned int i;

	if (ret < 0)
		return ERR_PTR(ret);
	infos = kcalloc(NTB_IRQ_WINDOWS, sizeof(*infos), GFP_KERNEL);
	if (!infos)
		return ERR_PTR(-ENOMEM);

	*count = min(ret, NTB_IRQ_WINDOWS);
	*usable = 0;
	for (i = 0; i < *count; i++) {
		if (hw->used.windows & BIT_ULL(i))
			continue;
		if (!ops->window_info(hw, peer->pidx, i, &infos[i]))
			*usable |= BIT_ULL(i);
	}
	return infos;
}

/**
 * ntb_irq_window_set() - have the hardware open a window, set it anew, or close it
 * @peer:	the peer
 * @widx:	window index
 * @base:	first address it exposes
 * @size:	bytes it exposes, 0 to close it
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: 0 or the errno of the backend.
 */
static int ntb_irq_window_set(struct ntb_irq_peer *peer, int widx, u64 base, u64 size)
{
	struct ntb_irq *ni = peer->ni;
	const struct ntb_irq_backend_ops *ops = ni->backend->ops;
	int ret;

	if (size)
		ret = ops->window_map(&ni->hw, peer->pidx, widx, base, size);
	else
		ret = ops->window_unmap(&ni->hw, peer->pidx, widx);
	trace_ntb_irq_window(ni, peer->pidx, widx, base, size, ret);
	if (ret)
		dev_err(ni->dev,
			"ntb_irq: peer %u: setting window %d to %#llx bytes at %#llx failed: %d\n",
			peer->pidx, widx, size, base, ret);
	return ret;
}

/*
 * Where the peer programs the translation there is nothing to open here. The
 * region is cut into what the peer says that it can reach.
 */
static int window_plan_outbound(struct ntb_irq_peer *peer)
{
	const struct ntb_irq_region *region = &peer->ni->parent.region;
	const struct ntb_irq_session *s = &peer->session;
	struct ntb_irq_plan *plan = &peer->plan;

	*plan = (struct ntb_irq_plan) {
		.mode	= NTB_IRQ_PLAN_WHOLE,
		.fit	= { .base = region->base, .size = region->size, .len = region->size },
	};
	if (s->reach_order && BIT_ULL(s->reach_order) < region->size) {
		plan->mode = NTB_IRQ_PLAN_PIECES;
		plan->granule = BIT_ULL(s->reach_order);
		plan->pieces = GENMASK_ULL(BIT(s->reach_count_order) - 1, 0);
	}
	return 0;
}

/**
 * ntb_irq_window_judge() - may a plan be carried out?
 * @ni:		the function
 * @pidx:	peer index, for messages
 * @plan:	the plan
 *
 * Context: process context.
 * Return: 0, or -EPERM when the window would expose more than the region, DMA of
 * the function is not translated, and the administrator did not allow that.
 */
static int ntb_irq_window_judge(struct ntb_irq *ni, unsigned int pidx,
				const struct ntb_irq_plan *plan)
{
	const struct ntb_irq_region *region = &ni->parent.region;

	if (plan->mode != NTB_IRQ_PLAN_WIDE || ntb_irq_dma_translated(ni))
		return 0;

	if (!ntb_irq_unsafe_allowed()) {
		dev_err(ni->dev,
			"ntb_irq: peer %u: window %d would expose %#llx bytes at %#llx, but interrupts need only %#llx at %#llx and DMA is not translated; enable DMA translation, or load ntb_irq with allow_unsafe_interrupts=1 to accept that\n",
			pidx, plan->widx, plan->fit.size, plan->fit.base, region->size,
			region->base);
		return -EPERM;
	}
	dev_warn(ni->dev,
		 "ntb_irq: peer %u: window %d exposes %#llx bytes at %#llx without DMA translation (allow_unsafe_interrupts=1)\n",
		 pidx, plan->widx, plan->fit.size, plan->fit.base);
	return 0;
}

/**
 * ntb_irq_window_plan() - decide which windows serve a peer
 * @peer:	the peer
 *
 * Can be called before the link is up, when windows may not know their largest
 * size yet: what is refused then is refused in any case.
 *
 * Context: process context, may sleep, under the peer's lock or before its work
 * runs.
 * Return: 0; -ENODEV when no window can expose the region; -EPERM when one could
 * only by exposing more, DMA of the function is not translated, and the
 * administrator did not allow that; -ENOMEM; errno of the backend.
 */
static int ntb_irq_window_plan(struct ntb_irq_peer *peer)
{
	struct ntb_irq *ni = peer->ni;
	const struct ntb_irq_region *region = &ni->parent.region;
	struct ntb_irq_plan *plan = &peer->plan;
	unsigned int count;
	u64 usable;

	if (ni->backend->outbound)
		return window_plan_outbound(peer);

	struct ntb_irq_window_info *infos __free(kfree) =
		ntb_irq_window_infos(peer, &count, &usable);
	if (IS_ERR(infos))
		return PTR_ERR(infos);

	ntb_irq_plan_windows(region, infos, count, usable, plan);
	if (plan->mode == NTB_IRQ_PLAN_NONE) {
		dev_err(ni->dev,
			"ntb_irq: peer %u: none of %u windows (%#llx usable) can expose %#llx bytes at %#llx\n",
			peer->pidx, count, usable, region->size, region->base);
		return -ENODEV;
	}
	return ntb_irq_window_judge(ni, peer->pidx, plan);
}

static int window_open(struct ntb_irq_peer *peer, unsigned int slot, int widx,
		       const struct ntb_irq_fit *fit)
{
	struct ntb_irq_window *win = &peer->windows[slot];
	int ret;

	*win = (struct ntb_irq_window) { .widx = widx, .fit = *fit };
	if (!peer->ni->backend->outbound) {
		ret = ntb_irq_window_set(peer, widx, fit->base, fit->size);
		if (ret)
			return ret;
	}
	win->state = NTB_IRQ_WINDOW_OPEN;
	return slot;
}

static bool window_covers(const struct ntb_irq_window *win, u64 addr)
{
	u64 first = win->fit.base + win->fit.start;

	return (win->state == NTB_IRQ_WINDOW_OPEN || win->state == NTB_IRQ_WINDOW_TOLD) &&
	       addr >= first && addr - first + sizeof(u32) <= win->fit.len;
}

static int window_open_piece(struct ntb_irq_peer *peer, u64 addr)
{
	const struct ntb_irq_plan *plan = &peer->plan;
	struct ntb_irq_fit fit = {
		.base	= ALIGN_DOWN(addr, plan->granule),
		.size	= plan->granule,
		.len	= plan->granule,
	};
	u64 free = plan->pieces;
	int slot = -1;
	unsigned int i;

	for (i = 0; i < NTB_IRQ_SLOTS; i++) {
		if (peer->windows[i].state != NTB_IRQ_WINDOW_FREE)
			free &= ~BIT_ULL(peer->windows[i].widx);
		else if (slot < 0)
			slot = i;
	}
	if (!free || slot < 0)
		return -ENOSPC;
	return window_open(peer, slot, __fls(free), &fit);
}

/**
 * ntb_irq_window_get() - a window that covers a message address
 * @peer:	the peer
 * @addr:	address of the message
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: the slot, with one more user; -ERANGE when the address is outside of
 * the region; -ENOSPC when a window would have to be opened and none is left;
 * errno of the backend.
 */
static int ntb_irq_window_get(struct ntb_irq_peer *peer, u64 addr)
{
	const struct ntb_irq_region *region = &peer->ni->parent.region;
	int slot;

	if (addr < region->base || addr - region->base + sizeof(u32) > region->size)
		return -ERANGE;

	for (slot = 0; slot < NTB_IRQ_SLOTS; slot++) {
		if (window_covers(&peer->windows[slot], addr))
			break;
	}
	if (slot == NTB_IRQ_SLOTS)
		slot = peer->plan.mode == NTB_IRQ_PLAN_PIECES ?
		       window_open_piece(peer, addr) :
		       window_open(peer, 0, peer->plan.widx, &peer->plan.fit);
	if (slot >= 0)
		peer->windows[slot].users++;
	return slot;
}

/**
 * ntb_irq_window_put() - an interrupt leaves a window
 * @peer:	the peer
 * @slot:	slot of the window
 *
 * A piece without users is closed, so that another piece can have the window.
 *
 * Context: under the peer's lock.
 */
static void ntb_irq_window_put(struct ntb_irq_peer *peer, unsigned int slot)
{
	struct ntb_irq_window *win = &peer->windows[slot];

	if (--win->users || peer->plan.mode != NTB_IRQ_PLAN_PIECES)
		return;
	if (win->state == NTB_IRQ_WINDOW_TOLD)
		win->state = NTB_IRQ_WINDOW_CLOSING;
	else
		ntb_irq_window_close(peer, win);
}

/**
 * ntb_irq_window_close() - close a window
 * @peer:	the peer
 * @win:	the window
 *
 * Context: process context, may sleep, under the peer's lock.
 */
static void ntb_irq_window_close(struct ntb_irq_peer *peer, struct ntb_irq_window *win)
{
	win->state = NTB_IRQ_WINDOW_FREE;
	if (!peer->ni->backend->outbound)
		ntb_irq_window_set(peer, win->widx, win->fit.base, 0);
}

/**
 * ntb_irq_window_close_all() - close every window of a peer
 * @peer:	the peer
 *
 * Context: process context, may sleep, under the peer's lock.
 */
static void ntb_irq_window_close_all(struct ntb_irq_peer *peer)
{
	unsigned int i;

	for (i = 0; i < NTB_IRQ_SLOTS; i++) {
		if (peer->windows[i].state != NTB_IRQ_WINDOW_FREE)
			ntb_irq_window_close(peer, &peer->windows[i]);
	}
}

/**
 * ntb_irq_window_reopen() - program a peer's windows at the start of a session
 * @peer:	the peer, to which nothing has been told in this session
 *
 * The peer's end may have been reset, and hardware that keeps the translation
 * there has lost it. Windows over pieces are opened when a message asks for
 * them; the window over the whole region is opened here.
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: 0 or a negative errno, as ntb_irq_window_plan() and the backend.
 */
static int ntb_irq_window_reopen(struct ntb_irq_peer *peer)
{
	const struct ntb_irq_plan *plan = &peer->plan;
	unsigned int i;
	int ret;

	ret = ntb_irq_window_plan(peer);
	for (i = 0; i < NTB_IRQ_SLOTS; i++) {
		struct ntb_irq_window *win = &peer->windows[i];
		/* Programming it anew is enough, and half the work. */
		bool again = !ret && plan->mode != NTB_IRQ_PLAN_PIECES && win->widx == plan->widx;

		if (win->state != NTB_IRQ_WINDOW_FREE && !again)
			ntb_irq_window_close(peer, win);
	}
	if (ret || plan->mode == NTB_IRQ_PLAN_PIECES)
		return ret;
	ret = window_open(peer, 0, plan->widx, &plan->fit);
	return min(ret, 0);
}
