// SPDX-License-Identifier: GPL-2.0-only
/* report repeat: one probe, two functions that allocate */
#include <linux/module.h>
#include <linux/pci.h>

static int vnd_msix(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}

static int vnd_msi(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 4, PCI_IRQ_MSI | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}

int vnd_setup(struct pci_dev *pdev)
{
	return vnd_msix(pdev) ? vnd_msi(pdev) : 0;
}
