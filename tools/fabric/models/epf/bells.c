// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doorbells. On hardware, one is a region over the address of a vector's
 * message. The table of vectors is QEMU's here, so a doorbell has an offset and
 * data that the model makes up, and a write with both right rings.
 */
#include "models/epf/epf.h"

#define MSIX_ENABLE	BIT(31)

u32 epf_bell_data(u32 vector)
{
	return 0xdb00 | vector;
}

u32 epf_bell_offset(const struct epf *e, u32 vector)
{
	return 8 * vector & (e->layout.align - 4);
}

bool epf_can_interrupt(struct epf_side *s)
{
	struct fabric *f = s->epf->fabric;

	return s->msix && fabric_config(f, s->host, PCI_CAP_MSIX) & MSIX_ENABLE;
}

void epf_ring(struct epf *e, int from, const struct epf_region *r, u64 offset,
	      u64 value, u32 size)
{
	struct epf_side *to = &e->side[epf_peer(from)];
	u32 vector = (u32)r->vector;

	if (size != 4 || value != epf_bell_data(vector) ||
	    offset - r->offset != epf_bell_offset(e, vector)) {
		fabric_stats(e->fabric, from)->bad_accesses++;
		return;
	}
	if (!fabric_path(e->fabric, from, to->host) || !epf_can_interrupt(to)) {
		fabric_stats(e->fabric, from)->dropped++;
		return;
	}
	fabric_stats(e->fabric, to->host)->doorbells++;
	fabric_interrupt(e->fabric, to->host, vector);
}
