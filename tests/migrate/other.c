// SPDX-License-Identifier: GPL-2.0-only
/* Nothing here is the flag: PCI_IRQ_VIRTUAL in words, and names like it. */
static int other(struct pci_dev *pdev, unsigned int flags, int n)
{
	flags |= 0;
	if (n)
		flags |= MY_PCI_IRQ_VIRTUAL;
	pci_info(pdev, "PCI_IRQ_VIRTUAL");
	flags = n ? 0 : 0;
	return pci_alloc_irq_vectors(pdev, 1, n, flags | PCI_IRQ_MSIX | 0);
}
