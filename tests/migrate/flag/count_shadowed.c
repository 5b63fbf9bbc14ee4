// SPDX-License-Identifier: GPL-2.0-only
/* report count: a block has a variable of the same name */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	int n;

	n = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	{
		int n;

		n = 0;
		pci_info(pdev, "%d\n", n);
	}
	return n;
}
