// SPDX-License-Identifier: GPL-2.0-only
/* report form: the flag is masked out */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, unsigned int flags)
{
	flags &= ~PCI_IRQ_VIRTUAL;
	if (pci_alloc_irq_vectors(pdev, 1, 8, flags) < 0)
		return -ENOSPC;
	return 0;
}
