// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backend for Microchip (Microsemi) Switchtec, on the ntb_hw_switchtec driver.
 *
 * Facts of the hardware are taken from drivers/ntb/hw/mscc/ntb_hw_switchtec.c
 * and drivers/pci/switch/switchtec.c of the kernel. No silicon was seen.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/ntb_irq_backend.h>

/* A LUT entry maps 64 KiB; direct windows have a granule of 4 KiB. */
#define SWITCHTEC_LUT_SIZE	SZ_64K
#define SWITCHTEC_DIRECT_ALIGN	SZ_4K

/*
 * The driver writes to the peer's control block when it is told that the peer's
 * driver starts, without a lock towards mw_set_trans: one of the two fails with
 * -EIO and both can go on afterwards.
 */
#define SWITCHTEC_MAP_TRIES	10
#define SWITCHTEC_MAP_DELAY_MS	50

static ulong direct_align = SWITCHTEC_DIRECT_ALIGN;
module_param(direct_align, ulong, 0444);
MODULE_PARM_DESC(direct_align,
		 "Alignment of direct windows in bytes, for parts that demand more than 4096");

/*
 * The driver reports an alignment of 4 KiB for direct windows but refuses an
 * address that is not aligned to the size. It reads the size from memory of the
 * peer, which can be done only while the link is up; and it caps what a host
 * uses of its windows (max_mw_size), which the other host cannot see. Our own
 * end tells the kind, and the cap if both hosts are set up alike.
 */
static int switchtec_window_info(struct ntb_irq_hw *hw, int pidx, int widx,
				 struct ntb_irq_window_info *info)
{
	resource_size_t size_max, own_size;
	phys_addr_t own_base;

	if (ntb_peer_mw_get_addr(hw->ntb, widx, &own_base, &own_size))
		return -ENOENT;

	if (own_size == SWITCHTEC_LUT_SIZE) {
		*info = (struct ntb_irq_window_info) {
			.addr_align	= SWITCHTEC_LUT_SIZE,
			.size_align	= SWITCHTEC_LUT_SIZE,
			.size_min	= SWITCHTEC_LUT_SIZE,
			.size_max	= SWITCHTEC_LUT_SIZE,
		};
		return 0;
	}

	*info = (struct ntb_irq_window_info) {
		.addr_align	= direct_align,
		.size_align	= SWITCHTEC_DIRECT_ALIGN,
		.size_min	= SWITCHTEC_DIRECT_ALIGN,
		.size_max	= own_size,
		.natural	= true,
	};
	if (!ntb_link_is_up(hw->ntb, NULL, NULL))
		return 0;
	if (ntb_mw_get_align(hw->ntb, pidx, widx, NULL, NULL, &size_max))
		return -ENOENT;
	info->size_max = min(size_max, own_size);
	return 0;
}

static int switchtec_window_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size)
{
	int tries, ret;

	for (tries = 0; tries < SWITCHTEC_MAP_TRIES; tries++) {
		ret = ntb_irq_plain_window_map(hw, pidx, widx, addr, size);
		if (ret != -EIO)
			return ret;
		msleep(SWITCHTEC_MAP_DELAY_MS);
	}
	return ret;
}

static int switchtec_window_unmap(struct ntb_irq_hw *hw, int pidx, int widx)
{
	return switchtec_window_map(hw, pidx, widx, 0, 0);
}

static const struct ntb_irq_backend_ops switchtec_ops = {
	.window_count		= ntb_irq_plain_window_count,
	.window_info		= switchtec_window_info,
	.window_map		= switchtec_window_map,
	.window_unmap		= switchtec_window_unmap,
	.message_compose	= ntb_irq_plain_message_compose,
	.mailbox_take		= ntb_irq_plain_mailbox_take,
	.mailbox_send		= ntb_irq_plain_mailbox_send,
	.mailbox_recv		= ntb_irq_plain_mailbox_recv,
};

/*
 * The driver tells its parts apart itself, and takes only those that are
 * bridges: the class is what makes one.
 */
static const struct pci_device_id switchtec_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_MICROSEMI, PCI_ANY_ID),
	  .class = PCI_CLASS_BRIDGE_OTHER << 8, .class_mask = ~0 },
	{ PCI_DEVICE(PCI_VENDOR_ID_EFAR, PCI_ANY_ID),
	  .class = PCI_CLASS_BRIDGE_OTHER << 8, .class_mask = ~0 },
	{ }
};
MODULE_DEVICE_TABLE(pci, switchtec_ids);
/* The device has "switchtec" loaded, but nothing that for its NTB. */
MODULE_SOFTDEP("pre: ntb_hw_switchtec");

static struct ntb_irq_backend switchtec_backend = {
	.name		= "switchtec",
	.owner		= THIS_MODULE,
	.driver		= "switchtec",
	.ids		= switchtec_ids,
	.direction	= &ntb_irq_inbound,
	.ops		= &switchtec_ops,
};

static int __init switchtec_init(void)
{
	if (!is_power_of_2(direct_align) || direct_align < SWITCHTEC_DIRECT_ALIGN) {
		pr_err("ntb_irq_switchtec: direct_align=%lu is not a power of two of at least %u\n",
		       direct_align, SWITCHTEC_DIRECT_ALIGN);
		return -EINVAL;
	}
	return ntb_irq_backend_register(&switchtec_backend);
}
module_init(switchtec_init);

static void __exit switchtec_exit(void)
{
	ntb_irq_backend_unregister(&switchtec_backend);
}
module_exit(switchtec_exit);

MODULE_DESCRIPTION("NTB interrupts on Switchtec");
MODULE_LICENSE("GPL");
