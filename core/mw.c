// SPDX-License-Identifier: GPL-2.0-only
/* Windows of backends whose drivers tell all there is to know about them. */
#include <linux/ntb_irq_backend.h>

/**
 * ntb_irq_mw_count() - number of windows of a peer
 * @hw:		the function
 * @pidx:	peer index
 *
 * Context: process context.
 * Return: ntb_mw_count().
 */
int ntb_irq_mw_count(struct ntb_irq_hw *hw, int pidx)
{
	return ntb_mw_count(hw->ntb, pidx);
}
EXPORT_SYMBOL_GPL(ntb_irq_mw_count);

/**
 * ntb_irq_mw_info() - describe a window by what the driver says of its alignment
 * @hw:		the function
 * @pidx:	peer index
 * @widx:	window index
 * @info:	filled in
 *
 * Context: process context.
 * Return: 0, or -ENOENT when the driver does not describe the window.
 */
int ntb_irq_mw_info(struct ntb_irq_hw *hw, int pidx, int widx,
		    struct ntb_irq_window_info *info)
{
	resource_size_t addr_align, size_align, size_max;

	/*
	 * ntb_mw_get_align() insists on a link. Where both ends of a window are
	 * alike the driver needs none, and what must be refused is refused early.
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
EXPORT_SYMBOL_GPL(ntb_irq_mw_info);

/**
 * ntb_irq_mw_map() - open a window by ntb_mw_set_trans()
 * @hw:		the function
 * @pidx:	peer index
 * @widx:	window index
 * @addr:	bus address of this host
 * @size:	bytes
 *
 * Context: process context, may sleep.
 * Return: 0; -EOPNOTSUPP when the driver cannot do this, where ntb.h would say 0;
 * errno of the driver.
 */
int ntb_irq_mw_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size)
{
	if (!hw->ntb->ops->mw_set_trans)
		return -EOPNOTSUPP;
	return ntb_mw_set_trans(hw->ntb, pidx, widx, addr, size);
}
EXPORT_SYMBOL_GPL(ntb_irq_mw_map);

/**
 * ntb_irq_mw_unmap() - close a window by ntb_mw_clear_trans()
 * @hw:		the function
 * @pidx:	peer index
 * @widx:	window index
 *
 * Context: process context, may sleep.
 * Return: 0 or the errno of the driver.
 */
int ntb_irq_mw_unmap(struct ntb_irq_hw *hw, int pidx, int widx)
{
	return ntb_mw_clear_trans(hw->ntb, pidx, widx);
}
EXPORT_SYMBOL_GPL(ntb_irq_mw_unmap);

/*
 * The receiver programs the translation by ntb_mw_set_trans(), the driver
 * describes its windows truly, and there are scratchpads and doorbells.
 */
const struct ntb_irq_backend_ops ntb_irq_plain_ops = {
	.window_count	= ntb_irq_mw_count,
	.window_info	= ntb_irq_mw_info,
	.window_map	= ntb_irq_mw_map,
	.window_unmap	= ntb_irq_mw_unmap,
	.mailbox_take	= ntb_irq_spad_take,
	.mailbox_send	= ntb_irq_spad_send,
	.mailbox_recv	= ntb_irq_spad_recv,
};
EXPORT_SYMBOL_GPL(ntb_irq_plain_ops);
