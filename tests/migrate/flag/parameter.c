// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: a module parameter that is for nothing else */
#include <linux/module.h>
#include <linux/pci.h>

static int nirqs = 2;
module_param(nirqs, int, 0644);
MODULE_PARM_DESC(nirqs,
		 "number of interrupts");

int vnd_setup(struct pci_dev *pdev)
{
	int nvecs;

	if (nirqs < 4) {
		nirqs = 4;
	}

	nvecs = pci_alloc_irq_vectors(pdev, 1, nirqs, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (nvecs < 0)
		return nvecs;
	return 0;
}
