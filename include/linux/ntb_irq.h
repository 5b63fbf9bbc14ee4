/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts that NTB peers ring through memory windows: the client interface.
 *
 * An NTB function gets an interrupt domain of its own beside the domain of its
 * PCI/MSI-X table. Every interrupt allocated from it has an MSI message. The
 * library sends peers that message, and a peer rings the interrupt by writing it
 * through a memory window of the bridge.
 */
#ifndef _LINUX_NTB_IRQ_H
#define _LINUX_NTB_IRQ_H

#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/msi_api.h>
#include <linux/ntb.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct irq_affinity_desc;
struct pci_dev;

/** NTB_IRQ_MAX - most interrupts one NTB function can have */
#define NTB_IRQ_MAX		16384

/** NTB_IRQ_PEERS - most peers of one NTB function */
#define NTB_IRQ_PEERS		64

/** NTB_IRQ_DEFAULT - interrupts of a function whose client does not set a number */
#define NTB_IRQ_DEFAULT		1024

/** NTB_IRQ_SPADS - scratchpads that the ready-made mailbox takes, the last ones */
#define NTB_IRQ_SPADS		6

/**
 * struct ntb_irq_resources - parts of an NTB function
 * @db_bits:	doorbell bits, as in ntb_db_valid_mask()
 * @windows:	memory windows, bit n stands for window index n
 * @msgs:	message registers, bit n stands for register n
 * @spad_first:	first scratchpad
 * @spad_count:	number of scratchpads, from @spad_first on
 */
struct ntb_irq_resources {
	u64		db_bits;
	u64		windows;
	u64		msgs;
	unsigned int	spad_first;
	unsigned int	spad_count;
};

/**
 * struct ntb_irq_mailbox - a mailbox that a client supplies
 * @words:	words in a frame, 4 to %NTB_IRQ_SPADS
 * @send:	give @n words, in CPU byte order, to peer @pidx, replacing the frame sent
 *		before, and notify it if there is a way. Returns 0; -EAGAIN while
 *		that is not possible; -ENOTCONN while no memory is shared, which ends
 *		the session. A peer whose mailbox cannot be sent to for 10 s has no
 *		session either.
 * @recv:	read the @n words which peer @pidx last sent. Returns 0; -EAGAIN when
 *		there is nothing to read; -ENOTCONN while no memory is shared, which
 *		ends the session. Torn or old words are allowed: they are detected.
 *
 * For hardware with too few scratchpads: a client can carry the frames in memory it
 * shares with its peers. Then the library takes no scratchpad, doorbell or message
 * register. Both hosts have to use the same kind of mailbox.
 *
 * The operations run in process context and may sleep, one at a time for a peer.
 */
struct ntb_irq_mailbox {
	unsigned int	words;
	int		(*send)(void *ctx, int pidx, const u32 *words, unsigned int n);
	int		(*recv)(void *ctx, int pidx, u32 *words, unsigned int n);
};

/**
 * struct ntb_irq_config - settings of a client for ntb_irq_attach()
 * @max_irqs:	most interrupts that will ever be allocated at one time, rounded
 *		up to a power of two; 0 means the number ntb_irq_reserve() reserved,
 *		and %NTB_IRQ_DEFAULT where nothing was
 * @claimed:	parts of the function which the client uses itself and the
 *		library therefore must not take
 * @ctx:	passed to every callback
 * @ctx_ops:	the client's NTB events, or NULL. The library owns the context
 *		of the ntb_dev and passes events on, so a client must not call
 *		ntb_set_ctx(). The callbacks run as ntb.h describes, but not before
 *		the client's probe has returned: events until then come after it.
 * @peer_event:	called when the set of interrupts that a peer exports has changed,
 *		or NULL. Runs in process context, may sleep, holds no lock; must
 *		not call ntb_irq_detach().
 * @peer_revoke: called when messages of a peer have become invalid, before the peer
 *		learns that they are not used any more, or NULL. Those for which
 *		ntb_irq_peer_message() fails, or gives other values than before, must
 *		not be written any more when it returns. Runs in process context, may
 *		sleep, holds no lock. The session with the peer stands still meanwhile:
 *		ntb_irq_flush() and ntb_irq_withdraw() time out in it, a peer that waits
 *		for 10 s gives the session up, and ntb_irq_detach() must not be called.
 * @mailbox:	mailbox to use instead of the backend's, or NULL
 */
struct ntb_irq_config {
	unsigned int			max_irqs;
	struct ntb_irq_resources	claimed;
	void				*ctx;
	const struct ntb_ctx_ops	*ctx_ops;
	void				(*peer_event)(void *ctx, int pidx);
	void				(*peer_revoke)(void *ctx, int pidx);
	const struct ntb_irq_mailbox	*mailbox;
};

/**
 * struct ntb_irq_target - the write that rings an interrupt of a peer
 * @addr:	address of the MSI write; a dummy word while the peer does not
 *		export the interrupt, and a word of memory that is looked at later
 *		while its message is about to change
 * @data:	word to write
 * @error:	result of the ring: 0, or -ENOENT while @addr is the dummy word
 */
struct ntb_irq_target {
	void __iomem	*addr;
	u32		data;
	s32		error;
} __aligned(16);

/**
 * struct ntb_irq_table - targets of all interrupts of one peer
 * @count:	size of @target
 * @rcu:	frees a table that was replaced
 * @valid:	number of interrupts that are exported
 * @target:	by interrupt index
 *
 * Where rings can see it, a target is cleared or held at most: only its address and
 * its error are written, each at once, and a ring that sees one of them new and the
 * other old does no harm. Other changes are made in a copy, which then replaces
 * the table.
 */
