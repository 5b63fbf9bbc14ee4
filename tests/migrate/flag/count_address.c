// SPDX-License-Identifier: GPL-2.0-only
/* report count: the number is handed on by its address */
#include <linux/module.h>
#include <linux/pci.h>

static void vnd_take(int *n) { *n /= 2; }

int vnd_setup(struct pci_dev *pdev)
{
	int n;

	n = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	vnd_take(&n);
	return 0;
}
