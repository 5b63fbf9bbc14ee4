// SPDX-License-Identifier: GPL-2.0-only
/* The interrupt domain of a function: allocation, release, messages. */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/log2.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "calls.h"
#include "trace.h"

/*
 * Nothing can be masked on this side: the message is in the peer's hands. Pass
 * it to a parent that can, and else leave it to the flow handler, which keeps a
 * disabled interrupt pending.
 */
static void ntb_irq_mask(struct irq_data *data)
{
	if (data->parent_data->chip->irq_mask)
		irq_chip_mask_parent(data);
}

static void ntb_irq_unmask(struct irq_data *data)
{
	if (data->parent_data->chip->irq_unmask)
		irq_chip_unmask_parent(data);
}

/*
 * The one place where a new message becomes known, called with the descriptor's
 * raw lock held: record it and let process context tell the peers.
 */
static void ntb_irq_write_msi_msg(struct irq_data *data, struct msi_msg *msg)
{
	struct ntb_irq_domain *dom = irq_data_get_irq_chip_data(data);
	struct ntb_irq *ni = dom->ni;
	u64 addr = (u64)msg->address_hi << 32 | msg->address_lo;
	struct ntb_irq_slot *slot;

	/* The one that holds a reservation is nobody's. */
	if (data->hwirq >= dom->max)
		return;

	slot = &ni->slots[data->hwirq];
	scoped_guard(raw_spinlock, &ni->msg_lock) {
		if (slot->addr == addr && slot->data == msg->data)
			return;
		slot->addr = addr;
		slot->data = msg->data;
	}
	ntb_irq_publish_message(ni, data->hwirq);
}

static void ntb_irq_set_desc(msi_alloc_info_t *arg, struct msi_desc *desc)
{
	arg->desc = desc;
	arg->hwirq = desc->msi_index;
}

static const struct msi_domain_template ntb_irq_template = {
	.chip = {
		.name			= "NTB",
		.irq_mask		= ntb_irq_mask,
		.irq_unmask		= ntb_irq_unmask,
		.irq_write_msi_msg	= ntb_irq_write_msi_msg,
		.flags			= IRQCHIP_ONESHOT_SAFE,
	},
	.ops = {
		.set_desc		= ntb_irq_set_desc,
	},
	.info = {
		.flags			= MSI_FLAG_ALLOC_SIMPLE_MSI_DESCS | MSI_FLAG_FREE_MSI_DESCS,
		.bus_token		= DOMAIN_BUS_PCI_DEVICE_MSIX,
	},
};

/*
 * A parent that sizes what it sets up for a device does so once, and shares it
 * between the domain of the MSI-X table and this one.
 */
static unsigned int domain_hwsize(struct device *dev, unsigned int max)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	int vectors = max3(pci_msix_vec_count(pdev), pci_msi_vec_count(pdev), 0);

	/* And the one that holds a reservation, see ntb_irq_reserve(). */
	return roundup_pow_of_two(max + 1 + vectors);
}

/**
 * ntb_irq_domain_init() - make the domain, which belongs to no function yet
 * @dom:	filled in; must stay until msi_remove_device_irq_domain()
 * @dev:	PCI function
 * @max:	most interrupts
 *
 * Context: process context, may sleep.
 * Return: 0, or -ENODEV when there is no parent or it refuses the domain.
 */
static int ntb_irq_domain_init(struct ntb_irq_domain *dom, struct device *dev, unsigned int max)
{
	struct irq_domain *parent = dev_get_msi_domain(dev);

	*dom = (struct ntb_irq_domain) { .max = max };
	if (!parent || !irq_domain_is_msi_parent(parent))
		return -ENODEV;
	if (!msi_create_device_irq_domain(dev, MSI_SECONDARY_DOMAIN, &ntb_irq_template,
					  domain_hwsize(dev, max), NULL, dom))
		return -ENODEV;
	return 0;
}

static void domain_free_tables(struct ntb_irq *ni)
{
	kfree(ni->used);
	kvfree(ni->slots);
}

/*
 * Take the domain that was reserved for the function, or make one. A domain
 * that was reserved stays when the function is detached.
 */
static int domain_take(struct ntb_irq *ni)
{
	int ret;

	ni->domain = ntb_irq_reserved_domain(ni->dev);
	if (!ni->domain) {
		ret = ntb_irq_domain_init(&ni->own_domain, ni->dev, ni->max);
		if (ret) {
			dev_err(ni->dev,
				"ntb_irq: parent domain %s refused a domain of %u interrupts\n",
				ni->parent.name, ni->max);
			return ret;
		}
		ni->domain = &ni->own_domain;
	}
	ni->domain->ni = ni;
	return 0;
}

/**
 * ntb_irq_domain_create() - make the domain and the tables that go with it
 * @ni:		the function, whose parent was initialised
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM; -ENODEV when the parent refuses the domain.
 */
