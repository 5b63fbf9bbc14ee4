// SPDX-License-Identifier: GPL-2.0-only
/* report elsewhere: an exported table has the flag, and an unrelated field the same name */
#include <linux/module.h>
#include <linux/pci.h>

struct vnd_hw { const char *name; unsigned int flags; };
struct other { struct pci_dev *pdev; unsigned int flags; };

const struct vnd_hw vnd_hw_tbl[] = {
	{ .name = "x", .flags = PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL },
};
EXPORT_SYMBOL_GPL(vnd_hw_tbl);

int other_setup(struct other *o)
{
	if (pci_alloc_irq_vectors(o->pdev, 1, 4, o->flags) < 0)
		return -ENOSPC;
	return 0;
}
