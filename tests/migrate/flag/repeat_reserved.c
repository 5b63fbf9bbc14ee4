// SPDX-License-Identifier: GPL-2.0-only
/* report repeat: the caller reserves already */
#include <linux/module.h>
#include <linux/ntb_irq.h>
#include <linux/pci.h>

static int vnd_irqs(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}

int vnd_setup(struct pci_dev *pdev)
{
	ntb_irq_reserve(pdev, 0);
	return vnd_irqs(pdev);
}
