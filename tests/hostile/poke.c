// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a word into the registers of an NTB function, past its driver: what the
 * owner of a hostile machine can do.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

static ushort bus = 1;
module_param(bus, ushort, 0444);
MODULE_PARM_DESC(bus, "Number of the bus that the function is alone on");

static ushort bar;
module_param(bar, ushort, 0444);
MODULE_PARM_DESC(bar, "Number of the BAR");

static uint offset;
module_param(offset, uint, 0444);
MODULE_PARM_DESC(offset, "Offset in the BAR, in bytes");

static uint value;
module_param(value, uint, 0444);
MODULE_PARM_DESC(value, "Word to write");

static int __init poke_init(void)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(0, bus, PCI_DEVFN(0, 0));
	void __iomem *word;

	if (!pdev)
		return -ENODEV;
	if (bar >= PCI_STD_NUM_BARS || offset % sizeof(u32) ||
	    pci_resource_len(pdev, bar) < sizeof(u32) ||
	    offset > pci_resource_len(pdev, bar) - sizeof(u32)) {
		pci_dev_put(pdev);
		return -EINVAL;
	}
	word = ioremap(pci_resource_start(pdev, bar) + offset, sizeof(u32));
	pci_dev_put(pdev);
	if (!word)
		return -ENOMEM;
	iowrite32(value, word);
	iounmap(word);
	return 0;
}
module_init(poke_init);

/* What was written stays. */
static void __exit poke_exit(void)
{
}
module_exit(poke_exit);

MODULE_DESCRIPTION("Test: write a word into the registers of a function");
MODULE_LICENSE("GPL");
