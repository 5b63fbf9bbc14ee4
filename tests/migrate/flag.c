// SPDX-License-Identifier: GPL-2.0-only
/* Every way in which the flag is given where nothing hangs on it. */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "vendor.h"

struct settings {
	unsigned int flags;
	unsigned int kinds;
};

static const struct settings settings = {
	.kinds = 2,
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

static int constant(struct pci_dev *pdev, int n)
{
	return pci_alloc_irq_vectors(pdev, 1, n, settings.flags);
}

static int variables(struct pci_dev *pdev, struct settings *s, int n)
{
	unsigned int flags = PCI_IRQ_VIRTUAL;
	int nvecs;

	flags |= PCI_IRQ_MSIX;
	flags |= PCI_IRQ_VIRTUAL;
	nvecs = pci_alloc_irq_vectors(pdev, 1, n, flags);
	s->flags |= PCI_IRQ_VIRTUAL | PCI_IRQ_MSI;
	s->flags &= ~PCI_IRQ_VIRTUAL;
	if (nvecs < 0)
		nvecs = pci_alloc_irq_vectors(pdev, 1, n, s->flags);
	return nvecs;
}

/* From one variable to the next. */
static int chain(struct vendor *v, int n)
{
	unsigned int first, second;

	first = PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL;
	second = first | PCI_IRQ_MSI;
	v->wanted = second;
	if (pci_alloc_irq_vectors(to_pci_dev(v->dev), 1, n, v->wanted) < 0)
		return -ENODEV;
	return 0;
}

static unsigned int answer(const struct vendor *v)
{
	return PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL;
}

static int answered(struct vendor *v, int n)
{
	v->nvecs = pci_alloc_irq_vectors(v->pdev, 1, n, answer(v));
	return v->nvecs;
}
