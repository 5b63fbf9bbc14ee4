// SPDX-License-Identifier: GPL-2.0-only
/* report count: a loop over the number of vectors */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, irq_handler_t isr)
{
	int i, n, rc = 0;

	n = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	for (i = 0; i < n && !rc; i++)
		rc = request_irq(pci_irq_vector(pdev, i), isr, 0, "vnd", pdev);
	return rc;
}
