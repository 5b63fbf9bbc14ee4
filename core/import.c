// SPDX-License-Identifier: GPL-2.0-only
/* The interrupts of a peer: records are validated and become the table for rings. */
#include <kunit/visibility.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "internal.h"
#include "trace.h"

/* Rings of interrupts that are not exported are written here, see ntb_irq_ring(). */
static u32 ring_sink;

/* The table of a peer without a session. */
static struct ntb_irq_table no_table;

/* Rings see a table after so long even while the burst goes on. */
#define OFFER_INTERVAL	(HZ / 10)

static struct ntb_irq_import *peer_import(struct ntb_irq_peer *peer)
{
	return rcu_dereference_protected(peer->import, lockdep_is_held(&peer->lock));
}

static struct ntb_irq_table *peer_table(struct ntb_irq_peer *peer)
{
	return rcu_dereference_protected(peer->nd->ni.table[peer->pidx],
					 lockdep_is_held(&peer->lock));
}

static void target_init(struct ntb_irq_target *target)
{
	*target = (struct ntb_irq_target) {
		.addr	= (void __iomem __force *)&ring_sink,
		.error	= -ENOENT,
	};
}

static struct ntb_irq_table *table_alloc(unsigned long count)
{
	struct ntb_irq_table *table = vmalloc(struct_size(table, target, count));

	if (table) {
		table->count = count;
		table->valid = 0;
	}
	return table;
}

static void table_free_rcu(struct rcu_head *rcu)
{
	vfree(container_of(rcu, struct ntb_irq_table, rcu));
}

/*
 * The table that is changed, and that rings see later. It is copied once for a burst
 * of records, so that the cost of a table that is learned piece by piece does not
 * grow with the square of its size. Returns NULL where memory is short.
 */
static struct ntb_irq_table *import_next(struct ntb_irq_peer *peer, struct ntb_irq_import *import)
{
	const struct ntb_irq_table *old = peer_table(peer);

	if (import->next)
		return import->next;
	import->next = table_alloc(old->count);
	if (!import->next)
		return NULL;
	import->next->valid = old->valid;
	memcpy(import->next->target, old->target, flex_array_size(old, target, old->count));
	import->since = jiffies;
	return import->next;
}

/*
 * Have rings see what was received. The table before the last one is gone when this
 * returns, so that a peer cannot have more than one wait for RCU.
 */
static void import_offer(struct ntb_irq_peer *peer, struct ntb_irq_import *import)
{
	struct ntb_irq_table *old = peer_table(peer);

	if (!import->next)
		return;
	cond_synchronize_rcu(import->replaced);
	rcu_assign_pointer(peer->nd->ni.table[peer->pidx], import->next);
	import->next = NULL;
	import->replaced = get_state_synchronize_rcu();
	call_rcu(&old->rcu, table_free_rcu);
	peer->notify = true;
}

/* No ring may find a NULL pointer, not even of a peer that does not exist. */
void ntb_irq_import_init(struct ntb_irq_dev *nd)
{
	unsigned int i;

	for (i = 0; i < NTB_IRQ_PEERS; i++)
		RCU_INIT_POINTER(nd->ni.table[i], &no_table);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_import_init);

/* A session begins, and the size of the peer's domain is known: make an empty table. */
int ntb_irq_import_begin(struct ntb_irq_peer *peer)
{
	u32 i, count = BIT(peer->session.max_order);
	struct ntb_irq_table *table = table_alloc(count);
	struct ntb_irq_import *import = kzalloc(sizeof(*import), GFP_KERNEL);

	if (!table || !import) {
		vfree(table);
		kfree(import);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++)
		target_init(&table->target[i]);
	import->replaced = get_completed_synchronize_rcu();
	rcu_assign_pointer(peer->import, import);
	rcu_assign_pointer(peer->nd->ni.table[peer->pidx], table);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_import_begin);

static void import_unmap(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win)
{
	iounmap(win->base);
	peer->nd->backend->direction->import_close(peer, win);
	*win = (struct ntb_irq_import_window) { };
}

/*
 * Messages have become invalid. A client that handed some to a DMA engine has to end
 * that first; until then nothing is sent to the peer, and windows stay mapped.
 */
