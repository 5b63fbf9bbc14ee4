// SPDX-License-Identifier: GPL-2.0-only
/* report core: braces that match in one configuration only */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, bool a)
{
#ifdef CONFIG_PCI_ATS
	if (a) {
#else
	{
#endif
		if (pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
			return -ENOSPC;
	}
	return 0;
}
