// SPDX-License-Identifier: GPL-2.0-only
/* Ringing: one posted write. */
#include <linux/bitfield.h>
#include <linux/io.h>

#include "internal.h"
#include "trace.h"

/*
 * Why there is nothing to ring: no session with the peer, or no such interrupt.
 * Off the fast path.
 */
static noinline int ring_error(struct ntb_irq *ni, unsigned int pidx)
{
	if (pidx >= ni->npeers)
		return -EINVAL;
	return rcu_access_pointer(ni->peers[pidx].import) ? -ENOENT : -ENOTCONN;
}

static u64 ring_entry(struct ntb_irq *ni, unsigned int pidx, unsigned int index,
		      const struct ntb_irq_import_window **win)
{
	const struct ntb_irq_import *import;
	u64 entry;

	if (unlikely(pidx >= ni->npeers))
		return 0;
	import = rcu_dereference(ni->peers[pidx].import);
	if (unlikely(!import || index >= import->count))
		return 0;
	entry = READ_ONCE(import->entry[index]);
	*win = &import->windows[FIELD_GET(NTB_IRQ_ENTRY_SLOT, entry)];
	return entry;
}

/**
 * ntb_irq_ring() - ring an interrupt of a peer
 * @ni:		the function
 * @pidx:	peer index
 * @index:	interrupt of the peer
 *
 * One posted 32-bit write, no read of the device, no lock. Rings of one
 * interrupt that come faster than its handler runs may be delivered as one.
 *
 * Context: any.
 * Return: 0; -EINVAL when there is no such peer; -ENOTCONN when there is no
 * session with it; -ENOENT when it does not offer that interrupt.
 */
int ntb_irq_ring(struct ntb_irq *ni, unsigned int pidx, unsigned int index)
{
	const struct ntb_irq_import_window *win;
	u64 entry;

	rcu_read_lock();
	entry = ring_entry(ni, pidx, index, &win);
	if (likely(entry & NTB_IRQ_ENTRY_VALID)) {
		writel(FIELD_GET(NTB_IRQ_ENTRY_DATA, entry),
		       win->base + (entry & NTB_IRQ_ENTRY_OFFSET));
		trace_ntb_irq_ring(ni, pidx, index);
		rcu_read_unlock();
		return 0;
	}
	rcu_read_unlock();
	return ring_error(ni, pidx);
}
EXPORT_SYMBOL_GPL(ntb_irq_ring);

/**
 * ntb_irq_peer_message() - what a DMA engine would write to ring an interrupt
 * @ni:		the function
 * @pidx:	peer index
 * @index:	interrupt of the peer
 * @addr:	physical address to write to, to be mapped by dma_map_resource()
 * @data:	32-bit word to write there, in CPU byte order
 *
 * The values hold until the client is told by its peer_event callback that the
 * peer's interrupts have changed.
 *
 * Context: any.
 * Return: 0 or the errno of ntb_irq_ring().
 */
int ntb_irq_peer_message(struct ntb_irq *ni, unsigned int pidx, unsigned int index,
			 phys_addr_t *addr, u32 *data)
{
	const struct ntb_irq_import_window *win;
	u64 entry;

	guard(rcu)();
	entry = ring_entry(ni, pidx, index, &win);
	if (!(entry & NTB_IRQ_ENTRY_VALID))
		return ring_error(ni, pidx);
	*addr = win->phys + (entry & NTB_IRQ_ENTRY_OFFSET);
	*data = FIELD_GET(NTB_IRQ_ENTRY_DATA, entry);
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_peer_message);

/**
 * ntb_irq_peer_has() - does a peer offer an interrupt?
 * @ni:		the function
 * @pidx:	peer index
 * @index:	the interrupt
 *
 * Context: any.
 * Return: true when it does now.
 */
bool ntb_irq_peer_has(struct ntb_irq *ni, unsigned int pidx, unsigned int index)
{
	const struct ntb_irq_import_window *win;

	guard(rcu)();
	return ring_entry(ni, pidx, index, &win) & NTB_IRQ_ENTRY_VALID;
}
EXPORT_SYMBOL_GPL(ntb_irq_peer_has);

/**
 * ntb_irq_peer_count() - how many interrupts does a peer offer?
 * @ni:		the function
 * @pidx:	peer index
 *
 * Context: any.
 * Return: the number now; -EINVAL when there is no such peer; -ENOTCONN when
 * there is no session with it.
 */
int ntb_irq_peer_count(struct ntb_irq *ni, unsigned int pidx)
{
	const struct ntb_irq_import *import;

	if (pidx >= ni->npeers)
		return -EINVAL;
	guard(rcu)();
	import = rcu_dereference(ni->peers[pidx].import);
	return import ? READ_ONCE(import->valid) : -ENOTCONN;
}
EXPORT_SYMBOL_GPL(ntb_irq_peer_count);
