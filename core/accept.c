// SPDX-License-Identifier: GPL-2.0-only
/* What a peer says: validated and put into the table that rings look into. */
#include <linux/io.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "calls.h"
#include "record.h"
#include "trace.h"

/* Where rings of interrupts that are not offered go. */
static u32 nowhere;

static struct ntb_irq_import *peer_import(struct ntb_irq_peer *peer)
{
	return rcu_dereference_protected(peer->import, lockdep_is_held(&peer->lock));
}

static struct ntb_irq_bells *peer_bells(struct ntb_irq_peer *peer)
{
	return rcu_dereference_protected(peer->bells, lockdep_is_held(&peer->lock));
}

static bool bell_offered(const struct ntb_irq_bell *bell)
{
	return !(bell->what >> 32);
}

static void bell_silence(struct ntb_irq_bell *bell)
{
	bell->addr = (void __iomem __force *)&nowhere;
	bell->what = (u64)-ENOENT << 32;
}

static struct ntb_irq_bells *bells_alloc(unsigned long count)
{
	struct ntb_irq_bells *bells = vmalloc(struct_size(bells, bell, count));

	if (bells)
		bells->count = count;
	return bells;
}

/* What rings see never changes: this copy of it is changed, and takes its place. */
static struct ntb_irq_bells *accept_edit(struct ntb_irq_peer *peer)
{
	const struct ntb_irq_bells *old = peer_bells(peer);
	struct ntb_irq_bells *bells = bells_alloc(old->count);

	if (bells)
		memcpy(bells->bell, old->bell, flex_array_size(old, bell, old->count));
	return bells;
}

static void accept_edited(struct ntb_irq_peer *peer, struct ntb_irq_bells *bells)
{
	struct ntb_irq_bells *old = peer_bells(peer);

	ntb_irq_ring_offer(peer, bells);
	kvfree_rcu_mightsleep(old);
}

/**
 * ntb_irq_accept_begin() - a session begins: make an empty table
 * @peer:	the peer, whose domain size is known
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: 0 or -ENOMEM.
 */
static int ntb_irq_accept_begin(struct ntb_irq_peer *peer)
{
	u32 i, count = BIT(peer->session.max_order);
	struct ntb_irq_bells *bells = bells_alloc(count);
	struct ntb_irq_import *import = kzalloc(sizeof(*import), GFP_KERNEL);

	if (!bells || !import) {
		vfree(bells);
		kfree(import);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++)
		bell_silence(&bells->bell[i]);
	rcu_assign_pointer(peer->import, import);
	ntb_irq_ring_offer(peer, bells);
	return 0;
}

/* The peer opened a window: find our end of it. */
static int accept_window_inbound(struct ntb_irq_peer *peer, struct ntb_irq_window_record *said)
{
	struct ntb_irq *ni = peer->ni;

	if (said->widx >= ntb_peer_mw_count(ni->hw.ntb))
		return -ENXIO;
	if (said->widx < NTB_IRQ_WINDOWS && ni->hw.used.windows & BIT_ULL(said->widx))
		return -EBUSY;
	return 0;
}

/* The peer said where to write: open a window to there. */
static int accept_window_outbound(struct ntb_irq_peer *peer, struct ntb_irq_window_record *said)
{
	said->widx = ntb_irq_reach_open(peer, said->start, said->len, &said->start);
	return min(said->widx, 0);
}

static void accept_unmap(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win)
{
	iounmap(win->base);
	if (peer->ni->backend->outbound)
		ntb_irq_reach_close(peer, win->widx);
	*win = (struct ntb_irq_import_window) { };
}

/**
 * ntb_irq_accept_end() - a session ends: forget the table
 * @peer:	the peer
 *
 * When it returns, no ring that used the table is under way any more.
 *
 * Context: process context, may sleep, under the peer's lock.
 */
static void ntb_irq_accept_end(struct ntb_irq_peer *peer)
{
	struct ntb_irq_import *import = peer_import(peer);
	struct ntb_irq_bells *bells = peer_bells(peer);
	unsigned int i;

	if (!import)
		return;

	ntb_irq_ring_offer(peer, NULL);
	rcu_assign_pointer(peer->import, NULL);
	synchronize_rcu();
	for (i = 0; i < NTB_IRQ_SLOTS; i++) {
		if (import->windows[i].len)
			accept_unmap(peer, &import->windows[i]);
	}
	kfree(import);
	vfree(bells);
	peer->notify = true;
}

static int accept_map(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
		      const struct ntb_irq_window_record *said)
{
	struct ntb_irq_import_window *win = &import->windows[said->slot];
	resource_size_t size;
	phys_addr_t base;
	int ret;

	ret = ntb_peer_mw_get_addr(peer->ni->hw.ntb, said->widx, &base, &size);
	if (ret)
		return ret;
	if (said->start >= size || said->len > size - said->start)
		return -ERANGE;

	win->base = ioremap(base + said->start, said->len);
	if (!win->base)
		return -ENOMEM;
	win->phys = base + said->start;
	win->widx = said->widx;
	win->len = said->len;
	return 0;
}

