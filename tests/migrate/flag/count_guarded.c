// SPDX-License-Identifier: GPL-2.0-only
/* report count: an index that is computed is held against the number */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, int peer)
{
	int nvecs, which;

	nvecs = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (nvecs < 0)
		return nvecs;
	which = 4 + peer;
	if (which >= nvecs)
		return -ENOSPC;
	return pci_irq_vector(pdev, which);
}
