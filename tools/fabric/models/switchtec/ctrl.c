// SPDX-License-Identifier: GPL-2.0-only
/*
 * NTB control blocks. A block is changed under a lock: what is written goes to
 * a staged copy that only the lock's owner sees, and CFG checks it and makes it
 * live in one step.
 */
#include <string.h>

#include "models/switchtec/switchtec.h"

/* The one error the drivers' users have met: windows exceed their BAR. */
#define BAR_ERROR_SIZE		0x00030000u
/* Not known from hardware; the low half is the entry. */
#define BAR_ERROR_TARGET	0x00040000u
#define LUT_ERROR_TARGET	0x00010000u

/* Addresses are page-aligned; their low bits name the partition. */
#define XLATE_PARTITION		0xfffull

static void init_setup(struct switchtec *s, struct switchtec_setup *c)
{
	u32 i;

	memset(c, 0, sizeof(*c));
	for (i = 0; i < NUM_BAR_ENTRIES; i++)
		if (i && s->p.bar_size[i])
			c->bar[i].ctl = BAR_VALID;
}

void ctrl_reset(struct switchtec *s, int part)
{
	struct switchtec_ctrl *c;
	int i;

	/* A host that goes away holds no lock and waits for none. */
	for (i = 0; i < PARTITIONS; i++) {
		c = &s->ctrl[i];
		ctrl_write(s, part, i, CT_OP, OP_RESET, ~0u);
	}
	c = &s->ctrl[part];
	init_setup(s, &c->live);
	init_setup(s, &c->staged);
	c->bar_error = 0;
	c->lut_error = 0;
	c->req_id_error = 0;
}

static u32 lut_slots(const struct switchtec_setup *c, int bar)
{
	u32 ctl = c->bar[bar].ctl;

	return ctl & BAR_LUT ? (ctl >> 14) + 1 : 0;
}

u32 ctrl_lut_slots(struct switchtec *s, int part, int bar)
{
	return lut_slots(&s->ctrl[part].live, bar);
}

static u32 lut_shift(const struct switchtec_setup *c, int bar)
{
	return c->bar[bar].ctl >> 8 & 0x3f;
}

static u64 direct_start(const struct switchtec_setup *c, int bar)
{
	return (u64)lut_slots(c, bar) << LUT_SHIFT;
}

static u64 direct_size(const struct switchtec_setup *c, int bar)
{
	return (u64)c->bar[bar].win_size_high << 32 |
	       (c->bar[bar].win_size & ~0xfffu);
}

static u32 direct_shift(const struct switchtec_setup *c, int bar)
{
	return c->bar[bar].win_size & 0xfffu;
}

static bool good_target(int part, u64 target)
{
	return target < PARTITIONS && (int)target != part;
}

static u32 check_bar(struct switchtec *s, int part,
		     const struct switchtec_setup *c, u32 bar)
{
	u64 size = s->p.bar_size[bar];

	if (c->bar[bar].ctl & (BAR_LUT | BAR_DIRECT) &&
	    !(c->bar[bar].ctl & BAR_VALID))
		return BAR_ERROR_SIZE | bar;
	if (c->bar[bar].ctl & BAR_LUT &&
	    (lut_shift(c, (int)bar) != LUT_SHIFT ||
	     lut_slots(c, (int)bar) > s->p.lut_entries ||
	     direct_start(c, (int)bar) > size))
		return BAR_ERROR_SIZE | bar;
	if (!(c->bar[bar].ctl & BAR_DIRECT))
		return 0;
	size -= direct_start(c, (int)bar);
	if (direct_shift(c, (int)bar) < 12 || direct_shift(c, (int)bar) > 63 ||
	    !direct_size(c, (int)bar) || direct_size(c, (int)bar) > size)
		return BAR_ERROR_SIZE | bar;
	if (!good_target(part, c->bar[bar].xlate & XLATE_PARTITION))
		return BAR_ERROR_TARGET | bar;
	return 0;
}

static bool check_setup(struct switchtec *s, int part)
{
	struct switchtec_ctrl *c = &s->ctrl[part];
	u32 i;

	c->bar_error = 0;
	c->lut_error = 0;
	c->req_id_error = 0;
	for (i = 0; i < NUM_BAR_ENTRIES && !c->bar_error; i++)
		c->bar_error = check_bar(s, part, &c->staged, i);
	for (i = 0; i < s->p.lut_entries && !c->lut_error; i++)
		if (c->staged.lut[i] & LUT_ENABLE &&
		    !good_target(part, c->staged.lut[i] >> 1 & 0x7fff))
			c->lut_error = LUT_ERROR_TARGET | i;
	return !c->bar_error && !c->lut_error;
}

static void unlock(struct switchtec_ctrl *c)
{
	int i;

	c->owner = -1;
	for (i = 0; i < PARTITIONS; i++) {
		if (c->status[i] != STATUS_LOCKING)
			continue;
		c->owner = i;
		c->status[i] = STATUS_LOCKED;
		c->staged = c->live;
		return;
	}
}

