// SPDX-License-Identifier: GPL-2.0-only
#include "models/amd/amd.h"

static void put(struct amd *a, int host, u32 offset, u32 value, u32 bytes)
{
	reg_put(a->regs[host], offset, value, bytes);
}

/* Bit n has vector first + n to itself. */
static void interrupt(struct amd *a, int host, u32 bits, u32 first)
{
	u32 i;

	for (i = 0; i < 32; i++)
		if (bits & BIT(i))
			fabric_interrupt(a->fabric, host, first + i);
}

void amd_ring(struct amd *a, int from, u32 bits)
{
	int to = amd_peer(from);
	u32 old = amd_get(a, to, AMD_DBSTAT, 2);

	if (!bits)
		return;
	if (!a->link.up) {
		fabric_stats(a->fabric, from)->dropped++;
		return;
	}
	fabric_stats(a->fabric, to)->doorbells++;
	put(a, to, AMD_DBSTAT, old | bits, 2);
	interrupt(a, to, bits & ~old & ~amd_get(a, to, AMD_DBMASK, 2), 0);
}

void amd_bells_unmasked(struct amd *a, int host, u32 old_mask)
{
	interrupt(a, host,
		  amd_get(a, host, AMD_DBSTAT, 2) & old_mask &
		  ~amd_get(a, host, AMD_DBMASK, 2), 0);
}

/*
 * A masked event leaves no trace: a driver that starts later asks
 * for the state instead. The driver takes one event at a time, so the newest
 * replaces an older one of the opposite.
 */
static void raise_event(struct amd *a, int host, u32 event, u32 opposite)
{
	u32 status = amd_get(a, host, AMD_INTSTAT, 4) & ~opposite;

	if (amd_get(a, host, AMD_INTMASK, 4) & event) {
		put(a, host, AMD_INTSTAT, status, 4);
		return;
	}
	put(a, host, AMD_INTSTAT, status | event, 4);
	interrupt(a, host, event, AMD_FIRST_EVENT_VECTOR);
}

void amd_link_changed(void *m)
{
	struct amd *a = m;
	int i;

	for (i = 0; i < AMD_HOSTS; i++) {
		if (a->link.up) {
			a->unseen[i] = !(amd_get(a, i, AMD_INTMASK, 4) &
					 EVENT_LINK_UP);
			raise_event(a, i, EVENT_LINK_UP, EVENT_LINK_DOWN);
		} else {
			raise_event(a, i, EVENT_LINK_DOWN, EVENT_LINK_UP);
		}
	}
}
