// SPDX-License-Identifier: GPL-2.0-only
/* report count: vectors at the end of the set are counted */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	struct irq_affinity affd = { .pre_vectors = 1, .post_vectors = 4 };

	if (pci_alloc_irq_vectors_affinity(pdev, 1, 32,
					   PCI_IRQ_MSIX | PCI_IRQ_AFFINITY | PCI_IRQ_VIRTUAL,
					   &affd) < 0)
		return -ENOSPC;
	return 0;
}
