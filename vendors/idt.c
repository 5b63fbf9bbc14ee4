// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backend for IDT 89HPES..NT..G2, on the ntb_hw_idt driver.
 *
 * The sender programs the translation of its own windows. There are no
 * scratchpads: the mailbox is the four message registers, which all peers share.
 * Facts are taken from drivers/ntb/hw/idt of the kernel. No silicon was seen.
 */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <linux/bitops.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/ntb_irq_backend.h>
#include <linux/slab.h>

/* The limit register of a BAR has a granule of 1 KiB. */
#define IDT_LIMIT_ALIGN		SZ_1K
/* After so many failures in a row, a frame that blocks the registers is broken up. */
#define IDT_BUSY_TRIES		4

/**
 * struct idt_frame - last frame that was taken out of the registers for one peer
 * @full:	it has not been received yet
 * @words:	its words
 */
struct idt_frame {
	bool	full;
	u32	words[NTB_IRQ_FRAME_MIN];
};

/**
 * struct idt_mailbox - the message registers
 * @lock:	a frame takes all of them
 * @first_in:	status bit of the first inbound register
 * @first_out:	status bit of the first outbound register
 * @busy:	failures to send, in a row, to any peer
 * @npeers:	size of @frames
 * @frames:	by peer index
 */
struct idt_mailbox {
	/* Held for the length of a frame. */
	struct mutex		lock;
	unsigned int		first_in;
	unsigned int		first_out;
	unsigned int		busy;
	int			npeers;
	struct idt_frame	frames[] __counted_by(npeers);
};

/*
 * Only the last register interrupts: when it is full, the frame is complete. A
 * write into a full register fails and leaves it as it was, so the host that has
 * written the first register owns the others.
 */
static int idt_init(struct ntb_irq_hw *hw)
{
	u64 in = ntb_msg_inbits(hw->ntb), out = ntb_msg_outbits(hw->ntb);
	int npeers = ntb_peer_port_count(hw->ntb);
	struct idt_mailbox *box;

	/* The client has a mailbox of its own. */
	if (!hw->reserved.msgs)
		return 0;
	box = kzalloc(struct_size(box, frames, npeers), GFP_KERNEL);
	if (!box)
		return -ENOMEM;
	box->npeers = npeers;
	mutex_init(&box->lock);
	box->first_in = __ffs64(in);
	box->first_out = __ffs64(out);
	hw->priv = box;

	ntb_msg_set_mask(hw->ntb, in | out);
	ntb_msg_clear_sts(hw->ntb, in | out);
	ntb_msg_clear_mask(hw->ntb, BIT_ULL(box->first_in + NTB_IRQ_FRAME_MIN - 1));
	return 0;
}

static void idt_exit(struct ntb_irq_hw *hw)
{
	if (!hw->reserved.msgs)
		return;
	ntb_msg_set_mask(hw->ntb, ntb_msg_inbits(hw->ntb));
	kfree(hw->priv);
}

static int idt_window_count(struct ntb_irq_hw *hw, int pidx)
{
	return ntb_peer_mw_count(hw->ntb);
}

/*
 * A window that is a whole BAR has a base and a limit; one that is a part of a
 * BAR is an entry of a look-up table, of fixed size.
 */
static bool idt_window_is_direct(struct ntb_irq_hw *hw, phys_addr_t base, resource_size_t size)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (pci_resource_start(hw->ntb->pdev, bar) == base &&
		    pci_resource_len(hw->ntb->pdev, bar) == size)
			return true;
	}
	return false;
}

static int idt_window_info(struct ntb_irq_hw *hw, int pidx, int widx,
			   struct ntb_irq_window_info *info)
{
	resource_size_t size, granule;
	phys_addr_t base;

	if (ntb_peer_mw_get_addr(hw->ntb, widx, &base, &size) || !size)
		return -ENOENT;
	granule = idt_window_is_direct(hw, base, size) ? IDT_LIMIT_ALIGN : size;
	*info = (struct ntb_irq_window_info) {
		.addr_align	= granule,
		.size_align	= granule,
		.size_min	= granule,
		.size_max	= size,
	};
	return 0;
}

static int idt_window_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size)
{
	resource_size_t full;
	phys_addr_t base;

	if (!hw->ntb->ops->peer_mw_set_trans)
		return -EOPNOTSUPP;
	if (ntb_peer_mw_get_addr(hw->ntb, widx, &base, &full))
		return -ENOENT;
	/*
	 * The driver writes the end of the window into a register that holds its
	 * last granule, which lets one granule too much pass.
	 */
	if (idt_window_is_direct(hw, base, full))
		size -= IDT_LIMIT_ALIGN;
	return ntb_peer_mw_set_trans(hw->ntb, pidx, widx, addr, size);
}

static int idt_window_unmap(struct ntb_irq_hw *hw, int pidx, int widx)
{
	return ntb_peer_mw_clear_trans(hw->ntb, pidx, widx);
}

