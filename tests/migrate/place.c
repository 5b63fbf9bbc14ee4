// SPDX-License-Identifier: GPL-2.0-only
/* Where room is reserved, and where a person must see to it. */
#include <linux/pci.h>
#include <linux/ntb_irq.h>

#define SET_UP(p) pci_alloc_irq_vectors(p, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL)

static int there(struct pci_dev *pdev, int n)
{
	ntb_irq_reserve(pdev, 64);
	return pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}

static int branches(struct pci_dev *pdev, int n)
{
	int nvecs;

	if (n > 4) {
		nvecs = pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	} else {
		pci_warn(pdev, "few\n");
		nvecs = pci_alloc_irq_vectors(pdev, 1, 4, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	}
	return nvecs;
}

/* The room must be there before the first call, which sizes the device. */
static int first(struct pci_dev *pdev, int n)
{
	int nvecs = -ENOSPC;

	if (n == 1)
		nvecs = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI);
retry:
	if (nvecs < 0)
		nvecs = pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (nvecs < 0 && n--)
		goto retry;
	return nvecs;
}

static int conditions(struct pci_dev *pdev, int n)
{
	if (!n)
		return 0;
	else if (pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}

static int no_place(struct pci_dev *pdev, int n)
{
	int nvecs = pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);

	return nvecs;
}

static int no_place_either(struct pci_dev *pdev, int n)
{
	unsigned int flags = PCI_IRQ_MSIX;

	flags |= PCI_IRQ_VIRTUAL;
	if (pdev && pci_alloc_irq_vectors(pdev, 1, n, flags) < 0)
		return -ENOSPC;
	return 0;
}

static int searches(int n)
{
	return pci_alloc_irq_vectors(next_device(), 1, n, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}

static int helper(struct pci_dev *pdev, unsigned int flags)
{
	return pci_alloc_irq_vectors(pdev, 1, 8, flags);
}

static int helped(struct pci_dev *pdev)
{
	return helper(pdev, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}

/* For whom? */
static const unsigned int table[] = { PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL, PCI_IRQ_MSI };
