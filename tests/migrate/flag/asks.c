// SPDX-License-Identifier: GPL-2.0-only
/* report form: a condition that does something */
#include <linux/module.h>
#include <linux/pci.h>

bool vnd_asks(struct pci_dev *pdev);

int vnd_setup(struct pci_dev *pdev)
{
	unsigned int flags = PCI_IRQ_MSIX;

	if (vnd_asks(pdev))
		flags |= PCI_IRQ_VIRTUAL;
	if (pci_alloc_irq_vectors(pdev, 1, 8, flags) < 0)
		return -ENOSPC;
	return 0;
}
