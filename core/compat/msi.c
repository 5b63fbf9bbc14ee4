// SPDX-License-Identifier: GPL-2.0-only
/*
 * A second per-device MSI domain, made from exported symbols only.
 *
 * Each function does for (device, domain id) what the function of the same
 * purpose in kernel/irq/msi.c does. The parent completes the msi_domain_info
 * through its own init_dev_msi_info(), so nothing here knows an architecture.
 */
#include <linux/device.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/version.h>

#include "msi.h"

/* The teardown callback came with 6.16, with the allocation info it takes. */
#if KERNEL_VERSION(6, 16, 0) <= LINUX_VERSION_CODE
#define COMPAT_HAS_TEARDOWN 1
#else
#define COMPAT_HAS_TEARDOWN 0
#endif

/**
 * struct compat_domain - one domain made here
 * @node:	entry in the list of all
 * @dev:	device the domain belongs to
 * @domid:	its id
 * @domain:	the domain itself
 * @bundle:	chip, ops and info of the domain, completed by the parent
 * @arg:	result of the one preparation that sizes the parent's resources
 */
struct compat_domain {
	struct list_head		node;
	struct device			*dev;
	unsigned int			domid;
	struct irq_domain		*domain;
	struct msi_domain_template	bundle;
	msi_alloc_info_t		arg;
};

static LIST_HEAD(compat_domains);
static DEFINE_MUTEX(compat_lock);

static struct compat_domain *compat_find(struct device *dev, unsigned int domid)
{
	struct compat_domain *cd;

	guard(mutex)(&compat_lock);
	list_for_each_entry(cd, &compat_domains, node) {
		if (cd->dev == dev && cd->domid == domid)
			return cd;
	}
	return NULL;
}

/* Have the parent compose the message, and tell the chip. */
static void compat_write(struct irq_data *data)
{
	struct msi_msg msg = { };
	struct irq_data *pos = data;

	/* There is one: that is what makes a parent of MSIs. */
	while (!pos->chip || !pos->chip->irq_compose_msi_msg)
		pos = pos->parent_data;
	pos->chip->irq_compose_msi_msg(pos, &msg);
	data->chip->irq_write_msi_msg(data, &msg);
}

static int compat_set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	struct irq_data *parent = data->parent_data;
	int ret = parent->chip->irq_set_affinity(parent, mask, force);

	if (ret >= 0 && ret != IRQ_SET_MASK_OK_DONE)
		compat_write(data);
	return ret;
}

static int compat_alloc(struct irq_domain *domain, unsigned int virq, unsigned int nr, void *arg)
{
	struct msi_domain_info *info = domain->host_data;
	msi_alloc_info_t *alloc = arg;
	int ret;

	ret = irq_domain_alloc_irqs_parent(domain, virq, nr, arg);
	if (ret < 0)
		return ret;

	ret = irq_domain_set_hwirq_and_chip(domain, virq, alloc->desc->msi_index, info->chip,
					    info->chip_data);
	if (ret) {
		irq_domain_free_irqs_parent(domain, virq, nr);
		return ret;
	}
	if (info->handler) {
		__irq_set_handler(virq, info->handler, 0, info->handler_name);
		if (info->handler_data)
			irq_set_handler_data(virq, info->handler_data);
	}
	/* irq_set_msi_desc() is not exported; this is the part of it that applies. */
	irq_get_irq_data(virq)->common->msi_desc = alloc->desc;
	return 0;
}

static void compat_free(struct irq_domain *domain, unsigned int virq, unsigned int nr)
{
	irq_get_irq_data(virq)->common->msi_desc = NULL;
	irq_domain_free_irqs_common(domain, virq, nr);
}

static int compat_activate(struct irq_domain *domain, struct irq_data *data, bool reserve)
{
	compat_write(data);
	return 0;
}

static void compat_deactivate(struct irq_domain *domain, struct irq_data *data)
{
	struct msi_msg msg = { };

	data->chip->irq_write_msi_msg(data, &msg);
}

