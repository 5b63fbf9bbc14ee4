// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: the call stands in the test itself */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	int rc;

	if (pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_VIRTUAL | PCI_IRQ_MSIX) < 0)
		return -ENOSPC;
	rc = pci_enable_device(pdev);
	return rc;
}
