// SPDX-License-Identifier: GPL-2.0-only
/* Windows through which peers ring this host: planning, opening, closing. */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <kunit/static_stub.h>
#include <kunit/visibility.h>
#include <linux/slab.h>

#include "internal.h"
#include "trace.h"

/*
 * Describe the windows that exist and the client does not claim: their number in
 * @count, a bitmap of them in @usable, and an array by index for kfree(). Returns
 * an error pointer with -ENOMEM or the errno of the backend.
 */
struct ntb_irq_window_info *ntb_irq_window_infos(struct ntb_irq_peer *peer, unsigned int *count,
						 u64 *usable)
{
	struct ntb_irq_hw *hw = &peer->nd->hw;
	const struct ntb_irq_backend_ops *ops = peer->nd->backend->ops;
	struct ntb_irq_window_info *infos;
	unsigned int i;
	int ret;

	KUNIT_STATIC_STUB_REDIRECT(ntb_irq_window_infos, peer, count, usable);
	ret = ops->window_count(hw, peer->pidx);
	if (ret < 0)
		return ERR_PTR(ret);
	infos = kcalloc(NTB_IRQ_WINDOWS, sizeof(*infos), GFP_KERNEL);
	if (!infos)
		return ERR_PTR(-ENOMEM);

	*count = min(ret, NTB_IRQ_WINDOWS);
	*usable = 0;
	for (i = 0; i < *count; i++) {
		if (hw->claimed.windows & BIT_ULL(i))
			continue;
		if (!ops->window_info(hw, peer->pidx, i, &infos[i]))
			*usable |= BIT_ULL(i);
	}
	return infos;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_window_infos);

/*
 * Have the hardware open a window, or change it; with a @size of 0, close it. Returns the
 * errno of the backend, or -ENODEV for a function that is not present. One that is gone
 * passes nothing; but one in a reset comes back, and some hardware has its windows then as
 * they were.
 */
int ntb_irq_window_set(struct ntb_irq_peer *peer, int widx, u64 base, u64 size)
{
	struct ntb_irq_dev *nd = peer->nd;
	const struct ntb_irq_backend_ops *ops = nd->backend->ops;
	bool present = ntb_irq_present(nd);
	int ret;

	if (!present)
		ret = -ENODEV;
	else if (size)
		ret = ops->window_map(&nd->hw, peer->pidx, widx, base, size);
	else
		ret = ops->window_unmap(&nd->hw, peer->pidx, widx);
	trace_ntb_irq_window(nd->dev, peer->pidx, widx, base, size, ret);
	if (ret && size)
		ntb_irq_peer_warn(peer, "opening window %d over %#llx bytes at %#llx failed: %d\n",
				  widx, size, base, ret);
	else if (ret && present)
		ntb_irq_peer_warn(peer, "closing window %d failed: %d\n", widx, ret);
	return ret;
}

/* Have the backend compose the write of a message; 0 or -ERANGE. */
int ntb_irq_window_compose(struct ntb_irq_peer *peer, const struct ntb_irq_mapping *map,
			   const struct ntb_irq_message *msg, struct ntb_irq_write *write)
{
	const struct msi_msg whole = {
		.address_lo	= lower_32_bits(msg->addr),
		.address_hi	= upper_32_bits(msg->addr),
		.data		= msg->data,
	};
	struct ntb_irq_dev *nd = peer->nd;
	int ret;

	ret = nd->backend->ops->message_compose(&nd->hw, peer->pidx, map, &whole, write);
	if (ret || !IS_ALIGNED(write->offset, sizeof(u32)))
		return -ERANGE;
	return 0;
}

/*
 * Decide whether a plan may be carried out. Returns -EPERM, logged, when the window
 * would expose more than the region, memory of the function cannot be kept out of
 * that, and the administrator did not allow it. Peers decide how often a session
 * begins, and a plan is made.
 */
int ntb_irq_window_allowed(struct device *dev, const struct ntb_irq_parent *parent,
			   unsigned int pidx, const struct ntb_irq_plan *plan,
			   struct ntb_irq_log *log)
{
	const struct ntb_irq_region *region = &parent->region;
	const struct ntb_irq_aperture *aperture = &plan->aperture;
	char why[80];

