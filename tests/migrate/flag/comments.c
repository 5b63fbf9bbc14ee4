// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: comments on lines of the flag stay */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	int rc;

	rc = pci_alloc_irq_vectors(pdev, 1, 64,
				   PCI_IRQ_MSIX |	// the real ones
				   PCI_IRQ_VIRTUAL	// and the peers'
				   );
	return rc < 0 ? rc : 0;
}
