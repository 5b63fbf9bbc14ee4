// SPDX-License-Identifier: GPL-2.0-only
/* Files under /sys/kernel/debug/ntb_irq. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/string_choices.h>

#include "internal.h"

static struct dentry *debugfs_root;

static int info_show(struct seq_file *m, void *v)
{
	struct ntb_irq_dev *nd = m->private;
	struct ntb_irq_domain *dom = nd->domain;
	unsigned int allocated, draining;

	scoped_guard(mutex, &dom->lock) {
		allocated = bitmap_weight(dom->allocated, dom->max);
		draining = bitmap_weight(dom->draining, dom->max);
	}
	seq_printf(m,
		   "domain: %s\n"
		   "parent: %s\n"
		   "backend: %s\n"
		   "isolated: %s\n"
		   "dma_translated: %s\n"
		   "region: %#llx+%#llx\n"
		   "size: %u\n"
		   "reserved: %u\n"
		   "interrupts: %u\n"
		   "draining: %u\n"
		   "doorbells: %#llx\n"
		   "scratchpads: %u+%u\n"
		   "message_registers: %#llx\n"
		   "mailbox_frame_words: %u\n",
		   nd->name, nd->parent.name, nd->backend->name, str_yes_no(nd->parent.isolated),
		   str_yes_no(ntb_irq_dma_translated(nd->dev)), nd->parent.region.base,
		   nd->parent.region.size, dom->max, dom->reserved ? dom->size : 0,
		   allocated - draining, draining, nd->hw.reserved.db_bits,
		   nd->hw.reserved.spad_first, nd->hw.reserved.spad_count, nd->hw.reserved.msgs,
		   nd->words);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(info);

static int interrupts_show(struct seq_file *m, void *v)
{
	struct ntb_irq_dev *nd = m->private;
	struct ntb_irq_domain *dom = nd->domain;
	struct ntb_irq_message msg;
	unsigned int index;

	seq_puts(m, "index irq address data state\n");
	guard(mutex)(&dom->lock);
	for_each_set_bit(index, dom->allocated, dom->max) {
		msg = ntb_irq_domain_message(dom, index);
		seq_printf(m, "%u %u %#llx %#x %s\n", index, dom->entries[index].virq, msg.addr,
			   msg.data,
			   test_bit(index, dom->draining) ? "draining" :
			   ntb_irq_message_valid(&msg) ? "active" : "inactive");
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(interrupts);

static int windows_show(struct seq_file *m, void *v)
{
	static const char * const states[] = {
		[NTB_IRQ_WINDOW_OPEN]		= "open",
		[NTB_IRQ_WINDOW_EXPORTED]	= "exported",
		[NTB_IRQ_WINDOW_CLOSING]	= "closing",
		[NTB_IRQ_WINDOW_STUCK]		= "stuck",
	};
	struct ntb_irq_dev *nd = m->private;
	unsigned int i, id;

	seq_puts(m, "peer id window base size interrupts state\n");
	for (i = 0; i < nd->npeers; i++) {
		struct ntb_irq_peer *peer = &nd->peers[i];

		guard(mutex)(&peer->lock);
		for (id = 0; id < NTB_IRQ_WINDOW_IDS; id++) {
			const struct ntb_irq_window *win = &peer->windows[id];

			if (win->state == NTB_IRQ_WINDOW_FREE)
				continue;
			seq_printf(m, "%u %u %d %#llx %#llx %u %s\n", i, id, win->widx,
				   win->aperture.base, win->aperture.size, win->users,
				   states[win->state]);
		}
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(windows);

static void peer_show(struct seq_file *m, struct ntb_irq_peer *peer)
{
	static const char * const states[] = {
		[NTB_IRQ_SESSION_DOWN]		= "down",
		[NTB_IRQ_SESSION_HANDSHAKE]	= "handshake",
		[NTB_IRQ_SESSION_UP]		= "up",
	};
	const struct ntb_irq_stats *stats = &peer->stats;
	struct ntb_irq_dev *nd = peer->nd;

	guard(mutex)(&peer->lock);
	seq_printf(m,
		   "peer: %u\n"
		   "port: %d\n"
		   "session: %s\n"
		   "synced: %s\n"
		   "error: %d\n"
		   "exported: %u\n"
		   "unreachable: %u\n"
		   "imported: %d\n"
		   "words_sent: %llu\n"
		   "words_recv: %llu\n"
		   "records_sent: %llu\n"
		   "probe_words: %llu\n"
		   "sessions: %llu\n"
		   "bad_frames: %llu\n"
		   "held: %llu\n"
		   "rejected: %llu\n",
		   peer->pidx, ntb_peer_port_number(nd->hw.ntb, peer->pidx),
		   states[peer->session.state], str_yes_no(peer->synced), peer->error,
		   peer->nknown, bitmap_weight(peer->unreachable, nd->domain->max),
		   ntb_irq_import_count(peer), stats->words_sent, stats->words_recv,
		   stats->records_sent, stats->probe_words, stats->sessions, stats->bad_frames,
		   stats->held, stats->rejected);
}

static int peers_show(struct seq_file *m, void *v)
{
	struct ntb_irq_dev *nd = m->private;
	unsigned int i;

	for (i = 0; i < nd->npeers; i++)
		peer_show(m, &nd->peers[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(peers);

/* Make the directory of a function, which debugfs_remove() removes. */
void ntb_irq_debugfs_add(struct ntb_irq_dev *nd)
{
	struct dentry *dir = debugfs_create_dir(dev_name(nd->dev), debugfs_root);

	debugfs_create_file("info", 0400, dir, nd, &info_fops);
	debugfs_create_file("interrupts", 0400, dir, nd, &interrupts_fops);
	debugfs_create_file("windows", 0400, dir, nd, &windows_fops);
	debugfs_create_file("peers", 0400, dir, nd, &peers_fops);
	nd->debugfs = dir;
}

void ntb_irq_debugfs_init(void)
{
	debugfs_root = debugfs_create_dir("ntb_irq", NULL);
}

void ntb_irq_debugfs_exit(void)
{
	debugfs_remove(debugfs_root);
}