static int idt_mailbox_take(struct ntb_irq_hw *hw)
{
	const u64 needed = GENMASK_ULL(NTB_IRQ_FRAME_MIN - 1, 0);
	int count = ntb_msg_count(hw->ntb);

	if (count < NTB_IRQ_FRAME_MIN || hw->claimed.msgs & needed) {
		dev_err(&hw->ntb->pdev->dev,
			"message registers %#llx are needed, there are %d and the client claims %#llx\n",
			needed, count, hw->claimed.msgs);
		return -ENOSPC;
	}
	hw->reserved.msgs = needed;
	return NTB_IRQ_FRAME_MIN;
}

/* Returns false when the register at the peer was full. */
static bool idt_send_word(struct ntb_irq_hw *hw, int pidx, unsigned int i, u32 word)
{
	struct idt_mailbox *box = hw->priv;
	u64 failed = BIT_ULL(box->first_out + i);

	ntb_msg_clear_sts(hw->ntb, failed);
	ntb_peer_msg_write(hw->ntb, pidx, i, word);
	return !(ntb_msg_read_sts(hw->ntb) & failed);
}

/*
 * A word that got lost, or a sender that died, leaves an incomplete frame that
 * is never read and blocks the registers. Writing all of them completes it:
 * the receiver sees a frame that makes no sense, and drops it.
 */
static int idt_mailbox_send(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n)
{
	struct idt_mailbox *box = hw->priv;
	unsigned int i, sent = 0;

	guard(mutex)(&box->lock);
	for (i = 0; i < n; i++) {
		sent += idt_send_word(hw, pidx, i, words[i]);
		if (sent != i + 1 && box->busy < IDT_BUSY_TRIES)
			break;
	}
	box->busy = sent == n || i == n ? 0 : box->busy + 1;
	return sent == n ? 0 : -EAGAIN;
}

/*
 * Take the frame in the registers out, for whichever peer: one that stayed there
 * would block all others. A frame of words from several peers makes no sense, and
 * a peer without a link sends none.
 */
static void idt_take_frame(struct ntb_irq_hw *hw, unsigned int n)
{
	struct idt_mailbox *box = hw->priv;
	u64 all = GENMASK_ULL(box->first_in + n - 1, box->first_in);
	u64 status = ntb_msg_read_sts(hw->ntb);
	u64 full = status & all;
	u32 words[NTB_IRQ_FRAME_MIN];
	int src = -1, from = -1;
	unsigned int i;

	/* A function that is gone reads as ones, and mainline would index by them. */
	if ((u32)status == ~0U || !(full & BIT_ULL(box->first_in + n - 1)))
		return;

	for (i = 0; i < n; i++) {
		words[i] = ntb_msg_read(hw->ntb, &src, i);
		if (i && src != from)
			full = 0;
		from = src;
	}
	ntb_msg_clear_sts(hw->ntb, all);
	if (full != all || from < 0 || from >= box->npeers ||
	    !(ntb_link_is_up(hw->ntb, NULL, NULL) & BIT_ULL(from)))
		return;
	memcpy(box->frames[from].words, words, sizeof(words));
	box->frames[from].full = true;
}

static int idt_mailbox_recv(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n)
{
	struct idt_mailbox *box = hw->priv;
	struct idt_frame *frame = &box->frames[pidx];

	guard(mutex)(&box->lock);
	idt_take_frame(hw, n);
	if (!frame->full)
		return -EAGAIN;
	memcpy(words, frame->words, sizeof(frame->words));
	frame->full = false;
	return 0;
}

static const struct ntb_irq_backend_ops idt_ops = {
	.init			= idt_init,
	.exit			= idt_exit,
	.window_count		= idt_window_count,
	.window_info		= idt_window_info,
	.window_map		= idt_window_map,
	.window_unmap		= idt_window_unmap,
	.message_compose	= ntb_irq_plain_message_compose,
	.mailbox_take		= idt_mailbox_take,
	.mailbox_send		= idt_mailbox_send,
	.mailbox_recv		= idt_mailbox_recv,
};

static const struct pci_device_id idt_ids[] = {
	{ PCI_VDEVICE(IDT, 0x8088) },	/* 32NT8BG2 */
	{ PCI_VDEVICE(IDT, 0x808a) },	/* 32NT24BG2 */
	{ PCI_VDEVICE(IDT, 0x808c) },	/* 32NT24AG2 */
	{ PCI_VDEVICE(IDT, 0x808e) },	/* 24NT24G2 */
	{ PCI_VDEVICE(IDT, 0x808f) },	/* 32NT8AG2 */
	{ PCI_VDEVICE(IDT, 0x8090) },	/* 16NT16G2 */
	{ PCI_VDEVICE(IDT, 0x8091) },	/* 24NT6AG2 */
	{ PCI_VDEVICE(IDT, 0x8092) },	/* 12NT12G2 */
	{ }
};
MODULE_DEVICE_TABLE(pci, idt_ids);
MODULE_SOFTDEP("pre: ntb_hw_idt");

static struct ntb_irq_backend idt_backend = {
	.name		= "idt",
	.owner		= THIS_MODULE,
	.driver		= "ntb_hw_idt",
	.ids		= idt_ids,
	.direction	= &ntb_irq_outbound,
	.ops		= &idt_ops,
};
module_ntb_irq_backend(idt_backend);

MODULE_DESCRIPTION("NTB interrupts on IDT PCIe switches");
MODULE_LICENSE("GPL");
