// SPDX-License-Identifier: GPL-2.0-only
/* Flags that depend on something. */
static int conditions(struct pci_dev *pdev, unsigned int flags, int n)
{
	if (n)
		flags |= PCI_IRQ_VIRTUAL;
	if (n > 4) {
		flags |= PCI_IRQ_VIRTUAL;
	}
	flags |= n > 8 ? PCI_IRQ_VIRTUAL : 0;
	flags = n ? PCI_IRQ_MSI | PCI_IRQ_VIRTUAL : PCI_IRQ_MSI;
	flags = n ? PCI_IRQ_VIRTUAL : PCI_IRQ_MSI;
	return pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_MSI | (n ? PCI_IRQ_VIRTUAL : 0));
}

/* What is asked must go on being asked. */
static int asks(struct pci_dev *pdev, int n)
{
	unsigned int flags = probe(pdev) ? PCI_IRQ_VIRTUAL : 0;

	return pci_alloc_irq_vectors(pdev, 1, n, flags & ~PCI_IRQ_VIRTUAL);
}
