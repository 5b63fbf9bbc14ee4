// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: flags and call in one block */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, bool msix)
{
	int rc = 0;

	if (msix) {
		unsigned int flags = PCI_IRQ_MSIX;

		/* As many as there may be. */
		flags |= PCI_IRQ_VIRTUAL;
		rc = pci_alloc_irq_vectors(pdev, 1, 8, flags);
	}
	return rc < 0 ? rc : 0;
}
