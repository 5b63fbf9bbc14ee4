// SPDX-License-Identifier: GPL-2.0-only
#include "models/intel/intel.h"

static u64 read_one(struct intel *x, int host, const struct reg_piece *p)
{
	switch (p->reg->kind) {
	case REG_LINK:
		return intel_link_status(x);
	case REG_BELL:
		return 0;
	case REG_PEER_SPAD:
		if (!x->link.up)
			return UINT64_MAX;
		return intel_get(x, intel_peer(host),
				 x->gen->spad + 4 * p->index, 4);
	default:
		return intel_get(x, host, p->first, p->reg->bytes);
	}
}

static void send_spad(struct intel *x, int from, const struct reg_piece *p,
		      u64 value)
{
	int to = intel_peer(from);
	struct word w = {
		.kind = WORD_SPAD,
		.from = from,
		.to = to,
		.reg = p->index,
	};

	if (!x->link.up) {
		fabric_stats(x->fabric, from)->dropped++;
		return;
	}
	w.value = (u32)((intel_get(x, to, x->gen->spad + 4 * p->index, 4) &
			 ~p->mask) | value);
	fabric_send_word(x->fabric, &w);
}

static void store(struct intel *x, int host, const struct reg_piece *p,
		  u64 value)
{
	u64 old = intel_get(x, host, p->first, p->reg->bytes);

	intel_put(x, host, p->first, (old & ~p->mask) | value, p->reg->bytes);
	if (p->first == x->gen->mask)
		intel_unmasked(x, host, old);
	else
		link_update(&x->link);
}

static void write_one(struct intel *x, int host, const struct reg_piece *p,
		      u64 value)
{
	switch (p->reg->kind) {
	case REG_STORED:
		store(x, host, p, value);
		break;
	case REG_CLEAR:
		intel_put(x, host, p->first,
			  intel_get(x, host, p->first, p->reg->bytes) & ~value,
			  p->reg->bytes);
		break;
	case REG_BELL:
		if (value)
			intel_ring(x, host, BIT_ULL(p->index));
		break;
	case REG_PEER_SPAD:
		send_spad(x, host, p, value);
		break;
	}
}

u64 intel_regs_read(struct intel *x, int host, u32 offset, u32 size)
{
	struct reg_piece p;
	u64 value = 0;
	u32 at;

	for (at = 0; at < size; at += p.bytes) {
		p = reg_cut(x->gen->regs, offset + at, size - at);
		if (p.reg)
			value |= reg_give(&p, read_one(x, host, &p)) << 8 * at;
	}
	return value;
}

void intel_regs_write(struct intel *x, int host, u32 offset, u64 value,
		      u32 size)
{
	struct reg_piece p;
	bool bad = false;
	u32 at;

	for (at = 0; at < size; at += p.bytes) {
		p = reg_cut(x->gen->regs, offset + at, size - at);
		if (p.reg)
			write_one(x, host, &p, reg_take(&p, value >> 8 * at));
		else
			bad = true;
	}
	if (bad)
		fabric_stats(x->fabric, host)->bad_accesses++;
}

u64 intel_regs_peer_read(struct intel *x, int from, u32 offset, u32 size)
{
	return intel_regs_read(x, intel_peer(from), offset, size);
}

/*
 * Seen from the other side, writing a status bit sets it. The rest of the
 * registers is no business of the peer.
 */
void intel_regs_peer_write(struct intel *x, int from, u32 offset, u64 value,
			   u32 size)
{
	struct reg_piece p = reg_cut(x->gen->regs, offset, size);

	value = reg_take(&p, value);
	if (p.reg && p.first == x->gen->status)
		intel_ring(x, from, value & ~BIT_ULL(x->gen->link_bit));
	else if (p.reg && p.reg->offset == x->gen->spad)
		send_spad(x, from, &p, value);
	else
		fabric_stats(x->fabric, from)->bad_accesses++;
}
