// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: a macro has the flag, and one call has the macro */
#include <linux/module.h>
#include <linux/pci.h>

#define VND_IRQ_FLAGS (PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) /* as the hardware wants */

int vnd_setup(struct pci_dev *pdev)
{
	int rc = -ENODEV;

	if (!pdev)
		return rc;
	rc = pci_alloc_irq_vectors(pdev, 1, 16, VND_IRQ_FLAGS);
	if (rc < 0)
		return rc;
	return 0;
}
