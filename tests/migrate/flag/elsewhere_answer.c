// SPDX-License-Identifier: GPL-2.0-only
/* report elsewhere: a function's result is the flags */
#include <linux/module.h>
#include <linux/pci.h>

static unsigned int vnd_flags(bool peers)
{
	return peers ? PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL : PCI_IRQ_MSIX;
}

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 8, vnd_flags(true)) < 0)
		return -ENOSPC;
	return 0;
}