static void op_lock(struct switchtec_ctrl *c, int viewer)
{
	if (c->owner == viewer) {
		c->status[viewer] = STATUS_LOCKED;
	} else if (c->owner >= 0) {
		c->status[viewer] = STATUS_LOCKING;
	} else {
		c->owner = viewer;
		c->status[viewer] = STATUS_LOCKED;
		c->staged = c->live;
	}
}

static void do_op(struct switchtec *s, int viewer, int part, u32 op)
{
	struct switchtec_ctrl *c = &s->ctrl[part];

	switch (op) {
	case OP_LOCK:
		op_lock(c, viewer);
		break;
	case OP_CFG:
		if (c->owner != viewer) {
			c->status[viewer] = STATUS_REFUSED;
			break;
		}
		/* The owner keeps a lock whose CFG failed, to mend it. */
		if (!check_setup(s, part)) {
			c->status[viewer] = STATUS_LOCKED;
			break;
		}
		c->live = c->staged;
		c->status[viewer] = STATUS_NORMAL;
		unlock(c);
		break;
	case OP_RESET:
		c->status[viewer] = STATUS_NORMAL;
		if (c->owner == viewer)
			unlock(c);
		break;
	default:
		fabric_stats(s->fabric, viewer)->bad_accesses++;
		break;
	}
}

static u32 status(struct switchtec_ctrl *c, int viewer)
{
	u32 holder = c->owner >= 0 ? (u32)c->owner << 16 : 0;

	return c->status[viewer] | holder | (u32)viewer << 24;
}

/* The proxy a request gets on the other side, by table entry. */
static u32 proxy_devfn(u32 entry)
{
	return (8 + entry) & 0xff;
}

static u32 read_bar_entry(const struct switchtec_setup *c, u32 offset)
{
	u32 bar = offset / 0x10 % 0x10;

	if (offset >= CT_BAR_EXT - CT_BAR_ENTRY) {
		bar = (offset - (CT_BAR_EXT - CT_BAR_ENTRY)) / 0x10;
		return offset % 0x10 ? 0 : c->bar[bar].win_size_high;
	}
	switch (offset % 0x10) {
	case 0x0:
		return c->bar[bar].ctl;
	case 0x4:
		return c->bar[bar].win_size;
	case 0x8:
		return (u32)c->bar[bar].xlate;
	default:
		return (u32)(c->bar[bar].xlate >> 32);
	}
}

u32 ctrl_read(struct switchtec *s, int viewer, int part, u32 offset)
{
	struct switchtec_ctrl *b = &s->ctrl[part];
	struct switchtec_setup *c = &b->live;
	u32 i;

	if (b->owner == viewer)
		c = &b->staged;
	switch (offset) {
	case CT_STATUS:
		return status(b, viewer);
	case CT_BAR_ERROR:
		return b->bar_error;
	case CT_LUT_ENTRIES:
		return s->p.lut_entries;
	case CT_LUT_ERROR:
		return b->lut_error;
	case CT_REQ_ID_SIZE:
		return s->p.req_id_entries;
	case CT_REQ_ID_ERROR:
		return b->req_id_error;
	}
	if (offset >= CT_BAR_ENTRY && offset < CT_BAR_END)
		return read_bar_entry(c, offset - CT_BAR_ENTRY);
	if (offset >= CT_REQ_ID && offset < CT_REQ_ID_END) {
		i = (offset - CT_REQ_ID) / 4;
		if (i >= s->p.req_id_entries)
			return 0;
		return c->req_id[i] | proxy_devfn(i) << 1;
	}
	if (offset >= CT_LUT) {
		i = (offset - CT_LUT) / 8;
		return (u32)(c->lut[i] >> (offset % 8 * 8));
	}
	return 0;
}

static void set32(u32 *reg, u32 value, u32 bits)
{
	*reg = (*reg & ~bits) | (value & bits);
}

static void set_half(u64 *reg, bool high, u32 value, u32 bits)
{
	u32 shift = high ? 32 : 0;

	*reg = (*reg & ~((u64)bits << shift)) |
	       (u64)(value & bits) << shift;
}

static void write_bar_entry(struct switchtec_setup *c, u32 offset, u32 value,
			    u32 bits)
{
	u32 bar = offset / 0x10;

	if (offset >= CT_BAR_EXT - CT_BAR_ENTRY) {
		bar = (offset - (CT_BAR_EXT - CT_BAR_ENTRY)) / 0x10;
		if (offset % 0x10 == 0)
			set32(&c->bar[bar].win_size_high, value, bits);
		return;
	}
	switch (offset % 0x10) {
	case 0x0:
		set32(&c->bar[bar].ctl, value, bits & BAR_CTL_WRITABLE);
		break;
	case 0x4:
		set32(&c->bar[bar].win_size, value, bits);
		break;
	case 0x8:
		set_half(&c->bar[bar].xlate, false, value, bits);
		break;
	default:
		set_half(&c->bar[bar].xlate, true, value, bits);
		break;
	}
}

