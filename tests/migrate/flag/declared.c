// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: declarations of several names */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, irq_handler_t isr)
{
	int rc, i, flags;

	flags = PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL;
	rc = pci_alloc_irq_vectors(pdev, 1, 8, flags);
	if (unlikely(rc < 0)) {
		pci_err(pdev, "no vectors: %d\n", rc);
		goto out;
	}
	for (i = 0; i < 3; i++) {
		rc = request_irq(pci_irq_vector(pdev, 0), isr, IRQF_SHARED, "vnd", &pdev[i]);
		if (rc)
			goto out;
	}
	rc = 0;
out:
	return rc;
}
