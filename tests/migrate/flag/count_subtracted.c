// SPDX-License-Identifier: GPL-2.0-only
/* report count: what is left for peers is a difference */
#include <linux/module.h>
#include <linux/pci.h>
struct vnd { struct pci_dev *pdev; int peers; };

int vnd_setup(struct vnd *v)
{
	int nvec = 0;

	nvec = pci_alloc_irq_vectors(v->pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (nvec < 0)
		return nvec;
	v->peers = nvec - 4;
	return 0;
}