	if (plan->mode != NTB_IRQ_PLAN_WIDE ||
	    ntb_irq_iova_keep_out(dev, region, aperture, why, sizeof(why)))
		return 0;

	if (!ntb_irq_unsafe_allowed()) {
		if (__ratelimit(&log->limit))
			dev_err(dev,
				"peer %u: window %d would expose %#llx bytes at %#llx, but interrupts need only %#llx at %#llx, and %s; load ntb_irq with allow_unsafe_interrupts=1 to accept that\n",
				pidx, plan->widx, aperture->size, aperture->base, region->size,
				region->base, why);
		return -EPERM;
	}
	if (!memcmp(&log->exposed, aperture, sizeof(*aperture)) || !__ratelimit(&log->limit))
		return 0;
	log->exposed = *aperture;
	dev_warn(dev,
		 "peer %u: window %d exposes %#llx bytes at %#llx, and %s (allow_unsafe_interrupts=1)\n",
		 pidx, plan->widx, aperture->size, aperture->base, why);
	return 0;
}

static struct ntb_irq_mapping window_mapping(const struct ntb_irq_window *win)
{
	return (struct ntb_irq_mapping) {
		.widx	= win->widx,
		.addr	= win->aperture.base,
		.size	= win->aperture.size,
	};
}

/*
 * Find the part of a window that is of use: where the first and the last message
 * of the region are. The layout is free within blocks of 4 KiB. Returns -ERANGE,
 * logged, when they cannot be written through the window.
 */
int ntb_irq_window_useful(struct ntb_irq_peer *peer, const struct ntb_irq_mapping *map,
			  const struct ntb_irq_aperture *aperture, u64 *start, u32 *len)
{
	struct ntb_irq_message msg = { .addr = aperture->base + aperture->start };
	struct ntb_irq_write first, last;
	u64 end;

	if (ntb_irq_window_compose(peer, map, &msg, &first))
		goto err_warn;
	msg.addr += aperture->len - sizeof(u32);
	if (ntb_irq_window_compose(peer, map, &msg, &last))
		goto err_warn;

	*start = ALIGN_DOWN(first.offset, SZ_4K);
	end = ALIGN(last.offset + sizeof(u32), SZ_4K);
	if (end <= *start || end - *start > NTB_IRQ_WINDOW_MAX)
		goto err_warn;
	*len = end - *start;
	return 0;

err_warn:
	ntb_irq_peer_warn(peer,
			  "messages to %#llx bytes at %#llx cannot be written through window %d\n",
			  aperture->len, aperture->base + aperture->start, map->widx);
	return -ERANGE;
}

static int inbound_open(struct ntb_irq_peer *peer, struct ntb_irq_window *win)
{
	struct ntb_irq_mapping map = window_mapping(win);
	int ret;

	ret = ntb_irq_window_useful(peer, &map, &win->aperture, &win->start, &win->len);
	if (ret)
		return ret;
	return ntb_irq_window_set(peer, win->widx, win->aperture.base, win->aperture.size);
}

static int inbound_close(struct ntb_irq_peer *peer, struct ntb_irq_window *win)
{
	return ntb_irq_window_set(peer, win->widx, win->aperture.base, 0);
}

static int inbound_compose(struct ntb_irq_peer *peer, const struct ntb_irq_window *win,
			   const struct ntb_irq_message *msg, struct ntb_irq_write *write)
{
	struct ntb_irq_mapping map = window_mapping(win);

	if (ntb_irq_window_compose(peer, &map, msg, write) || write->offset < win->start ||
	    write->offset - win->start + sizeof(u32) > win->len)
		return -ERANGE;
	write->offset -= win->start;
	return 0;
}

