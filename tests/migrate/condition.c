// SPDX-License-Identifier: GPL-2.0-only
/* Flags that depend on something. */
#include <linux/pci.h>

static int conditions(struct pci_dev *pdev, unsigned int flags, int n)
{
	if (n)
		flags |= PCI_IRQ_VIRTUAL;
	if (n > 4) {
		flags |= PCI_IRQ_VIRTUAL;
	}
	flags |= n > 8 ? PCI_IRQ_VIRTUAL : 0;
	n = pci_alloc_irq_vectors(pdev, 1, n, flags);
	flags = n ? PCI_IRQ_MSI | PCI_IRQ_VIRTUAL : PCI_IRQ_MSI;
	if (n < 0)
		n = pci_alloc_irq_vectors(pdev, 1, n, flags);
	flags = n ? PCI_IRQ_VIRTUAL : PCI_IRQ_MSI;
	if (n < 0)
		n = pci_alloc_irq_vectors(pdev, 1, n, flags);
	return pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_MSI | (n ? PCI_IRQ_VIRTUAL : 0));
}

static int masked(struct pci_dev *pdev, unsigned int flags, int n)
{
	flags &= ~PCI_IRQ_VIRTUAL;
	return pci_alloc_irq_vectors(pdev, 1, n, flags & ~PCI_IRQ_VIRTUAL);
}
