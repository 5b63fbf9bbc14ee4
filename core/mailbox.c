// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mailbox of a function: that of its backend, or one that the client supplies in
 * memory it shares with its peers.
 */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <kunit/visibility.h>
#include <linux/device.h>
#include <linux/module.h>

#include "internal.h"

/*
 * Take the mailbox, and see how much of a record goes into a frame. Returns 0, -EINVAL
 * for a frame of a size that cannot be used, or the errno of the backend.
 */
int ntb_irq_mailbox_take(struct ntb_irq_dev *nd)
{
	const struct ntb_irq_mailbox *mailbox = nd->cfg.mailbox;
	int ret = mailbox ? 0 : nd->backend->ops->mailbox_take(&nd->hw);
	unsigned int words = mailbox ? mailbox->words : ret;

	if (ret < 0)
		return ret;
	if (words < NTB_IRQ_FRAME_MIN || words > NTB_IRQ_FRAME_MAX) {
		dev_err(nd->dev, "the mailbox of %s has frames of %u words, expected %d to %d\n",
			mailbox ? "the client" : nd->backend->name, words, NTB_IRQ_FRAME_MIN,
			NTB_IRQ_FRAME_MAX);
		return -EINVAL;
	}
	static_assert(NTB_IRQ_RECORD_WORDS / 2 <= NTB_IRQ_FRAME_MIN - 2);
	nd->words = words;
	nd->part_words = words - 2 < NTB_IRQ_RECORD_WORDS ? NTB_IRQ_RECORD_WORDS / 2 :
							    NTB_IRQ_RECORD_WORDS;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_mailbox_take);

/* Returns 0; -EAGAIN while the mailbox is busy; -ENOTCONN while it is closed; an errno. */
int ntb_irq_mailbox_send(struct ntb_irq_peer *peer, const u32 *words)
{
	struct ntb_irq_dev *nd = peer->nd;

	if (nd->cfg.mailbox)
		return nd->cfg.mailbox->send(nd->cfg.ctx, peer->pidx, words, nd->words);
	return nd->backend->ops->mailbox_send(&nd->hw, peer->pidx, words, nd->words);
}

/* Returns 0; -EAGAIN when there is nothing to read; -ENOTCONN while it is closed. */
int ntb_irq_mailbox_recv(struct ntb_irq_peer *peer, u32 *words)
{
	struct ntb_irq_dev *nd = peer->nd;

	if (nd->cfg.mailbox)
		return nd->cfg.mailbox->recv(nd->cfg.ctx, peer->pidx, words, nd->words);
	return nd->backend->ops->mailbox_recv(&nd->hw, peer->pidx, words, nd->words);
}

/**
 * ntb_irq_mailbox_event() - look into the client's mailbox of a peer
 * @ni:		the function
 * @pidx:	peer index
 *
 * For clients with a &ntb_irq_config.mailbox: when it was opened or closed for the
 * peer, and when the peer has notified this host of a new frame. A frame without an
 * event is found as well, but up to a second later: open mailboxes are looked into that
 * often in any case.
 *
 * Context: any.
 */
void ntb_irq_mailbox_event(struct ntb_irq *ni, unsigned int pidx)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);

	if (pidx < nd->npeers)
		ntb_irq_peer_kick(&nd->peers[pidx]);
}
EXPORT_SYMBOL_GPL(ntb_irq_mailbox_event);
