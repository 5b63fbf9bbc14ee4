// SPDX-License-Identifier: GPL-2.0-only
/* report repeat: resume allocates itself */
#include <linux/module.h>
#include <linux/pci.h>

static int vnd_resume(struct device *dev)
{
	if (pci_alloc_irq_vectors(to_pci_dev(dev), 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}

const struct dev_pm_ops vnd_pm = { .resume = vnd_resume };
