// SPDX-License-Identifier: GPL-2.0-only
/* nothing: nothing here is the flag, and no call here gets it */
#include <linux/module.h>
#include <linux/pci.h>

#define MY_PCI_IRQ_VIRTUAL 1
#define PCI_IRQ_VIRTUALISED 2

struct vnd { bool is_virtual; };

int vnd_setup(struct pci_dev *pdev, struct vnd *v, unsigned int flags)
{
	/* PCI_IRQ_VIRTUAL is not for us. */
	if (v->is_virtual)
		flags |= MY_PCI_IRQ_VIRTUAL | PCI_IRQ_VIRTUALISED;
	pci_info(pdev, "PCI_IRQ_VIRTUAL");
	return pci_alloc_irq_vectors(pdev, 1, 8, flags);
}
