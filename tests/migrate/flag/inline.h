/* SPDX-License-Identifier: GPL-2.0-only */
/* report form: a header's users are not seen */
#include <linux/module.h>
#include <linux/pci.h>

static inline int vnd_irqs(struct pci_dev *pdev)
{
	return pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0 ? -ENOSPC : 0;
}
