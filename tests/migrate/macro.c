// SPDX-License-Identifier: GPL-2.0-only
/* Macros with the flag, and what they are used in. */
#include <linux/errno.h>
#ifdef CONFIG_ACPI
#include <linux/acpi.h>
#endif
#include "vendor.h"

#define ONLY PCI_IRQ_VIRTUAL
#define FLAGS (PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL)
#define MORE (FLAGS | PCI_IRQ_MSI)
#define UNSEEN (PCI_IRQ_MSI | PCI_IRQ_VIRTUAL)

static int macro(struct vendor *v, int n)
{
	int nvecs;

	switch (n) {
	case 1:
		nvecs = pci_alloc_irq_vectors(v->pdev, 1, n, ONLY | PCI_IRQ_MSI);
		break;
	default:
		nvecs = pci_alloc_irq_vectors(v->pdev, 1, n, MORE);
	}
	return nvecs;
}
