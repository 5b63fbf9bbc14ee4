// SPDX-License-Identifier: GPL-2.0-only
/* report form: a macro with the flag is tested for */
#include <linux/module.h>
#include <linux/pci.h>
#define VND_PEERS PCI_IRQ_VIRTUAL

int vnd_setup(struct pci_dev *pdev)
{
#ifndef VND_PEERS
	pci_info(pdev, "no peers\n");
#endif
	if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | VND_PEERS) < 0)
		return -ENOSPC;
	return 0;
}
