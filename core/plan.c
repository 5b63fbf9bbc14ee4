// SPDX-License-Identifier: GPL-2.0-only
/* Which windows to open, at which base and size: pure calculation. */
#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/ntb_irq_backend.h>
#include <linux/overflow.h>

#include "plan.h"

static bool plan_info_sane(const struct ntb_irq_window_info *info)
{
	return is_power_of_2(info->addr_align) && is_power_of_2(info->size_align) &&
	       info->size_max && info->size_min <= info->size_max;
}

/*
 * Find the smallest aperture of a window that exposes a range. It starts at or
 * below @base because an address can be aligned downwards only, and it ends at or
 * above the end of the range. Returns -EINVAL when @info or the range make no
 * sense, -E2BIG when the window is too small for an aperture so aligned.
 */
int ntb_irq_plan_aperture(const struct ntb_irq_window_info *info, u64 base, u64 size,
			  struct ntb_irq_aperture *aperture)
{
	u64 align, start, len, end, last;

	if (!plan_info_sane(info) || !size || check_add_overflow(base, size - 1, &end))
		return -EINVAL;

	align = info->addr_align;
	for (;;) {
		start = ALIGN_DOWN(base, align);
		len = end - start + 1;
		/* An aperture of the whole address space does not fit into 64 bits. */
		if (!len)
			return -E2BIG;
		len = max(len, info->size_min);
		if (len > BIT_ULL(63))
			return -E2BIG;
		len = ALIGN(len, info->size_align);
		if (info->natural)
			len = roundup_pow_of_two(len);
		if (len > info->size_max)
			return -E2BIG;
		/* A larger size may demand a lower start, which needs a larger size. */
		if (!info->natural || IS_ALIGNED(start, len))
			break;
		align = len;
	}
	if (check_add_overflow(start, len - 1, &last))
		return -E2BIG;

	aperture->base = start;
	aperture->size = len;
	aperture->start = base - start;
	aperture->len = size;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_plan_aperture);

/* Can the window expose a piece of its largest size at any place in the region? */
static bool plan_can_piece(const struct ntb_irq_region *region,
			   const struct ntb_irq_window_info *info)
{
	struct ntb_irq_aperture aperture;

	if (info->size_max >= region->size || !is_power_of_2(info->size_max))
		return false;
	if (ntb_irq_plan_aperture(info, region->base, info->size_max, &aperture))
		return false;
	return aperture.base == region->base && aperture.size == info->size_max &&
	       IS_ALIGNED(region->base, info->size_max) &&
	       IS_ALIGNED(region->size, info->size_max) && info->addr_align <= info->size_max;
}

/*
 * Choose windows for a region, out of those in the bitmap @usable.
 *
 * One window over exactly the region is best: every message, present or future,
 * is reachable and nothing else is. Pieces come second, as each costs a window
 * and an operation of the hardware. A window that exposes more than the region
 * comes last, the one with the smallest excess; whether that is acceptable is
 * for the caller to decide. Of equals the highest index is taken, since clients
 * count their own windows from 0.
 */
void ntb_irq_plan_windows(const struct ntb_irq_region *region,
			  const struct ntb_irq_window_info *infos, unsigned int count,
			  u64 usable, struct ntb_irq_plan *plan)
{
	struct ntb_irq_aperture aperture;
	unsigned int i;

	memset(plan, 0, sizeof(*plan));
	plan->widx = -1;

	for (i = 0; i < min(count, 64U); i++) {
		if (!(usable & BIT_ULL(i)))
			continue;
		if (ntb_irq_plan_aperture(&infos[i], region->base, region->size, &aperture)) {
			if (!plan_can_piece(region, &infos[i]))
				continue;
			/* Windows of one size only: pieces must not overlap. */
			if (infos[i].size_max > plan->granule) {
				plan->granule = infos[i].size_max;
				plan->pieces = 0;
			}
			if (infos[i].size_max == plan->granule)
				plan->pieces |= BIT_ULL(i);
			continue;
		}
		if (plan->widx < 0 || aperture.size <= plan->aperture.size) {
			plan->widx = i;
			plan->aperture = aperture;
		}
	}

	if (plan->widx >= 0 && plan->aperture.size == region->size)
		plan->mode = NTB_IRQ_PLAN_WHOLE;
	else if (plan->pieces)
		plan->mode = NTB_IRQ_PLAN_PIECES;
	else if (plan->widx >= 0)
		plan->mode = NTB_IRQ_PLAN_WIDE;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_plan_windows);
