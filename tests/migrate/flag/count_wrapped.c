// SPDX-License-Identifier: GPL-2.0-only
/* report count: a wrapper for vectors */
#include <linux/module.h>
#include <linux/pci.h>
struct vnd { struct pci_dev *pdev; };

static int vnd_vector(struct vnd *v, int peer)
{
	return pci_irq_vector(v->pdev, 4 + peer);
}

int vnd_setup(struct vnd *v)
{
	if (pci_alloc_irq_vectors(v->pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return vnd_vector(v, 0);
}
