// SPDX-License-Identifier: GPL-2.0-only
/* report repeat: it is tried in a loop */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	int tries = 3, rc;

	do {
		rc = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	} while (rc < 0 && --tries);
	return rc < 0 ? rc : 0;
}