static void import_hold(struct ntb_irq_peer *peer)
{
	peer->notify = true;
	if (!peer->nd->cfg.peer_revoke)
		return;
	peer->revocation++;
	queue_work(peer->nd->wq, &peer->revoke_work);
}

/* Whether the client has to end its use of messages before the session goes on. */
bool ntb_irq_import_held(const struct ntb_irq_peer *peer)
{
	return peer->revocation != peer->revoked;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_import_held);

/* Unmap the windows that nothing uses any more. */
void ntb_irq_import_settle(struct ntb_irq_peer *peer)
{
	struct ntb_irq_import *import = peer->ended ?: peer_import(peer);
	unsigned int i;

	if (!import || ntb_irq_import_held(peer))
		return;
	for (i = 0; i < NTB_IRQ_WINDOW_IDS; i++) {
		struct ntb_irq_import_window *win = &import->windows[i];

		if (win->shut || (win->len && peer->ended))
			import_unmap(peer, win);
	}
	kfree(peer->ended);
	peer->ended = NULL;
}

static void table_hold(struct ntb_irq_import *import, struct ntb_irq_table *table, u32 first,
		       u32 count)
{
	u32 i;

	for (i = first; i < first + count; i++) {
		struct ntb_irq_target *target = &table->target[i];
		struct ntb_irq_pending *pending = &import->pending[i];
		void __iomem *word = (void __iomem __force *)&pending->word;

		if (target->error || target->addr == word)
			continue;
		pending->idle = ~target->data;
		WRITE_ONCE(pending->word, pending->idle);
		/* A ring that finds the word must not write before it is idle. */
		smp_wmb();
		WRITE_ONCE(target->addr, word);
	}
}

static int import_check_range(struct ntb_irq_peer *peer, const char *what, u32 first, u32 count)
{
	u32 max = peer_table(peer)->count;

	if (first < max && count <= max - first)
		return 0;
	ntb_irq_peer_warn(peer, "rejected %s of interrupts %u to %u of %u\n", what, first,
			  first + count - 1, max);
	return -ERANGE;
}

/*
 * The messages of a range are about to change. A ring that wrote the old one after
 * another host or CPU has written the new one would be lost, so rings write a word of
 * memory meanwhile. When this returns, none is about to write an old message.
 */
static int import_hold_rings(struct ntb_irq_peer *peer, struct ntb_irq_import *import, u32 first,
			     u32 count)
{
	int ret = import_check_range(peer, "holding", first, count);

	if (ret)
		return ret;
	if (!import->pending) {
		import->pending = vcalloc(peer_table(peer)->count, sizeof(*import->pending));
		if (!import->pending)
			return -ENOMEM;
	}
	import_offer(peer, import);
	table_hold(import, peer_table(peer), first, count);
	synchronize_rcu();
	import_hold(peer);
	return 0;
}

/* The new messages are in the table, and no ring writes a word of memory any more. */
static void import_ring_pending(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
				const struct ntb_irq_run *run)
{
	const struct ntb_irq_table *table = peer_table(peer);
	u32 i;

	if (!import->pending)
		return;
	for (i = run->index; i < run->index + run->count; i++) {
		struct ntb_irq_pending *pending = &import->pending[i];

		if (READ_ONCE(pending->word) != pending->idle) {
			writel(table->target[i].data, table->target[i].addr);
			peer->stats.held++;
		}
		pending->idle = 0;
		WRITE_ONCE(pending->word, 0);
	}
}

/* A session ends. When this returns, no ring that used the table is under way. */
void ntb_irq_import_end(struct ntb_irq_peer *peer)
{
	struct ntb_irq_import *import = peer_import(peer);
	struct ntb_irq_table *table = peer_table(peer);

	if (!import)
		return;

	rcu_assign_pointer(peer->nd->ni.table[peer->pidx], &no_table);
	rcu_assign_pointer(peer->import, NULL);
	synchronize_rcu();
	vfree(import->next);
	vfree(import->pending);
	vfree(table);
	peer->ended = import;
	import_hold(peer);
	ntb_irq_import_settle(peer);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_import_end);

