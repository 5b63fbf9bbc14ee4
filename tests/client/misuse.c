// SPDX-License-Identifier: GPL-2.0-only
/* Test client: calls that must be refused, on a function that is attached and in use. */
#include <linux/debugfs.h>
#include <linux/limits.h>
#include <linux/pci.h>
#include <linux/seq_file.h>

#include "client.h"

static int misuse_send(void *ctx, int pidx, const u32 *words, unsigned int n)
{
	return -EAGAIN;
}

/* Returns the errno of attaching once more, with a configuration; 0 undoes it. */
static int misuse_attach(struct test_dev *td, const struct ntb_irq_config *cfg)
{
	struct ntb_irq *ni = ntb_irq_attach(td->ntb, cfg);

	if (IS_ERR(ni))
		return PTR_ERR(ni);
	ntb_irq_detach(ni);
	return 0;
}

static int misuse_alloc_at(struct test_dev *td, unsigned int index)
{
	struct msi_map map = ntb_irq_alloc_at(td->ni, index, NULL);

	if (map.index < 0)
		return map.index;
	ntb_irq_free(td->ni, map.index);
	return 0;
}

static void misuse_print(struct seq_file *m, const char *name, int ret)
{
	seq_printf(m, "%s: %d\n", name, ret);
}

static void misuse_show_attach(struct seq_file *m, struct test_dev *td)
{
	const struct ntb_irq_mailbox half = { .words = 4, .send = misuse_send };
	const struct ntb_irq_config wrap = {
		.claimed = { .spad_first = 2, .spad_count = UINT_MAX - 1 },
	};
	const struct ntb_irq_config mailbox = { .mailbox = &half };

	misuse_print(m, "attach_again", misuse_attach(td, NULL));
	misuse_print(m, "attach_scratchpads_wrap", misuse_attach(td, &wrap));
	misuse_print(m, "attach_half_a_mailbox", misuse_attach(td, &mailbox));
	misuse_print(m, "reserve_too_many", ntb_irq_reserve(td->ntb->pdev, NTB_IRQ_MAX + 1));
}

static void misuse_show_own(struct seq_file *m, struct test_dev *td)
{
	unsigned int limit = ntb_irq_limit(td->ni);

	misuse_print(m, "alloc_at_limit", misuse_alloc_at(td, limit));
	misuse_print(m, "alloc_at_last_number", misuse_alloc_at(td, UINT_MAX));
	misuse_print(m, "alloc_at_taken", misuse_alloc_at(td, 0));
	misuse_print(m, "request_without_handler",
		     ntb_irq_request(td->ni, NULL, NULL, 0, "misuse", td));
	misuse_print(m, "vector_at_limit", ntb_irq_vector(td->ni, limit));
	misuse_print(m, "vector_at_last_number", ntb_irq_vector(td->ni, UINT_MAX));
	misuse_print(m, "withdraw_none", ntb_irq_withdraw(td->ni, 0, 0));
	misuse_print(m, "withdraw_at_limit", ntb_irq_withdraw(td->ni, limit, 1));
	misuse_print(m, "withdraw_past_limit", ntb_irq_withdraw(td->ni, limit - 1, 2));
	misuse_print(m, "withdraw_wraps", ntb_irq_withdraw(td->ni, 1, UINT_MAX));
}

static void misuse_show_peer(struct seq_file *m, struct test_dev *td)
{
	phys_addr_t addr;
	u32 data;

	misuse_print(m, "ring_no_peer", ntb_irq_ring(td->ni, td->npeers, 0));
	misuse_print(m, "ring_last_peer", ntb_irq_ring(td->ni, NTB_IRQ_PEERS - 1, 0));
	misuse_print(m, "ring_last_number", ntb_irq_ring(td->ni, UINT_MAX, 0));
	misuse_print(m, "ring_no_interrupt", ntb_irq_ring(td->ni, 0, NTB_IRQ_MAX));
	misuse_print(m, "ring_last_interrupt", ntb_irq_ring(td->ni, 0, ULONG_MAX));
	misuse_print(m, "message_no_peer",
		     ntb_irq_peer_message(td->ni, td->npeers, 0, &addr, &data));
	misuse_print(m, "message_no_interrupt",
		     ntb_irq_peer_message(td->ni, 0, UINT_MAX, &addr, &data));
	misuse_print(m, "count_no_peer", ntb_irq_peer_count(td->ni, td->npeers));
	misuse_print(m, "flush_no_peer", ntb_irq_flush(td->ni, td->npeers, 1));
	/* Returns nothing, and must touch nothing. */
	ntb_irq_mailbox_event(td->ni, td->npeers);
	ntb_irq_mailbox_event(td->ni, UINT_MAX);
}

static int misuse_show(struct seq_file *m, void *v)
{
	struct test_dev *td = m->private;

	guard(mutex)(&td->lock);
	misuse_show_attach(m, td);
	misuse_show_own(m, td);
	misuse_show_peer(m, td);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(misuse);

/**
 * test_misuse_files() - make the files of this part
 * @td:		the device
 * @dir:	its directory
 *
 * Context: process context, may sleep.
 */
void test_misuse_files(struct test_dev *td, struct dentry *dir)
{
	debugfs_create_file("misuse", 0400, dir, td, &misuse_fops);
}
