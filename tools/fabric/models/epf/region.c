// SPDX-License-Identifier: GPL-2.0-only
#include "models/epf/epf.h"

#define SMALLEST	256ull

/*
 * The address bits below a region's size are those of the access, and the first
 * region that matches serves it. It is not checked whether there is one already.
 */
bool epf_map(struct epf_side *s, int bar, u64 offset, u64 size, u64 target,
	     int vector)
{
	u64 covered = SMALLEST;
	u32 i;

	while (covered < size)
		covered *= 2;
	for (i = 0; i < s->epf->num_regions; i++) {
		if (s->regions[i].used)
			continue;
		s->regions[i] = (struct epf_region){
			.used = true,
			.bar = bar,
			.offset = offset,
			.size = covered,
			.target = target & ~(covered - 1),
			.vector = vector,
		};
		return true;
	}
	return false;
}

void epf_unmap(struct epf_side *s, int bar, u64 offset)
{
	u32 i;

	for (i = 0; i < s->epf->num_regions; i++) {
		struct epf_region *r = &s->regions[i];

		if (!r->used || r->bar != bar || r->offset != offset)
			continue;
		r->used = false;
		return;
	}
}

const struct epf_region *epf_find(const struct epf_side *s, int bar, u64 offset)
{
	u32 i;

	for (i = 0; i < s->epf->num_regions; i++) {
		const struct epf_region *r = &s->regions[i];

		if (r->used && r->bar == bar && offset >= r->offset &&
		    offset - r->offset < r->size)
			return r;
	}
	return NULL;
}
