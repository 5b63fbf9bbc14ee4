// SPDX-License-Identifier: GPL-2.0-only
/* The interrupt domain of a function: reservation, allocation, release, messages. */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <kunit/static_stub.h>
#include <kunit/visibility.h>
#include <linux/device/devres.h>
#include <linux/export.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "internal.h"
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
 * The one place where a new message arrives, called with the descriptor's raw
 * lock held: record it, and leave it to process context to export it.
 */
static void ntb_irq_write_msi_msg(struct irq_data *data, struct msi_msg *msg)
{
	struct ntb_irq_domain *dom = irq_data_get_irq_chip_data(data);
	u64 addr = (u64)msg->address_hi << 32 | msg->address_lo;
	struct ntb_irq_entry *entry;

	/* The interrupt that holds a reservation has no entry. */
	if (data->hwirq >= dom->size)
		return;

	entry = &dom->entries[data->hwirq];
	scoped_guard(raw_spinlock, &dom->msg_lock) {
		if (entry->addr == addr && entry->data == msg->data)
			return;
		entry->addr = addr;
		entry->data = msg->data;
	}
	dom->ops->changed(dom, data->hwirq);
}

static void ntb_irq_set_desc(msi_alloc_info_t *arg, struct msi_desc *desc)
{
	arg->desc = desc;
	arg->hwirq = desc->msi_index;
}

static const struct msi_domain_template domain_template = {
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
		/*
		 * The interrupts are no MSI-X of the function. But parents accept
		 * the tokens they know only, and do for this one all that is
		 * needed here: identify the requester and compose its messages.
		 */
		.bus_token		= DOMAIN_BUS_PCI_DEVICE_MSIX,
	},
};

/*
 * A parent that sizes its resources for a device does so once, and shares them
 * between the domain of the MSI-X table and this one. One more is for the
 * interrupt that holds a reservation.
 */
static unsigned int domain_hwsize(struct device *dev, unsigned int size)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	int vectors = max3(pci_msix_vec_count(pdev), pci_msi_vec_count(pdev), 0);

	return roundup_pow_of_two(size + 1 + vectors);
}

/* Make a domain without a user. Returns -ENODEV when there is no parent, or it refuses. */
static int domain_init(struct ntb_irq_domain *dom, struct device *dev, unsigned int size)
{
	struct irq_domain *parent = dev_get_msi_domain(dev);

	*dom = (struct ntb_irq_domain) { .dev = dev, .size = size };
	mutex_init(&dom->lock);
	raw_spin_lock_init(&dom->msg_lock);
	if (!parent || !irq_domain_is_msi_parent(parent))
		return -ENODEV;
	if (!msi_create_device_irq_domain(dev, MSI_SECONDARY_DOMAIN, &domain_template,
					  domain_hwsize(dev, size), NULL, dom)) {
		dev_err(dev, "parent domain %s refused a domain of %u interrupts\n", parent->name,
			size);
		return -ENODEV;
	}
	return 0;
}

/*
 * Allocate the interrupt behind all others. Kernels before 6.16 prepare a device when
 * its first interrupt is allocated, and undo that with the last one: this one keeps it
 * prepared. Its message shows where those of the parent go.
 */
static int domain_alloc_spare(struct ntb_irq_domain *dom)
{
	struct msi_map map;

	map = msi_domain_alloc_irq_at(dom->dev, MSI_SECONDARY_DOMAIN, dom->size, NULL, NULL);
	if (map.index < 0)
		return map.index;
	dom->spare = map.virq;
	return 0;
}

static void domain_log_full(struct ntb_irq_domain *dom)
{
	dev_err_ratelimited(dom->dev,
			    "the parent domain has no interrupt left: it may have sized the function for its vectors, and then the driver has to call ntb_irq_reserve() before it allocates them\n");
}

static void domain_exit(struct ntb_irq_domain *dom)
{
	if (dom->spare)
		msi_domain_free_irqs_range(dom->dev, MSI_SECONDARY_DOMAIN, dom->size, dom->size);
	msi_remove_device_irq_domain(dom->dev, MSI_SECONDARY_DOMAIN);
}

static void domain_free_tables(struct ntb_irq_domain *dom)
{
	kvfree(dom->entries);
	bitmap_free(dom->allocated);
	bitmap_free(dom->draining);
	dom->entries = NULL;
	dom->allocated = NULL;
	dom->draining = NULL;
}

