// SPDX-License-Identifier: GPL-2.0-only
/* report count: a vector past the table by a constant */
#include <linux/module.h>
#include <linux/pci.h>
#define VND_HW 16
#define VND_PEER VND_HW

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return pci_irq_vector(pdev, VND_PEER);
}
