// SPDX-License-Identifier: GPL-2.0-only
#include "models/intel/intel.h"

static u32 status_bytes(const struct intel *x)
{
	return reg_cut(x->gen->regs, x->gen->status, 1).reg->bytes;
}

/* One interrupt for each vector that has a bit which now counts. */
static void interrupt(struct intel *x, int host, u64 fresh)
{
	u64 vectors = 0;
	u32 i, v;

	for (i = 0; i < 64; i++) {
		if (!(fresh & BIT_ULL(i)))
			continue;
		v = x->gen->vector(x, host, i);
		if (v < MAX_VECTORS)
			vectors |= BIT_ULL(v);
	}
	for (i = 0; i < MAX_VECTORS; i++)
		if (vectors & BIT_ULL(i))
			fabric_interrupt(x->fabric, host, i);
}

void intel_raise(struct intel *x, int host, u64 bits)
{
	u32 bytes = status_bytes(x);
	u64 old = intel_get(x, host, x->gen->status, bytes);

	intel_put(x, host, x->gen->status, old | bits, bytes);
	interrupt(x, host,
		  bits & ~old & ~intel_get(x, host, x->gen->mask, bytes));
}

void intel_unmasked(struct intel *x, int host, u64 old_mask)
{
	u32 bytes = status_bytes(x);

	interrupt(x, host,
		  intel_get(x, host, x->gen->status, bytes) & old_mask &
		  ~intel_get(x, host, x->gen->mask, bytes));
}

void intel_ring(struct intel *x, int from, u64 bits)
{
	if (!x->link.up) {
		fabric_stats(x->fabric, from)->dropped++;
		return;
	}
	fabric_stats(x->fabric, intel_peer(from))->doorbells++;
	intel_raise(x, intel_peer(from), bits);
}

u32 intel_table_vector(const struct intel *x, int host, u32 bit)
{
	if (bit >= INTEL_TABLE_VECTORS)
		return MAX_VECTORS;
	return (u32)intel_get(x, host, x->gen->vector_table + bit, 1);
}