/* The peer opens its windows no larger than this host's end of them. */
static int inbound_capacity(struct ntb_irq_peer *peer, struct ntb_irq_capacity *capacity)
{
	struct ntb_irq_dev *nd = peer->nd;
	int i, count = min(ntb_peer_mw_count(nd->hw.ntb), NTB_IRQ_WINDOWS);
	resource_size_t size, largest = 0;

	for (i = 0; i < count; i++) {
		if (nd->hw.claimed.windows & BIT_ULL(i) ||
		    ntb_peer_mw_get_addr(nd->hw.ntb, i, NULL, &size))
			continue;
		largest = max(largest, size);
	}
	*capacity = (struct ntb_irq_capacity) { };
	if (largest >= NTB_IRQ_WINDOW_MIN)
		capacity->size_order = min(ilog2(largest), NTB_IRQ_CAPACITY_ANY);
	return 0;
}

/* Take windows that the peer's end is too small for out of @usable, and cut others. */
static void inbound_limit(struct ntb_irq_peer *peer, struct ntb_irq_window_info *infos,
			  unsigned int count, u64 *usable)
{
	unsigned int order = peer->session.capacity.size_order, i;

	if (!order || order == NTB_IRQ_CAPACITY_ANY)
		return;
	for (i = 0; i < count; i++) {
		if (!(*usable & BIT_ULL(i)))
			continue;
		if (infos[i].size_min > BIT_ULL(order))
			*usable &= ~BIT_ULL(i);
		else
			infos[i].size_max = min(infos[i].size_max, BIT_ULL(order));
	}
}

static int inbound_plan(struct ntb_irq_peer *peer)
{
	struct ntb_irq_dev *nd = peer->nd;
	const struct ntb_irq_region *region = &nd->parent.region;
	struct ntb_irq_plan *plan = &peer->plan;
	unsigned int count;
	u64 usable;

	struct ntb_irq_window_info *infos __free(kfree) =
		ntb_irq_window_infos(peer, &count, &usable);
	if (IS_ERR(infos))
		return PTR_ERR(infos);

	inbound_limit(peer, infos, count, &usable);
	ntb_irq_plan_windows(region, infos, count, usable, plan);
	if (plan->mode == NTB_IRQ_PLAN_NONE) {
		ntb_irq_peer_warn(peer,
				  "none of %u windows (usable: %#llx, the peer's end: 2^%u bytes at most) can expose %#llx bytes at %#llx\n",
				  count, usable, peer->session.capacity.size_order, region->size,
				  region->base);
		return -ENODEV;
	}
	return ntb_irq_window_allowed(nd->dev, &nd->parent, peer->pidx, plan, &peer->log);
}

/* The peer has opened the window. Only its place on this host has to be looked up. */
static int inbound_import_open(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win,
			       const struct ntb_irq_window_record *rec)
{
	struct ntb_irq_dev *nd = peer->nd;
	int count = ntb_peer_mw_count(nd->hw.ntb);

	if (rec->widx >= count) {
		ntb_irq_peer_warn(peer, "rejected window %d: there are %d\n", rec->widx, count);
		return -ENXIO;
	}
	if (rec->widx < NTB_IRQ_WINDOWS && nd->hw.claimed.windows & BIT_ULL(rec->widx)) {
		ntb_irq_peer_warn(peer, "rejected window %d: claimed by the client\n", rec->widx);
		return -EBUSY;
	}
	win->map.widx = rec->widx;
	win->start = rec->start;
	win->mapped = rec->len;
	return 0;
}

static void inbound_import_close(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win)
{
}

static int inbound_import_write(struct ntb_irq_peer *peer,
				const struct ntb_irq_import_window *win,
				struct ntb_irq_write *write)
{
	return 0;
}

static u64 inbound_reserved(struct ntb_irq_dev *nd)
{
	unsigned int i, id;
	u64 windows = 0;

	for (i = 0; i < nd->npeers; i++) {
		struct ntb_irq_peer *peer = &nd->peers[i];

		guard(mutex)(&peer->lock);
		for (id = 0; id < NTB_IRQ_WINDOW_IDS; id++) {
			if (peer->windows[id].state != NTB_IRQ_WINDOW_FREE)
				windows |= BIT_ULL(peer->windows[id].widx);
		}
	}
	return windows;
}

