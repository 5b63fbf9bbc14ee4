// SPDX-License-Identifier: GPL-2.0-only
/* report rest: a variable would be assigned to itself */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	unsigned int fl = PCI_IRQ_MSIX;

	fl = fl | PCI_IRQ_VIRTUAL;
	if (pci_alloc_irq_vectors(pdev, 1, 8, fl) < 0)
		return -ENOSPC;
	return 0;
}
