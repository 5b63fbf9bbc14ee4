// SPDX-License-Identifier: GPL-2.0-only
/* report count: pci_request_irq() names a vector, too */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, irq_handler_t isr, int which)
{
	if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return pci_request_irq(pdev, which, isr, NULL, pdev, "vnd");
}
