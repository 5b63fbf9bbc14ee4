// SPDX-License-Identifier: GPL-2.0-only
/* Every way in which the flag is given where nothing hangs on it. */
#define FLAGS (PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL)
#define ONLY PCI_IRQ_VIRTUAL

struct settings {
	unsigned int flags;
};

static const struct settings settings = {
	.flags = PCI_IRQ_MSI | PCI_IRQ_VIRTUAL | PCI_IRQ_MSIX,
};

static int calls(struct pci_dev *pdev, int n)
{
	int nvecs;

	nvecs = pci_alloc_irq_vectors(pdev, 1, n,
				      PCI_IRQ_MSIX | PCI_IRQ_MSI |
				      PCI_IRQ_VIRTUAL);
	if (nvecs < 0)
		nvecs = pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_VIRTUAL | PCI_IRQ_MSIX);
	if (nvecs < 0)
		nvecs = pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_VIRTUAL);
	return pci_alloc_irq_vectors_affinity(pdev, 1, n, PCI_IRQ_ALL_TYPES|PCI_IRQ_VIRTUAL, NULL);
}

static int variables(struct pci_dev *pdev, struct settings *s, int n)
{
	unsigned int flags = PCI_IRQ_VIRTUAL;

	flags |= PCI_IRQ_MSIX;
	flags |= PCI_IRQ_VIRTUAL;
	s->flags |= PCI_IRQ_VIRTUAL | PCI_IRQ_MSI;
	s->flags &= ~PCI_IRQ_VIRTUAL;
	return pci_alloc_irq_vectors(pdev, 1, n, flags);
}
