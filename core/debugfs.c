// SPDX-License-Identifier: GPL-2.0-only
/* What can be seen under /sys/kernel/debug/ntb_irq. */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string_choices.h>

#include "calls.h"

static struct dentry *debugfs_root;

static int info_show(struct seq_file *m, void *v)
{
	struct ntb_irq *ni = m->private;
	unsigned int used, zombies;

	scoped_guard(mutex, &ni->lock) {
		used = bitmap_weight(ni->used, ni->max);
		zombies = bitmap_weight(ni->zombies, ni->max);
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
		   "waiting_for_peers: %u\n"
		   "doorbells: %#llx\n"
		   "scratchpads: %u+%u\n"
		   "mailbox_frame_words: %u\n",
		   ni->name, ni->parent.name, ni->backend ? ni->backend->name : "none",
		   str_yes_no(ni->parent.isolated), str_yes_no(ntb_irq_dma_translated(ni)),
		   ni->parent.region.base, ni->parent.region.size, ni->max,
		   ni->domain == &ni->own_domain ? 0 : ni->domain->max, used - zombies, zombies,
		   ni->hw.taken.db_bits, ni->hw.taken.spad_first, ni->hw.taken.spad_count,
		   ni->words);
	return 0;
}

static int interrupts_show(struct seq_file *m, void *v)
{
	struct ntb_irq *ni = m->private;
	struct ntb_irq_message msg;
	unsigned int index;

	seq_puts(m, "index irq address data state\n");
	guard(mutex)(&ni->lock);
	for_each_set_bit(index, ni->used, ni->max) {
		scoped_guard(raw_spinlock_irqsave, &ni->msg_lock)
			msg = ntb_irq_slot_message(&ni->slots[index]);
		seq_printf(m, "%u %u %#llx %#x %s\n", index, ni->slots[index].virq, msg.addr,
			   msg.data,
			   test_bit(index, ni->zombies) ? "waiting" :
			   ntb_irq_message_valid(&msg) ? "active" : "inactive");
	}
	return 0;
}

static int windows_show(struct seq_file *m, void *v)
{
	static const char * const states[] = {
		[NTB_IRQ_WINDOW_OPEN]		= "open",
		[NTB_IRQ_WINDOW_TOLD]		= "told",
		[NTB_IRQ_WINDOW_CLOSING]	= "closing",
	};
	struct ntb_irq *ni = m->private;
	unsigned int i, slot;

	seq_puts(m, "peer slot window base size interrupts state\n");
	for (i = 0; i < ni->npeers; i++) {
		struct ntb_irq_peer *peer = &ni->peers[i];

		guard(mutex)(&peer->lock);
		for (slot = 0; slot < NTB_IRQ_SLOTS; slot++) {
			const struct ntb_irq_window *win = &peer->windows[slot];

			if (win->state == NTB_IRQ_WINDOW_FREE)
				continue;
			seq_printf(m, "%u %u %d %#llx %#llx %u %s\n", i, slot, win->widx,
				   win->fit.base, win->fit.size, win->users, states[win->state]);
		}
	}
	return 0;
}

static void peer_show(struct seq_file *m, struct ntb_irq_peer *peer)
{
	static const char * const states[] = {
		[NTB_IRQ_SESSION_DOWN]	= "down",
		[NTB_IRQ_SESSION_HELLO]	= "greeting",
		[NTB_IRQ_SESSION_UP]	= "up",
	};
	const struct ntb_irq_stats *stats = &peer->stats;
	struct ntb_irq *ni = peer->ni;

	guard(mutex)(&peer->lock);
	seq_printf(m,
		   "peer: %u\n"
		   "port: %d\n"
		   "session: %s\n"
		   "synced: %s\n"
		   "error: %d\n"
		   "told: %u\n"
		   "unreachable: %u\n"
		   "offers: %d\n"
		   "words_sent: %llu\n"
		   "words_recv: %llu\n"
		   "records_sent: %llu\n"
		   "sessions: %llu\n"
		   "bad_frames: %llu\n"
		   "refused: %llu\n",
		   peer->pidx, ntb_peer_port_number(ni->hw.ntb, peer->pidx),
		   states[peer->session.state], str_yes_no(peer->synced), peer->error, peer->ntold,
		   bitmap_weight(peer->unreachable, ni->max), ntb_irq_peer_count(ni, peer->pidx),
		   stats->words_sent, stats->words_recv, stats->records_sent, stats->sessions,
		   stats->bad_frames, stats->refused);
}

static int peers_show(struct seq_file *m, void *v)
{
	struct ntb_irq *ni = m->private;
	unsigned int i;

	for (i = 0; i < ni->npeers; i++)
		peer_show(m, &ni->peers[i]);
	return 0;
}

static const struct {
	const char *name;
	int (*show)(struct seq_file *m, void *v);
} views[NTB_IRQ_VIEWS] = {
	{ "info",	info_show },
	{ "interrupts",	interrupts_show },
	{ "windows",	windows_show },
	{ "peers",	peers_show },
};

static int view_open(struct inode *inode, struct file *file)
{
	const struct ntb_irq_view *view = inode->i_private;

	return single_open(file, view->show, view->ni);
}

static const struct file_operations view_fops = {
	.owner		= THIS_MODULE,
	.open		= view_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/**
 * ntb_irq_debugfs_add() - make the directory of a function
 * @ni:		the function; ntb_irq::debugfs is to be removed
 *
 * Context: process context, may sleep.
 */
static void ntb_irq_debugfs_add(struct ntb_irq *ni)
{
	unsigned int i;

	ni->debugfs = debugfs_create_dir(dev_name(ni->dev), debugfs_root);
	for (i = 0; i < NTB_IRQ_VIEWS; i++) {
		ni->views[i].ni = ni;
		ni->views[i].show = views[i].show;
		debugfs_create_file(views[i].name, 0400, ni->debugfs, &ni->views[i], &view_fops);
	}
}

/* The directory is all that the module itself has to make. */
static int __init ntb_irq_init(void)
{
	debugfs_root = debugfs_create_dir("ntb_irq", NULL);
	return 0;
}
module_init(ntb_irq_init);

static void __exit ntb_irq_exit(void)
{
	debugfs_remove(debugfs_root);
}
module_exit(ntb_irq_exit);
