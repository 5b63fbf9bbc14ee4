/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts that NTB peers ring through memory windows: the client interface.
 *
 * An NTB function gets an interrupt domain of its own beside the domain of its
 * PCI/MSI-X table. Every interrupt allocated from it has an MSI message, peers
 * are told that message, and a peer rings the interrupt by writing the message
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
struct ntb_irq;
struct pci_dev;

/** NTB_IRQ_MAX - most interrupts one NTB function can have */
#define NTB_IRQ_MAX		16384

/** NTB_IRQ_PEERS - most peers of one NTB function */
#define NTB_IRQ_PEERS		64

/** NTB_IRQ_DEFAULT - interrupts a function can have when the client does not say */
#define NTB_IRQ_DEFAULT		1024

/**
 * struct ntb_irq_use - parts of an NTB function and who uses them
 * @db_bits:	doorbell bits, as in ntb_db_valid_mask()
 * @windows:	memory windows, bit n stands for window index n
 * @spad_first:	first scratchpad
 * @spad_count:	number of scratchpads, from @spad_first on
 */
struct ntb_irq_use {
	u64		db_bits;
	u64		windows;
	unsigned int	spad_first;
	unsigned int	spad_count;
};

/**
 * struct ntb_irq_config - what a client wants of ntb_irq_attach()
 * @max_irqs:	most interrupts that will ever be allocated at one time, rounded
 *		up to a power of two; 0 means what ntb_irq_reserve() reserved, and
 *		%NTB_IRQ_DEFAULT where nothing was
 * @used:	parts of the function which the client uses itself and the
 *		library therefore must not take
 * @ctx:	passed to every callback
 * @ctx_ops:	the client's NTB events, or NULL. The library owns the context
 *		of the ntb_dev and passes events on, so a client must not call
 *		ntb_set_ctx(). The callbacks run as ntb.h says they do.
 * @peer_event:	told when the set of interrupts a peer offers has changed, or
 *		NULL. Runs in process context, may sleep, holds no lock; must
 *		not call ntb_irq_detach().
 */
struct ntb_irq_config {
	unsigned int			max_irqs;
	struct ntb_irq_use		used;
	void				*ctx;
	const struct ntb_ctx_ops	*ctx_ops;
	void				(*peer_event)(void *ctx, int pidx);
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

const char *ntb_irq_name(struct ntb_irq *ni);
const char *ntb_irq_parent_name(struct ntb_irq *ni);
void ntb_irq_taken(struct ntb_irq *ni, struct ntb_irq_use *use);

/**
 * ntb_irq_peer_has() - does a peer offer an interrupt?
 * @ni:		the function
 * @pidx:	peer index
 * @index:	the interrupt
 *
 * Context: any.
 * Return: true when it does now.
 */
static inline bool ntb_irq_peer_has(struct ntb_irq *ni, unsigned int pidx, unsigned int index)
{
	phys_addr_t addr;
	u32 data;

	return !ntb_irq_peer_message(ni, pidx, index, &addr, &data);
}

/* The rest is how a ring is compiled into the caller. */

/**
 * struct ntb_irq_bell - how an interrupt of a peer is rung
 * @addr:	where to write; for one that is not offered, where it does no harm
 * @what:	what to write in bits 31 to 0, and what the ring returns in bits 63
 *		to 32
 */
struct ntb_irq_bell {
	void __iomem	*addr;
	u64		what;
} __aligned(16);

/**
 * struct ntb_irq_bells - what a peer offers, as a ring needs it
 * @count:	size of @bell
 * @bell:	interrupts by index
 *
 * Nothing in it changes once a ring can see it: a changed copy takes its place.
 */
struct ntb_irq_bells {
	unsigned long		count;
	struct ntb_irq_bell	bell[] __counted_by(count);
};

/**
 * struct ntb_irq_ringer - what stands before a &struct ntb_irq
 * @bell:	ntb_irq_bells::bell of what each peer offers, of count 0 where
 *		there is nothing; never NULL, RCU
 */
struct ntb_irq_ringer {
	struct ntb_irq_bell __rcu	*bell[NTB_IRQ_PEERS];
};

int ntb_irq_ring_slow(struct ntb_irq *ni, unsigned int pidx, unsigned long index);

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
 * Return: 0; -EINVAL when there is no such peer; -ENOTCONN when there is no
 * session with it; -ENOENT when it does not offer that interrupt.
 */
static inline int ntb_irq_ring(struct ntb_irq *ni, unsigned int pidx, unsigned long index)
{
	const struct ntb_irq_ringer *ringer = (const struct ntb_irq_ringer *)ni - 1;
	const struct ntb_irq_bell *bell;
	u64 what;

	if (unlikely(pidx >= NTB_IRQ_PEERS))
		return -EINVAL;

	rcu_read_lock_sched();
	bell = rcu_dereference_sched(ringer->bell[pidx]);
	if (likely(index < container_of(bell, const struct ntb_irq_bells, bell[0])->count)) {
		what = bell[index].what;
		writel(what, bell[index].addr);
		rcu_read_unlock_sched();
		return (s64)what >> 32;
	}
	rcu_read_unlock_sched();
	return ntb_irq_ring_slow(ni, pidx, index);
}

#endif /* _LINUX_NTB_IRQ_H */
