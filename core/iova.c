// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses beside the interrupts, in a window that is wider than they are. With DMA
 * translation a peer reaches what is mapped there for the function, and nothing else.
 * So the function's addresses are kept below the window from attach on, and where
 * something is mapped inside before, or may be by others, the window is not opened.
 */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/sched.h>

#include "internal.h"

static int iova_count_device(struct device *dev, void *count)
{
	(*(unsigned int *)count)++;
	return 0;
}

/* Whether other functions have the same addresses, which nothing keeps below. */
static bool iova_shared(struct device *dev)
{
	struct iommu_group *group = iommu_group_get(dev);
	unsigned int count = 0;

	if (!group)
		return true;
	iommu_group_for_each_dev(group, &count, iova_count_device);
	iommu_group_put(group);
	return count != 1;
}

/* The first address of a range that is mapped, or its end. */
static u64 iova_first_mapped(struct iommu_domain *domain, u64 addr, u64 end)
{
	u64 step = BIT_ULL(__ffs(domain->pgsize_bitmap));

	for (; addr < end; addr += step) {
		if (iommu_iova_to_phys(domain, addr))
			break;
		cond_resched();
	}
	return min(addr, end);
}

/*
 * See to it that a window exposes nothing of the function's memory, now and as long
 * as ntb_irq_iova_release() is not called. Returns false when that cannot be had, with
 * the reason in @why.
 */
bool ntb_irq_iova_keep_out(struct device *dev, const struct ntb_irq_region *region,
			   const struct ntb_irq_aperture *aperture, char *why, size_t len)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);
	u64 base = aperture->base, end = aperture->base + aperture->size;
	u64 before, behind;

	if (!domain || (domain->type & __IOMMU_DOMAIN_DMA_API) == 0) {
		snprintf(why, len,
			 "its DMA is not translated (iommu.passthrough=0 has it translated)");
		return false;
	}
	if (iova_shared(dev)) {
		snprintf(why, len, "other functions of its IOMMU group may map memory there");
		return false;
	}
	if (!base) {
		snprintf(why, len, "no addresses are left for its memory below");
		return false;
	}
	/* Set before what is mapped is looked at, so that nothing is missed. */
	dev->bus_dma_limit = min_not_zero(dev->bus_dma_limit, base - 1);
	before = iova_first_mapped(domain, base, region->base);
	behind = iova_first_mapped(domain, region->base + region->size, end);
	if (before == region->base && behind == end)
		return true;
	snprintf(why, len, "memory of the function is mapped there, at %#llx",
		 before < region->base ? before : behind);
	return false;
}

/* The windows are closed. @limit is dev->bus_dma_limit as it was before. */
void ntb_irq_iova_release(struct device *dev, u64 limit)
{
	dev->bus_dma_limit = limit;
}
