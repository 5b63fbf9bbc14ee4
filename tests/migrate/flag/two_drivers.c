// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: two functions that have nothing in common */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup_a(struct pci_dev *pdev)
{
	int rc = 0;

	if (pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		rc = -ENOSPC;
	return rc;
}

int vnd_setup_b(struct pci_dev *pdev)
{
	pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	return 0;
}
