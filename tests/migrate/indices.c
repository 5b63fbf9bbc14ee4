// SPDX-License-Identifier: GPL-2.0-only
/* Drivers that count on vectors past the end of the table. */
#include <linux/pci.h>

#define HARDWARE 4

static int last(struct vendor *v)
{
	v->nvecs = pci_alloc_irq_vectors(v->pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (v->nvecs < 0)
		return v->nvecs;
	v->event = pci_irq_vector(v->pdev, v->event_vector);
	v->peer = pci_irq_vector(v->pdev, HARDWARE + v->peer_index);
	return pci_irq_vector(v->pdev, v->nvecs - 1);
}

static int demands(struct vendor *v)
{
	return pci_alloc_irq_vectors(v->pdev, 32, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}
