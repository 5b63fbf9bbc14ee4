// SPDX-License-Identifier: GPL-2.0-only
/* Nothing here is the flag, and no call here gets it. */
#include <linux/pci.h>

#define MY_PCI_IRQ_VIRTUAL 1
#define PCI_IRQ_VIRTUALISED 2

static int maximum = 8;
module_param(maximum, int, 0444);

static int other(struct pci_dev *pdev, unsigned int flags, int n)
{
	flags |= 0;
	if (n)
		flags |= MY_PCI_IRQ_VIRTUAL | PCI_IRQ_VIRTUALISED;
	pci_info(pdev, "PCI_IRQ_VIRTUAL");
	flags = n ? 0 : 0;
	if (maximum < 4)
		maximum = 4;
	n = pci_alloc_irq_vectors(pdev, 1, maximum, PCI_IRQ_MSIX);
	return pci_alloc_irq_vectors(pdev, 1, n, flags | PCI_IRQ_MSIX | 0);
}

/* Legacy interrupts of another kind. */
static int legacy(struct vendor *v)
{
	struct msi_desc *desc = msi_first_desc(v->dev, MSI_DESC_ALL);

	if (v->is_virtual)
		return vendor_ntb_msi_init(v, desc);
	return ntb_msi_initialise(v);
}