static void kept_changed(struct ntb_irq_domain *dom, unsigned int index)
{
}

static bool kept_in_use(struct ntb_irq_domain *dom, unsigned int index)
{
	return true;
}

/* Those of a domain that has no user any more, and interrupts that a peer may ring. */
static const struct ntb_irq_domain_ops domain_kept_ops = {
	.changed	= kept_changed,
	.in_use		= kept_in_use,
};

/* The driver has been unbound, so that the function has no access to memory. */
static void reservation_release(struct device *dev, void *res)
{
	struct ntb_irq_domain *dom = res;
	bool kept = dom->ops == &domain_kept_ops;

	if (kept) {
		msi_domain_free_irqs_range(dev, MSI_SECONDARY_DOMAIN, 0, dom->max - 1);
		domain_free_tables(dom);
	}
	domain_exit(dom);
	if (kept)
		module_put(THIS_MODULE);
}

static struct ntb_irq_domain *reservation_find(struct device *dev)
{
	return devres_find(dev, reservation_release, NULL, NULL);
}

/**
 * ntb_irq_reserve() - make the interrupt domain of a function early
 * @pdev:	the PCI function
 * @max_irqs:	most interrupts that will ever be allocated at one time, rounded
 *		up to a power of two; 0 means %NTB_IRQ_DEFAULT
 *
 * To be called by the driver of the hardware in its probe, before
 * pci_alloc_irq_vectors(). Some interrupt parents, such as the GICv3 ITS, give
 * a function as many interrupts as its first allocation asks for, and no more
 * later. Where the parent has no such limit a reservation is not needed, and
 * does no harm.
 *
 * The domain goes away when the driver is unbound, or the library is unloaded.
 * ntb_irq_attach() makes use of it, and can have no more interrupts than were
 * reserved. The result may be ignored: without a reservation ntb_irq_attach() makes
 * the domain itself, and logs the reason when it cannot.
 *
 * Context: process context, may sleep; in the probe of the driver of @pdev.
 * Return:
 * * 0, also where the kernel is built without the library, or:
 * * %-EINVAL - @max_irqs is above %NTB_IRQ_MAX
 * * %-EEXIST - there is a reservation
 * * %-ENODEV - the function has no interrupt parent that can have children, or the parent
 *   refuses the domain
 * * %-ENOSPC - the parent has no interrupt left
 * * %-ENOMEM
 */
int ntb_irq_reserve(struct pci_dev *pdev, unsigned int max_irqs)
{
	struct device *dev = &pdev->dev;
	struct ntb_irq_domain *dom;
	int ret;

	if (max_irqs > NTB_IRQ_MAX) {
		dev_err(dev, "reservation of %u interrupts, the limit is %u (NTB_IRQ_MAX)\n",
			max_irqs, NTB_IRQ_MAX);
		return -EINVAL;
	}
	if (reservation_find(dev)) {
		dev_err(dev, "interrupts are reserved already\n");
		return -EEXIST;
	}

	dom = devres_alloc(reservation_release, sizeof(*dom), GFP_KERNEL);
	if (!dom)
		return -ENOMEM;
	ret = domain_init(dom, dev, roundup_pow_of_two(max_irqs ?: NTB_IRQ_DEFAULT));
	if (ret)
		goto err_free;
	dom->reserved = true;

	ret = domain_alloc_spare(dom);
	if (ret)
		goto err_exit;
	devres_add(dev, dom);
	return 0;

err_exit:
	domain_exit(dom);
err_free:
	devres_free(dom);
	return ret;
}
EXPORT_SYMBOL_GPL(ntb_irq_reserve);

/*
 * A reservation may have been made for a driver that does not know the library, and
 * so does not keep it loaded. No driver is unbound while its device is locked.
 */
void ntb_irq_domain_exit(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) {
		guard(device)(&pdev->dev);
		devres_release(&pdev->dev, reservation_release, NULL, NULL);
	}
}

/* How many interrupts a user that asks for @wanted can have, or a negative errno. */
static int domain_limit(struct device *dev, const struct ntb_irq_domain *reserved,
			unsigned int wanted)
{
	unsigned int most = reserved ? reserved->size : NTB_IRQ_MAX;

	if (reserved && reserved->ops == &domain_kept_ops) {
		dev_err(dev,
			"interrupts of an earlier user are kept, because a window to them could not be closed: unbind the driver of the function\n");
		return -EBUSY;
	}
	if (wanted > most) {
		dev_err(dev, "%u interrupts requested, the limit is %u (%s)\n", wanted, most,
			reserved ? "reserved by the driver" : "NTB_IRQ_MAX");
		return -EINVAL;
	}
	if (reserved && reserved->ops) {
		dev_err(dev, "the interrupt domain of the function is in use\n");
		return -EEXIST;
	}
	if (!wanted)
		wanted = reserved ? most : NTB_IRQ_DEFAULT;
	return roundup_pow_of_two(wanted);
}