const struct ntb_irq_direction ntb_irq_inbound = {
	.plan		= inbound_plan,
	.open		= inbound_open,
	.close		= inbound_close,
	.compose	= inbound_compose,
	.capacity	= inbound_capacity,
	.import_open	= inbound_import_open,
	.import_close	= inbound_import_close,
	.import_write	= inbound_import_write,
	.reserved	= inbound_reserved,
};
EXPORT_SYMBOL_GPL(ntb_irq_inbound);

static int window_open(struct ntb_irq_peer *peer, unsigned int id, int widx,
		       const struct ntb_irq_aperture *aperture)
{
	struct ntb_irq_window *win = &peer->windows[id];
	int ret;

	*win = (struct ntb_irq_window) { .widx = widx, .aperture = *aperture };
	ret = peer->nd->backend->direction->open(peer, win);
	if (ret)
		return ret;
	win->state = NTB_IRQ_WINDOW_OPEN;
	return id;
}

static int window_open_piece(struct ntb_irq_peer *peer, u64 addr)
{
	struct ntb_irq_plan *plan = &peer->plan;
	struct ntb_irq_aperture aperture = {
		.base	= ALIGN_DOWN(addr, plan->granule),
		.size	= plan->granule,
		.len	= plan->granule,
	};
	u64 free = plan->pieces;
	int id = -1, widx, ret;
	unsigned int i;

	for (i = 0; i < NTB_IRQ_WINDOW_IDS; i++) {
		if (peer->windows[i].state != NTB_IRQ_WINDOW_FREE)
			free &= ~BIT_ULL(peer->windows[i].widx);
		else if (id < 0)
			id = i;
	}
	if (!free || id < 0)
		return -ENOSPC;
	widx = __fls(free);
	ret = window_open(peer, id, widx, &aperture);
	if (ret < 0) {
		/* Each interrupt would have it tried, and each session of the peer all of them. */
		plan->pieces &= ~BIT_ULL(widx);
		peer->begin_after = jiffies + NTB_IRQ_BEGIN_BACKOFF;
	}
	return ret;
}

/* Whether an interrupt at @addr can be exported in a window. */
bool ntb_irq_window_covers(const struct ntb_irq_window *win, u64 addr)
{
	u64 first = win->aperture.base + win->aperture.start;

	return (win->state == NTB_IRQ_WINDOW_OPEN || win->state == NTB_IRQ_WINDOW_EXPORTED) &&
	       addr >= first && addr - first + sizeof(u32) <= win->aperture.len;
}

/*
 * Find or open a window over the address of a message, and count a user more.
 * Returns its id; -ERANGE when the address is outside of the region; -ENOSPC when
 * no window is left; errno of the backend.
 */
int ntb_irq_window_get(struct ntb_irq_peer *peer, u64 addr)
{
	const struct ntb_irq_region *region = &peer->nd->parent.region;
	int id;

	if (addr < region->base || addr - region->base + sizeof(u32) > region->size)
		return -ERANGE;

	for (id = 0; id < NTB_IRQ_WINDOW_IDS; id++) {
		if (ntb_irq_window_covers(&peer->windows[id], addr))
			break;
	}
	if (id == NTB_IRQ_WINDOW_IDS)
		id = peer->plan.mode == NTB_IRQ_PLAN_PIECES ? window_open_piece(peer, addr) :
							      -ENOSPC;
	if (id >= 0)
		peer->windows[id].users++;
	return id;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_window_get);

/* A piece without users is closed, so that another piece can have the window. */
void ntb_irq_window_put(struct ntb_irq_peer *peer, unsigned int id)
{
	struct ntb_irq_window *win = &peer->windows[id];

	if (--win->users || peer->plan.mode != NTB_IRQ_PLAN_PIECES)
		return;
	if (win->state == NTB_IRQ_WINDOW_EXPORTED)
		win->state = NTB_IRQ_WINDOW_CLOSING;
	else
		ntb_irq_window_close(peer, win);
}

