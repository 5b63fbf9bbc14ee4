// SPDX-License-Identifier: GPL-2.0-only
/* Where a write ends that goes through a window of an IDT function. */
#include <string.h>

#include "tests/idt_guest.h"

#define SUITE "idt window"

static struct host_stats *stats(struct guest *g)
{
	return &g->f->host[g->index].stats;
}

static u32 at(struct guest *g, u32 address)
{
	u32 value;

	memcpy(&value, g->ram + address, sizeof(value));
	return value;
}

/* Every host has a window to every other at the same time. */
TEST(joins_all_pairs, "56 directions of eight hosts")
{
	struct rig *r = idt_rig(8, NULL);
	u32 i, j;

	for (i = 0; i < 8; i++) {
		for (j = 0; j < 8; j++)
			if (i != j)
				idt_lut(&r->g[i], 2, j, (int)j, 0x1000 * i);
		for (j = 0; j < 8; j++)
			if (i != j)
				wr(&r->g[i], 2, (j << 20) + 8, 100 * i + j, 4);
	}
	for (i = 0; i < 8; i++)
		for (j = 0; j < 8; j++)
			if (i != j)
				CHECK_EQ(at(&r->g[j], 0x1000 * i + 8),
					 100 * i + j);
	rig_free(r);
}

TEST(has_twelve_slots, "LUT12 has twelve slots of a sixteenth")
{
	static const struct change small[] = {
		{ "bar2_size", 1 << 20 }, { 0 }
	};
	struct rig *r = idt_rig(2, small);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 bad;

	idt_lut(a, 2, 11, 1, 0x30000);
	wr(a, 2, 0xbfffc, 1, 4);
	CHECK_EQ(at(b, 0x3fffc), 1);
	/* there is no thirteenth */
	bad = stats(a)->bad_accesses;
	idt_lut(a, 2, 12, 1, 0x40000);
	CHECK_EQ(stats(a)->bad_accesses, bad + 1);
	wr(a, 2, 0xc0000, 2, 4);
	wr(a, 2, 0xffffc, 2, 4);
	CHECK_EQ(stats(a)->dropped, 2);
	CHECK_EQ(at(b, 0x40000), 0);
	CHECK_EQ(rd(a, 2, 0xc0000, 4), 0xffffffff);
	rig_free(r);
}

TEST(has_twenty_four_slots, "LUT24 has twenty-four slots of a thirty-second")
{
	static const struct change many[] = {
		{ "bar2_mode", 0 }, { "bar4_mode", 2 }, { "bar4_size", 2 << 20 },
		{ 0 }
	};
	struct rig *r = idt_rig(2, many);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u32 i;

	for (i = 0; i < 24; i++)
		idt_lut(a, 4, i, 1, 0x100000 + 0x1000 * i);
	for (i = 0; i < 24; i++)
		wr(a, 4, (i << 16) + 4, i + 1, 4);
	for (i = 0; i < 24; i++)
		CHECK_EQ(at(b, 0x100004 + 0x1000 * i), i + 1);
	wr(a, 4, 24 << 16, 9, 4);
	CHECK_EQ(stats(a)->dropped, 1);
	/* the direct BAR has no table */
	nt_wr(a, NT_LUT_OFFSET, 2 << LUT_BAR_SHIFT);
	nt_wr(a, NT_LUT_UPPER, LUT_VALID | 1);
	CHECK_EQ(nt_rd(a, NT_LUT_UPPER), 0);
	rig_free(r);
}

/* Nothing of an entry counts before its last word. */
TEST(commits_an_entry_at_once, "an entry counts as a whole")
{
	struct rig *r = idt_rig(3, NULL);
	struct guest *a = &r->g[0];

	idt_lut(a, 2, 0, 1, 0x10000);
	nt_wr(a, NT_LUT_LOW, 0x20000);
	nt_wr(a, NT_LUT_MIDDLE, 0);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(at(&r->g[1], 0x10000), 1);
	CHECK_EQ(nt_rd(a, NT_LUT_LOW), 0x10000);
	nt_wr(a, NT_LUT_UPPER, 2 | LUT_VALID);
	CHECK_EQ(nt_rd(a, NT_LUT_LOW), 0x20000);
	wr(a, 2, 0, 2, 4);
	CHECK_EQ(at(&r->g[2], 0x20000), 2);
	/* cleared */
	nt_wr(a, NT_LUT_LOW, 0);
	nt_wr(a, NT_LUT_UPPER, 0);
	wr(a, 2, 0, 3, 4);
	CHECK_EQ(stats(a)->dropped, 1);
	rig_free(r);
}