static int accept_window(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
			 const struct ntb_irq_record *rec)
{
	bool outbound = peer->ni->backend->outbound;
	struct ntb_irq_window_record said;
	int ret;

	ntb_irq_window_decode(rec, &said);
	if (import->windows[said.slot].len)
		return -EEXIST;
	if (said.len < sizeof(u32) || said.len > NTB_IRQ_SLOT_SIZE || said.start & 3)
		return -ERANGE;

	ret = outbound ? accept_window_outbound(peer, &said) : accept_window_inbound(peer, &said);
	if (ret)
		return ret;
	ret = accept_map(peer, import, &said);
	if (ret && outbound)
		ntb_irq_reach_close(peer, said.widx);
	return ret;
}

/*
 * Forget what is offered in a range, or the part of it that is in one window.
 * When it returns, no ring of that is about to be written.
 */
static int accept_forget(struct ntb_irq_peer *peer, struct ntb_irq_import *import, u32 first,
			 u32 count, const struct ntb_irq_import_window *win)
{
	struct ntb_irq_bells *bells = accept_edit(peer);
	u32 i;

	if (!bells)
		return -ENOMEM;
	for (i = first; i < first + count; i++) {
		struct ntb_irq_bell *bell = &bells->bell[i];

		if (win && !ntb_irq_import_inside(win, bell->addr))
			continue;
		import->valid -= bell_offered(bell);
		bell_silence(bell);
	}
	accept_edited(peer, bells);
	synchronize_rcu();
	return 0;
}

static int accept_shut(struct ntb_irq_peer *peer, struct ntb_irq_import *import, u32 slot)
{
	struct ntb_irq_import_window *win;
	int ret;

	if (slot >= NTB_IRQ_SLOTS)
		return -ERANGE;
	win = &import->windows[slot];
	if (!win->len)
		return -ENXIO;
	ret = accept_forget(peer, import, 0, peer_bells(peer)->count, win);
	if (!ret)
		accept_unmap(peer, win);
	return ret;
}

static int accept_run(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
		      const struct ntb_irq_run *run)
{
	const struct ntb_irq_import_window *win = &import->windows[run->slot];
	struct ntb_irq_bells *bells;
	u32 i;
	int ret;

	ret = ntb_irq_run_check(run, peer_bells(peer)->count, win->len);
	if (ret)
		return ret;
	bells = accept_edit(peer);
	if (!bells)
		return -ENOMEM;

	for (i = 0; i < run->count; i++) {
		struct ntb_irq_bell *bell = &bells->bell[run->index + i];

		if (!bell_offered(bell))
			import->valid++;
		bell->addr = win->base + (u32)(run->offset + run->offset_step * i);
		bell->what = (u32)(run->data + run->data_step * i);
	}
	accept_edited(peer, bells);
	trace_ntb_irq_import(peer->ni, peer->pidx, run);
	return 0;
}

/*
 * The acknowledgment lets the peer reuse what was revoked. It follows on the wire
 * every ring that was written before, so to wait for those that were about to be
 * written is enough.
 */
static int accept_revoke(struct ntb_irq_peer *peer, struct ntb_irq_import *import, u32 first,
			 u32 count)
{
	u32 max = peer_bells(peer)->count;

	if (first >= max || count > max - first)
		return -ERANGE;
	peer->notify = true;
	return accept_forget(peer, import, first, count, NULL);
}

/**
 * ntb_irq_accept_record() - take in a record of a peer
 * @peer:	the peer, in a session
 * @rec:	the record; nothing in it is trusted
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: 0, or a negative errno when the peer must not have said that, and then
 * nothing has changed: -EPROTO for an unknown kind or a table that is not what
 * the peer thinks it is; -EEXIST for a window slot that is open; -ENXIO for a
 * window that does not exist or is not open; -EBUSY for a window the client of
 * this host uses; -ENOSPC when this host has no window left to reach what was
 * said; -ERANGE for anything out of bounds; -ENOMEM; errno of the backend.
 */
static int ntb_irq_accept_record(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec)
{
	struct ntb_irq_import *import = peer_import(peer);
	struct ntb_irq_run run;

	ntb_irq_run_decode(rec, &run);
	switch (ntb_irq_record_kind(rec)) {
	case NTB_IRQ_RECORD_WINDOW:
		return accept_window(peer, import, rec);
	case NTB_IRQ_RECORD_SHUT:
		return accept_shut(peer, import, rec->w[1]);
	case NTB_IRQ_RECORD_RUN:
		return accept_run(peer, import, &run);
	case NTB_IRQ_RECORD_REVOKE:
		return accept_revoke(peer, import, run.index, run.count);
	case NTB_IRQ_RECORD_SYNC:
		peer->notify = true;
		return rec->w[1] == import->valid ? 0 : -EPROTO;
	case NTB_IRQ_RECORD_BYE:
		return accept_revoke(peer, import, 0, peer_bells(peer)->count);
	}
	return -EPROTO;
}
