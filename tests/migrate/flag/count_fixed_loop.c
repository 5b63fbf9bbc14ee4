// SPDX-License-Identifier: GPL-2.0-only
/* report count: a loop over a number that is written down */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, irq_handler_t isr)
{
	int i, rc;

	rc = pci_alloc_irq_vectors(pdev, 1, 64, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (rc < 0)
		return rc;
	for (i = 0; i < 64; i++) {
		rc = request_irq(pci_irq_vector(pdev, i), isr, 0, "vnd", pdev);
		if (rc)
			return rc;
	}
	return 0;
}
