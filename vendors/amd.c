// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backend for the NTB of AMD, on the ntb_hw_amd driver.
 *
 * The receiver programs the translation through its view of the peer's
 * registers: any page, any size up to the BAR. Facts are taken from
 * drivers/ntb/hw/amd of the kernel. No silicon was seen.
 */
#include <linux/module.h>
#include <linux/ntb_irq_backend.h>

static const struct pci_device_id amd_ids[] = {
	{ PCI_VDEVICE(AMD, 0x145b) },
	{ PCI_VDEVICE(AMD, 0x148b) },
	{ PCI_VDEVICE(AMD, 0x14c0) },
	{ PCI_VDEVICE(AMD, 0x14c3) },
	{ PCI_VDEVICE(AMD, 0x155a) },
	{ PCI_VDEVICE(AMD, 0x17d4) },
	{ PCI_VDEVICE(AMD, 0x17d7) },
	{ PCI_VDEVICE(HYGON, 0x145b) },
	{ }
};
MODULE_DEVICE_TABLE(pci, amd_ids);
MODULE_SOFTDEP("pre: ntb_hw_amd");

static struct ntb_irq_backend amd_backend = {
	.name		= "amd",
	.owner		= THIS_MODULE,
	.driver		= "ntb_hw_amd",
	.ids		= amd_ids,
	.direction	= &ntb_irq_inbound,
	.ops		= &ntb_irq_plain_ops,
};
module_ntb_irq_backend(amd_backend);

MODULE_DESCRIPTION("NTB interrupts on AMD");
MODULE_LICENSE("GPL");
