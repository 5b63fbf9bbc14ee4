// SPDX-License-Identifier: GPL-2.0-only
/* report count: another file of the driver chooses vectors */
#include "vnd.h"
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct vnd *v)
{
	if (pci_alloc_irq_vectors(v->pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL) < 0)
		return -ENOSPC;
	return 0;
}
