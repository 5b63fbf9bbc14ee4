// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: the driver reserves already */
#include <linux/module.h>
#include <linux/ntb_irq.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	ntb_irq_reserve(pdev, 64);
	if (pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}
