// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: lines that go on */
#include <linux/module.h>
#include <linux/pci.h>
#define VND_FLAGS \
	(PCI_IRQ_MSIX | \
	 PCI_IRQ_VIRTUAL)

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 8, \
				  VND_FLAGS) < 0)
		return -ENOSPC;
	return 0;
}
