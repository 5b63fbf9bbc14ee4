// SPDX-License-Identifier: GPL-2.0-only
/* report form: the flag is for newer kernels only */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/version.h>

int vnd_setup(struct pci_dev *pdev)
{
	int rc;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 3, 0)
	rc = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
#else
	rc = pci_alloc_irq_vectors(pdev, 1, 4, PCI_IRQ_MSIX);
#endif
	return rc < 0 ? rc : 0;
}
