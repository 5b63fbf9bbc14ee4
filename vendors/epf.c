// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backend for bridges made of two PCI endpoints, on the ntb_hw_epf driver: the
 * side of the host. The endpoint's own side is another driver, which opens the
 * windows at the request of the receiver.
 *
 * That driver does not say so when the endpoint refuses a window. So nothing may
 * be asked for that the endpoint would not do. Facts are taken from
 * drivers/ntb/hw/epf, drivers/pci/endpoint/functions/pci-epf-ntb.c and
 * drivers/pci/controller/cadence of the kernel. Tested on emulated hardware only.
 */
#include <linux/module.h>
#include <linux/ntb_irq_backend.h>

#define EPF_DEVICE(vendor, device) \
	.class = PCI_CLASS_MEMORY_RAM << 8, .class_mask = 0xffff00, \
	PCI_DEVICE(vendor, device)

static int epf_window_info(struct ntb_irq_hw *hw, int pidx, int widx,
			   struct ntb_irq_window_info *info)
{
	resource_size_t size;
	int ret;

	ret = ntb_irq_plain_window_info(hw, pidx, widx, info);
	if (ret)
		return ret;
	/*
	 * The driver reports all of a BAR, but a window shares the first one with
	 * the doorbells. Both hosts' BARs are divided alike.
	 */
	ret = ntb_peer_mw_get_addr(hw->ntb, widx, NULL, &size);
	if (ret)
		return -ENOENT;
	info->size_max = min_t(u64, info->size_max, size);
	/* Controllers take the address bits below the size from the access. */
	info->natural = true;
	return 0;
}

static int epf_window_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size)
{
	/*
	 * The endpoint outlives this host and its sessions, and does not look
	 * whether a window is open. It would use up another of its translations,
	 * while the old one goes on to serve.
	 */
	ntb_irq_plain_window_unmap(hw, pidx, widx);
	return ntb_irq_plain_window_map(hw, pidx, widx, addr, size);
}

static const struct ntb_irq_backend_ops epf_ops = {
	.window_count		= ntb_irq_plain_window_count,
	.window_info		= epf_window_info,
	.window_map		= epf_window_map,
	.window_unmap		= ntb_irq_plain_window_unmap,
	.message_compose	= ntb_irq_plain_message_compose,
	.mailbox_take		= ntb_irq_plain_mailbox_take,
	.mailbox_send		= ntb_irq_plain_mailbox_send,
	.mailbox_recv		= ntb_irq_plain_mailbox_recv,
};

static const struct pci_device_id epf_ids[] = {
	{ EPF_DEVICE(PCI_VENDOR_ID_TI, 0xb00d) },
	{ EPF_DEVICE(PCI_VENDOR_ID_FREESCALE, 0x0809) },
	{ EPF_DEVICE(PCI_VENDOR_ID_RENESAS, 0x0030) },
	{ }
};
MODULE_DEVICE_TABLE(pci, epf_ids);
MODULE_SOFTDEP("pre: ntb_hw_epf");

static struct ntb_irq_backend epf_backend = {
	.name		= "epf",
	.owner		= THIS_MODULE,
	.driver		= "ntb_hw_epf",
	.ids		= epf_ids,
	.direction	= &ntb_irq_inbound,
	.ops		= &epf_ops,
};
module_ntb_irq_backend(epf_backend);

MODULE_DESCRIPTION("NTB interrupts on PCI endpoint functions");
MODULE_LICENSE("GPL");
