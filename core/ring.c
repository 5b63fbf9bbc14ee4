// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ringing, but for the one write: what it looks into, and what it does when it
 * finds nothing there.
 */
#include <linux/io.h>

#include "calls.h"
#include "trace.h"

/* For peers that offer nothing, and for all while rings are traced. */
static struct ntb_irq_bells no_bells;

static LIST_HEAD(ringers);
static bool ring_traced;
/* Protects both, and writing ntb_irq_peer::bells. Taken last. */
static DEFINE_MUTEX(ringers_lock);

static void ring_update(struct ntb_irq *ni, unsigned int pidx)
{
	struct ntb_irq_bells *bells = rcu_dereference_protected(ni->peers[pidx].bells,
								lockdep_is_held(&ringers_lock));

	if (ring_traced || !bells)
		bells = &no_bells;
	rcu_assign_pointer(ntb_irq_whole(ni)->ringer.bell[pidx], bells->bell);
}

static void ring_trace(bool on)
{
	struct ntb_irq *ni;
	unsigned int i;

	guard(mutex)(&ringers_lock);
	ring_traced = on;
	list_for_each_entry(ni, &ringers, node) {
		for (i = 0; i < ni->npeers; i++)
			ring_update(ni, i);
	}
}

/**
 * ntb_irq_ring_trace_begin() - rings are traced from now on
 *
 * Clients then find no bells, and every ring comes here.
 *
 * Context: process context, may sleep.
 * Return: 0.
 */
static int ntb_irq_ring_trace_begin(void)
{
	ring_trace(true);
	return 0;
}

/**
 * ntb_irq_ring_trace_end() - rings are not traced any more
 *
 * Context: process context, may sleep.
 */
static void ntb_irq_ring_trace_end(void)
{
	ring_trace(false);
}

/**
 * ntb_irq_ring_init() - prepare what rings look into
 * @ni:		the function
 *
 * Context: process context, may sleep.
 */
static void ntb_irq_ring_init(struct ntb_irq *ni)
{
	unsigned int i;

	BUILD_BUG_ON(offsetof(struct ntb_irq_whole, ni) != sizeof(struct ntb_irq_ringer));
	for (i = 0; i < NTB_IRQ_PEERS; i++)
		RCU_INIT_POINTER(ntb_irq_whole(ni)->ringer.bell[i], no_bells.bell);
	guard(mutex)(&ringers_lock);
	list_add(&ni->node, &ringers);
}

/**
 * ntb_irq_ring_exit() - undo ntb_irq_ring_init()
 * @ni:		the function
 *
 * Context: process context, may sleep.
 */
static void ntb_irq_ring_exit(struct ntb_irq *ni)
{
	guard(mutex)(&ringers_lock);
	list_del(&ni->node);
}

/**
 * ntb_irq_ring_offer() - let rings use what a peer offers
 * @peer:	the peer
 * @bells:	what it offers, or NULL; unused a grace period after the next call
 *
 * Context: process context, may sleep, under the peer's lock.
 */
static void ntb_irq_ring_offer(struct ntb_irq_peer *peer, struct ntb_irq_bells *bells)
{
	guard(mutex)(&ringers_lock);
	rcu_assign_pointer(peer->bells, bells);
	ring_update(peer->ni, peer->pidx);
}

/*
 * Find an interrupt of a peer: the window it is in, and what is to be written where.
 * Returns the errno of ntb_irq_ring(). Under rcu_read_lock().
 */
static int ring_find(struct ntb_irq *ni, unsigned int pidx, unsigned long index,
		     const struct ntb_irq_import_window **win, struct ntb_irq_run *run)
{
	const struct ntb_irq_import *import;
	const struct ntb_irq_bells *bells;
	void __iomem *addr;

	if (pidx >= ni->npeers)
		return -EINVAL;
	import = rcu_dereference(ni->peers[pidx].import);
	bells = rcu_dereference(ni->peers[pidx].bells);
	if (!import || !bells)
		return -ENOTCONN;
	if (index >= bells->count)
		return -ENOENT;

	addr = bells->bell[index].addr;
	for (run->slot = 0; run->slot < NTB_IRQ_SLOTS; run->slot++) {
		*win = &import->windows[run->slot];
		if (!ntb_irq_import_inside(*win, addr))
			continue;
		run->index = index;
		run->count = 1;
		run->offset = addr - (*win)->base;
		run->data = bells->bell[index].what;
		return 0;
	}
	return -ENOENT;
}

/**
 * ntb_irq_ring_slow() - ring an interrupt that ntb_irq_ring() did not find
 * @ni:		the function
 * @pidx:	peer index
 * @index:	interrupt of the peer
 *
 * Context: any.
 * Return: as ntb_irq_ring().
 */
int ntb_irq_ring_slow(struct ntb_irq *ni, unsigned int pidx, unsigned long index)
{
	const struct ntb_irq_import_window *win;
	struct ntb_irq_run run;
	int ret;

	guard(rcu)();
	ret = ring_find(ni, pidx, index, &win, &run);
	if (ret)
		return ret;
	writel(run.data, win->base + run.offset);
	trace_ntb_irq_ring(ni, pidx, &run);
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_ring_slow);

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
	struct ntb_irq_run run;
	int ret;

	guard(rcu)();
	ret = ring_find(ni, pidx, index, &win, &run);
	if (ret)
		return ret;
	*addr = win->phys + run.offset;
	*data = run.data;
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_peer_message);

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
