// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ready-made operations: windows as the driver describes them, which show bus
 * addresses as they are, and a mailbox made of scratchpads and a doorbell.
 */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <linux/bitops.h>
#include <linux/module.h>
#include <linux/ntb_irq_backend.h>

/**
 * ntb_irq_plain_window_count() - number of windows of a peer
 * @hw:		the function
 * @pidx:	peer index
 *
 * Context: process context.
 * Return: ntb_mw_count().
 */
int ntb_irq_plain_window_count(struct ntb_irq_hw *hw, int pidx)
{
	return ntb_mw_count(hw->ntb, pidx);
}
EXPORT_SYMBOL_GPL(ntb_irq_plain_window_count);

/**
 * ntb_irq_plain_window_info() - describe a window by the alignment its driver reports
 * @hw:		the function
 * @pidx:	peer index
 * @widx:	window index
 * @info:	filled in
 *
 * Context: process context.
 * Return: 0, or -ENOENT when the driver does not describe the window.
 */
int ntb_irq_plain_window_info(struct ntb_irq_hw *hw, int pidx, int widx,
			      struct ntb_irq_window_info *info)
{
	resource_size_t addr_align, size_align, size_max;

	/*
	 * ntb_mw_get_align() insists on a link. Where both ends of a window are
	 * alike the driver needs none, and a window that cannot serve is refused
	 * early.
	 */
	if (hw->ntb->ops->mw_get_align(hw->ntb, pidx, widx, &addr_align, &size_align, &size_max))
		return -ENOENT;
	*info = (struct ntb_irq_window_info) {
		.addr_align	= addr_align,
		.size_align	= size_align,
		.size_min	= size_align,
		.size_max	= size_max,
	};
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_plain_window_info);

/**
 * ntb_irq_plain_window_map() - open a window by ntb_mw_set_trans()
 * @hw:		the function
 * @pidx:	peer index
 * @widx:	window index
 * @addr:	bus address of this host
 * @size:	bytes
 *
 * Context: process context, may sleep.
 * Return: 0; -EOPNOTSUPP when the driver cannot do this, where ntb.h would return
 * 0; errno of the driver.
 */
int ntb_irq_plain_window_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size)
{
	if (!hw->ntb->ops->mw_set_trans)
		return -EOPNOTSUPP;
	return ntb_mw_set_trans(hw->ntb, pidx, widx, addr, size);
}
EXPORT_SYMBOL_GPL(ntb_irq_plain_window_map);

/**
 * ntb_irq_plain_window_unmap() - close a window by ntb_mw_clear_trans()
 * @hw:		the function
 * @pidx:	peer index
 * @widx:	window index
 *
 * Context: process context, may sleep.
 * Return: 0 or the errno of the driver.
 */
int ntb_irq_plain_window_unmap(struct ntb_irq_hw *hw, int pidx, int widx)
{
	return ntb_mw_clear_trans(hw->ntb, pidx, widx);
}
EXPORT_SYMBOL_GPL(ntb_irq_plain_window_unmap);

/**
 * ntb_irq_plain_message_compose() - compose the write for a linear window
 * @hw:		the function
 * @pidx:	peer index
 * @map:	the window
 * @msg:	the message
 * @write:	filled in
 *
 * In a linear window, bus addresses follow each other as they do on the bus, and
 * words pass unchanged.
 *
 * Context: any.
 * Return: 0.
 */
int ntb_irq_plain_message_compose(struct ntb_irq_hw *hw, int pidx,
				  const struct ntb_irq_mapping *map, const struct msi_msg *msg,
				  struct ntb_irq_write *write)
{
	write->offset = ((u64)msg->address_hi << 32 | msg->address_lo) - map->addr;
	write->data = msg->data;
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_plain_message_compose);

/* The highest doorbell bit below @below that may be taken, or 0; of all when that is 0. */
static u64 plain_doorbell(struct ntb_irq_hw *hw, u64 below)
{
	u64 free = ntb_db_valid_mask(hw->ntb) & ~hw->claimed.db_bits & (below - 1);

	return free ? BIT_ULL(__fls(free)) : 0;
}

/**
 * ntb_irq_plain_mailbox_take() - choose scratchpads and a doorbell for a mailbox
 * @hw:		the function
 *
 * The last ones are chosen, since clients count theirs from 0. Both hosts come
 * to the same choice when their drivers have the same number of scratchpads. All
 * peers would share the scratchpads, so there can be one only.
 *
 * Context: process context.
 * Return: words in a frame; -ENOSPC when the client leaves too little; -EOPNOTSUPP
 * when there is more than one peer.
 */
