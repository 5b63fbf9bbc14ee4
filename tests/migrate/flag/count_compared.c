// SPDX-License-Identifier: GPL-2.0-only
/* report count: the number is held against the maximum */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	int nvec;

	nvec = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (nvec < 0)
		return nvec;
	if (nvec != 32)
		return -ENOSPC;
	return 0;
}
