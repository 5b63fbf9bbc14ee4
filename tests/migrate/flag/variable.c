// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: flags are gathered in a variable */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	unsigned int flags = PCI_IRQ_MSIX;
	int rc;

	/* All that is to be had. */
	flags |= PCI_IRQ_MSI;

	/* Peers need more than the table has. */
	flags |= PCI_IRQ_VIRTUAL;	/* since 5.3 */
	rc = pci_alloc_irq_vectors(pdev, 1, 64, flags);

	return rc < 0 ? rc : 0;
}
