// SPDX-License-Identifier: GPL-2.0-only
/* report repeat: another function allocates for the device before */
#include <linux/module.h>
#include <linux/pci.h>

static int vnd_first(struct pci_dev *pdev)
{
	return pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI);
}

static int vnd_second(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}

int vnd_setup(struct pci_dev *pdev)
{
	if (vnd_first(pdev) > 0)
		pci_free_irq_vectors(pdev);
	return vnd_second(pdev);
}
