// SPDX-License-Identifier: GPL-2.0-only
/* report form: a condition that is for something else, too */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, bool peers)
{
	unsigned int flags = PCI_IRQ_MSIX;

	if (peers)
		flags |= PCI_IRQ_VIRTUAL;
	if (peers)
		pci_info(pdev, "peers\n");
	if (pci_alloc_irq_vectors(pdev, 1, 8, flags) < 0)
		return -ENOSPC;
	return 0;
}
