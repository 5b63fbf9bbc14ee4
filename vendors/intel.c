// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backend for the NTB of Intel Xeon, on the ntb_hw_intel driver.
 *
 * The receiver programs the translation. The driver reports what its hardware
 * demands of a window: the start aligned to the BAR (gen1, gen3, Ice Lake) or to
 * a page, any size from there. Facts are taken from drivers/ntb/hw/intel of the
 * kernel. No silicon was seen.
 */
#include <linux/module.h>
#include <linux/ntb_irq_backend.h>

static const struct pci_device_id intel_ids[] = {
	/* gen1, back to back: Jasper Forest to Broadwell */
	{ PCI_VDEVICE(INTEL, 0x3725) },
	{ PCI_VDEVICE(INTEL, 0x3c0d) },
	{ PCI_VDEVICE(INTEL, 0x0e0d) },
	{ PCI_VDEVICE(INTEL, 0x2f0d) },
	{ PCI_VDEVICE(INTEL, 0x6f0d) },
	/* gen3: Skylake */
	{ PCI_VDEVICE(INTEL, 0x201c) },
	/* gen4 and later: Ice Lake and Sapphire Rapids, Granite and Diamond Rapids */
	{ PCI_VDEVICE(INTEL, 0x347e) },
	{ PCI_VDEVICE(INTEL, 0x0db4) },
	{ PCI_VDEVICE(INTEL, 0x7868) },
	{ }
};
MODULE_DEVICE_TABLE(pci, intel_ids);
MODULE_SOFTDEP("pre: ntb_hw_intel");

static struct ntb_irq_backend intel_backend = {
	.name		= "intel",
	.owner		= THIS_MODULE,
	.driver		= "ntb_hw_intel",
	.ids		= intel_ids,
	.direction	= &ntb_irq_inbound,
	.ops		= &ntb_irq_plain_ops,
};
module_ntb_irq_backend(intel_backend);

MODULE_DESCRIPTION("NTB interrupts on Intel Xeon");
MODULE_LICENSE("GPL");