struct ntb_irq_table {
	unsigned long		count;
	struct rcu_head		rcu;
	unsigned int		valid;
	struct ntb_irq_target	target[] __counted_by(count);
};

/**
 * struct ntb_irq - handle of an attached NTB function
 * @table:	targets by peer index, RCU; never NULL, of size 0 without a session
 *
 * The members are for ntb_irq_ring() only.
 */
struct ntb_irq {
	struct ntb_irq_table __rcu	*table[NTB_IRQ_PEERS];
};

#if IS_REACHABLE(CONFIG_NTB_IRQ)
int ntb_irq_reserve(struct pci_dev *pdev, unsigned int max_irqs);
#else
static inline int ntb_irq_reserve(struct pci_dev *pdev, unsigned int max_irqs)
{
	return 0;
}
#endif

struct ntb_irq *ntb_irq_attach(struct ntb_dev *ntb, const struct ntb_irq_config *cfg);
void ntb_irq_detach(struct ntb_irq *ni);

struct msi_map ntb_irq_alloc(struct ntb_irq *ni, const struct irq_affinity_desc *affdesc);
struct msi_map ntb_irq_alloc_at(struct ntb_irq *ni, unsigned int index,
				const struct irq_affinity_desc *affdesc);
void ntb_irq_free(struct ntb_irq *ni, unsigned int index);
int ntb_irq_request(struct ntb_irq *ni, irq_handler_t handler, irq_handler_t thread_fn,
		    unsigned long flags, const char *name, void *data);
void ntb_irq_release(struct ntb_irq *ni, unsigned int index, void *data);
int ntb_irq_withdraw(struct ntb_irq *ni, unsigned int first, unsigned int count);
int ntb_irq_vector(struct ntb_irq *ni, unsigned int index);

int ntb_irq_peer_message(struct ntb_irq *ni, unsigned int pidx, unsigned int index,
			 phys_addr_t *addr, u32 *data);
int ntb_irq_peer_count(struct ntb_irq *ni, unsigned int pidx);
int ntb_irq_flush(struct ntb_irq *ni, unsigned int pidx, unsigned long timeout);
void ntb_irq_mailbox_event(struct ntb_irq *ni, unsigned int pidx);

const char *ntb_irq_name(struct ntb_irq *ni);
const char *ntb_irq_parent_name(struct ntb_irq *ni);
unsigned int ntb_irq_limit(struct ntb_irq *ni);
void ntb_irq_get_resources(struct ntb_irq *ni, struct ntb_irq_resources *res);

/**
 * ntb_irq_peer_has() - does a peer export an interrupt?
 * @ni:		the function
 * @pidx:	peer index
 * @index:	the interrupt
 *
 * Context: any.
 * Return: true when it does now.
 */
static inline bool ntb_irq_peer_has(struct ntb_irq *ni, unsigned int pidx, unsigned int index)
{
	const struct ntb_irq_table *table;
	bool has;

	if (pidx >= NTB_IRQ_PEERS)
		return false;
	rcu_read_lock();
	table = rcu_dereference(ni->table[pidx]);
	has = index < table->count && !READ_ONCE(table->target[index].error);
	rcu_read_unlock();
	return has;
}

int ntb_irq_ring_error(struct ntb_irq *ni, unsigned int pidx, unsigned long index);

/**
 * ntb_irq_ring() - ring an interrupt of a peer
 * @ni:		the function
 * @pidx:	peer index
 * @index:	interrupt of the peer, as wide as a register so that no ring has to
 *		extend it
 *
 * One posted 32-bit write, no read of the device, no lock. Rings of one
 * interrupt that come faster than its handler runs may be delivered as one.
 *
 * Context: any.
 * Return:
 * * 0, or:
 * * %-EINVAL - there is no such peer
 * * %-ENOTCONN - there is no session with it
 * * %-ENOENT - it does not export that interrupt
 */
static inline int ntb_irq_ring(struct ntb_irq *ni, unsigned int pidx, unsigned long index)
{
	const struct ntb_irq_target *target;
	const struct ntb_irq_table *table;
	int ret;

	if (unlikely(pidx >= NTB_IRQ_PEERS))
		return -EINVAL;

	rcu_read_lock_sched();
	table = rcu_dereference_sched(ni->table[pidx]);
	if (unlikely(index >= table->count)) {
		rcu_read_unlock_sched();
		return ntb_irq_ring_error(ni, pidx, index);
	}
	target = &table->target[index];
	/*
	 * On x86 and arm64 writel() is an ordinary store, so that writing the
	 * dummy word takes fewer instructions than testing for it. The error may
	 * change meanwhile, and callers that ignore it do not pay for the load.
	 */
	ret = data_race(target->error);
	if (IS_ENABLED(CONFIG_X86) || IS_ENABLED(CONFIG_ARM64) || !ret)
		writel(target->data, READ_ONCE(target->addr));
	rcu_read_unlock_sched();
	return ret;
}

/**
 * ntb_irq_ring_after() - ring an interrupt of a peer behind data written before
 * @ni:		the function
 * @pidx:	peer index
 * @index:	interrupt of the peer
 * @written:	last address that data was written to, in a window to the same peer
 *
 * PCI keeps posted writes in order, but write-combining mappings and bridges that
 * translate the two windows by different units may not. One read of the window
 * returns only when the data before it has arrived.
 *
 * Context: any. The read takes a round trip to the peer.
 * Return: as ntb_irq_ring().
 */
static inline int ntb_irq_ring_after(struct ntb_irq *ni, unsigned int pidx, unsigned long index,
				     const void __iomem *written)
{
	/* Write-combined data leaves the CPU before it is read back. */
	wmb();
	readl(written);
	return ntb_irq_ring(ni, pidx, index);
}

#endif /* _LINUX_NTB_IRQ_H */
