// SPDX-License-Identifier: GPL-2.0-only
/* report form: the call is a macro for older kernels */
#include <linux/module.h>
#include <linux/pci.h>
#define pci_alloc_irq_vectors(p, a, b, f) vnd_compat_alloc(p, a, b, f)

int vnd_compat_alloc(struct pci_dev *pdev, int least, int most, unsigned int flags);

int vnd_setup(struct pci_dev *pdev)
{
	if (pci_alloc_irq_vectors(pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}
