// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: macros made of macros */
#include <linux/module.h>
#include <linux/pci.h>
#define VND_PEERS PCI_IRQ_VIRTUAL
#define VND_FLAGS (PCI_IRQ_MSIX | VND_PEERS)

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 32, VND_FLAGS) < 0)
		return -ENOSPC;
	return 0;
}
