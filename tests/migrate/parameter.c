// SPDX-License-Identifier: GPL-2.0-only
/* A module parameter that is for vectors of peers only. */
#include <linux/module.h>
#include <linux/pci.h>

static bool debug;
module_param(debug, bool, 0644);
MODULE_PARM_DESC(debug, "more messages");

static int nirqs = 2;
module_param(nirqs, int, 0644);
MODULE_PARM_DESC(nirqs,
		 "number of interrupts");

static int parameter(struct vendor *v)
{
	int nvecs;

	if (nirqs < 4) {
		nirqs = 4;
	}

	nvecs = pci_alloc_irq_vectors(v->pdev, 1, nirqs, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (nvecs < 0)
		return nvecs;
	return debug;
}
