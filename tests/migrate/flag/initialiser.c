// SPDX-License-Identifier: GPL-2.0-only
/* report form: no statement can stand before the call */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	int rc = pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);

	return rc < 0 ? rc : 0;
}
