// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: a second call without the flag, for when the first fails */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	int rc;

	rc = pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (rc < 0)
		rc = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI);
	if (rc < 0)
		return rc;
	return 0;
}
