// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control registers and scratchpads. All of it is memory of the endpoint, which
 * outlives the hosts.
 */
#include <string.h>

#include "models/epf/epf.h"

static const struct reg control[] = {
	{ EPF_COMMAND, 4, 1, EPF_DO, "COMMAND" },
	{ EPF_ARGUMENT, 4, 1, EPF_STORED, "ARGUMENT" },
	{ EPF_STATUS, 2, 1, EPF_STORED, "STATUS" },
	{ EPF_LINK, 2, 1, EPF_TOLD, "LINK" },
	{ 0x0c, 4, 1, EPF_TOLD, "TOPOLOGY" },
	{ EPF_ADDR, 8, 1, EPF_STORED, "ADDR" },
	{ EPF_SIZE, 8, 1, EPF_STORED, "SIZE" },
	{ EPF_MW_COUNT, 4, 1, EPF_TOLD, "MW_COUNT" },
	{ EPF_MW1_OFFSET, 4, 1, EPF_TOLD, "MW1_OFFSET" },
	{ EPF_PAD_OFFSET, 4, 1, EPF_TOLD, "SPAD_OFFSET" },
	{ EPF_PAD_COUNT, 4, 1, EPF_TOLD, "SPAD_COUNT" },
	{ EPF_DB_SIZE, 4, 1, EPF_TOLD, "DB_ENTRY_SIZE" },
	{ EPF_DB_DATA(0), 4, EPF_MAX_VECTORS, EPF_TOLD, "DB_DATA" },
	{ EPF_DB_OFFSET(0), 4, EPF_MAX_VECTORS, EPF_TOLD, "DB_OFFSET" },
};

void epf_regs_init(struct epf *e)
{
	const struct epf_layout *l = &e->layout;
	const struct reg pads = { l->pad_offset, 4, (u8)l->pads, EPF_PADS,
				  "SPAD" };
	int i;

	memcpy(e->bar0, control, sizeof(control));
	e->bar0[ARRAY_SIZE(control)] = pads;
	e->bar1[0] = pads;
	e->bar1[0].offset = 0;
	for (i = 0; i < EPF_HOSTS; i++) {
		struct epf_side *s = &e->side[i];

		epf_put(s, EPF_MW_COUNT, l->windows, 4);
		epf_put(s, EPF_MW1_OFFSET, (u32)l->mw1_offset, 4);
		epf_put(s, EPF_PAD_OFFSET, l->pad_offset, 4);
		epf_put(s, EPF_PAD_COUNT, l->pads, 4);
		epf_put(s, EPF_DB_SIZE, l->align, 4);
	}
}

/* The peer's scratchpads are in a BAR of their own. */
static struct epf_side *owner(struct epf *e, int host, int bar)
{
	return &e->side[bar == EPF_BAR_PADS ? epf_peer(host) : host];
}

static const struct reg *table(const struct epf *e, int bar)
{
	return bar == EPF_BAR_PADS ? e->bar1 : e->bar0;
}

u64 epf_regs_read(struct epf *e, int host, int bar, u32 offset, u32 size)
{
	const struct epf_side *s = owner(e, host, bar);
	struct reg_piece p;
	u64 value = 0;
	u64 one;
	u32 at;

	for (at = 0; at < size; at += p.bytes) {
		p = reg_cut(table(e, bar), offset + at, size - at);
		if (!p.reg)
			continue;
		if (p.reg->kind == EPF_PADS)
			one = s->pads[p.index];
		else
			one = reg_get(s->regs, p.first, p.reg->bytes);
		value |= reg_give(&p, one) << 8 * at;
	}
	return value;
}

static void write_pad(struct epf *e, int host, struct epf_side *s,
		      const struct reg_piece *p, u32 value)
{
	struct word w = {
		.kind = WORD_SPAD,
		.from = host,
		.to = s->host,
		.reg = p->index,
		.value = (s->pads[p->index] & ~(u32)p->mask) | value,
	};

	if (w.to == host)
		s->pads[p->index] = w.value;
	else
		fabric_send_word(e->fabric, &w);
}

/* The endpoint has it in its own memory, with or without a host. */
enum arrival epf_word_arrives(void *m, const struct word *w)
{
	struct epf *e = m;

	e->side[w->to].pads[w->reg] = w->value;
	return WORD_TAKEN;
}

/* False: it is not for a host to write. */
static bool write_one(struct epf *e, int host, struct epf_side *s,
		      const struct reg_piece *p, u64 value)
{
	u64 old;

	switch (p->reg->kind) {
	case EPF_PADS:
		write_pad(e, host, s, p, (u32)value);
		return true;
	case EPF_DO:
	case EPF_STORED:
		old = reg_get(s->regs, p->first, p->reg->bytes);
		reg_put(s->regs, p->first, (old & ~p->mask) | value,
			p->reg->bytes);
		if (p->reg->kind == EPF_DO && epf_get(s, EPF_COMMAND, 4))
			timer_start(&s->poll, e->poll_ms);
		return true;
	default:
		return false;
	}
}

void epf_regs_write(struct epf *e, int host, int bar, u32 offset, u64 value,
		    u32 size)
{
	struct epf_side *s = owner(e, host, bar);
	struct reg_piece p;
	bool good = true;
	u32 at;

	for (at = 0; at < size; at += p.bytes) {
		p = reg_cut(table(e, bar), offset + at, size - at);
		good &= p.reg && write_one(e, host, s, &p,
					   reg_take(&p, value >> 8 * at));
	}
	if (!good)
		fabric_stats(e->fabric, host)->bad_accesses++;
}
