/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the older interface share. */
#ifndef _NTB_IRQ_LEGACY_H
#define _NTB_IRQ_LEGACY_H

#include "calls.h"

/**
 * struct ntb_msi_irq - one interrupt a client requested
 * @desc:	the client's copy of the message, NULL while there is none
 * @told:	message that was last put there
 */
struct ntb_msi_irq {
	struct ntb_msi_desc	*desc;
	struct ntb_irq_message	told;
};

/**
 * struct ntb_msi_peer - one peer
 * @out:	window through which this host rings the peer, mapped
 * @out_phys:	physical address of the same
 * @out_size:	its size in bytes
 * @plan:	how the window through which the peer rings this host is opened
 * @base:	address that window begins at
 * @size:	bytes it exposes, 0 while it is closed
 */
struct ntb_msi_peer {
	void __iomem		*out;
	phys_addr_t		out_phys;
	resource_size_t		out_size;
	struct ntb_irq_plan	plan;
	u64			base;
	u64			size;
};

/**
 * struct ntb_msi - the older interface on one NTB device
 * @ntb:	the NTB device
 * @ni:		its interrupts
 * @desc_changed: the client's callback, or NULL
 * @lock:	serialises requests, release, and what is done to windows
 * @changed:	interrupts that have a new message, atomic bits
 * @work:	tells the client of them
 * @irqs:	interrupts by index
 * @npeers:	number of peers
 * @peers:	the peers
 */
struct ntb_msi {
	struct ntb_dev		*ntb;
	struct ntb_irq		*ni;
	void			(*desc_changed)(void *ctx);
	/* Taken before ntb_irq::lock. */
	struct mutex		lock;
	unsigned long		*changed;
	struct delayed_work	work;
	struct ntb_msi_irq	*irqs;
	unsigned int		npeers;
	struct ntb_msi_peer	peers[] __counted_by(npeers);
};

static void ntb_msi_release(struct ntb_msi *msi, unsigned int index);
static int ntb_msi_peer_offset(struct ntb_msi *msi, int peer, const struct ntb_msi_desc *desc);

#endif /* _NTB_IRQ_LEGACY_H */
