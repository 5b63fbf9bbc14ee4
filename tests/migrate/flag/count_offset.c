// SPDX-License-Identifier: GPL-2.0-only
/* report count: an index from the device, and an offset */
#include <linux/module.h>
#include <linux/pci.h>
struct vnd { struct pci_dev *pdev; void __iomem *regs; };

int vnd_setup(struct vnd *v)
{
	int nvecs, event;

	nvecs = pci_alloc_irq_vectors(v->pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (nvecs < 0)
		return nvecs;
	event = ioread16(v->regs) + 16;
	if (event >= nvecs)
		return -EFAULT;
	return pci_irq_vector(v->pdev, event);
}
