// SPDX-License-Identifier: GPL-2.0-only
/* report elsewhere: a macro is compared, too */
#include <linux/module.h>
#include <linux/pci.h>
#define VND_FLAGS (PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL)

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 8, VND_FLAGS) < 0)
		return -ENOSPC;
	return 0;
}

bool vnd_all(unsigned int flags)
{
	return flags == VND_FLAGS;
}
