// SPDX-License-Identifier: GPL-2.0-only
/* report count: a macro for vectors */
#include <linux/module.h>
#include <linux/pci.h>
#define VND_VECTOR(p, i) pci_irq_vector(p, (i) + 8)

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return VND_VECTOR(pdev, 0);
}
