// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "bridge/names.h"
#include "models/amd/amd.h"

const struct reg amd_regs[] = {
	{ 0x200, 4, 1, AMD_STORED, "CNTL" },
	{ 0x204, 4, 1, AMD_FIXED, "STA" },
	{ AMD_SPAD, 4, AMD_SPADS, AMD_PADS, "SPAD" },
	{ AMD_SIDEINFO, 4, 1, AMD_SIDE, "SIDEINFO" },
	{ AMD_LIMIT1, 4, 1, AMD_SHARED, "BAR1LMT" },
	{ AMD_LIMIT23, 8, 1, AMD_SHARED, "BAR23LMT" },
	{ AMD_LIMIT45, 8, 1, AMD_SHARED, "BAR45LMT" },
	{ AMD_XLAT1, 8, 1, AMD_SHARED, "BAR1XLAT" },
	{ AMD_XLAT23, 8, 1, AMD_SHARED, "BAR23XLAT" },
	{ AMD_XLAT45, 8, 1, AMD_SHARED, "BAR45XLAT" },
	{ AMD_DBREQ, 2, 1, AMD_BELL, "DBREQ" },
	{ AMD_DBMASK, 2, 1, AMD_STORED, "DBMASK" },
	/* the driver writes it as a word of 32 bits, too */
	{ AMD_DBMASK + 2, 2, 1, AMD_FIXED, "DBMASK.high" },
	{ AMD_DBSTAT, 2, 1, AMD_CLEAR, "DBSTAT" },
	{ AMD_DBSTAT + 2, 2, 1, AMD_FIXED, "DBSTAT.high" },
	{ AMD_INTMASK, 4, 1, AMD_STORED, "INTMASK" },
	{ AMD_INTSTAT, 4, 1, AMD_CLEAR, "INTSTAT" },
	{ 0x480, 4, 1, AMD_FIXED, "PMESTAT" },
	{ AMD_SMUACK, 4, 1, AMD_ACK, "SMUACK" },
	{ 0 }
};

void amd_reset_side(struct amd *a, int host)
{
	u32 half = AMD_SPADS / AMD_HOSTS;

	memset(a->regs[host], 0, sizeof(a->regs[host]));
	reg_put(a->regs[host], AMD_SIDEINFO, host ? SIDE_SECONDARY : 0, 4);
	reg_put(a->regs[host], AMD_DBMASK, 0xffff, 2);
	reg_put(a->regs[host], AMD_INTMASK, EVENTS, 4);
	a->unseen[host] = false;
	/* The secondary side's own pads are the upper ones. */
	memset(a->pads + half * (u32)host, 0, half * sizeof(a->pads[0]));
}

/* The side to which an offset in a host's BAR 0 belongs. */
static int owner(int host, u32 *offset)
{
	if (*offset < AMD_END)
		return host;
	*offset -= AMD_PEER;
	return amd_peer(host);
}

static u32 side_info(const struct amd *a, int host, int whose)
{
	u32 info = amd_get(a, whose, AMD_SIDEINFO, 4);

	/*
	 * No peer is ready behind a link that is down, or that this side's
	 * driver has not yet noticed to be up: it would take the one for a
	 * surprise removal and clear the bit for good.
	 */
	if (whose != host && (!a->link.up || a->unseen[host]))
		info &= ~SIDE_READY;
	return info;
}

static u64 read_one(const struct amd *a, int host, int whose,
		    const struct reg_piece *p)
{
	switch (p->reg->kind) {
	case AMD_PADS:
		return a->pads[p->index];
	case AMD_SIDE:
		return side_info(a, host, whose);
	case AMD_BELL:
	case AMD_ACK:
		return 0;
	default:
		return reg_get(a->regs[whose], p->first, p->reg->bytes);
	}
}

static void write_pad(struct amd *a, int host, const struct reg_piece *p,
		      u32 value)
{
	struct word w = {
		.kind = WORD_SPAD,
		.from = host,
		.to = p->index >= AMD_SPADS / AMD_HOSTS,
		.reg = p->index,
	};

	w.value = (a->pads[p->index] & ~(u32)p->mask) | value;
	if (w.to == host)
		a->pads[p->index] = w.value;
	else if (a->link.up)
		fabric_send_word(a->fabric, &w);
	else
		fabric_stats(a->fabric, host)->dropped++;
}

