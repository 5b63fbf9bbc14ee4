// SPDX-License-Identifier: GPL-2.0-only
/* report repeat: the caller loops */
#include <linux/module.h>
#include <linux/pci.h>

static int vnd_irqs(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}

int vnd_setup(struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < 3; i++)
		if (!vnd_irqs(pdev))
			return 0;
	return -ENOSPC;
}
