// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardware on which the host that writes programs the translation. A host exports
 * ranges of bus addresses, and its peer opens windows over them. The windows to
 * all peers come out of one set, which is shared out among the peers.
 */
#include <linux/log2.h>
#include <linux/slab.h>

#include "internal.h"

/* Bytes that a window can reach, as a power of two. */
static u64 outbound_reach(const struct ntb_irq_window_info *info)
{
	return min(rounddown_pow_of_two(info->size_max), NTB_IRQ_WINDOW_MAX);
}

/*
 * The largest size of which there is a window for every peer, and each peer's share
 * of those. A peer counts on its share, so no other may take more than its own.
 */
static struct ntb_irq_capacity outbound_share(const struct ntb_irq_peer *peer,
					      const struct ntb_irq_window_info *infos,
					      unsigned int count, u64 usable)
{
	struct ntb_irq_capacity capacity = { };
	unsigned int npeers = peer->nd->npeers, share, i, n;
	u64 size;

	for (size = NTB_IRQ_WINDOW_MAX; size >= NTB_IRQ_WINDOW_MIN; size /= 2) {
		n = 0;
		for (i = 0; i < count; i++)
			n += usable & BIT_ULL(i) && outbound_reach(&infos[i]) >= size;
		/* Where there are fewer windows than peers, some peers have none. */
		share = n / npeers + (size == NTB_IRQ_WINDOW_MIN && peer->pidx < n % npeers);
		if (share) {
			capacity.size_order = ilog2(size);
			capacity.count_order = ilog2(share);
			break;
		}
	}
	return capacity;
}

static int outbound_capacity(struct ntb_irq_peer *peer, struct ntb_irq_capacity *capacity)
{
	unsigned int count;
	u64 usable;

	struct ntb_irq_window_info *infos __free(kfree) =
		ntb_irq_window_infos(peer, &count, &usable);
	if (IS_ERR(infos))
		return PTR_ERR(infos);

	*capacity = outbound_share(peer, infos, count, usable);
	return 0;
}

/* The region is cut into ranges that the peer can reach, each by one window. */
static int outbound_plan(struct ntb_irq_peer *peer)
{
	const struct ntb_irq_region *region = &peer->nd->parent.region;
	const struct ntb_irq_capacity *capacity = &peer->session.capacity;
	u64 granule = min(BIT_ULL(capacity->size_order), NTB_IRQ_WINDOW_MAX);
	struct ntb_irq_plan *plan = &peer->plan;

	*plan = (struct ntb_irq_plan) { .widx = -1 };
	if (!capacity->size_order)
		return 0;

	if (granule < region->size) {
		plan->mode = NTB_IRQ_PLAN_PIECES;
		plan->granule = granule;
		plan->pieces = GENMASK_ULL(BIT(capacity->count_order) - 1, 0);
		return 0;
	}
	plan->mode = NTB_IRQ_PLAN_WHOLE;
	plan->widx = 0;
	plan->aperture = (struct ntb_irq_aperture) {
		.base	= region->base,
		.size	= region->size,
		.len	= region->size,
	};
	return 0;
}

/* The peer opens the window itself, over the bus addresses it is sent. */
static int outbound_open(struct ntb_irq_peer *peer, struct ntb_irq_window *win)
{
	win->start = win->aperture.base + win->aperture.start;
	win->len = win->aperture.len;
	return 0;
}

/* The peer composes the write, since it knows the window. */
static int outbound_compose(struct ntb_irq_peer *peer, const struct ntb_irq_window *win,
			    const struct ntb_irq_message *msg, struct ntb_irq_write *write)
{
	if (msg->addr < win->start || msg->addr - win->start + sizeof(u32) > win->len)
		return -ERANGE;
	write->offset = msg->addr - win->start;
	write->data = msg->data;
	return 0;
}

static int outbound_import_open(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win,
				const struct ntb_irq_window_record *rec)
{
	const struct ntb_irq_region range = { .base = rec->start, .size = rec->len };
	struct ntb_irq_dev *nd = peer->nd;
	struct ntb_irq_capacity capacity;
	struct ntb_irq_plan plan;
	unsigned int count, held = hweight64(peer->windows_out);
	u64 usable;
	int ret;

	struct ntb_irq_window_info *infos __free(kfree) =
		ntb_irq_window_infos(peer, &count, &usable);
	if (IS_ERR(infos))
		return PTR_ERR(infos);

	capacity = outbound_share(peer, infos, count, usable);
	if (!capacity.size_order || held >= BIT(capacity.count_order)) {
		ntb_irq_peer_warn(peer,
				  "rejected window of %#x bytes at %#llx: the peer has %u windows, its share is %lu\n",
				  rec->len, rec->start, held,
				  capacity.size_order ? BIT(capacity.count_order) : 0);
		return -EDQUOT;
	}

	guard(mutex)(&nd->windows_lock);
	usable &= ~nd->windows_out;
	ntb_irq_plan_windows(&range, infos, count, usable, &plan);
	/* One window has to do it: the peer cut its region accordingly. */
	if (plan.widx < 0) {
		ntb_irq_peer_warn(peer,
				  "rejected window of %#x bytes at %#llx: none of %u windows (free: %#llx) can reach that\n",
				  rec->len, rec->start, count, usable);
		return -ENXIO;
	}

	win->map = (struct ntb_irq_mapping) {
		.widx	= plan.widx,
		.addr	= plan.aperture.base,
		.size	= plan.aperture.size,
	};
	ret = ntb_irq_window_useful(peer, &win->map, &plan.aperture, &win->start, &win->mapped);
	if (ret)
		return ret;
	/* Whatever the driver says, it is no fault of the peer. */
	if (ntb_irq_window_set(peer, plan.widx, plan.aperture.base, plan.aperture.size))
		return -EIO;
	win->range = plan.aperture.base + plan.aperture.start;
	nd->windows_out |= BIT_ULL(plan.widx);
	peer->windows_out |= BIT_ULL(plan.widx);
	return 0;
}

static void outbound_import_close(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win)
{
	guard(mutex)(&peer->nd->windows_lock);
	ntb_irq_window_set(peer, win->map.widx, 0, 0);
	peer->windows_out &= ~BIT_ULL(win->map.widx);
	peer->nd->windows_out &= ~BIT_ULL(win->map.widx);
}

/* The peer exports an address and data of its own; this host's window decides. */
static int outbound_import_write(struct ntb_irq_peer *peer,
				 const struct ntb_irq_import_window *win,
				 struct ntb_irq_write *write)
{
	const struct ntb_irq_message msg = {
		.addr	= win->range + write->offset,
		.data	= write->data,
	};

	if (ntb_irq_window_compose(peer, &win->map, &msg, write) || write->offset < win->start ||
	    write->offset - win->start + sizeof(u32) > win->mapped)
		return -ERANGE;
	write->offset -= win->start;
	return 0;
}

static u64 outbound_reserved(struct ntb_irq_dev *nd)
{
	guard(mutex)(&nd->windows_lock);
	return nd->windows_out;
}

const struct ntb_irq_direction ntb_irq_outbound = {
	.plan		= outbound_plan,
	.open		= outbound_open,
	.compose	= outbound_compose,
	.capacity	= outbound_capacity,
	.import_open	= outbound_import_open,
	.import_close	= outbound_import_close,
	.import_write	= outbound_import_write,
	.reserved	= outbound_reserved,
};
EXPORT_SYMBOL_GPL(ntb_irq_outbound);
