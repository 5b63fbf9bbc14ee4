/* SPDX-License-Identifier: GPL-2.0-only */
/* Window arithmetic: which windows to open, at which base and size. */
#ifndef _NTB_IRQ_PLAN_H
#define _NTB_IRQ_PLAN_H

#include <linux/types.h>

struct ntb_irq_window_info;

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
 * struct ntb_irq_aperture - bus addresses that a window exposes
 * @base:	first address exposed
 * @size:	bytes exposed
 * @start:	offset from @base to the first address that is of use
 * @len:	bytes of use from there on
 */
struct ntb_irq_aperture {
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
 * @aperture:	its place, unless @mode is %NTB_IRQ_PLAN_PIECES
 * @pieces:	windows that can expose pieces, bit n stands for window n
 * @granule:	bytes of a piece
 */
struct ntb_irq_plan {
	enum ntb_irq_plan_mode	mode;
	int			widx;
	struct ntb_irq_aperture	aperture;
	u64			pieces;
	u64			granule;
};

int ntb_irq_plan_aperture(const struct ntb_irq_window_info *info, u64 base, u64 size,
			  struct ntb_irq_aperture *aperture);
void ntb_irq_plan_windows(const struct ntb_irq_region *region,
			  const struct ntb_irq_window_info *infos, unsigned int count,
			  u64 usable, struct ntb_irq_plan *plan);

#endif /* _NTB_IRQ_PLAN_H */
