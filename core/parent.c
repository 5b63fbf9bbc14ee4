// SPDX-License-Identifier: GPL-2.0-only
/* The interrupt parent of a function: where its messages go and how far to trust it. */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <kunit/static_stub.h>
#include <kunit/visibility.h>
#include <linux/iommu.h>
#include <linux/irqdomain.h>
#include <linux/moduleparam.h>
#include <linux/msi.h>
#include <linux/range.h>
#include <linux/sizes.h>

#include "internal.h"

static bool allow_unsafe_interrupts;
module_param(allow_unsafe_interrupts, bool, 0644);
MODULE_PARM_DESC(allow_unsafe_interrupts,
		 "Attach even where a peer could raise any interrupt or write other memory");

bool ntb_irq_unsafe_allowed(void)
{
	KUNIT_STATIC_STUB_REDIRECT(ntb_irq_unsafe_allowed);
	return READ_ONCE(allow_unsafe_interrupts);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_unsafe_allowed);

/* Whether an aperture reaches mapped memory only, because an IOMMU translates. */
bool ntb_irq_dma_translated(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return domain && (domain->type & __IOMMU_DOMAIN_PAGING);
}

static bool parent_reserved_region(struct device *dev, struct ntb_irq_region *region)
{
	struct iommu_resv_region *resv;
	bool found = false;
	LIST_HEAD(list);

	if (!device_iommu_mapped(dev))
		return false;

	iommu_get_resv_regions(dev, &list);
	list_for_each_entry(resv, &list, list) {
		/*
		 * IOMMU_RESV_SW_MSI is no region of messages: it is where the owner
		 * of a domain of its own may map them.
		 */
		if (resv->type != IOMMU_RESV_MSI)
			continue;
		region->base = resv->start;
		region->size = resv->length;
		found = true;
		break;
	}
	iommu_put_resv_regions(dev, &list);
	return found;
}

static void parent_arch_region(struct ntb_irq_region *region)
{
	struct range range;

	if (arch_msi_region(&range)) {
		region->base = range.start;
		region->size = range_len(&range);
	}
}

/*
 * Bytes around a message that hold nothing else. What an IOMMU maps for messages is one
 * of its pages, and next to it may be memory of the function. Registers without one are
 * apart by a page of the smallest size at least.
 */
static u64 parent_page(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (ntb_irq_dma_translated(dev))
		return BIT_ULL(__ffs(domain->pgsize_bitmap));
	return SZ_4K;
}

/*
 * Set the region by the address of one message. One that isolates devices does so by
 * the word written, or by what the IOMMU or the architecture reports, and its address
 * is always the same; without isolation other interrupts may have others. Returns
 * -EOPNOTSUPP, logged, when the region remains unknown.
 */
int ntb_irq_parent_region(struct device *dev, struct ntb_irq_parent *parent, u64 addr)
{
	if (!addr || !parent->isolated) {
		dev_err(dev,
			"MSI region of parent domain %s is unknown: reported neither by an IOMMU nor by the architecture, and the address %#llx of a message may be of one interrupt only\n",
			parent->name, addr);
		return -EOPNOTSUPP;
	}
	parent->region.size = parent_page(dev);
	parent->region.base = ALIGN_DOWN(addr, parent->region.size);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_parent_region);

/*
 * Find and assess the interrupt parent of a function, and set @name, of
 * NTB_IRQ_NAME_SIZE bytes, to that of a domain below it. Returns -ENODEV when there
 * is no MSI parent domain that can have children; -EPERM when the parent does not
 * isolate devices from each other and the administrator did not allow that. What
 * neither an IOMMU nor the architecture report of the region is left to
 * ntb_irq_parent_region().
 */
int ntb_irq_parent_init(struct device *dev, struct ntb_irq_parent *parent, char *name)
{
	struct irq_domain *domain = dev_get_msi_domain(dev);
	const struct msi_parent_ops *pops;

	if (!domain || !irq_domain_is_msi_parent(domain) || !domain->msi_parent_ops) {
		dev_err(dev,
			"interrupt domain %s cannot be the parent of another domain of this function\n",
			domain && domain->name ? domain->name : "(none)");
		return -ENODEV;
	}

	pops = domain->msi_parent_ops;
	parent->name = domain->name;
	parent->dma_limit = dev->bus_dma_limit;
	parent->isolated = msi_device_has_isolated_msi(dev);
	snprintf(name, NTB_IRQ_NAME_SIZE, "%sNTB-%s", pops->prefix ?: "", dev_name(dev));

	if (!parent_reserved_region(dev, &parent->region))
		parent_arch_region(&parent->region);

	if (parent->isolated)
		return 0;
	if (!ntb_irq_unsafe_allowed()) {
		dev_err(dev,
			"%s does not isolate MSIs of devices from each other, so a peer could raise any interrupt; enable interrupt remapping, with source ids checked, or load ntb_irq with allow_unsafe_interrupts=1 to accept that\n",
			parent->name);
		return -EPERM;
	}
	dev_warn(dev,
		 "%s does not isolate MSIs of devices from each other: a peer can raise any interrupt of this host (allow_unsafe_interrupts=1)\n",
		 parent->name);
	return 0;
}
