// SPDX-License-Identifier: GPL-2.0-only
/* report form: code that is not compiled */
#include <linux/module.h>
#include <linux/pci.h>

#if 0
static int vnd_old(struct pci_dev *pdev)
{
	return pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
}
#endif

int vnd_setup(struct pci_dev *pdev)
{
	return pdev ? 0 : -ENODEV;
}
