// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts as clients see them. */
#include <linux/interrupt.h>
#include <linux/module.h>

#include "internal.h"

/* The index may have been withdrawn before it was freed. */
static struct msi_map irq_allocated(struct ntb_irq_dev *nd, struct msi_map map)
{
	if (map.index >= 0)
		clear_bit(map.index, nd->withdrawn);
	return map;
}

/**
 * ntb_irq_alloc() - allocate an interrupt
 * @ni:		the function
 * @affdesc:	affinity, or NULL
 *
 * The interrupt is an ordinary one: give &msi_map.virq to request_irq(). It is
 * exported to the peers, as &msi_map.index, when it becomes active, which is when
 * it is requested.
 *
 * Context: process context, may sleep.
 * Return:
 * * index and Linux interrupt number; on failure &msi_map.virq is 0 and &msi_map.index
 *   one of:
 * * %-ENOSPC - all indices are in use, or wait for a peer that has not acknowledged that
 *   they were freed, or the parent has no resources left
 * * %-ENOMEM
 */
struct msi_map ntb_irq_alloc(struct ntb_irq *ni, const struct irq_affinity_desc *affdesc)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);

	return irq_allocated(nd, ntb_irq_domain_alloc(nd->domain, affdesc));
}
EXPORT_SYMBOL_GPL(ntb_irq_alloc);

/**
 * ntb_irq_alloc_at() - allocate an interrupt of a given index
 * @ni:		the function
 * @index:	the index
 * @affdesc:	affinity, or NULL
 *
 * As ntb_irq_alloc(), for a client whose peers know in advance which index they are
 * to ring.
 *
 * Context: process context, may sleep.
 * Return: as ntb_irq_alloc(); msi_map::index is -EINVAL when @index is not inside the
 * domain, and -EBUSY when it is in use or waits for a peer that has not acknowledged
 * that it was freed.
 */
struct msi_map ntb_irq_alloc_at(struct ntb_irq *ni, unsigned int index,
				const struct irq_affinity_desc *affdesc)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);

	return irq_allocated(nd, ntb_irq_domain_alloc_at(nd->domain, index, affdesc));
}
EXPORT_SYMBOL_GPL(ntb_irq_alloc_at);

/**
 * ntb_irq_free() - free an interrupt
 * @ni:		the function
 * @index:	its index; its handlers must have been removed by free_irq()
 *
 * The index and the resources behind it are used again only when every peer
 * that knows the interrupt has acknowledged its revocation: a late ring never
 * reaches another user's interrupt.
 *
 * Context: process context, may sleep.
 */
void ntb_irq_free(struct ntb_irq *ni, unsigned int index)
{
	ntb_irq_domain_free(to_ntb_irq_dev(ni)->domain, index);
}
EXPORT_SYMBOL_GPL(ntb_irq_free);

/**
 * ntb_irq_vector() - Linux interrupt number of an interrupt
 * @ni:		the function
 * @index:	its index
 *
 * Context: process context, may sleep.
 * Return: the number, or -ENOENT when there is no such interrupt.
 */
int ntb_irq_vector(struct ntb_irq *ni, unsigned int index)
{
	return ntb_irq_domain_vector(to_ntb_irq_dev(ni)->domain, index);
}
EXPORT_SYMBOL_GPL(ntb_irq_vector);

/**
 * ntb_irq_request() - allocate an interrupt and install a handler
 * @ni:		the function
 * @handler:	see request_threaded_irq()
 * @thread_fn:	see request_threaded_irq(), NULL for none
 * @flags:	see request_threaded_irq()
 * @name:	name of the user
 * @data:	passed to the handlers
 *
 * Context: process context, may sleep.
 * Return: the index, or a negative errno: those of ntb_irq_alloc() and of
 * request_threaded_irq(), of which -ENOSPC means that no CPU vector is left.
 * On failure nothing is left allocated.
 */
int ntb_irq_request(struct ntb_irq *ni, irq_handler_t handler, irq_handler_t thread_fn,
		    unsigned long flags, const char *name, void *data)
{
	struct msi_map map = ntb_irq_alloc(ni, NULL);
	int ret;

	if (map.index < 0)
		return map.index;

	ret = request_threaded_irq(map.virq, handler, thread_fn, flags, name, data);
	if (ret) {
		ntb_irq_free(ni, map.index);
		return ret;
	}
	return map.index;
}
EXPORT_SYMBOL_GPL(ntb_irq_request);

/**
 * ntb_irq_release() - withdraw an interrupt, remove its handler and free it
 * @ni:		the function
 * @index:	from ntb_irq_request()
 * @data:	as given to ntb_irq_request()
 *
 * Context: process context, may sleep.
 */
void ntb_irq_release(struct ntb_irq *ni, unsigned int index, void *data)
{
	int virq = ntb_irq_vector(ni, index);

	if (WARN_ON_ONCE(virq < 0))
		return;
	ntb_irq_withdraw(ni, index, 1);
	free_irq(virq, data);
	ntb_irq_free(ni, index);
}
EXPORT_SYMBOL_GPL(ntb_irq_release);