static int import_map(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win,
		      const struct ntb_irq_window_record *rec)
{
	resource_size_t size;
	phys_addr_t base;
	int ret;

	ret = ntb_peer_mw_get_addr(peer->nd->hw.ntb, win->map.widx, &base, &size);
	if (ret)
		return ret;
	if (win->start >= size || win->mapped > size - win->start) {
		ntb_irq_peer_warn(peer, "rejected window %d: %#x bytes at %#llx of %#llx\n",
				  win->map.widx, win->mapped, win->start, (u64)size);
		return -ERANGE;
	}

	win->base = ioremap(base + win->start, win->mapped);
	if (!win->base)
		return -ENOMEM;
	win->phys = base + win->start;
	win->len = rec->len;
	return 0;
}

static int import_window(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
			 const struct ntb_irq_record *raw)
{
	const struct ntb_irq_direction *direction = peer->nd->backend->direction;
	struct ntb_irq_import_window win = { };
	struct ntb_irq_window_record rec;
	int ret;

	ntb_irq_window_decode(raw, &rec);
	if (import->windows[rec.window].len) {
		ntb_irq_peer_warn(peer, "rejected window: id %u is open already\n", rec.window);
		return -EEXIST;
	}
	if (rec.len < sizeof(u32) || rec.len > NTB_IRQ_WINDOW_MAX || rec.start & 3) {
		ntb_irq_peer_warn(peer,
				  "rejected window: %#x bytes at %#llx, expected a multiple of 4 and %zu to %#x bytes\n",
				  rec.len, rec.start, sizeof(u32), NTB_IRQ_WINDOW_MAX);
		return -ERANGE;
	}

	ret = direction->import_open(peer, &win, &rec);
	if (ret)
		return ret;
	ret = import_map(peer, &win, &rec);
	if (ret) {
		direction->import_close(peer, &win);
		return ret;
	}
	import->windows[rec.window] = win;
	return 0;
}

static bool window_has(const struct ntb_irq_import_window *win, const void __iomem *addr)
{
	return addr >= win->base && addr < win->base + win->mapped;
}

/*
 * Clear the targets of a range of a table, or those of them in one window. The data
 * stays, so that a ring that has seen the old address writes what belongs to it.
 */
static unsigned int table_clear(struct ntb_irq_table *table, u32 first, u32 count,
				const struct ntb_irq_import_window *win)
{
	unsigned int cleared = 0;
	u32 i;

	for (i = first; i < first + count; i++) {
		struct ntb_irq_target *target = &table->target[i];

		if (target->error || (win && !window_has(win, target->addr)))
			continue;
		WRITE_ONCE(target->error, -ENOENT);
		WRITE_ONCE(target->addr, (void __iomem __force *)&ring_sink);
		cleared++;
	}
	WRITE_ONCE(table->valid, table->valid - cleared);
	return cleared;
}

/*
 * Rings that wait for the next message of an interrupt that was revoked: the message
 * that comes next to its index is that of another interrupt.
 */
static void import_drop_pending(struct ntb_irq_import *import, const struct ntb_irq_table *table,
				u32 first, u32 count)
{
	u32 i;

	if (!import->pending)
		return;
	for (i = first; i < first + count; i++) {
		if (table->target[i].error)
			WRITE_ONCE(import->pending[i].word, import->pending[i].idle);
	}
}

/* Revoke targets. When this returns, no ring of them is about to be written. */
static void import_clear(struct ntb_irq_peer *peer, struct ntb_irq_import *import, u32 first,
			 u32 count, const struct ntb_irq_import_window *win)
{
	if (import->next)
		table_clear(import->next, first, count, win);
	if (!table_clear(peer_table(peer), first, count, win))
		return;
	synchronize_rcu();
	import_drop_pending(import, peer_table(peer), first, count);
	import_hold(peer);
}

static int import_shut(struct ntb_irq_peer *peer, struct ntb_irq_import *import, u32 id)
{
	struct ntb_irq_import_window *win;

	if (id >= NTB_IRQ_WINDOW_IDS || !import->windows[id].len) {
		ntb_irq_peer_warn(peer, "rejected closing of window id %u: it is not open\n", id);
		return -ENXIO;
	}
	win = &import->windows[id];
	import_clear(peer, import, 0, peer_table(peer)->count, win);
	win->shut = true;
	ntb_irq_import_settle(peer);
	return 0;
}