static int ntb_irq_domain_create(struct ntb_irq *ni)
{
	size_t longs = BITS_TO_LONGS(ni->max);
	int ret = -ENOMEM;

	ni->slots = kvcalloc(ni->max, sizeof(*ni->slots), GFP_KERNEL);
	ni->used = kcalloc(3 * longs, sizeof(*ni->used), GFP_KERNEL);
	if (!ni->slots || !ni->used)
		goto err_free;
	ni->zombies = ni->used + longs;
	ni->withdrawn = ni->zombies + longs;

	ret = domain_take(ni);
	if (ret)
		goto err_free;
	return 0;

err_free:
	domain_free_tables(ni);
	return ret;
}

static void domain_dispose(struct ntb_irq *ni, unsigned int index)
{
	msi_domain_free_irqs_range(ni->dev, MSI_SECONDARY_DOMAIN, index, index);
	ni->slots[index] = (struct ntb_irq_slot) { };
	clear_bit(index, ni->withdrawn);
	__clear_bit(index, ni->zombies);
	__clear_bit(index, ni->used);
}

/**
 * ntb_irq_domain_remove() - remove the domain and what is left in it
 * @ni:		the function, whose windows are closed
 *
 * Context: process context, may sleep.
 */
static void ntb_irq_domain_remove(struct ntb_irq *ni)
{
	unsigned int index;

	scoped_guard(mutex, &ni->lock) {
		for_each_set_bit(index, ni->used, ni->max) {
			if (!test_bit(index, ni->zombies))
				dev_warn(ni->dev, "ntb_irq: interrupt %u was not freed before detach\n",
					 index);
			domain_dispose(ni, index);
		}
	}
	ni->domain->ni = NULL;
	if (ni->domain == &ni->own_domain)
		msi_remove_device_irq_domain(ni->dev, MSI_SECONDARY_DOMAIN);
	domain_free_tables(ni);
}

/**
 * ntb_irq_domain_reap() - dispose of freed interrupts that no peer knows any more
 * @ni:		the function
 *
 * Context: process context, may sleep.
 */
static void ntb_irq_domain_reap(struct ntb_irq *ni)
{
	unsigned int index;

	guard(mutex)(&ni->lock);
	for_each_set_bit(index, ni->zombies, ni->max) {
		if (!ntb_irq_told_any(ni, index))
			domain_dispose(ni, index);
	}
}

/**
 * ntb_irq_alloc() - allocate an interrupt
 * @ni:		the function
 * @affdesc:	affinity wanted, or NULL
 *
 * The interrupt is an ordinary one: give msi_map::virq to request_irq(). Peers
 * are told of it when it becomes active, which is when it is requested, and by
 * msi_map::index.
 *
 * Context: process context, may sleep.
 * Return: index and Linux interrupt number. On failure msi_map::virq is 0 and
 * msi_map::index a negative errno: -ENOSPC when all indices are in use, or wait
 * for a peer that has not acknowledged that they were freed, or the parent has
 * no resources left; -ENOMEM.
 */
struct msi_map ntb_irq_alloc(struct ntb_irq *ni, const struct irq_affinity_desc *affdesc)
{
	struct msi_map map = { .index = -ENOSPC };
	unsigned int index;

	guard(mutex)(&ni->lock);

	index = find_first_zero_bit(ni->used, ni->max);
	if (index >= ni->max) {
		dev_dbg(ni->dev, "ntb_irq: all %u interrupts in use, %u of them wait for a peer\n",
			ni->max, bitmap_weight(ni->zombies, ni->max));
		return map;
	}

	map = msi_domain_alloc_irq_at(ni->dev, MSI_SECONDARY_DOMAIN, index, affdesc, NULL);
	if (map.index < 0)
		return map;

	__set_bit(index, ni->used);
	ni->slots[index].virq = map.virq;
	trace_ntb_irq_slot(ni, index, map.virq);
	return map;
}
EXPORT_SYMBOL_GPL(ntb_irq_alloc);

/**
 * ntb_irq_free() - free an interrupt
 * @ni:		the function
 * @index:	its index; its handlers must have been removed by free_irq()
 *
 * The index and what backs it are given to somebody else only when every peer
 * that was told of the interrupt has acknowledged that it forgot it: a late
 * ring never reaches a stranger.
 *
 * Context: process context, may sleep.
 */
void ntb_irq_free(struct ntb_irq *ni, unsigned int index)
{
	guard(mutex)(&ni->lock);

	if (WARN_ON_ONCE(index >= ni->max || !test_bit(index, ni->used) ||
			 test_bit(index, ni->zombies)))
		return;
	trace_ntb_irq_slot(ni, index, 0);
	if (ntb_irq_told_any(ni, index))
		__set_bit(index, ni->zombies);
	else
		domain_dispose(ni, index);
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
	guard(mutex)(&ni->lock);

	if (index >= ni->max || !test_bit(index, ni->used) || test_bit(index, ni->zombies))
		return -ENOENT;
	return ni->slots[index].virq;
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
 * request_threaded_irq(), of which -ENOSPC says that no CPU vector is left.
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
