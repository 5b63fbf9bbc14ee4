// SPDX-License-Identifier: GPL-2.0-only
/* What no rule can rewrite: two ways, code that decides by the flag, and more. */
#include <linux/pci.h>

static int person(struct pci_dev *pdev, unsigned int flags, int n)
{
	if (n)
		flags |= PCI_IRQ_VIRTUAL;
	else
		flags |= PCI_IRQ_MSI;
	if (probe(pdev))
		flags |= PCI_IRQ_VIRTUAL;
	while (n--)
		flags |= PCI_IRQ_VIRTUAL;
	if (flags & PCI_IRQ_VIRTUAL)
		return n;
	switch (flags) {
	case PCI_IRQ_VIRTUAL:
		return 1;
	}
	return flags == PCI_IRQ_VIRTUAL;
}

/* What is asked must go on being asked, and the mask stays while the flag does. */
static int asks(struct pci_dev *pdev, int n)
{
	unsigned int flags = probe(pdev) ? PCI_IRQ_VIRTUAL : 0;

	flags |= n++ ? 0 : PCI_IRQ_VIRTUAL;
	return pci_alloc_irq_vectors(pdev, 1, n, flags & ~PCI_IRQ_VIRTUAL);
}

static int nested(struct pci_dev *pdev, unsigned int flags, int n)
{
	if (n > 2)
		pci_info(pdev, "many\n");
	else if (n > 1)
		flags |= PCI_IRQ_VIRTUAL;
	for (; n; n--)
		if (n == 4)
			flags |= PCI_IRQ_VIRTUAL;
	return pci_alloc_irq_vectors(pdev, 1, n, flags);
}
