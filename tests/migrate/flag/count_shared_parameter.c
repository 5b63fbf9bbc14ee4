// SPDX-License-Identifier: GPL-2.0-only
/* report count: a module parameter is for queues, too */
#include <linux/module.h>
#include <linux/pci.h>

static unsigned int shared = 32;
module_param(shared, uint, 0444);
MODULE_PARM_DESC(shared, "number of interrupts, and of queues");

int vnd_queues(void)
{
	return 2 * shared;
}

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, shared, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}
