// SPDX-License-Identifier: GPL-2.0-only
#include "models/intel/intel.h"

#define PCI_BAR0	0x10u
#define BAR_FLAGS	0xfull

u64 intel_bar_address(const struct intel *x, int host, int bar)
{
	u32 at = PCI_BAR0 + 4u * (u32)bar;
	u64 value = fabric_config(x->fabric, host, at) & ~BAR_FLAGS;

	if (bar < NUM_BARS - 1 && !(bar >= 4 && x->split))
		value |= (u64)fabric_config(x->fabric, host, at + 4) << 32;
	return value;
}

/*
 * How much of a window is open. Drivers close one with a limit at its base, or
 * one that is nowhere near it.
 */
u64 intel_window_bytes(u64 base, u64 size, u64 limit)
{
	if (limit <= base || limit - base > size)
		return 0;
	return limit - base;
}

enum intel_route intel_route_inbound(struct intel *x, int from, int bar,
				     u64 offset, struct target *to)
{
	u64 address, bytes;

	*to = (struct target){ .host = intel_peer(from) };
	x->gen->inbound(x, to->host, bar, &address, &bytes);
	if (!x->link.up || offset >= bytes)
		return ROUTE_NONE;
	to->address = address + offset;
	return ROUTE_MEMORY;
}

bool intel_inbound_window(struct intel *x, int host, u32 n, struct window *w)
{
	if (n > 1)
		return false;
	*w = (struct window){
		.kind = "direct",
		.bar = 2 + 2 * (int)n,
		.index = n,
		.target_host = intel_peer(host),
	};
	x->gen->inbound(x, w->target_host, w->bar, &w->target, &w->size);
	w->enabled = w->size && x->link.up;
	return true;
}
