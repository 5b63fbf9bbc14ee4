// SPDX-License-Identifier: GPL-2.0-only
/* report expression: flags within expressions */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_comma(struct pci_dev *pdev)
{
	unsigned int fl;

	fl = PCI_IRQ_MSIX, fl |= PCI_IRQ_VIRTUAL;
	if (pci_alloc_irq_vectors(pdev, 1, 8, fl) < 0)
		return -ENOSPC;
	return 0;
}

int vnd_argument(struct pci_dev *pdev)
{
	unsigned int fl = PCI_IRQ_MSIX;

	if (pci_alloc_irq_vectors(pdev, 1, 8, fl |= PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}

int vnd_test(struct pci_dev *pdev)
{
	unsigned int fl = PCI_IRQ_MSIX;

	if ((fl |= PCI_IRQ_VIRTUAL) != PCI_IRQ_MSIX)
		pci_info(pdev, "virtual\n");
	if (pci_alloc_irq_vectors(pdev, 1, 8, fl) < 0)
		return -ENOSPC;
	return 0;
}
