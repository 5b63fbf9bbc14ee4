// SPDX-License-Identifier: GPL-2.0-only
/* report repeat: probe and resume allocate by one function */
#include <linux/module.h>
#include <linux/pci.h>

static int vnd_irqs(struct pci_dev *pdev)
{
	int rc;

	rc = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	return rc < 0 ? rc : 0;
}

int vnd_probe(struct pci_dev *pdev) { return vnd_irqs(pdev); }
int vnd_resume(struct pci_dev *pdev) { return vnd_irqs(pdev); }
