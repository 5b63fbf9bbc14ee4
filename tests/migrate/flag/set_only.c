// SPDX-License-Identifier: GPL-2.0-only
/* report form: a variable would be set and never read */
#include <linux/module.h>
#include <linux/pci.h>

bool vnd_asks(struct pci_dev *pdev);

int vnd_setup(struct pci_dev *pdev)
{
	unsigned int flags = PCI_IRQ_MSIX;
	bool peers;

	peers = vnd_asks(pdev);
	if (peers)
		flags |= PCI_IRQ_VIRTUAL;
	if (pci_alloc_irq_vectors(pdev, 1, 8, flags) < 0)
		return -ENOSPC;
	return 0;
}