int ntb_irq_plain_mailbox_take(struct ntb_irq_hw *hw)
{
	const struct ntb_irq_resources *claimed = &hw->claimed;
	struct device *dev = &hw->ntb->pdev->dev;
	int count = ntb_spad_count(hw->ntb), unsafe;
	int first = count - NTB_IRQ_SPADS;
	u64 end = claimed->spad_count ? (u64)claimed->spad_first + claimed->spad_count : 0;

	if (ntb_peer_port_count(hw->ntb) > 1) {
		dev_err(dev, "the mailbox of scratchpads serves one peer, the function has %d\n",
			ntb_peer_port_count(hw->ntb));
		return -EOPNOTSUPP;
	}
	if (first < 0 || end > first) {
		dev_err(dev,
			"the last %d of %d scratchpads are needed, the client claims %u from %u\n",
			NTB_IRQ_SPADS, count, claimed->spad_count, claimed->spad_first);
		return -ENOSPC;
	}
	hw->reserved.db_bits = plain_doorbell(hw, 0);
	if (!hw->reserved.db_bits) {
		dev_err(dev, "one doorbell bit is needed, the client claims %#llx of %#llx\n",
			claimed->db_bits, ntb_db_valid_mask(hw->ntb));
		return -ENOSPC;
	}
	/* A driver warns of each at its first use, unless it was asked before. */
	unsafe = ntb_spad_is_unsafe(hw->ntb);
	unsafe |= ntb_db_is_unsafe(hw->ntb);
	if (unsafe)
		dev_warn(dev,
			 "its driver says that scratchpads or doorbells of this part can lock up under traffic; a mailbox of the client would not use them\n");
	hw->reserved.spad_first = first;
	hw->reserved.spad_count = NTB_IRQ_SPADS;
	return NTB_IRQ_SPADS;
}
EXPORT_SYMBOL_GPL(ntb_irq_plain_mailbox_take);

/*
 * Some drivers refuse the last bit of their own mask. The peer's does the same, so
 * both hosts come to the next one below. Returns -EAGAIN to have the frame sent once
 * more, or -EINVAL when no bit is left.
 */
static int plain_next_doorbell(struct ntb_irq_hw *hw, u64 refused)
{
	u64 next = plain_doorbell(hw, refused);

	if (!next)
		return -EINVAL;
	dev_warn(&hw->ntb->pdev->dev, "the driver refuses to ring doorbell %#llx, taking %#llx\n",
		 refused, next);
	hw->reserved.db_bits |= next;
	ntb_db_clear_mask(hw->ntb, next);
	return -EAGAIN;
}

/**
 * ntb_irq_plain_mailbox_send() - write words to the peer's scratchpads and ring
 * @hw:		the function
 * @pidx:	peer index
 * @words:	the words, in CPU byte order
 * @n:		how many
 *
 * Context: process context.
 * Return: 0; -EAGAIN after the driver has refused the doorbell, and another one was
 * taken; errno of the driver.
 */
int ntb_irq_plain_mailbox_send(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n)
{
	u64 doorbell = BIT_ULL(__ffs(hw->reserved.db_bits));
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		ret = ntb_peer_spad_write(hw->ntb, pidx, hw->reserved.spad_first + i, words[i]);
		if (ret)
			return ret;
	}
	ret = ntb_peer_db_set(hw->ntb, doorbell);
	return ret == -EINVAL ? plain_next_doorbell(hw, doorbell) : ret;
}
EXPORT_SYMBOL_GPL(ntb_irq_plain_mailbox_send);

/**
 * ntb_irq_plain_mailbox_recv() - read the words in this host's scratchpads
 * @hw:		the function
 * @pidx:	peer index
 * @words:	filled in, in CPU byte order
 * @n:		how many
 *
 * Context: process context.
 * Return: 0.
 */
int ntb_irq_plain_mailbox_recv(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		words[i] = ntb_spad_read(hw->ntb, hw->reserved.spad_first + i);
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_plain_mailbox_recv);

const struct ntb_irq_backend_ops ntb_irq_plain_ops = {
	.window_count		= ntb_irq_plain_window_count,
	.window_info		= ntb_irq_plain_window_info,
	.window_map		= ntb_irq_plain_window_map,
	.window_unmap		= ntb_irq_plain_window_unmap,
	.message_compose	= ntb_irq_plain_message_compose,
	.mailbox_take		= ntb_irq_plain_mailbox_take,
	.mailbox_send		= ntb_irq_plain_mailbox_send,
	.mailbox_recv		= ntb_irq_plain_mailbox_recv,
};
EXPORT_SYMBOL_GPL(ntb_irq_plain_ops);
