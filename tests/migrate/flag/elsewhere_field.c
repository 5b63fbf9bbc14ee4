// SPDX-License-Identifier: GPL-2.0-only
/* report elsewhere: a field gets the flag, and any function may read it */
#include <linux/module.h>
#include <linux/pci.h>

struct vnd { struct pci_dev *pdev; unsigned int irq_flags; };

int vnd_setup(struct vnd *v)
{
	v->irq_flags = PCI_IRQ_MSIX;
	v->irq_flags |= PCI_IRQ_VIRTUAL;
	if (pci_alloc_irq_vectors(v->pdev, 1, 4, v->irq_flags) < 0)
		return -ENOSPC;
	return 0;
}
