// SPDX-License-Identifier: GPL-2.0-only
/* report count: a macro uses the number by its name */
#include <linux/module.h>
#include <linux/pci.h>
#define VND_CHECK() do { if (nvec < 8) return -ENOSPC; } while (0)

int vnd_setup(struct pci_dev *pdev)
{
	int nvec;

	nvec = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (nvec < 0)
		return nvec;
	VND_CHECK();
	return 0;
}
