/* SPDX-License-Identifier: GPL-2.0-only */
/* What a peer offers, but for the table a ring looks into. */
#ifndef _NTB_IRQ_IMPORT_H
#define _NTB_IRQ_IMPORT_H

#include <linux/ntb_irq.h>
#include <linux/types.h>

#include "plan.h"

/**
 * struct ntb_irq_import_window - a window of the peer, mapped
 * @base:	address of its useful part
 * @phys:	physical address of the same
 * @len:	bytes, 0 while the slot is not open
 * @widx:	window index
 */
struct ntb_irq_import_window {
	void __iomem	*base;
	phys_addr_t	phys;
	u32		len;
	int		widx;
};

/**
 * struct ntb_irq_import - everything one peer offers in one session
 * @windows:	windows by slot
 * @valid:	number of interrupts that are offered
 */
struct ntb_irq_import {
	struct ntb_irq_import_window	windows[NTB_IRQ_SLOTS];
	u32				valid;
};

/* Whether an interrupt that is offered is rung through a window. */
static inline bool ntb_irq_import_inside(const struct ntb_irq_import_window *win,
					 const void __iomem *addr)
{
	return addr >= win->base && addr < win->base + win->len;
}

#endif /* _NTB_IRQ_IMPORT_H */
