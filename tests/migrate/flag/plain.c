// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: one call, whose failure only matters */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

static irqreturn_t vnd_isr(int irq, void *data)
{
	return IRQ_HANDLED;
}

static int vnd_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int rc;

	rc = pci_alloc_irq_vectors(pdev, 1, 32, PCI_IRQ_MSIX | PCI_IRQ_VIRTUAL);
	if (rc < 0)
		return rc;
	rc = request_irq(pci_irq_vector(pdev, 0), vnd_isr, 0, "vnd", pdev);
	if (rc)
		pci_free_irq_vectors(pdev);
	return rc;
}

static void vnd_remove(struct pci_dev *pdev)
{
	free_irq(pci_irq_vector(pdev, 0), pdev);
	pci_free_irq_vectors(pdev);
}

static const struct pci_device_id vnd_ids[] = {
	{ PCI_DEVICE(0x1234, 0x5678) },
	{ }
};

static struct pci_driver vnd_driver = {
	.name = "vnd",
	.id_table = vnd_ids,
	.probe = vnd_probe,
	.remove = vnd_remove,
};
module_pci_driver(vnd_driver);
MODULE_LICENSE("GPL");
