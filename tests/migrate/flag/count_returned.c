// SPDX-License-Identifier: GPL-2.0-only
/* report count: the number is the result, and who gets it is not seen */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	return pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}
