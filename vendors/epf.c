// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backend for bridges made of two PCI endpoints, on the ntb_hw_epf driver: the
 * side of the host. The endpoint's own side is another driver.
 *
 * The receiver asks the endpoint to program the translation. Facts are taken
 * from drivers/ntb/hw/epf of the kernel. Neither silicon nor a model was seen.
 */
#include <linux/module.h>
#include <linux/ntb_irq_backend.h>

#define EPF_DEVICE(vendor, device) \
	.class = PCI_CLASS_MEMORY_RAM << 8, .class_mask = 0xffff00, \
	PCI_DEVICE(vendor, device)

static const struct pci_device_id epf_ids[] = {
	{ EPF_DEVICE(PCI_VENDOR_ID_TI, 0xb00d) },
	{ EPF_DEVICE(PCI_VENDOR_ID_FREESCALE, 0x0809) },
	{ EPF_DEVICE(PCI_VENDOR_ID_RENESAS, 0x0030) },
	{ }
};
MODULE_DEVICE_TABLE(pci, epf_ids);

static struct ntb_irq_backend epf_backend = {
	.name	= "epf",
	.owner	= THIS_MODULE,
	.driver	= "ntb_hw_epf",
	.ids	= epf_ids,
	.ops	= &ntb_irq_plain_ops,
};
module_ntb_irq_backend(epf_backend);

MODULE_DESCRIPTION("NTB interrupts on PCI endpoint functions");
MODULE_LICENSE("GPL");