enum arrival amd_word_arrives(void *m, const struct word *w)
{
	struct amd *a = m;

	if (!a->link.up)
		return WORD_LOST;
	a->pads[w->reg] = w->value;
	return WORD_TAKEN;
}

static void store(struct amd *a, int whose, const struct reg_piece *p,
		  u64 value)
{
	u64 old = reg_get(a->regs[whose], p->first, p->reg->bytes);

	reg_put(a->regs[whose], p->first, (old & ~p->mask) | value,
		p->reg->bytes);
	if (p->first == AMD_DBMASK)
		amd_bells_unmasked(a, whose, (u32)old);
	if (p->first == AMD_INTMASK && value & EVENT_LINK_UP)
		a->unseen[whose] = false;
}

/* False: it is not for this host to write. */
static bool write_one(struct amd *a, int host, int whose,
		      const struct reg_piece *p, u64 value)
{
	u8 *regs = a->regs[whose];
	u64 old;

	if (whose != host && p->reg->kind != AMD_SHARED &&
	    p->reg->kind != AMD_SIDE && p->reg->kind != AMD_PADS)
		return false;
	switch (p->reg->kind) {
	case AMD_STORED:
	case AMD_SHARED:
		store(a, whose, p, value);
		break;
	case AMD_PADS:
		write_pad(a, host, p, (u32)value);
		break;
	case AMD_SIDE:
		old = reg_get(regs, p->first, 4) & ~(p->mask & SIDE_READY);
		reg_put(regs, p->first, old | (value & SIDE_READY), 4);
		break;
	case AMD_CLEAR:
		old = reg_get(regs, p->first, p->reg->bytes);
		reg_put(regs, p->first, old & ~value, p->reg->bytes);
		break;
	case AMD_BELL:
		amd_ring(a, host, (u32)value);
		break;
	case AMD_ACK:
		if (value & EVENT_LINK_UP)
			a->unseen[host] = false;
		break;
	}
	return true;
}

u64 amd_regs_read(struct amd *a, int host, u32 offset, u32 size)
{
	struct reg_piece p;
	u64 value = 0;
	u32 at, inner;
	int whose;

	for (at = 0; at < size; at += p.bytes) {
		inner = offset + at;
		whose = owner(host, &inner);
		p = reg_cut(amd_regs, inner, size - at);
		if (p.reg)
			value |= reg_give(&p, read_one(a, host, whose, &p)) <<
				 8 * at;
	}
	return value;
}

void amd_regs_write(struct amd *a, int host, u32 offset, u64 value, u32 size)
{
	struct reg_piece p;
	bool good = true;
	u32 at, inner;
	int whose;

	for (at = 0; at < size; at += p.bytes) {
		inner = offset + at;
		whose = owner(host, &inner);
		p = reg_cut(amd_regs, inner, size - at);
		good &= p.reg && write_one(a, host, whose, &p,
					   reg_take(&p, value >> 8 * at));
	}
	if (!good)
		fabric_stats(a->fabric, host)->bad_accesses++;
}

void amd_register_name(void *m, int host, int bar, u64 offset, char *buf,
		       size_t len)
{
	u32 inner = (u32)offset;
	int n = 0;

	(void)m;
	if (bar) {
		name_in_bar(buf, len, bar, offset);
		return;
	}
	if (owner(host, &inner) != host)
		n = snprintf(buf, len, "peer ");
	reg_name(amd_regs, inner, buf + n, len - (size_t)n);
}

const char *amd_value_name(void *m, int host, int bar, u64 offset, u64 value)
{
	u32 inner = (u32)offset;

	(void)m;
	owner(host, &inner);
	if (bar || inner != AMD_SIDEINFO)
		return NULL;
	if (value & SIDE_SECONDARY)
		return value & SIDE_READY ? "secondary, ready" : "secondary";
	return value & SIDE_READY ? "primary, ready" : "primary";
}
