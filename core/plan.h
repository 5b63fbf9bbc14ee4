/* SPDX-License-Identifier: GPL-2.0-only */
/* Which windows to open, at which base and size: pure calculation. */
#ifndef _NTB_IRQ_PLAN_H
#define _NTB_IRQ_PLAN_H

#include <kunit/visibility.h>
#include <linux/types.h>

struct ntb_irq_window_info;

/** NTB_IRQ_SLOTS - windows one peer can have open at one time */
#define NTB_IRQ_SLOTS		64
/** NTB_IRQ_SLOT_SIZE - most bytes of a window the library makes use of */
#define NTB_IRQ_SLOT_SIZE	SZ_16M

/**
 * struct ntb_irq_region - host bus addresses that interrupt messages go to
 * @base:	first address
 * @size:	bytes
 */
struct ntb_irq_region {
	u64	base;
	u64	size;
};

/**
 * struct ntb_irq_parent - what the interrupt parent of the function is
 * @name:	name of the parent domain
 * @region:	where its messages go
 * @isolated:	it lets a device raise that device's interrupts only
 */
struct ntb_irq_parent {
	const char		*name;
	struct ntb_irq_region	region;
	bool			isolated;
};

/**
 * struct ntb_irq_fit - a window placed over a part of the region
 * @base:	first address exposed
 * @size:	bytes exposed
 * @start:	offset from @base to the first address that is of use
 * @len:	bytes of use from there on
 */
struct ntb_irq_fit {
	u64	base;
	u64	size;
	u64	start;
	u64	len;
};

/**
 * enum ntb_irq_plan_mode - how windows serve a peer
 * @NTB_IRQ_PLAN_NONE:	no window can serve
 * @NTB_IRQ_PLAN_WHOLE:	one window exposes the region and nothing else
 * @NTB_IRQ_PLAN_PIECES: windows are opened over pieces of the region as needed
 * @NTB_IRQ_PLAN_WIDE:	one window exposes the region, and more
 */
enum ntb_irq_plan_mode {
	NTB_IRQ_PLAN_NONE,
	NTB_IRQ_PLAN_WHOLE,
	NTB_IRQ_PLAN_PIECES,
	NTB_IRQ_PLAN_WIDE,
};

/**
 * struct ntb_irq_plan - outcome of planning
 * @mode:	see &enum ntb_irq_plan_mode
 * @widx:	the window, unless @mode is %NTB_IRQ_PLAN_PIECES
 * @fit:	its place, unless @mode is %NTB_IRQ_PLAN_PIECES
 * @pieces:	windows that can expose pieces, bit n stands for window n
 * @granule:	bytes of a piece
 */
struct ntb_irq_plan {
	enum ntb_irq_plan_mode	mode;
	int			widx;
	struct ntb_irq_fit	fit;
	u64			pieces;
	u64			granule;
};

VISIBLE_IF_KUNIT
int ntb_irq_plan_fit(const struct ntb_irq_window_info *info, u64 base, u64 size,
		     struct ntb_irq_fit *fit);
VISIBLE_IF_KUNIT
void ntb_irq_plan_windows(const struct ntb_irq_region *region,
			  const struct ntb_irq_window_info *infos, unsigned int count,
			  u64 usable, struct ntb_irq_plan *plan);

#endif /* _NTB_IRQ_PLAN_H */