static const struct irq_domain_ops compat_domain_ops = {
	.alloc		= compat_alloc,
	.free		= compat_free,
	.activate	= compat_activate,
	.deactivate	= compat_deactivate,
};

static int compat_prepare(struct compat_domain *cd, msi_alloc_info_t *arg)
{
	struct msi_domain_info *info = &cd->bundle.info;

	memset(arg, 0, sizeof(*arg));
	if (!info->ops->msi_prepare)
		return 0;
	return info->ops->msi_prepare(cd->domain, cd->dev, info->hwsize, arg);
}

static void compat_teardown(struct compat_domain *cd)
{
#if COMPAT_HAS_TEARDOWN
	if (cd->bundle.ops.msi_teardown)
		cd->bundle.ops.msi_teardown(cd->domain, &cd->arg);
#endif
}

/**
 * ntb_irq_compat_create_domain() - stand-in for msi_create_device_irq_domain()
 * @dev:	device the domain is for
 * @domid:	domain id
 * @template:	chip, ops and info to start from
 * @hwsize:	most interrupts of the domain
 * @domain_data: becomes msi_domain_info::data
 * @chip_data:	becomes msi_domain_info::chip_data
 *
 * Context: process context, may sleep.
 * Return: true on success, false otherwise.
 */
bool ntb_irq_compat_create_domain(struct device *dev, unsigned int domid,
				  const struct msi_domain_template *template,
				  unsigned int hwsize, void *domain_data, void *chip_data)
{
	struct irq_domain *parent = dev_get_msi_domain(dev);
	const struct msi_parent_ops *pops;
	struct irq_domain_info dinfo = { };
	struct fwnode_handle *fwnode;
	struct msi_domain_info *info;

	if (!parent || !irq_domain_is_msi_parent(parent) || compat_find(dev, domid))
		return false;
	pops = parent->msi_parent_ops;
	if (!pops || !pops->init_dev_msi_info)
		return false;

	struct compat_domain *cd __free(kfree) = kzalloc(sizeof(*cd), GFP_KERNEL);
	if (!cd)
		return false;

	cd->dev = dev;
	cd->domid = domid;
	cd->bundle = *template;

	info = &cd->bundle.info;
	info->hwsize = hwsize;
	info->chip = &cd->bundle.chip;
	info->ops = &cd->bundle.ops;
	info->data = domain_data;
	info->chip_data = chip_data;
#if COMPAT_HAS_TEARDOWN
	info->dev = dev;
	info->alloc_data = &cd->arg;
#endif
	snprintf(cd->bundle.name, sizeof(cd->bundle.name), "%s%s-%s", pops->prefix ?: "",
		 template->chip.name, dev_name(dev));
	info->chip->name = cd->bundle.name;

	if (!pops->init_dev_msi_info(dev, parent, parent, info))
		return false;
	if (!info->chip->irq_set_affinity)
		info->chip->irq_set_affinity = compat_set_affinity;
	if (!info->chip->irq_ack)
		info->chip->irq_ack = irq_chip_ack_parent;

	fwnode = irq_domain_alloc_named_fwnode(cd->bundle.name);
	if (!fwnode)
		return false;

	dinfo.fwnode = fwnode;
	dinfo.hwirq_max = hwsize;
	dinfo.bus_token = info->bus_token;
	dinfo.ops = &compat_domain_ops;
	dinfo.host_data = info;
	dinfo.parent = parent;
	cd->domain = irq_domain_instantiate(&dinfo);
	if (IS_ERR(cd->domain)) {
		irq_domain_free_fwnode(fwnode);
		return false;
	}

	if (compat_prepare(cd, &cd->arg)) {
		irq_domain_remove(cd->domain);
		irq_domain_free_fwnode(fwnode);
		return false;
	}

	guard(mutex)(&compat_lock);
	list_add(&cd->node, &compat_domains);
	retain_and_null_ptr(cd);
	return true;
}
EXPORT_SYMBOL_GPL(ntb_irq_compat_create_domain);

