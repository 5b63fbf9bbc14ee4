// SPDX-License-Identifier: GPL-2.0-only
/* report count: an array and a loop have the maximum */
#include <linux/module.h>
#include <linux/pci.h>
#define VND_VECTORS 32

static int vnd_uses[VND_VECTORS];

int vnd_setup(struct pci_dev *pdev)
{
	int i;

	if (pci_alloc_irq_vectors(pdev, 1, VND_VECTORS, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	for (i = 0; i < VND_VECTORS; i++)
		vnd_uses[i] = 1;
	return 0;
}
