// SPDX-License-Identifier: GPL-2.0-only
/* report elsewhere: a function makes the flags from flags */
#include <linux/module.h>
#include <linux/pci.h>

unsigned int vnd_flags(unsigned int flags);

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 8, vnd_flags(PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL)) < 0)
		return -ENOSPC;
	return 0;
}
