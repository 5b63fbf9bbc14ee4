// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: a macro for the maximum, used once */
#include <linux/module.h>
#include <linux/pci.h>

#define VND_VECTORS 32

int vnd_setup(struct pci_dev *pdev)
{
	int rc;

	rc = pci_alloc_irq_vectors(pdev, 1, VND_VECTORS, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	return min(rc, 0);
}
