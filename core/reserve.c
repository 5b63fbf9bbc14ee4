// SPDX-License-Identifier: GPL-2.0-only
/* A domain that is made before anybody attaches. */
#include <linux/device/devres.h>
#include <linux/log2.h>
#include <linux/msi.h>
#include <linux/pci.h>

#include "calls.h"

static void reserve_release(struct device *dev, void *res)
{
	struct ntb_irq_domain *dom = res;

	msi_domain_free_irqs_range(dev, MSI_SECONDARY_DOMAIN, dom->max, dom->max);
	msi_remove_device_irq_domain(dev, MSI_SECONDARY_DOMAIN);
}

/**
 * ntb_irq_reserved_domain() - the domain that was reserved for a function
 * @dev:	PCI function
 *
 * Context: any.
 * Return: the domain, or NULL when none was reserved.
 */
static struct ntb_irq_domain *ntb_irq_reserved_domain(struct device *dev)
{
	return devres_find(dev, reserve_release, NULL, NULL);
}

/**
 * ntb_irq_reserve() - make the interrupt domain of a function early
 * @pdev:	the PCI function
 * @max_irqs:	most interrupts that will ever be allocated at one time, rounded
 *		up to a power of two; 0 means %NTB_IRQ_DEFAULT
 *
 * To be called by the driver of the hardware in its probe, before
 * pci_alloc_irq_vectors(). Some interrupt parents, such as the GICv3 ITS, give
 * a function as many interrupts as it asks for first, and no more later. Where
 * the parent has no such limit this is not needed, and does no harm.
 *
 * The domain goes away when the driver is unbound. ntb_irq_attach() makes use
 * of it, and can have no more interrupts than were reserved. The result may be
 * ignored: without a reservation ntb_irq_attach() makes the domain itself, and
 * says what is wrong when it cannot.
 *
 * Context: process context, may sleep; in the probe of the driver of @pdev.
 * Return: 0, also where the kernel is built without the library; -EINVAL when
 * @max_irqs is above %NTB_IRQ_MAX; -EEXIST when there is a reservation; -ENOMEM;
 * -ENODEV when the function has no interrupt parent that can have children, or
 * the parent refuses the domain; -ENOSPC when it has no interrupt left.
 */
int ntb_irq_reserve(struct pci_dev *pdev, unsigned int max_irqs)
{
	struct device *dev = &pdev->dev;
	struct ntb_irq_domain *dom;
	struct msi_map map;
	int ret;

	if (max_irqs > NTB_IRQ_MAX) {
		dev_err(dev, "ntb_irq: %u interrupts to be reserved, at most %u possible\n",
			max_irqs, NTB_IRQ_MAX);
		return -EINVAL;
	}
	if (ntb_irq_reserved_domain(dev)) {
		dev_err(dev, "ntb_irq: interrupts were reserved before\n");
		return -EEXIST;
	}

	dom = devres_alloc(reserve_release, sizeof(*dom), GFP_KERNEL);
	if (!dom)
		return -ENOMEM;
	ret = ntb_irq_domain_init(dom, dev, roundup_pow_of_two(max_irqs ?: NTB_IRQ_DEFAULT));
	if (ret)
		goto err_free;

	/*
	 * Kernels before 6.16 prepare a device when its first interrupt is
	 * allocated, and forget it with the last one. So allocate one that
	 * nobody gets, behind all others, and keep it.
	 */
	map = msi_domain_alloc_irq_at(dev, MSI_SECONDARY_DOMAIN, dom->max, NULL, NULL);
	if (map.index < 0) {
		ret = map.index;
		goto err_exit;
	}
	devres_add(dev, dom);
	return 0;

err_exit:
	msi_remove_device_irq_domain(dev, MSI_SECONDARY_DOMAIN);
err_free:
	devres_free(dom);
	return ret;
}
EXPORT_SYMBOL_GPL(ntb_irq_reserve);
