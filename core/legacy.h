/* SPDX-License-Identifier: GPL-2.0-only */
/* Structures of the older interface. */
#ifndef _NTB_IRQ_LEGACY_H
#define _NTB_IRQ_LEGACY_H

#include "internal.h"

/**
 * struct ntb_msi_irq - one interrupt a client requested
 * @idle:	has no handler, and is kept for the next request
 * @desc:	the client's copy of the message, NULL while there is none
 * @exported:	message that was last put there
 */
struct ntb_msi_irq {
	bool			idle;
	struct ntb_msi_desc	*desc;
	struct ntb_irq_message	exported;
};

/**
 * struct ntb_msi_peer - one peer
 * @out:	window through which this host rings the peer, mapped
 * @out_phys:	physical address of the same
 * @out_size:	its size in bytes
 * @log:	what is logged about it
 * @plan:	how the window through which the peer rings this host is opened
 * @widx:	index of that window
 * @open:	it may be open: it was opened, which may have failed half-way, and was not closed
 * @base:	address it begins at
 * @size:	bytes of it that are of use, 0 while there are none
 */
struct ntb_msi_peer {
	void __iomem		*out;
	phys_addr_t		out_phys;
	resource_size_t		out_size;
	struct ntb_irq_log	log;
	struct ntb_irq_plan	plan;
	int			widx;
	bool			open;
	u64			base;
	u64			size;
};

/**
 * struct ntb_msi - the older interface on one NTB device
 * @ntb:	the NTB device
 * @hw:		the same, as window operations need it
 * @dev:	its PCI function
 * @parent:	interrupt parent
 * @dom:	interrupt domain
 * @name:	name of a domain below the parent
 * @desc_changed: the client's callback, or NULL
 * @lock:	serialises requests, release and window operations
 * @changed:	interrupts that have a new message, atomic bits
 * @exposed:	interrupts whose message a peer may have, under ntb_irq_domain::lock
 * @work:	runs the client's callback
 * @close_work:	closes windows, where no signal can interrupt it
 * @close_error: errno of the last window that it could not close, or 0
 * @close_ms:	how long it has tried
 * @irqs:	interrupts by index
 * @npeers:	number of peers
 * @peers:	the peers
 */
struct ntb_msi {
	struct ntb_dev		*ntb;
	struct ntb_irq_hw	hw;
	struct device		*dev;
	struct ntb_irq_parent	parent;
	struct ntb_irq_domain	*dom;
	char			name[NTB_IRQ_NAME_SIZE];
	void			(*desc_changed)(void *ctx);
	/* Taken before ntb_irq_domain::lock. */
	struct mutex		lock;
	unsigned long		*changed;
	unsigned long		*exposed;
	struct delayed_work	work;
	struct work_struct	close_work;
	int			close_error;
	unsigned int		close_ms;
	struct ntb_msi_irq	*irqs;
	unsigned int		npeers;
	struct ntb_msi_peer	peers[] __counted_by(npeers);
};

void ntb_msi_release(struct ntb_msi *msi, unsigned int index);
int ntb_msi_peer_offset(struct ntb_msi *msi, int peer, const struct ntb_msi_desc *desc);

#endif /* _NTB_IRQ_LEGACY_H */
