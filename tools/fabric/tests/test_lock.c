// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest.h"

#define SUITE "lock"

#define BAR2_ENTRY(p) (CTRL_OF(p) + CT_BAR_ENTRY + 0x20)

TEST(has_one_owner, "one owner, each viewer its own status")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	CHECK_EQ(part_status(a, 1), STATUS_NORMAL);
	lock_block(a, 1);
	CHECK_EQ(part_status(a, 1), STATUS_LOCKED);
	CHECK_EQ(part_status(b, 1), STATUS_NORMAL);
	lock_block(b, 1);
	CHECK_EQ(part_status(b, 1), STATUS_LOCKING);
	CHECK_EQ(part_status(a, 1), STATUS_LOCKED);
	/* the other block is another lock */
	lock_block(b, 0);
	CHECK_EQ(part_status(b, 0), STATUS_LOCKED);
	CHECK_EQ(commit(b, 0), STATUS_NORMAL);
	/* the waiter gets it when the owner is done */
	CHECK_EQ(commit(a, 1), STATUS_NORMAL);
	CHECK_EQ(part_status(b, 1), STATUS_LOCKED);
	CHECK_EQ(commit(b, 1), STATUS_NORMAL);
	rig_free(r);
}

TEST(names_the_holder, "the status names the holder")
{
	struct rig *r = rig_new();

	lock_block(&r->g[1], 0);
	CHECK_EQ(rd(&r->g[1], 0, CTRL_OF(0), 4), 0x01010002);
	CHECK_EQ(rd(&r->g[0], 0, CTRL_OF(0), 4), 0x00010001);
	rig_free(r);
}

TEST(can_be_given_back, "RESET gives back and drops")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	lock_block(a, 1);
	lock_block(b, 1);
	/* a waiter that gives up is not served */
	wr(b, 0, CTRL_OF(1) + CT_OP, OP_RESET, 4);
	CHECK_EQ(part_status(b, 1), STATUS_NORMAL);
	wr(a, 0, BAR2_ENTRY(1) + 4, 0x1234, 4);
	wr(a, 0, CTRL_OF(1) + CT_OP, OP_RESET, 4);
	CHECK_EQ(part_status(a, 1), STATUS_NORMAL);
	CHECK_EQ(rd(a, 0, BAR2_ENTRY(1) + 4, 4), 0);
	lock_block(b, 1);
	CHECK_EQ(part_status(b, 1), STATUS_LOCKED);
	CHECK_EQ(rd(b, 0, BAR2_ENTRY(1) + 4, 4), 0);
	rig_free(r);
}

TEST(hides_what_is_staged, "staged changes are the owner's until CFG")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	lock_block(a, 1);
	wr(a, 0, CTRL_OF(1) + CT_LUT + 8, 0x1230001, 8);
	CHECK_EQ(rd(a, 0, CTRL_OF(1) + CT_LUT + 8, 8), 0x1230001);
	CHECK_EQ(rd(b, 0, CTRL_OF(1) + CT_LUT + 8, 8), 0);
	CHECK_EQ(commit(a, 1), STATUS_NORMAL);
	CHECK_EQ(rd(b, 0, CTRL_OF(1) + CT_LUT + 8, 8), 0x1230001);
	rig_free(r);
}

TEST(guards_every_write, "nothing changes without the lock")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 before = r->f->host[1].stats.bad_accesses;

	lock_block(a, 1);
	wr(b, 0, CTRL_OF(1) + CT_LUT, 0x55550001, 8);
	CHECK_EQ(r->f->host[1].stats.bad_accesses - before, 2);
	CHECK_EQ(rd(a, 0, CTRL_OF(1) + CT_LUT, 8), 0);
	/* CFG by somebody else says so, and changes nothing */
	CHECK_EQ(commit(b, 1), STATUS_REFUSED);
	CHECK_EQ(part_status(a, 1), STATUS_LOCKED);
	CHECK_EQ(commit(a, 1), STATUS_NORMAL);
	CHECK_EQ(commit(a, 1), STATUS_REFUSED);
	lock_block(a, 1);
	CHECK_EQ(part_status(a, 1), STATUS_LOCKED);
	rig_free(r);
}

