/* SPDX-License-Identifier: GPL-2.0-only */
/* What a peer offers: the table a ring looks into. */
#ifndef _NTB_IRQ_IMPORT_H
#define _NTB_IRQ_IMPORT_H

#include <linux/bits.h>
#include <linux/ntb_irq.h>
#include <linux/types.h>

#include "plan.h"

/* See struct ntb_irq_bells. */
#define NTB_IRQ_ENTRY_DATA	GENMASK_ULL(31, 0)
#define NTB_IRQ_ENTRY_BYTES	GENMASK_ULL(63, 32)

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
 * @valid:	number of entries that are valid
 * @bells:	interrupts by index; its base is set with the first window
 */
struct ntb_irq_import {
	struct ntb_irq_import_window	windows[NTB_IRQ_SLOTS];
	u32				valid;
	struct ntb_irq_bells		bells;
};

/* Whether an entry that is in use leads into a window. */
static inline bool ntb_irq_import_inside(const struct ntb_irq_import *import, u64 entry,
					 const struct ntb_irq_import_window *win)
{
	void __iomem *addr = import->bells.base + (entry >> 32);

	return addr >= win->base && addr < win->base + win->len;
}

#endif /* _NTB_IRQ_IMPORT_H */