static int domain_alloc_tables(struct ntb_irq_domain *dom)
{
	dom->entries = kvcalloc(dom->max, sizeof(*dom->entries), GFP_KERNEL);
	dom->allocated = bitmap_zalloc(dom->max, GFP_KERNEL);
	dom->draining = bitmap_zalloc(dom->max, GFP_KERNEL);
	return dom->entries && dom->allocated && dom->draining ? 0 : -ENOMEM;
}

/*
 * Become the user of the domain that is reserved for a function, or else of a new
 * one, with @max interrupts as in struct ntb_irq_config. Errors are those of
 * domain_limit() and domain_init(), and -ENOMEM.
 */
struct ntb_irq_domain *ntb_irq_domain_get(struct device *dev, unsigned int max,
					  const struct ntb_irq_domain_ops *ops, void *user)
{
	struct ntb_irq_domain *dom = reservation_find(dev);
	int limit = domain_limit(dev, dom, max);
	int ret;

	if (limit < 0)
		return ERR_PTR(limit);
	if (!dom) {
		/* It becomes a resource of the device if it has to outlive its user. */
		dom = devres_alloc(reservation_release, sizeof(*dom), GFP_KERNEL);
		if (!dom)
			return ERR_PTR(-ENOMEM);
		ret = domain_init(dom, dev, limit);
		if (ret) {
			devres_free(dom);
			return ERR_PTR(ret);
		}
	}
	dom->max = limit;
	dom->user = user;
	dom->ops = ops;
	ret = domain_alloc_tables(dom);
	if (ret) {
		ntb_irq_domain_put(dom);
		return ERR_PTR(ret);
	}
	return dom;
}

static void domain_dispose(struct ntb_irq_domain *dom, unsigned int index)
{
	msi_domain_free_irqs_range(dom->dev, MSI_SECONDARY_DOMAIN, index, index);
	dom->entries[index] = (struct ntb_irq_entry) { };
	__clear_bit(index, dom->draining);
	__clear_bit(index, dom->allocated);
}

/* Undo ntb_irq_domain_get(). No window leads to its interrupts any more. */
void ntb_irq_domain_put(struct ntb_irq_domain *dom)
{
	unsigned int index;

	if (dom->entries && dom->allocated && dom->draining) {
		guard(mutex)(&dom->lock);
		for_each_set_bit(index, dom->allocated, dom->max) {
			if (!test_bit(index, dom->draining))
				dev_warn(dom->dev, "interrupt %u was not freed before detach\n",
					 index);
			domain_dispose(dom, index);
		}
	}
	domain_free_tables(dom);
	dom->ops = NULL;
	dom->user = NULL;
	if (dom->reserved)
		return;
	domain_exit(dom);
	devres_free(dom);
}

/*
 * The same while a window may lead to its interrupts: those that a peer knows stay allocated,
 * so that no other user gets what it rings, until the driver of the function is unbound.
 */
void ntb_irq_domain_keep(struct ntb_irq_domain *dom)
{
	if (bitmap_empty(dom->draining, dom->max)) {
		ntb_irq_domain_put(dom);
		return;
	}
	dev_err(dom->dev,
		"%u interrupts are kept until the driver of the function is unbound, because a window to them stays open\n",
		bitmap_weight(dom->allocated, dom->max));
	/* Their chip is in this module. */
	__module_get(THIS_MODULE);
	dom->ops = &domain_kept_ops;
	dom->user = NULL;
	if (!dom->reserved)
		devres_add(dom->dev, dom);
}

/*
 * See to it that the region of the parent is known, by a message where nothing else
 * reports it. Errors are logged: -ENOSPC when the parent has no interrupt left for the
 * function, and those of ntb_irq_parent_region().
 */
