// SPDX-License-Identifier: GPL-2.0-only
/* report form: a module parameter in two conditions, both for the flag */
#include <linux/module.h>
#include <linux/pci.h>
static bool virt;
module_param(virt, bool, 0444);

int vnd_setup(struct pci_dev *pdev)
{
	unsigned int flags = PCI_IRQ_MSIX;

	if (virt)
		flags |= PCI_IRQ_VIRTUAL;
	if (pci_alloc_irq_vectors(pdev, 1, 8, flags | (virt ? PCI_IRQ_VIRTUAL : 0)) < 0)
		return -ENOSPC;
	return 0;
}
