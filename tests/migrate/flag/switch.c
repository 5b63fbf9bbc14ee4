// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: the call is in one case, and each case ends */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, int mode)
{
	int rc;

	switch (mode) {
	case 1:
		rc = pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
		if (rc < 0)
			return rc;
		rc = 0;
		break;
	default:
		rc = -EINVAL;
	}
	return rc;
}