/* A window that the hardware fails to close is not used until it is closed. */
int ntb_irq_window_close(struct ntb_irq_peer *peer, struct ntb_irq_window *win)
{
	const struct ntb_irq_direction *direction = peer->nd->backend->direction;
	int ret = direction->close ? direction->close(peer, win) : 0;

	win->state = ret ? NTB_IRQ_WINDOW_STUCK : NTB_IRQ_WINDOW_FREE;
	return ret;
}

/* Whether there is a window that is not closed. */
bool ntb_irq_window_any(struct ntb_irq_peer *peer)
{
	unsigned int id;

	for (id = 0; id < NTB_IRQ_WINDOW_IDS; id++) {
		if (peer->windows[id].state != NTB_IRQ_WINDOW_FREE)
			return true;
	}
	return false;
}

/*
 * Returns the errno of the last window that could not be closed, or 0. After one on which
 * the driver has waited in vain the others are not tried: it would wait for each.
 */
int ntb_irq_window_close_all(struct ntb_irq_peer *peer)
{
	unsigned int id;
	int ret = 0;

	for (id = 0; id < NTB_IRQ_WINDOW_IDS; id++) {
		struct ntb_irq_window *win = &peer->windows[id];

		if (win->state == NTB_IRQ_WINDOW_FREE)
			continue;
		if (ret == -ETIMEDOUT)
			win->state = NTB_IRQ_WINDOW_STUCK;
		else
			ret = ntb_irq_window_close(peer, win) ?: ret;
	}
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_window_close_all);

/*
 * Plan a peer's windows anew at the start of a session, and open the one over the
 * whole region; those over pieces are opened when a message needs them. The
 * peer's end may have been reset, and hardware that keeps the translation there
 * has lost it, so nothing of the last session is taken over.
 */
int ntb_irq_window_open_all(struct ntb_irq_peer *peer)
{
	const struct ntb_irq_plan *plan = &peer->plan;
	int ret;

	ret = ntb_irq_window_close_all(peer);
	if (ret)
		return ret;
	ret = peer->nd->backend->direction->plan(peer);
	/* The peer cannot ring this host then, but this host may ring the peer. */
	if (ret == -ENODEV && plan->mode == NTB_IRQ_PLAN_NONE)
		return 0;
	if (ret || plan->mode == NTB_IRQ_PLAN_NONE || plan->mode == NTB_IRQ_PLAN_PIECES)
		return ret;
	ret = window_open(peer, 0, plan->widx, &plan->aperture);
	return min(ret, 0);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_window_open_all);

/**
 * struct window_found - windows that are to be closed at attach
 * @work:	closes them
 * @peer:	whose they are
 * @ret:	errno of ntb_irq_window_infos(), or 0
 */
struct window_found {
	struct work_struct	work;
	struct ntb_irq_peer	*peer;
	int			ret;
};

static void window_found_work(struct work_struct *work)
{
	struct window_found *found = container_of(work, struct window_found, work);
	struct ntb_irq_peer *peer = found->peer;
	unsigned int count, i;
	u64 usable;

	struct ntb_irq_window_info *infos __free(kfree) =
		ntb_irq_window_infos(peer, &count, &usable);
	if (IS_ERR(infos)) {
		found->ret = PTR_ERR(infos);
		return;
	}

	guard(mutex)(&peer->lock);
	for (i = 0; i < count; i++) {
		/* The driver would wait in vain for each. */
		if (usable & BIT_ULL(i) && ntb_irq_window_set(peer, i, 0, 0) == -ETIMEDOUT)
			break;
	}
}

/*
 * Close the windows that are open at attach: a kernel that was left by kexec, or a
 * client that died, may have opened them over interrupts that are others' now. Drivers
 * may wait interruptibly, so that is done where no signal comes. Returns 0, or an errno
 * when it is not known which windows there are.
 */
int ntb_irq_window_close_found(struct ntb_irq_peer *peer)
{
	struct window_found found = { .peer = peer };

	INIT_WORK_ONSTACK(&found.work, window_found_work);
	queue_work(peer->nd->wq, &found.work);
	flush_work(&found.work);
	destroy_work_on_stack(&found.work);
	return found.ret;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_window_close_found);
