// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: the result goes to the caller, and there only its failure matters */
#include <linux/module.h>
#include <linux/pci.h>

static int vnd_irqs(struct pci_dev *pdev)
{
	return pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}

int vnd_setup(struct pci_dev *pdev)
{
	int rc;

	rc = vnd_irqs(pdev);
	if (rc < 0)
		goto out;
	rc = 0;
out:
	return rc;
}
