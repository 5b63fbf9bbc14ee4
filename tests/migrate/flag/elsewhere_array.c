// SPDX-License-Identifier: GPL-2.0-only
/* report elsewhere: an array of flags to be tried */
#include <linux/module.h>
#include <linux/pci.h>

static const unsigned int vnd_tries[] = { PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL, PCI_IRQ_MSI };

int vnd_setup(struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < 2; i++)
		if (pci_alloc_irq_vectors(pdev, 1, 4, vnd_tries[i]) > 0)
			return 0;
	return -ENOSPC;
}