TEST(refuses_luts_beyond_the_bar, "LUT windows beyond the BAR")
{
	struct rig *r = rig_with("lut_entries", 63);
	struct guest *a = &r->g[0];
	u32 ctl = BAR_VALID | BAR_LUT | LUT_SHIFT << 8;

	lock_block(a, 1);
	/* as many as the table has, but in the smaller units no BAR holds */
	wr(a, 0, BAR2_ENTRY(1), ctl | 63 << 14, 4);
	CHECK_EQ(commit(a, 1), STATUS_LOCKED);
	CHECK_EQ(rd(a, 0, CTRL_OF(1) + CT_BAR_ERROR, 4), 0x00030002);
	/* still the owner: mend it and go on */
	wr(a, 0, BAR2_ENTRY(1), ctl | 31 << 14, 4);
	CHECK_EQ(commit(a, 1), STATUS_NORMAL);
	CHECK_EQ(rd(a, 0, CTRL_OF(1) + CT_BAR_ERROR, 4), 0);
	rig_free(r);
}

TEST(refuses_bad_windows, "windows that cannot be")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0];
	static const struct {
		u32 entry;
		u32 ctl;
		u32 win_size;
		u64 xlate;
	} bad[] = {
		{ 2, BAR_DIRECT, 22 | 8 << 20, 0 },	/* beyond the BAR */
		{ 2, BAR_DIRECT, 11 | 0x1000, 0 },	/* less than a page */
		{ 2, BAR_DIRECT, 12, 0 },		/* no size */
		{ 2, BAR_DIRECT, 200 | 0x1000, 0 },	/* no such bit */
		{ 2, BAR_DIRECT, 12 | 0x1000, 1 },	/* to itself */
		{ 2, BAR_DIRECT, 12 | 0x1000, 7 },	/* to nobody */
		{ 0, BAR_DIRECT, 12 | 0x1000, 0 },	/* the register BAR */
		{ 3, BAR_DIRECT, 12 | 0x1000, 0 },	/* no BAR at all */
		{ 4, BAR_LUT | 12 << 8, 0, 0 },		/* LUTs of 4 KiB */
	};
	u64 at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		at = CTRL_OF(1) + CT_BAR_ENTRY + 0x10 * bad[i].entry;
		lock_block(a, 1);
		wr(a, 0, at, bad[i].ctl, 4);
		wr(a, 0, at + 4, bad[i].win_size, 4);
		wr(a, 0, at + 8, bad[i].xlate, 8);
		CHECK_EQ(commit(a, 1), STATUS_LOCKED);
		CHECK_EQ(rd(a, 0, CTRL_OF(1) + CT_BAR_ERROR, 2), bad[i].entry);
		wr(a, 0, CTRL_OF(1) + CT_OP, OP_RESET, 4);
	}
	lock_block(a, 1);
	wr(a, 0, CTRL_OF(1) + CT_LUT + 8 * 5, 0x10000 | 1 << 1 | 1, 8);
	CHECK_EQ(commit(a, 1), STATUS_LOCKED);
	CHECK_EQ(rd(a, 0, CTRL_OF(1) + CT_LUT_ERROR, 4), 0x00010005);
	rig_free(r);
}

TEST(frees_the_lock_of_the_dead, "a host that goes away holds no lock")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	lock_block(a, 0);
	lock_block(b, 0);
	CHECK_EQ(part_status(b, 0), STATUS_LOCKING);
	guest_disconnect(a);
	CHECK_EQ(part_status(b, 0), STATUS_LOCKED);
	/* and a dead waiter is forgotten */
	guest_start(a);
	lock_block(a, 0);
	guest_disconnect(a);
	CHECK_EQ(commit(b, 0), STATUS_NORMAL);
	lock_block(b, 0);
	CHECK_EQ(part_status(b, 0), STATUS_LOCKED);
	rig_free(r);
}
