// SPDX-License-Identifier: GPL-2.0-only
/* report elsewhere: a function is handed its flags */
#include <linux/module.h>
#include <linux/pci.h>

static int vnd_irqs(struct pci_dev *pdev, unsigned int flags)
{
	if (pci_alloc_irq_vectors(pdev, 1, 8, flags) < 0)
		return -ENOSPC;
	return 0;
}

int vnd_setup(struct pci_dev *pdev)
{
	return vnd_irqs(pdev, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}
