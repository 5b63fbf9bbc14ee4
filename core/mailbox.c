// SPDX-License-Identifier: GPL-2.0-only
/* A mailbox made of scratchpads and a doorbell. */
#include <linux/bitops.h>
#include <linux/ntb_irq_backend.h>

/**
 * ntb_irq_spad_take() - choose scratchpads and a doorbell for a mailbox
 * @hw:		the function
 *
 * The last ones are chosen, since clients count theirs from 0. Both hosts come
 * to the same choice when their drivers have the same number of scratchpads.
 *
 * Context: process context.
 * Return: words in a frame; -ENOSPC when the client leaves too little.
 */
int ntb_irq_spad_take(struct ntb_irq_hw *hw)
{
	const struct ntb_irq_use *used = &hw->used;
	u64 valid = ntb_db_valid_mask(hw->ntb);
	int count = ntb_spad_count(hw->ntb);
	int first = count - NTB_IRQ_FRAME_MAX;
	unsigned int used_end = used->spad_count ? used->spad_first + used->spad_count : 0;

	if (first < 0 || used_end > first) {
		dev_err(&hw->ntb->pdev->dev,
			"ntb_irq: needs the last %d of %d scratchpads, the client uses %u from %u\n",
			NTB_IRQ_FRAME_MAX, count, used->spad_count, used->spad_first);
		return -ENOSPC;
	}
	if (!(valid & ~used->db_bits)) {
		dev_err(&hw->ntb->pdev->dev,
			"ntb_irq: needs one doorbell bit, the client uses %#llx of %#llx\n",
			used->db_bits, valid);
		return -ENOSPC;
	}
	hw->taken.spad_first = first;
	hw->taken.spad_count = NTB_IRQ_FRAME_MAX;
	hw->taken.db_bits = BIT_ULL(__fls(valid & ~used->db_bits));
	return NTB_IRQ_FRAME_MAX;
}
EXPORT_SYMBOL_GPL(ntb_irq_spad_take);

/**
 * ntb_irq_spad_send() - give words to a peer
 * @hw:		the function
 * @pidx:	peer index
 * @words:	the words
 * @n:		how many
 *
 * Context: process context.
 * Return: 0 or the errno of the driver.
 */
int ntb_irq_spad_send(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n)
{
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		ret = ntb_peer_spad_write(hw->ntb, pidx, hw->taken.spad_first + i, words[i]);
		if (ret)
			return ret;
	}
	return ntb_peer_db_set(hw->ntb, hw->taken.db_bits);
}
EXPORT_SYMBOL_GPL(ntb_irq_spad_send);

/**
 * ntb_irq_spad_recv() - read what a peer gave
 * @hw:		the function
 * @pidx:	peer index
 * @words:	filled in
 * @n:		how many
 *
 * Context: process context.
 * Return: 0.
 */
int ntb_irq_spad_recv(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		words[i] = ntb_spad_read(hw->ntb, hw->taken.spad_first + i);
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_spad_recv);
