/* SPDX-License-Identifier: GPL-2.0-only */
/* What a peer offers: the table a ring looks into. */
#ifndef _NTB_IRQ_IMPORT_H
#define _NTB_IRQ_IMPORT_H

#include <linux/bits.h>
#include <linux/types.h>

#include "plan.h"

/*
 * One word holds all that a ring needs, so that it is replaced in one store and
 * read in one load: data, slot and offset of an interrupt that is offered.
 */
#define NTB_IRQ_ENTRY_VALID	BIT_ULL(0)
#define NTB_IRQ_ENTRY_OFFSET	GENMASK_ULL(23, 2)
#define NTB_IRQ_ENTRY_SLOT	GENMASK_ULL(29, 24)
#define NTB_IRQ_ENTRY_DATA	GENMASK_ULL(63, 32)

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
 * @count:	size of @entry
 * @entry:	interrupts by index, see NTB_IRQ_ENTRY_VALID
 */
struct ntb_irq_import {
	struct ntb_irq_import_window	windows[NTB_IRQ_SLOTS];
	u32				valid;
	u32				count;
	u64				entry[] __counted_by(count);
};

#endif /* _NTB_IRQ_IMPORT_H */