/*
 * Returns the number of interrupts whose message has changed. A run that is rejected
 * may be half done: it ends the session, and the table with it.
 */
static int import_fill(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
		       const struct ntb_irq_run *run, struct ntb_irq_table *table)
{
	const struct ntb_irq_direction *direction = peer->nd->backend->direction;
	const struct ntb_irq_import_window *win = &import->windows[run->window];
	int ret, changed = 0;
	u32 i;

	for (i = 0; i < run->count; i++) {
		struct ntb_irq_target *target = &table->target[run->index + i];
		struct ntb_irq_write write = {
			.offset	= (u32)(run->offset + run->offset_step * i),
			.data	= run->data + run->data_step * i,
		};

		ret = direction->import_write(peer, win, &write);
		if (ret) {
			ntb_irq_peer_warn(peer,
					  "rejected interrupt %u: window %d cannot write %#x to offset %#llx\n",
					  run->index + i, win->map.widx, write.data, write.offset);
			return ret;
		}
		if (target->error)
			table->valid++;
		else if (target->addr != win->base + write.offset || target->data != write.data)
			changed++;
		target->addr = win->base + write.offset;
		target->data = write.data;
		target->error = 0;
	}
	return changed;
}

static int import_run(struct ntb_irq_peer *peer, struct ntb_irq_import *import,
		      const struct ntb_irq_run *run)
{
	u32 max = peer_table(peer)->count, len = import->windows[run->window].len;
	struct ntb_irq_table *table;
	int ret;

	ret = ntb_irq_run_check(run, max, len);
	if (ret) {
		ntb_irq_peer_warn(peer,
				  "rejected interrupts %u to %u of %u: offset %#x, step %d, window id %u of %#x bytes\n",
				  run->index, run->index + run->count - 1, max, run->offset,
				  run->offset_step, run->window, len);
		return ret;
	}
	table = import_next(peer, import);
	if (!table)
		return -ENOMEM;
	ret = import_fill(peer, import, run, table);
	if (ret < 0)
		return ret;
	trace_ntb_irq_import(peer->nd->dev, peer->pidx, run);
	/*
	 * The acknowledgment lets the peer reuse the messages before these: no ring
	 * may be about to write one.
	 */
	if (ret) {
		import_offer(peer, import);
		cond_synchronize_rcu(import->replaced);
		import_ring_pending(peer, import, run);
		import_hold(peer);
	} else if (time_after(jiffies, import->since + OFFER_INTERVAL)) {
		import_offer(peer, import);
	}
	return 0;
}

/*
 * The acknowledgment lets the peer reuse the interrupts it revokes. It follows on
 * the wire every ring that was written before, so to wait for those that were
 * about to be written is enough.
 */
static int import_revoke(struct ntb_irq_peer *peer, struct ntb_irq_import *import, u32 first,
			 u32 count)
{
	int ret = import_check_range(peer, "revocation", first, count);

	if (!ret)
		import_clear(peer, import, first, count, NULL);
	return ret;
}

static int import_sync(struct ntb_irq_peer *peer, struct ntb_irq_import *import, u32 count)
{
	const struct ntb_irq_table *table = import->next ?: peer_table(peer);

	if (count != table->valid) {
		ntb_irq_peer_warn(peer,
				  "rejected end of table: %u interrupts exported, %u received\n",
				  count, table->valid);
		return -EPROTO;
	}
	import_offer(peer, import);
	return 0;
}

/*
 * Process a record of a peer in a session; nothing in it is trusted. On failure
 * nothing has changed. -ENOMEM and other errors of this host's own may pass, so
 * that the record can be processed again; the others are logged, and mean that
 * the peer violates the protocol: -EPROTO for an unknown kind or a wrong count;
 * -EEXIST for a window id that is open; -ENXIO for a window that does not exist
 * or is not open; -EBUSY for a window the client of this host claims; -EDQUOT for
 * more windows than the peer's share; -ERANGE for other values out of bounds.
 */
