// SPDX-License-Identifier: GPL-2.0-only
/* Where things are in the BARs: sizes and offsets, no state. */
#include <stdio.h>

#include "models/epf/epf.h"

#define MSIX_ENTRY	16u
#define SMALLEST_BAR	128u

static u64 align_up(u64 value, u64 to)
{
	return (value + to - 1) & ~(to - 1);
}

/* The size of the BAR that holds this much. */
static u64 bar_for(u64 value)
{
	u64 size = SMALLEST_BAR;

	while (size < value)
		size *= 2;
	return size;
}

static bool check_power(const char *what, u64 value, char *err, size_t err_len)
{
	if (is_power_of_two(value))
		return true;
	snprintf(err, err_len, "%s of %llu bytes is no power of two", what,
		 (unsigned long long)value);
	return false;
}

int epf_window_bar(u32 window)
{
	return EPF_BAR_BELLS + (int)window;
}

u64 epf_window_offset(const struct epf_layout *l, u32 window)
{
	return window ? 0 : l->mw1_offset;
}

bool epf_layout(struct epf_layout *l, char *err, size_t err_len)
{
	u64 control, pads;
	u32 i;

	if (!check_power("an alignment", l->align, err, err_len))
		return false;
	l->msix_table = (u32)align_up(EPF_END, 8);
	l->msix_pba = l->msix_table + MSIX_ENTRY * l->vectors;
	control = align_up(l->msix_pba + 8, l->align);
	pads = align_up(4ull * l->pads, l->align);
	l->pad_offset = (u32)control;
	l->bar_size[EPF_BAR_CONFIG] = bar_for(control + pads);
	l->bar_size[EPF_BAR_PADS] = bar_for(pads);
	for (i = 0; i < l->windows; i++) {
		u64 size = l->window_size[i];

		if (!check_power("a window", size, err, err_len))
			return false;
		if (!i) {
			l->mw1_offset = align_up((u64)l->vectors * l->align, size);
			size += l->mw1_offset;
		}
		l->bar_size[epf_window_bar(i)] = bar_for(size);
	}
	return true;
}
