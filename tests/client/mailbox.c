// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test client: a mailbox of its own, in the first scratchpads, without a notification. The
 * library has to look into it by itself.
 */
#include <linux/module.h>
#include <linux/ntb.h>

#include "client.h"

static bool quiet_mailbox;
module_param(quiet_mailbox, bool, 0444);
MODULE_PARM_DESC(quiet_mailbox, "Supply a mailbox that notifies of nothing");

static int mailbox_send(void *ctx, int pidx, const u32 *words, unsigned int n)
{
	struct test_dev *td = ctx;
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		ret = ntb_peer_spad_write(td->ntb, pidx, i, words[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static int mailbox_recv(void *ctx, int pidx, u32 *words, unsigned int n)
{
	struct test_dev *td = ctx;
	unsigned int i;

	for (i = 0; i < n; i++)
		words[i] = ntb_spad_read(td->ntb, i);
	return 0;
}

static const struct ntb_irq_mailbox mailbox = {
	.words	= NTB_IRQ_SPADS,
	.send	= mailbox_send,
	.recv	= mailbox_recv,
};

/**
 * test_mailbox() - the mailbox that this client supplies
 *
 * Context: any.
 * Return: the mailbox, or NULL where the backend's is used.
 */
const struct ntb_irq_mailbox *test_mailbox(void)
{
	return quiet_mailbox ? &mailbox : NULL;
}