void ctrl_write(struct switchtec *s, int viewer, int part, u32 offset,
		u32 value, u32 bits)
{
	struct switchtec_ctrl *b = &s->ctrl[part];
	struct switchtec_setup *c = &b->staged;
	u32 i;

	if (offset == CT_OP) {
		do_op(s, viewer, part, value & bits);
		return;
	}
	/* Everything else belongs to the holder of the lock. */
	if (b->owner != viewer) {
		fabric_stats(s->fabric, viewer)->bad_accesses++;
		return;
	}
	if (offset >= CT_BAR_ENTRY && offset < CT_BAR_END) {
		write_bar_entry(c, offset - CT_BAR_ENTRY, value, bits);
	} else if (offset >= CT_REQ_ID && offset < CT_REQ_ID_END) {
		i = (offset - CT_REQ_ID) / 4;
		if (i < s->p.req_id_entries)
			set32(&c->req_id[i], value,
			      bits & (0xffff0000u | REQ_ID_ENABLE));
	} else if (offset >= CT_LUT) {
		i = (offset - CT_LUT) / 8;
		if (i < s->p.lut_entries)
			set_half(&c->lut[i], offset % 8, value, bits);
	}
}

bool ctrl_translate(struct switchtec *s, int part, int bar, u64 offset,
		    struct target *to)
{
	const struct switchtec_setup *c = &s->ctrl[part].live;
	u64 start = direct_start(c, bar);
	u64 mask, entry;

	memset(to, 0, sizeof(*to));
	if (offset < start) {
		entry = c->lut[offset >> LUT_SHIFT];
		if (!(entry & LUT_ENABLE))
			return false;
		mask = BIT_ULL(LUT_SHIFT) - 1;
		to->host = (int)(entry >> 1 & 0x7fff);
		to->address = (entry & ~mask) | (offset & mask);
		to->reserved = offset >> LUT_SHIFT == 0;
		return true;
	}
	if (!(c->bar[bar].ctl & BAR_DIRECT) ||
	    offset - start >= direct_size(c, bar))
		return false;
	/* The low bits come from the BAR offset, not from the window's. */
	mask = BIT_ULL(direct_shift(c, bar)) - 1;
	to->host = (int)(c->bar[bar].xlate & XLATE_PARTITION);
	to->address = (c->bar[bar].xlate & ~mask) | (offset & mask);
	return true;
}

bool ctrl_may_request(struct switchtec *s, int part)
{
	const u32 *table = s->ctrl[part].live.req_id;
	u32 i;

	for (i = 0; i < s->p.req_id_entries; i++)
		if (table[i] & REQ_ID_ENABLE &&
		    table[i] >> 16 == s->p.requester_id)
			return true;
	return false;
}

static void describe_direct(struct switchtec *s, int part, int bar,
			    struct window *w)
{
	const struct switchtec_setup *c = &s->ctrl[part].live;
	u64 mask = 0;

	w->kind = "direct";
	w->bar = bar;
	w->enabled = c->bar[bar].ctl & BAR_DIRECT;
	w->offset = direct_start(c, bar);
	w->size = direct_size(c, bar);
	w->target_host = (int)(c->bar[bar].xlate & XLATE_PARTITION);
	if (w->enabled)
		mask = BIT_ULL(direct_shift(c, bar)) - 1;
	w->target = c->bar[bar].xlate & ~(mask | XLATE_PARTITION);
}

static void describe_lut(struct switchtec *s, int part, int bar, u32 i,
			 struct window *w)
{
	u64 entry = s->ctrl[part].live.lut[i];

	w->kind = "lut";
	w->bar = bar;
	w->index = i;
	w->offset = (u64)i << LUT_SHIFT;
	w->size = BIT_ULL(LUT_SHIFT);
	w->target_host = (int)(entry >> 1 & 0x7fff);
	w->target = entry & ~(w->size - 1);
	w->enabled = entry & LUT_ENABLE;
}

bool ctrl_window(struct switchtec *s, int part, u32 n, struct window *w)
{
	const struct switchtec_setup *c = &s->ctrl[part].live;
	u32 direct = 0;
	u32 i, slots;
	int bar;

	memset(w, 0, sizeof(*w));
	for (bar = 0; bar < NUM_BAR_ENTRIES; bar++) {
		if (!(c->bar[bar].ctl & BAR_VALID))
			continue;
		if (!n--) {
			describe_direct(s, part, bar, w);
			w->index = direct;
			return true;
		}
		direct++;
		slots = lut_slots(c, bar);
		for (i = 0; i < slots; i++) {
			if (c->lut[i] & LUT_ENABLE && !n--) {
				describe_lut(s, part, bar, i, w);
				return true;
			}
		}
	}
	return false;
}
