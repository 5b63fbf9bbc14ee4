// SPDX-License-Identifier: GPL-2.0-only
/* report form: a condition of the preprocessor within the call */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX
#ifdef CONFIG_PCI_ATS
				  | PCI_IRQ_VIRTUAL
#endif
				  ) < 0)
		return -ENOSPC;
	return 0;
}
