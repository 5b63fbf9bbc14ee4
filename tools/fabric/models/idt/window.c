// SPDX-License-Identifier: GPL-2.0-only
/*
 * How BAR 2 and BAR 4 reach the other hosts. The host that writes programs the
 * translation itself. A BAR is one direct window, or a lookup table over equal
 * slots of which the last are not backed by any entry.
 */
#include "models/idt/idt.h"

#define PCI_BAR(n)	(0x10u + 4u * (u32)(n))

static u32 mode_of(u32 setup)
{
	return setup >> SETUP_MODE_SHIFT & 3;
}

static u32 part_of(u32 setup)
{
	return (setup & SETUP_PART) >> SETUP_PART_SHIFT;
}

u32 lut_slots(u32 setup)
{
	switch (mode_of(setup)) {
	case MODE_LUT12:
		return 12;
	case MODE_LUT24:
		return 24;
	default:
		return 0;
	}
}

static u64 slot_size(const struct idt *s, int bar)
{
	return s->p.bar_size[bar] /
	       (mode_of(s->p.bar_setup[bar]) == MODE_LUT12 ? 16 : 32);
}

/*
 * A request passes when the mapping table has its requester; a driver that
 * disables its link takes the entry out.
 */
bool window_allowed(struct idt *s, int part)
{
	u32 want = MTBL_VALID | (u32)s->p.requester_id << MTBL_ID_SHIFT |
		   (u32)part << MTBL_PART_SHIFT;
	u32 i;

	if (s->part[part].ctl & CTL_ID_PROT_OFF)
		return true;
	for (i = 0; i < MAPPING_ENTRIES; i++)
		if ((s->mapping[i] & 0xfffff) == want)
			return true;
	return false;
}

static u64 bar_address(struct idt *s, int part, int bar)
{
	u64 low = fabric_config(s->fabric, part, PCI_BAR(bar)) & ~0xfu;

	return low | (u64)fabric_config(s->fabric, part, PCI_BAR(bar + 1)) << 32;
}

/* The bytes a direct window has: the limit is an address, not a size. */
static u64 direct_size(struct idt *s, int part, int bar)
{
	struct idt_part *p = &s->part[part];
	u64 limit = (p->bar[bar].limit | LIMIT_ONES) |
		    (u64)p->bar[bar + 1].limit << 32;
	u64 start = bar_address(s, part, bar);

	if (limit < start)
		return 0;
	limit -= start;
	return limit < s->p.bar_size[bar] ? limit + 1 : s->p.bar_size[bar];
}

static bool look_up(struct idt *s, int part, int bar, u64 offset, u32 *target,
		    u64 *address)
{
	u64 size = slot_size(s, bar);
	const struct idt_lut *l;

	if (offset / size >= lut_slots(s->p.bar_setup[bar]))
		return false;
	l = &s->part[part].lut[bar / 2 - 1][offset / size];
	*target = l->upper & LUT_PART;
	*address = (l->low | (u64)l->middle << 32) + offset % size;
	return l->upper & LUT_VALID;
}

bool window_translate(struct idt *s, int part, int bar, u64 offset, u32 size,
		      struct target *to)
{
	struct idt_part *p = &s->part[part];
	u64 address;
	u32 target;

	if (mode_of(s->p.bar_setup[bar]) != MODE_DIRECT) {
		if (!look_up(s, part, bar, offset, &target, &address))
			return false;
	} else {
		if (offset + size > direct_size(s, part, bar))
			return false;
		target = part_of(p->bar[bar].setup);
		address = (p->bar[bar].low | (u64)p->bar[bar].high << 32) +
			  offset;
	}
	/* No host reaches itself through the switch. */
	if (target >= (u32)s->hosts || target == (u32)part)
		return false;
	to->host = (int)target;
	to->address = address;
	to->reserved = false;
	return true;
}

struct idt_lut *lut_selected(struct idt *s, int part)
{
	u32 offset = s->part[part].lut_offset;
	u32 bar = offset >> LUT_BAR_SHIFT;

	if ((bar != 2 && bar != 4) ||
	    (offset & LUT_INDEX) >= lut_slots(s->p.bar_setup[bar]))
		return NULL;
	return &s->part[part].lut[bar / 2 - 1][offset & LUT_INDEX];
}

static u32 windows_of(const struct idt *s, int bar)
{
	if (!s->p.bar_size[bar])
		return 0;
	return mode_of(s->p.bar_setup[bar]) == MODE_DIRECT ?
	       1 : lut_slots(s->p.bar_setup[bar]);
}

bool idt_window(void *m, int host, u32 n, struct window *w)
{
	struct idt *s = m;
	struct idt_part *p = &s->part[host];
	const struct idt_lut *l;
	int bar = 2;

	if (n >= windows_of(s, bar)) {
		n -= windows_of(s, bar);
		bar = 4;
	}
	if (n >= windows_of(s, bar))
		return false;
	w->bar = bar;
	w->index = n;
	if (mode_of(s->p.bar_setup[bar]) == MODE_DIRECT) {
		w->kind = "direct";
		w->offset = 0;
		w->size = direct_size(s, host, bar);
		w->target_host = (int)part_of(p->bar[bar].setup);
		w->target = p->bar[bar].low | (u64)p->bar[bar].high << 32;
		w->enabled = w->size;
		return true;
	}
	l = &p->lut[bar / 2 - 1][n];
	w->kind = "lut";
	w->size = slot_size(s, bar);
	w->offset = n * w->size;
	w->target_host = (int)(l->upper & LUT_PART);
	w->target = l->low | (u64)l->middle << 32;
	w->enabled = l->upper & LUT_VALID;
	return true;
}
