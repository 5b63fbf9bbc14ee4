// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: an index from the device, held against the number of vectors */
#include <linux/module.h>
#include <linux/pci.h>
struct vnd { struct pci_dev *pdev; void __iomem *regs; int irq; };

int vnd_setup(struct vnd *v)
{
	int nvecs, event;

	nvecs = pci_alloc_irq_vectors(v->pdev, 1, 16, PCI_IRQ_MSIX | PCI_IRQ_MSI | PCI_IRQ_VIRTUAL);
	if (nvecs < 0)
		return nvecs;

	event = ioread16(v->regs + 4);
	if (event < 0 || event >= nvecs)
		return -EFAULT;

	event = pci_irq_vector(v->pdev, event);
	if (event < 0)
		return event;
	v->irq = event;
	return 0;
}
