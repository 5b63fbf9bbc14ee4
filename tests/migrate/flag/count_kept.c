// SPDX-License-Identifier: GPL-2.0-only
/* report count: the number is kept in a structure */
#include <linux/module.h>
#include <linux/pci.h>
struct vnd { struct pci_dev *pdev; int nvec; };

int vnd_setup(struct vnd *v)
{
	v->nvec = pci_alloc_irq_vectors(v->pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	return v->nvec < 0 ? v->nvec : 0;
}
