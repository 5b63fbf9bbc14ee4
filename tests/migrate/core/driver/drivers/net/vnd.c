// SPDX-License-Identifier: GPL-2.0-only
/* report core: a driver that keeps the flag, so that its definition has to stay */
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	return pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}
