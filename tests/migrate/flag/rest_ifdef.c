// SPDX-License-Identifier: GPL-2.0-only
/* report rest: nothing would be left between #ifdef and #endif */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	unsigned int fl = PCI_IRQ_MSIX;

#ifdef PCI_IRQ_VIRTUAL
	fl |= PCI_IRQ_VIRTUAL;
#endif
	if (pci_alloc_irq_vectors(pdev, 1, 8, fl) < 0)
		return -ENOSPC;
	return 0;
}