int ntb_irq_domain_region(struct ntb_irq_domain *dom, struct ntb_irq_parent *parent)
{
	struct msi_msg msg = { };
	struct irq_data *data;
	int ret;

	if (parent->region.size)
		return 0;
	ret = dom->spare ? 0 : domain_alloc_spare(dom);
	if (ret == -ENOSPC)
		domain_log_full(dom);
	else if (ret)
		dev_err(dom->dev, "parent domain %s allocates no interrupt: %d\n", parent->name,
			ret);
	if (ret)
		return ret;

	for (data = irq_get_irq_data(dom->spare); data; data = data->parent_data) {
		if (!data->chip || !data->chip->irq_compose_msi_msg)
			continue;
		data->chip->irq_compose_msi_msg(data, &msg);
		break;
	}
	return ntb_irq_parent_region(dom->dev, parent,
				     (u64)msg.address_hi << 32 | msg.address_lo);
}

/* Dispose of freed interrupts that no peer can ring any more. */
void ntb_irq_domain_reap(struct ntb_irq_domain *dom)
{
	unsigned int index;

	guard(mutex)(&dom->lock);
	for_each_set_bit(index, dom->draining, dom->max) {
		if (!dom->ops->in_use(dom, index))
			domain_dispose(dom, index);
	}
}

static struct msi_map domain_alloc(struct ntb_irq_domain *dom, unsigned int index,
				   const struct irq_affinity_desc *affdesc)
{
	struct msi_map map;

	map = msi_domain_alloc_irq_at(dom->dev, MSI_SECONDARY_DOMAIN, index, affdesc, NULL);
	/* A parent whose region is fixed does not size functions. */
	if (map.index == -ENOSPC && dom->spare && !dom->reserved)
		domain_log_full(dom);
	if (map.index < 0)
		return map;

	__set_bit(index, dom->allocated);
	dom->entries[index].virq = map.virq;
	trace_ntb_irq_entry(dom->dev, index, map.virq);
	return map;
}

/* Errors are those of ntb_irq_alloc(). */
struct msi_map ntb_irq_domain_alloc(struct ntb_irq_domain *dom,
				    const struct irq_affinity_desc *affdesc)
{
	struct msi_map map = { .index = -ENOSPC };
	unsigned int index;

	guard(mutex)(&dom->lock);

	index = find_first_zero_bit(dom->allocated, dom->max);
	if (index >= dom->max) {
		dev_dbg(dom->dev, "all %u interrupts are in use, %u of them draining\n", dom->max,
			bitmap_weight(dom->draining, dom->max));
		return map;
	}
	return domain_alloc(dom, index, affdesc);
}

/* Errors are those of ntb_irq_alloc_at(). */
struct msi_map ntb_irq_domain_alloc_at(struct ntb_irq_domain *dom, unsigned int index,
				       const struct irq_affinity_desc *affdesc)
{
	struct msi_map map = { .index = -EINVAL };

	guard(mutex)(&dom->lock);

	if (index >= dom->max)
		return map;
	if (test_bit(index, dom->allocated)) {
		map.index = -EBUSY;
		return map;
	}
	return domain_alloc(dom, index, affdesc);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_domain_alloc_at);

/* An interrupt that a peer may still ring drains before it is disposed of. */
void ntb_irq_domain_free(struct ntb_irq_domain *dom, unsigned int index)
{
	guard(mutex)(&dom->lock);

	if (WARN_ON_ONCE(index >= dom->max || !test_bit(index, dom->allocated) ||
			 test_bit(index, dom->draining)))
		return;
	trace_ntb_irq_entry(dom->dev, index, 0);
	if (dom->ops->in_use(dom, index))
		__set_bit(index, dom->draining);
	else
		domain_dispose(dom, index);
}

/* Returns the Linux interrupt number, or -ENOENT when there is no such interrupt. */
int ntb_irq_domain_vector(struct ntb_irq_domain *dom, unsigned int index)
{
	guard(mutex)(&dom->lock);

	if (index >= dom->max || !test_bit(index, dom->allocated) ||
	    test_bit(index, dom->draining))
		return -ENOENT;
	return dom->entries[index].virq;
}

/* The message as last recorded; from any context. */
struct ntb_irq_message ntb_irq_domain_message(struct ntb_irq_domain *dom, unsigned int index)
{
	const struct ntb_irq_entry *entry = &dom->entries[index];
	struct ntb_irq_message msg;

	KUNIT_STATIC_STUB_REDIRECT(ntb_irq_domain_message, dom, index);
	scoped_guard(raw_spinlock_irqsave, &dom->msg_lock) {
		msg.addr = entry->addr;
		msg.data = entry->data;
	}
	return msg;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_domain_message);