TEST(limits_direct_windows, "a direct window ends at its limit")
{
	struct rig *r = idt_rig(2, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	/* closed until somebody says where it ends */
	wr(a, 4, 0, 1, 4);
	CHECK_EQ(stats(a)->dropped, 1);
	idt_direct(a, 4, 1, 0x50000, 0x1000);
	wr(a, 4, 0xffc, 2, 4);
	CHECK_EQ(at(b, 0x50ffc), 2);
	/* the limit's lower ten bits are ones: 1 KiB more than was asked */
	CHECK_EQ(nt_rd(a, NT_BAR + 0x44) & 0x3ff, 0x3ff);
	wr(a, 4, 0x13fc, 3, 4);
	CHECK_EQ(at(b, 0x513fc), 3);
	wr(a, 4, 0x1400, 4, 4);
	CHECK_EQ(at(b, 0x51400), 0);
	CHECK_EQ(stats(a)->dropped, 2);
	/* of any size, at any address a word has */
	idt_direct(a, 4, 1, 0x60004, 0x1800);
	wr(a, 4, 0x1bfc, 5, 4);
	CHECK_EQ(at(b, 0x61c00), 5);
	nt_wr(a, NT_BAR + 0x44, 0);
	nt_wr(a, NT_BAR + 0x54, 0);
	wr(a, 4, 0, 6, 4);
	CHECK_EQ(stats(a)->dropped, 3);
	rig_free(r);
}

TEST(rings_interrupts, "a write to an interrupt address")
{
	struct rig *r = idt_rig(2, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	idt_lut(a, 2, 3, 1, 0xfee00000);
	wr(a, 2, (3 << 20) + 0x1010, 0x4041, 4);
	settle(a);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->seen[0].address, 0xfee01010);
	CHECK_EQ(b->seen[0].data, 0x4041);
	CHECK_EQ(stats(b)->msi_writes, 1);
	rig_free(r);
}

TEST(asks_who_writes, "the mapping table")
{
	static const struct change id[] = { { "requester_id", 0x1234 }, { 0 } };
	struct rig *r = idt_rig(2, id);
	struct guest *a = &r->g[0], *b = &r->g[1];

	CHECK_EQ(nt_rd(a, NT_REQ_ID), 0x1234);
	idt_lut(a, 2, 0, 1, 0x10000);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(at(b, 0x10000), 1);
	CHECK_EQ(rd(a, 2, 0, 4), 1);
	/* somebody else's id, or another partition's entry, is no way in */
	nt_wr(a, NT_MTBL_ADDR, 0);
	nt_wr(a, NT_MTBL_DATA, MTBL_VALID | 0x1235 << MTBL_ID_SHIFT);
	wr(a, 2, 0, 2, 4);
	nt_wr(a, NT_MTBL_DATA, 0x1234 << MTBL_ID_SHIFT);
	wr(a, 2, 0, 2, 4);
	CHECK_EQ(rd(a, 2, 0, 4), 0xffffffff);
	CHECK_EQ(stats(a)->requester_drops, 3);
	CHECK_EQ(at(b, 0x10000), 1);
	/* any entry will do, and the check can be turned off */
	nt_wr(a, NT_MTBL_ADDR, 63);
	nt_wr(a, NT_MTBL_DATA, MTBL_VALID | 0x1234 << MTBL_ID_SHIFT);
	wr(a, 2, 0, 3, 4);
	CHECK_EQ(at(b, 0x10000), 3);
	nt_wr(a, NT_MTBL_DATA, 0);
	nt_wr(a, NT_CTL, CTL_ID_PROT_OFF);
	wr(a, 2, 0, 4, 4);
	CHECK_EQ(at(b, 0x10000), 4);
	CHECK_EQ(stats(a)->requester_drops, 3);
	rig_free(r);
}

TEST(needs_the_others_consent, "bus mastering and completions")
{
	struct rig *r = idt_rig(2, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	idt_lut(a, 2, 0, 1, 0x10000);
	/* bus mastering off: nothing reaches its memory */
	wr(b, VU_REGION_CONFIG, 4, 2, 2);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(at(b, 0x10000), 0);
	CHECK_EQ(stats(a)->dropped, 1);
	wr(b, VU_REGION_CONFIG, 4, 6, 2);
	/* completions off: writes pass, answers do not */
	nt_wr(b, NT_CTL, 0);
	wr(a, 2, 0, 2, 4);
	CHECK_EQ(at(b, 0x10000), 2);
	CHECK_EQ(rd(a, 2, 0, 4), 0xffffffff);
	/* a target nobody has, and oneself */
	idt_lut(a, 2, 1, 5, 0);
	idt_lut(a, 2, 2, 0, 0);
	wr(a, 2, 1 << 20, 1, 4);
	wr(a, 2, 2 << 20, 1, 4);
	CHECK_EQ(stats(a)->dropped, 3);
	CHECK_EQ(at(a, 0), 0);
	rig_free(r);
}

TEST(lists_windows, "the list of windows")
{
	struct rig *r = idt_rig(3, NULL);
	struct guest *a = &r->g[0];
	struct window w;
	u32 n;

	idt_lut(a, 2, 3, 2, 0xfee00000);
	idt_direct(a, 4, 1, 0x10000, 0x1400);
	for (n = 0; r->f->ops->window(r->f->model, 0, n, &w); n++) {
		CHECK_EQ(w.enabled, n == 3 || n == 12);
		CHECK_EQ(w.bar, n == 12 ? 4 : 2);
		if (n == 3) {
			CHECK_EQ(w.offset, 3 << 20);
			CHECK_EQ(w.size, 1 << 20);
			CHECK_EQ(w.target_host, 2);
			CHECK_EQ(w.target, 0xfee00000);
		}
		if (n == 12) {
			CHECK_EQ(w.size, 0x1800);
			CHECK_EQ(w.target_host, 1);
		}
	}
	CHECK_EQ(n, 13);
	rig_free(r);
}