/**
 * ntb_irq_compat_remove_domain() - stand-in for msi_remove_device_irq_domain()
 * @dev:	device the domain is for
 * @domid:	domain id
 *
 * All interrupts of the domain must have been freed.
 *
 * Context: process context, may sleep.
 */
void ntb_irq_compat_remove_domain(struct device *dev, unsigned int domid)
{
	struct compat_domain *cd = compat_find(dev, domid);
	struct fwnode_handle *fwnode;

	if (!cd)
		return;

	scoped_guard(mutex, &compat_lock)
		list_del(&cd->node);

	fwnode = cd->domain->fwnode;
	compat_teardown(cd);
	irq_domain_remove(cd->domain);
	irq_domain_free_fwnode(fwnode);
	kfree(cd);
}
EXPORT_SYMBOL_GPL(ntb_irq_compat_remove_domain);

/**
 * ntb_irq_compat_alloc_irq_at() - stand-in for msi_domain_alloc_irq_at()
 * @dev:	device the domain is for
 * @domid:	domain id
 * @index:	index wanted, not in use, never %MSI_ANY_INDEX here
 * @affdesc:	affinity wanted, or NULL
 * @cookie:	must be NULL
 *
 * Context: process context, may sleep. The caller serialises allocation and
 * release, as msi_lock_descs() would do.
 * Return: index and Linux interrupt number, or a negative errno as index.
 */
struct msi_map ntb_irq_compat_alloc_irq_at(struct device *dev, unsigned int domid,
					   unsigned int index,
					   const struct irq_affinity_desc *affdesc,
					   union msi_instance_cookie *cookie)
{
	struct compat_domain *cd = compat_find(dev, domid);
	struct msi_map map = { .index = -ENODEV };
	msi_alloc_info_t arg;
	int ret;

	if (!cd)
		return map;

	struct msi_desc *desc __free(kfree) = kzalloc(sizeof(*desc), GFP_KERNEL);
	if (!desc) {
		map.index = -ENOMEM;
		return map;
	}
	desc->dev = dev;
	desc->nvec_used = 1;
	desc->msi_index = index;

	/*
	 * Prepare anew: a parent may have freed what an earlier preparation
	 * set up, when the last interrupt of the device went away.
	 */
	ret = compat_prepare(cd, &arg);
	if (!ret) {
		cd->bundle.ops.set_desc(&arg, desc);
		ret = __irq_domain_alloc_irqs(cd->domain, -1, 1, dev_to_node(dev), &arg, false,
					      affdesc);
	}
	if (ret < 0) {
		map.index = ret;
		return map;
	}
	map.index = index;
	map.virq = ret;
	desc->irq = ret;
	/* A dummy vector as placeholder would be told to peers: never reserve. */
	irqd_clr_can_reserve(irq_get_irq_data(map.virq));
	retain_and_null_ptr(desc);
	return map;
}
EXPORT_SYMBOL_GPL(ntb_irq_compat_alloc_irq_at);

/**
 * ntb_irq_compat_free_irqs_range() - stand-in for msi_domain_free_irqs_range()
 * @dev:	device the domain is for
 * @domid:	domain id
 * @first:	first index
 * @last:	last index, inclusive
 *
 * Context: process context, may sleep. The caller serialises, see
 * ntb_irq_compat_alloc_irq_at().
 */
void ntb_irq_compat_free_irqs_range(struct device *dev, unsigned int domid,
				    unsigned int first, unsigned int last)
{
	struct compat_domain *cd = compat_find(dev, domid);
	struct msi_desc *desc;
	unsigned int virq;

	for (; cd && first <= last; first++) {
		virq = irq_find_mapping(cd->domain, first);
		if (!virq)
			continue;
		desc = irq_get_msi_desc(virq);
		irq_dispose_mapping(virq);
		kfree(desc);
	}
}
EXPORT_SYMBOL_GPL(ntb_irq_compat_free_irqs_range);

MODULE_DESCRIPTION("Second MSI interrupt domain of a device, for NTB interrupts");
MODULE_LICENSE("GPL");
