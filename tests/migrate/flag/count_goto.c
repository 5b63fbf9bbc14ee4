// SPDX-License-Identifier: GPL-2.0-only
/* report count: the number gets out by a jump */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, bool early)
{
	int n;

	n = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (early)
		goto out;
	n = 0;
out:
	return n;
}
