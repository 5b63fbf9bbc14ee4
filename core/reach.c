// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows through which this host reaches its peers, on hardware where the host
 * that writes programs the translation. They are shared by all peers.
 */
#include <linux/log2.h>
#include <linux/slab.h>

#include "calls.h"

/**
 * ntb_irq_reach_size() - what to ask a peer to cut its region into
 * @peer:	the peer
 * @order:	log2 of the bytes one window can reach
 * @count_order: log2 of how many such windows the peer can count on
 *
 * Free windows are shared out evenly among the peers.
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: 0; -ENOSPC when no window is left; -ENOMEM; errno of the backend.
 */
static int ntb_irq_reach_size(struct ntb_irq_peer *peer, unsigned int *order,
			      unsigned int *count_order)
{
	struct ntb_irq *ni = peer->ni;
	u64 usable, size = 0;
	unsigned int count, i, n = 0;

	struct ntb_irq_window_info *infos __free(kfree) =
		ntb_irq_window_infos(peer, &count, &usable);
	if (IS_ERR(infos))
		return PTR_ERR(infos);

	guard(mutex)(&ni->lock);
	usable &= ~ni->reach_taken;
	for (i = 0; i < count; i++) {
		u64 max;

		if (!(usable & BIT_ULL(i)))
			continue;
		max = min_t(u64, rounddown_pow_of_two(infos[i].size_max), NTB_IRQ_SLOT_SIZE);
		if (max > size) {
			size = max;
			n = 0;
		}
		n += max == size;
	}
	if (!n || size < SZ_4K)
		return -ENOSPC;
	*order = ilog2(size);
	*count_order = ilog2(max(n / ni->npeers, 1U));
	return 0;
}

/**
 * ntb_irq_reach_open() - open a window to a peer
 * @peer:	the peer
 * @addr:	bus address of the peer
 * @len:	bytes
 * @start:	set to the offset of @addr in the window
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: the window index; -ENOSPC when no free window can do it; -ENOMEM;
 * errno of the backend.
 */
static int ntb_irq_reach_open(struct ntb_irq_peer *peer, u64 addr, u32 len, u64 *start)
{
	const struct ntb_irq_region range = { .base = addr, .size = len };
	struct ntb_irq *ni = peer->ni;
	struct ntb_irq_plan plan;
	unsigned int count;
	u64 usable;
	int ret;

	struct ntb_irq_window_info *infos __free(kfree) =
		ntb_irq_window_infos(peer, &count, &usable);
	if (IS_ERR(infos))
		return PTR_ERR(infos);

	guard(mutex)(&ni->lock);
	usable &= ~ni->reach_taken;
	ntb_irq_plan_windows(&range, infos, count, usable, &plan);
	/* One window has to do it: the peer cut its region accordingly. */
	if (plan.widx < 0) {
		dev_err(ni->dev,
			"ntb_irq: peer %u wants %#x bytes at %#llx reached, none of %u windows (%#llx free) can\n",
			peer->pidx, len, addr, count, usable);
		return -ENOSPC;
	}

	ret = ntb_irq_window_set(peer, plan.widx, plan.fit.base, plan.fit.size);
	if (ret)
		return ret;
	ni->reach_taken |= BIT_ULL(plan.widx);
	*start = plan.fit.start;
	return plan.widx;
}

/**
 * ntb_irq_reach_close() - close a window to a peer
 * @peer:	the peer
 * @widx:	the window
 *
 * Context: process context, may sleep, under the peer's lock.
 */
static void ntb_irq_reach_close(struct ntb_irq_peer *peer, int widx)
{
	guard(mutex)(&peer->ni->lock);
	ntb_irq_window_set(peer, widx, 0, 0);
	peer->ni->reach_taken &= ~BIT_ULL(widx);
}
