// SPDX-License-Identifier: GPL-2.0-only
/* Module parameters that are for something else, too. */
#include <linux/module.h>
#include <linux/pci.h>

static unsigned int shared = 32U;
module_param(shared, uint, 0444);
MODULE_PARM_DESC(shared, "number of interrupts, and of queues");

static int plain = 16;
module_param(plain, int, 0444);

static int queues(struct vendor *v)
{
	return v->queues * shared;
}

static int two(struct vendor *v)
{
	v->nvecs = pci_alloc_irq_vectors(v->pdev, 1, shared, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	return v->nvecs;
}

static int none(struct vendor *v)
{
	v->nvecs = pci_alloc_irq_vectors(v->pdev, 1, plain, PCI_IRQ_MSIX);
	return v->nvecs;
}
