// SPDX-License-Identifier: GPL-2.0-only
/* report expression: nothing would be left behind a label */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, int mode)
{
	unsigned int fl = PCI_IRQ_MSIX;

	switch (mode) {
	case 0:
		break;
	default:
		fl |= PCI_IRQ_VIRTUAL;
	}
	if (pci_alloc_irq_vectors(pdev, 1, 8, fl) < 0)
		return -ENOSPC;
	return 0;
}
