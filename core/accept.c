// SPDX-License-Identifier: GPL-2.0-only
/* What a peer says: validated and put into the table that rings look into. */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/slab.h>

#include "internal.h"
#include "trace.h"

/* Bytes that an entry of a table can tell apart. */
#define BELLS_SPAN	BIT_ULL(32)

static struct ntb_irq_import *peer_import(struct ntb_irq_peer *peer)
{
	return rcu_dereference_protected(peer->import, lockdep_is_held(&peer->lock));
}

/**
 * ntb_irq_accept_begin() - a session begins: make an empty table
 * @peer:	the peer, whose domain size is known
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: 0 or -ENOMEM.
 */
int ntb_irq_accept_begin(struct ntb_irq_peer *peer)
{
	u32 count = BIT(peer->session.max_order);
	struct ntb_irq_import *import;

	import = kvzalloc(struct_size(import, bells.entry, count), GFP_KERNEL);
	if (!import)
		return -ENOMEM;
	import->bells.count = count;
	rcu_assign_pointer(peer->import, import);
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
void ntb_irq_accept_end(struct ntb_irq_peer *peer)
{
	struct ntb_irq_import *import = peer_import(peer);
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
	kvfree(import);
	peer->notify = true;
}

/*
 * Rings find all windows by their distance from one address, which cannot change
 * while a ring may use it: the first window is in the middle of what can be told.
 * Mappings are that close by far; one that is not is not used.
 */
static int accept_place(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
			const struct ntb_irq_import_window *win)
{
	u64 away;

	if (!import->bells.base) {
		import->bells.base = win->base - BELLS_SPAN / 2;
		ntb_irq_ring_offer(peer, &import->bells);
	}
	away = win->base - import->bells.base;
	if (away && away < BELLS_SPAN - win->len)
		return 0;
	dev_err(peer->ni->dev, "ntb_irq: window %d of peer %u is mapped %lld bytes away from the first\n",
		win->widx, peer->pidx, (s64)(away - BELLS_SPAN / 2));
	return -ENOMEM;
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
	ret = accept_place(peer, import, win);
	if (ret) {
		iounmap(win->base);
		*win = (struct ntb_irq_import_window) { };
	}
	return ret;
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

static void accept_forget(struct ntb_irq_import *import, u32 index)
{
	if (import->bells.entry[index])
		import->valid--;
	WRITE_ONCE(import->bells.entry[index], 0);
}

static int accept_shut(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
		       const struct ntb_irq_record *rec)
{
	struct ntb_irq_import_window *win;
	u32 slot = rec->w[1];
	u32 i;

	if (slot >= NTB_IRQ_SLOTS)
		return -ERANGE;
	win = &import->windows[slot];
	if (!win->len)
		return -ENXIO;

	for (i = 0; i < import->bells.count; i++) {
		u64 entry = import->bells.entry[i];

		if (entry && ntb_irq_import_inside(import, entry, win))
			accept_forget(import, i);
	}
	synchronize_rcu();
	accept_unmap(peer, win);
	return 0;
}

static int accept_run(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
		      const struct ntb_irq_record *rec)
{
	struct ntb_irq_run run;
	u64 first;
	u32 i;
	int ret;

	ntb_irq_run_decode(rec, &run);
	ret = ntb_irq_run_check(&run, import->bells.count, import->windows[run.slot].len);
	if (ret)
		return ret;

	first = import->windows[run.slot].base - import->bells.base;
	for (i = 0; i < run.count; i++) {
		u32 offset = run.offset + run.offset_step * i;
		u32 data = run.data + run.data_step * i;

		if (!import->bells.entry[run.index + i])
			import->valid++;
		WRITE_ONCE(import->bells.entry[run.index + i],
			   FIELD_PREP(NTB_IRQ_ENTRY_BYTES, first + offset) |
			   FIELD_PREP(NTB_IRQ_ENTRY_DATA, data));
	}
	trace_ntb_irq_import(peer->ni, peer->pidx, &run);
	return 0;
}

static int accept_revoke(struct ntb_irq_import *import, const struct ntb_irq_record *rec)
{
	struct ntb_irq_run run;
	u32 i;

	ntb_irq_run_decode(rec, &run);
	if (run.index >= import->bells.count || run.count > import->bells.count - run.index)
		return -ERANGE;
	for (i = 0; i < run.count; i++)
		accept_forget(import, run.index + i);
	/*
	 * The acknowledgment lets the peer reuse what was revoked. It follows
	 * on the wire every ring that was written before, so it is enough that
	 * no ring is about to be written.
	 */
	synchronize_rcu();
	return 0;
}

static void accept_bye(struct ntb_irq_import *import)
{
	u32 i;

	for (i = 0; i < import->bells.count; i++)
		accept_forget(import, i);
	synchronize_rcu();
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
int ntb_irq_accept_record(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec)
{
	struct ntb_irq_import *import = peer_import(peer);

	switch (ntb_irq_record_kind(rec)) {
	case NTB_IRQ_RECORD_WINDOW:
		return accept_window(peer, import, rec);
	case NTB_IRQ_RECORD_SHUT:
		return accept_shut(peer, import, rec);
	case NTB_IRQ_RECORD_RUN:
		return accept_run(peer, import, rec);
	case NTB_IRQ_RECORD_REVOKE:
		peer->notify = true;
		return accept_revoke(import, rec);
	case NTB_IRQ_RECORD_SYNC:
		peer->notify = true;
		return rec->w[1] == import->valid ? 0 : -EPROTO;
	case NTB_IRQ_RECORD_BYE:
		peer->notify = true;
		accept_bye(import);
		return 0;
	}
	return -EPROTO;
}
