// SPDX-License-Identifier: GPL-2.0-only
/* What no rule can rewrite: two ways, or code that decides by the flag. */
static int person(struct pci_dev *pdev, unsigned int flags, int n)
{
	if (n)
		flags |= PCI_IRQ_VIRTUAL;
	else
		flags |= PCI_IRQ_MSI;
	if (probe(pdev))
		flags |= PCI_IRQ_VIRTUAL;
	if (flags & PCI_IRQ_VIRTUAL)
		return n;
	return flags == PCI_IRQ_VIRTUAL;
}
