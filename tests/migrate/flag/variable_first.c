// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: a variable begins with the flag */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	unsigned int flags = PCI_IRQ_VIRTUAL;

	flags |= PCI_IRQ_MSIX;
	if (pci_alloc_irq_vectors(pdev, 1, 64, flags) < 0)
		return -ENODEV;
	return 0;
}
