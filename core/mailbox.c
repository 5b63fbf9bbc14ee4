// SPDX-License-Identifier: GPL-2.0-only
/* A mailbox made of scratchpads. */
#include <linux/ntb_irq_backend.h>

/**
 * ntb_irq_spad_words() - choose scratchpads for a mailbox
 * @ntb:	the NTB device
 * @used:	what the client uses itself
 * @taken:	scratchpads chosen: the last ones, since clients count from 0
 *
 * Both hosts come to the same choice when their drivers have the same number of
 * scratchpads.
 *
 * Context: process context.
 * Return: words in a frame; -ENOSPC when the client leaves too few.
 */
int ntb_irq_spad_words(struct ntb_dev *ntb, const struct ntb_irq_use *used,
		       struct ntb_irq_use *taken)
{
	int count = ntb_spad_count(ntb);
	int first = count - NTB_IRQ_FRAME_MAX;
	unsigned int used_end = used->spad_count ? used->spad_first + used->spad_count : 0;

	if (first < 0 || used_end > first) {
		dev_err(&ntb->pdev->dev,
			"ntb_irq: needs the last %d of %d scratchpads, the client uses %u from %u\n",
			NTB_IRQ_FRAME_MAX, count, used->spad_count, used->spad_first);
		return -ENOSPC;
	}
	taken->spad_first = first;
	taken->spad_count = NTB_IRQ_FRAME_MAX;
	return NTB_IRQ_FRAME_MAX;
}
EXPORT_SYMBOL_GPL(ntb_irq_spad_words);

/**
 * ntb_irq_spad_send() - give words to a peer
 * @ntb:	the NTB device
 * @pidx:	peer index
 * @taken:	scratchpads chosen by ntb_irq_spad_words()
 * @words:	the words
 * @n:		how many
 *
 * Context: process context.
 * Return: 0 or the errno of the driver.
 */
int ntb_irq_spad_send(struct ntb_dev *ntb, int pidx, const struct ntb_irq_use *taken,
		      const u32 *words, unsigned int n)
{
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		ret = ntb_peer_spad_write(ntb, pidx, taken->spad_first + i, words[i]);
		if (ret)
			return ret;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_spad_send);

/**
 * ntb_irq_spad_recv() - read what a peer gave
 * @ntb:	the NTB device
 * @pidx:	peer index
 * @taken:	scratchpads chosen by ntb_irq_spad_words()
 * @words:	filled in
 * @n:		how many
 *
 * Context: process context.
 * Return: 0.
 */
int ntb_irq_spad_recv(struct ntb_dev *ntb, int pidx, const struct ntb_irq_use *taken,
		      u32 *words, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		words[i] = ntb_spad_read(ntb, taken->spad_first + i);
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_spad_recv);
