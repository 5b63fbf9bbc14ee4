// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: assigned within the test */
#include <linux/module.h>
#include <linux/pci.h>
struct vnd { struct pci_dev *pdev; };

int vnd_setup(struct vnd *v)
{
	int nvec;

	if ((nvec = pci_alloc_irq_vectors(v->pdev, 1, 8,
					  PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL)) < 0) {
		pci_err(v->pdev, "no vectors: %d\n", nvec);
		return nvec;
	}
	return 0;
}