int ntb_irq_import_record(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec)
{
	struct ntb_irq_import *import = peer_import(peer);
	struct ntb_irq_run run;

	ntb_irq_run_decode(rec, &run);
	switch (ntb_irq_record_kind(rec)) {
	case NTB_IRQ_RECORD_WINDOW:
		return import_window(peer, import, rec);
	case NTB_IRQ_RECORD_SHUT:
		return import_shut(peer, import, rec->w[1]);
	case NTB_IRQ_RECORD_RUN:
		return import_run(peer, import, &run);
	case NTB_IRQ_RECORD_REVOKE:
		return import_revoke(peer, import, run.index, run.count);
	case NTB_IRQ_RECORD_HOLD:
		return import_hold_rings(peer, import, run.index, run.count);
	case NTB_IRQ_RECORD_SYNC:
		return import_sync(peer, import, rec->w[1]);
	case NTB_IRQ_RECORD_PROBE:
		return 0;
	case NTB_IRQ_RECORD_BYE:
		return import_revoke(peer, import, 0, peer_table(peer)->count);
	}
	ntb_irq_peer_warn(peer, "rejected record of unknown kind %u\n",
			  ntb_irq_record_kind(rec));
	return -EPROTO;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_import_record);

/**
 * ntb_irq_ring_error() - result of a ring that ntb_irq_ring() found no target for
 * @ni:		the function
 * @pidx:	peer index
 * @index:	interrupt of the peer
 *
 * Context: any.
 * Return: as ntb_irq_ring().
 */
int ntb_irq_ring_error(struct ntb_irq *ni, unsigned int pidx, unsigned long index)
{
	const struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);

	if (pidx >= nd->npeers)
		return -EINVAL;
	return rcu_access_pointer(nd->peers[pidx].import) ? -ENOENT : -ENOTCONN;
}
EXPORT_SYMBOL_GPL(ntb_irq_ring_error);

/**
 * ntb_irq_peer_message() - the write by which a DMA engine can ring an interrupt
 * @ni:		the function
 * @pidx:	peer index
 * @index:	interrupt of the peer
 * @addr:	physical address to write to, to be mapped by dma_map_resource()
 * @data:	32-bit word to write there, in CPU byte order
 *
 * The values hold until the client's peer_revoke callback has returned; a client
 * that lets anything but a CPU write them needs one.
 *
 * Context: any.
 * Return: 0 or the errno of ntb_irq_ring().
 */
int ntb_irq_peer_message(struct ntb_irq *ni, unsigned int pidx, unsigned int index,
			 phys_addr_t *addr, u32 *data)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);
	const struct ntb_irq_import *import;
	const struct ntb_irq_target *target;
	const struct ntb_irq_table *table;
	void __iomem *to;
	unsigned int id;

	if (pidx >= nd->npeers)
		return -EINVAL;
	guard(rcu)();
	import = rcu_dereference(nd->peers[pidx].import);
	table = rcu_dereference(ni->table[pidx]);
	if (!import)
		return -ENOTCONN;
	if (index >= table->count)
		return -ENOENT;

	target = &table->target[index];
	to = READ_ONCE(target->addr);
	for (id = 0; id < NTB_IRQ_WINDOW_IDS; id++) {
		const struct ntb_irq_import_window *win = &import->windows[id];

		if (!window_has(win, to))
			continue;
		*addr = win->phys + (to - win->base);
		*data = target->data;
		return 0;
	}
	return -ENOENT;
}
EXPORT_SYMBOL_GPL(ntb_irq_peer_message);

int ntb_irq_import_count(struct ntb_irq_peer *peer)
{
	guard(rcu)();
	if (!rcu_access_pointer(peer->import))
		return -ENOTCONN;
	return READ_ONCE(rcu_dereference(peer->nd->ni.table[peer->pidx])->valid);
}

/**
 * ntb_irq_peer_count() - how many interrupts does a peer export?
 * @ni:		the function
 * @pidx:	peer index
 *
 * Context: any.
 * Return: the number now; -EINVAL when there is no such peer; -ENOTCONN when
 * there is no session with it.
 */
int ntb_irq_peer_count(struct ntb_irq *ni, unsigned int pidx)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);

	if (pidx >= nd->npeers)
		return -EINVAL;
	return ntb_irq_import_count(&nd->peers[pidx]);
}
EXPORT_SYMBOL_GPL(ntb_irq_peer_count);
