// SPDX-License-Identifier: GPL-2.0-only
/* The vendor's registers of one NT function. */
#include <string.h>

#include "models/idt/idt.h"

void nt_reset(struct idt *s, int part)
{
	struct idt_part *p = &s->part[part];
	u32 i;

	memset(p, 0, sizeof(*p));
	p->int_mask = INT_ALL;
	for (i = 0; i < NUM_BARS; i++)
		p->bar[i].setup = s->p.bar_setup[i];
	/* Its requesters are not known any more. */
	for (i = 0; i < MAPPING_ENTRIES; i++)
		if ((s->mapping[i] >> MTBL_PART_SHIFT & 7) == (u32)part)
			s->mapping[i] = 0;
}

static u32 read_bar(const struct idt_part *p, u32 offset)
{
	u32 i = offset / NT_BAR_STRIDE;

	switch (offset % NT_BAR_STRIDE) {
	case BAR_SETUP:
		return p->bar[i].setup;
	case BAR_LIMIT:
		return p->bar[i].limit | LIMIT_ONES;
	case BAR_LOW:
		return p->bar[i].low;
	default:
		return p->bar[i].high;
	}
}

static u32 read_lut(struct idt *s, int part, u32 offset)
{
	const struct idt_lut *l = lut_selected(s, part);

	if (!l)
		return 0;
	switch (offset) {
	case NT_LUT_LOW:
		return l->low;
	case NT_LUT_MIDDLE:
		return l->middle;
	default:
		return l->upper;
	}
}

u32 nt_read(struct idt *s, int part, u32 offset)
{
	struct idt_part *p = &s->part[part];

	if (offset >= NT_OUT_MSG && offset < NT_IN_MSG)
		return p->msg_out[(offset - NT_OUT_MSG) / 4];
	if (offset >= NT_IN_MSG && offset < NT_IN_MSG_SRC)
		return p->msg_in[(offset - NT_IN_MSG) / 4];
	if (offset >= NT_IN_MSG_SRC && offset < NT_MSG_STS)
		return p->msg_src[(offset - NT_IN_MSG_SRC) / 4];
	if (offset >= NT_BAR && offset < NT_MTBL_ADDR)
		return read_bar(p, offset - NT_BAR);
	switch (offset) {
	case NT_LINK_CAP:
		return fabric_config(s->fabric, part, offset) |
		       (u32)s->p.chip->port[part] << LINK_CAP_PORT_SHIFT;
	case NT_CTL:
		return p->ctl;
	case NT_INT_STS:
		return int_status(s, part);
	case NT_INT_MASK:
		return p->int_mask;
	case NT_IN_DBELL:
		return p->dbell;
	case NT_IN_DBELL_MASK:
		return p->dbell_mask;
	case NT_MSG_STS:
		return p->msg_sts;
	case NT_MSG_MASK:
		return p->msg_mask;
	case NT_MTBL_ADDR:
		return p->mtbl_addr;
	case NT_MTBL_DATA:
		return s->mapping[p->mtbl_addr];
	case NT_REQ_ID:
		return s->p.requester_id;
	case NT_LUT_OFFSET:
		return p->lut_offset;
	case NT_LUT_LOW:
	case NT_LUT_MIDDLE:
	case NT_LUT_UPPER:
		return read_lut(s, part, offset);
	case NT_GASA_ADDR:
		return p->gasa_addr;
	}
	return offset < NT_FIRST ? fabric_config(s->fabric, part, offset) : 0;
}

static void write_bar(struct idt_part *p, u32 offset, u32 value, u32 bits)
{
	u32 i = offset / NT_BAR_STRIDE;

	switch (offset % NT_BAR_STRIDE) {
	case BAR_SETUP:
		/* The rest was decided before the hosts looked for BARs. */
		p->bar[i].setup = merge(p->bar[i].setup, value,
					bits & SETUP_PART);
		break;
	case BAR_LIMIT:
		p->bar[i].limit = merge(p->bar[i].limit, value, bits);
		break;
	case BAR_LOW:
		p->bar[i].low = merge(p->bar[i].low, value, bits & ~3u);
		break;
	default:
		p->bar[i].high = merge(p->bar[i].high, value, bits);
		break;
	}
}

/* The lower words wait for the upper one, which makes all three count. */
static void write_lut(struct idt *s, int part, u32 offset, u32 value, u32 bits)
{
	struct idt_lut *next = &s->part[part].lut_next;
	struct idt_lut *l = lut_selected(s, part);

	switch (offset) {
	case NT_LUT_LOW:
		next->low = merge(next->low, value, bits & ~3u);
		return;
	case NT_LUT_MIDDLE:
		next->middle = merge(next->middle, value, bits);
		return;
	}
	next->upper = merge(next->upper, value, bits & (LUT_VALID | LUT_PART));
	if (l)
		*l = *next;
	else
		fabric_stats(s->fabric, part)->bad_accesses++;
}

void nt_write(struct idt *s, int part, u32 offset, u32 value, u32 bits)
{
	struct idt_part *p = &s->part[part];
	u32 set = value & bits;

	if (offset >= NT_OUT_MSG && offset < NT_IN_MSG) {
		msg_send(s, part, (offset - NT_OUT_MSG) / 4, set);
		return;
	}
	if (offset >= NT_BAR && offset < NT_MTBL_ADDR) {
		write_bar(p, offset - NT_BAR, value, bits);
		return;
	}
	switch (offset) {
	case NT_CTL:
		p->ctl = merge(p->ctl, value, bits & CTL_WRITABLE);
		break;
	case NT_INT_STS:
		if (set & INT_EVENT)
			p->event = false;
		break;
	case NT_INT_MASK:
		p->int_mask = merge(p->int_mask, value, bits & INT_ALL);
		break;
	case NT_SIGNAL:
		if (set & 1)
			event_signal(s, part);
		break;
	case NT_OUT_DBELL:
		dbell_ring(s, part, set);
		break;
	case NT_IN_DBELL:
		p->dbell &= ~set;
		break;
	case NT_IN_DBELL_MASK:
		p->dbell_mask = merge(p->dbell_mask, value, bits);
		break;
	case NT_MSG_STS:
		msg_clear(s, part, set);
		break;
	case NT_MSG_MASK:
		p->msg_mask = merge(p->msg_mask, value, bits & MSG_ALL);
		break;
	case NT_MTBL_ADDR:
		p->mtbl_addr = merge(p->mtbl_addr, value,
				     bits & (MAPPING_ENTRIES - 1));
		break;
	case NT_MTBL_STS:
		break;
	case NT_MTBL_DATA:
		s->mapping[p->mtbl_addr] = merge(s->mapping[p->mtbl_addr],
						 value, bits & MTBL_WRITABLE);
		break;
	case NT_LUT_OFFSET:
		p->lut_offset = merge(p->lut_offset, value,
				      bits & LUT_OFFSET_WRITABLE);
		break;
	case NT_LUT_LOW:
	case NT_LUT_MIDDLE:
	case NT_LUT_UPPER:
		write_lut(s, part, offset, value, bits);
		break;
	case NT_GASA_ADDR:
		p->gasa_addr = merge(p->gasa_addr, value,
				     bits & (GASA_BYTES - 4));
		break;
	default:
		fabric_stats(s->fabric, part)->bad_accesses++;
		break;
	}
	int_update(s, part);
}
