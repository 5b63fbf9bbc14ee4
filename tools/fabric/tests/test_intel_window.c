// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "tests/intel_guest.h"
#include "bridge/log.h"

#define SUITE "intel window"

#define GEN1 (&intel_ways[0])
#define GEN3 (&intel_ways[1])
#define GEN4 (&intel_ways[2])
#define MIB BIT_ULL(20)

/* What mw_set_trans() writes; only the receiver's own registers. */
static void set_gen4(struct guest *g, int bar, u64 address, u64 bytes)
{
	u64 at = 0x10 * (u64)bar / 2;

	wr(g, 0, at, address, 8);
	wr(g, 0, at + 8, BAR_AT(bar) + bytes, 8);
}

static void set_gen3(struct guest *g, int bar, u64 address, u64 bytes)
{
	u64 at = 0x10 * (u64)bar / 2;

	set_gen4(g, bar, address, bytes);
	wr(g, 0, 0x4008 + at, 0x1000000000000000 * (u64)bar + bytes, 8);
}

static void set_gen1(struct guest *g, int bar, u64 address, u64 bytes)
{
	u64 at = 4 * (u64)(bar - 2);

	wr(g, 0, 0x30 + at, address, 8);
	wr(g, 0, 0x20 + at,
	   bytes ? 0x1000000000000000 * (u64)bar + bytes : 0, 8);
}

TEST(is_page_aligned, "page alignment and a limit")
{
	struct rig *r = intel_rig(GEN4, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN4, r);
	set_gen4(b, 2, 0x123000, 0x2345);
	wr(a, 2, 0, 0x1122334455667788, 8);
	CHECK_EQ(ram64(b, 0x123000), 0x1122334455667788);
	CHECK_EQ(rd(a, 2, 4, 4), 0x11223344);
	wr(a, 2, 0x2344, 0x99, 1);
	CHECK_EQ(b->ram[0x125344], 0x99);
	wr(a, 2, 0x2345, 0x98, 1);
	CHECK_EQ(b->ram[0x125345], 0);
	CHECK_EQ(rd(a, 2, 0x2345, 1), 0xff);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	CHECK_EQ(r->f->host[0].stats.window_writes, 2);
	/* the other BAR is another window */
	set_gen4(b, 4, 0x400000, 4 * MIB);
	wr(a, 4, 4 * MIB - 8, 0x77, 8);
	CHECK_EQ(ram64(b, 0x7ffff8), 0x77);
	reg_rig_free(r);
}

/* Limits: at the base, far away as drivers start with, none. */
TEST(is_closed_by_limits, "limits that close a window")
{
	static const u64 closed[] = {
		BAR_AT(2), 0, 0x2000000000000000, BAR_AT(2) - 1,
		BAR_AT(2) + 4 * MIB + 1,
	};
	struct rig *r = intel_rig(GEN4, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	struct window w;
	u32 i;

	intel_join(GEN4, r);
	wr(b, 0, 0x10, 0x100000, 8);
	for (i = 0; i < ARRAY_SIZE(closed); i++) {
		wr(b, 0, 0x18, closed[i], 8);
		wr(a, 2, 0, 1, 4);
		CHECK_EQ(r->f->host[0].stats.dropped, i + 1);
		CHECK(r->f->ops->window(r->f->model, 0, 0, &w));
		CHECK(!w.enabled);
	}
	wr(b, 0, 0x18, BAR_AT(2) + 4 * MIB, 8);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(b->ram[0x100000], 1);
	CHECK(r->f->ops->window(r->f->model, 0, 0, &w));
	CHECK(w.enabled);
	CHECK_EQ(w.size, 4 * MIB);
	CHECK_EQ(w.target, 0x100000);
	CHECK_EQ(w.target_host, 1);
	/* the host's own window was never touched */
	CHECK(r->f->ops->window(r->f->model, 1, 0, &w));
	CHECK(!w.enabled);
	reg_rig_free(r);
}

TEST(holds_the_interrupt_region, "the interrupt region, exactly")
{
	struct rig *r = intel_rig(GEN4, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN4, r);
	set_gen4(b, 4, 0xfee00000, MIB);
	wr_posted(a, 4, 0xffffc, 3, 4);
	settle(a);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->seen[0].address, 0xfeeffffc);
	CHECK_EQ(r->f->host[1].stats.msi_writes, 1);
	b->dma_error = EFAULT;
	wr_posted(a, 4, 0x10, 3, 4);
	settle(a);
	CHECK_EQ(r->f->host[1].stats.msi_blocked, 1);
	wr(a, 4, MIB, 3, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	reg_rig_free(r);
}

static void needs_the_link(const struct intel_way *w,
			   void (*set)(struct guest *g, int bar, u64 address,
				       u64 bytes))
{
	struct rig *r = intel_rig(w, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	set(b, 2, 0x400000, MIB / 2);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	intel_join(w, r);
	wr(a, 2, 0, 2, 4);
	CHECK_EQ(b->ram[0x400000], 2);
	wr(a, 2, MIB / 2, 3, 4);
	CHECK_EQ(b->ram[0x480000], 0);
	w->disable(b);
	CHECK_EQ(rd(a, 2, 0, 4), 0xffffffff);
	wr(a, 2, 0, 4, 4);
	CHECK_EQ(b->ram[0x400000], 2);
	CHECK_EQ(r->f->host[0].stats.dropped, 3);
	reg_rig_free(r);
}

TEST(all_need_the_link, "nothing passes without the link")
{
	needs_the_link(GEN1, set_gen1);
	needs_the_link(GEN3, set_gen3);
	needs_the_link(GEN4, set_gen4);
}

/* An address that is not aligned to the BAR loses its low bits. */
TEST(is_bar_aligned, "BAR alignment")
{
	static const struct change icx[] = { { "icx", 1 }, { 0 } };
	struct rig *r = intel_rig(GEN4, icx);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN4, r);
	set_gen4(b, 2, 0x523000, 0x1000);
	wr(a, 2, 8, 5, 8);
	CHECK_EQ(ram64(b, 0x400008), 5);
	reg_rig_free(r);
	r = intel_rig(GEN3, NULL);
	a = &r->g[0];
	b = &r->g[1];
	intel_join(GEN3, r);
	set_gen3(b, 2, 0x523000, 0x1000);
	wr(a, 2, 8, 5, 8);
	CHECK_EQ(ram64(b, 0x500008), 5);
	reg_rig_free(r);
}

TEST(has_two_limits, "limits on both sides")
{
	struct rig *r = intel_rig(GEN3, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN3, r);
	CHECK_EQ(rd(b, 0, 0x4518, 8), 0x200000000000000c);
	set_gen4(b, 2, 0x500000, MIB);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(b->ram[0x500000], 0);
	wr(b, 0, 0x4018, 0x2000000000001000, 8);
	wr(a, 2, 0, 1, 4);
	wr(a, 2, 0x1000, 1, 4);
	CHECK_EQ(b->ram[0x500000], 1);
	CHECK_EQ(b->ram[0x501000], 0);
	/* the peer-facing side answers only when it is enabled */
	wr(b, 0, 0x4504, 0, 2);
	wr(a, 2, 0, 2, 4);
	CHECK_EQ(b->ram[0x500000], 1);
	reg_rig_free(r);
}

/* Without a limit, or past its end, the whole BAR is open. */
TEST(has_an_unlimited_window, "no limit at all")
{
	struct rig *r = intel_rig(GEN1, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN1, r);
	wr(b, 0, 0x30, 0x600000, 8);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(b->ram[0x600000], 0);
	wr(b, 0, 0x20, 0, 8);
	wr(a, 2, MIB - 4, 7, 4);
	CHECK_EQ(b->ram[0x6ffffc], 7);
	wr(b, 0, 0x20, 0x3000000000000000, 8);
	wr(a, 2, MIB - 4, 8, 4);
	CHECK_EQ(b->ram[0x6ffffc], 8);
	/* the sender's own limit cuts it, too */
	wr(a, 0, 0x00, BAR_AT(2) + 0x1000, 8);
	wr(a, 2, 0x1000, 9, 4);
	CHECK_EQ(b->ram[0x601000], 0);
	CHECK_EQ(r->f->host[0].stats.dropped, 2);
	reg_rig_free(r);
}

TEST(follows_the_wire, "addresses on the wire")
{
	struct rig *r = intel_rig(GEN1, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN1, r);
	set_gen1(b, 2, 0x600000, MIB);
	/* the sender's windows may lead anywhere on the wire */
	wr(a, 0, 0x10, 0x1ffffffffffff000, 8);
	wr(a, 2, 0x1000, 1, 4);
	CHECK_EQ(b->ram[0x600000], 1);
	wr(a, 2, 0xff8, 1, 8);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	wr(a, 0, 0x10, 0x4000000000000000, 8);
	wr(a, 2, 0x84, 0x55, 4);
	CHECK_EQ(rd(b, 0, 0x84, 4), 0x55);
	/* either side can be off the wire */
	wr(a, 0, 0x504, 2, 2);
	wr(a, 2, 0x84, 0x56, 4);
	wr(a, 0, 0x504, 6, 2);
	wr(b, 0, 0x504, 4, 2);
	wr(a, 2, 0x84, 0x57, 4);
	CHECK_EQ(rd(b, 0, 0x84, 4), 0x55);
	CHECK_EQ(r->f->host[0].stats.dropped, 3);
	reg_rig_free(r);
}

/* The first half of BAR 4 is registers, the second a window. */
TEST(shares_the_register_bar, "a BAR half registers, half window")
{
	struct rig *r = intel_rig(GEN1, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	struct window w;

	intel_join(GEN1, r);
	wr(b, VU_REGION_CONFIG, 0xd3, 19, 1);
	wr(b, 0, 0x50, 0x4000000000080000, 8);
	wr(b, 0, 0x28, 0x4000000000081000, 8);
	wr(b, 0, 0x38, 0x700000, 8);
	wr(a, 4, 0x80000, 0x21, 4);
	CHECK_EQ(b->ram[0x700000], 0x21);
	wr(a, 4, 0x81000, 0x22, 4);
	CHECK_EQ(b->ram[0x701000], 0);
	wr(a, 4, 0x80, 0x23, 4);
	CHECK_EQ(rd(b, 0, 0x80, 4), 0x23);
	CHECK(r->f->ops->window(r->f->model, 0, 1, &w));
	CHECK_EQ(w.bar, 4);
	CHECK_EQ(w.size, 0x8000);
	CHECK(r->f->ops->window(r->f->model, 0, 2, &w));
	CHECK_EQ(w.index, 1);
	CHECK_EQ(w.offset, 0x80000);
	CHECK_EQ(w.size, 0x1000);
	CHECK_EQ(w.target, 0x700000);
	CHECK(!r->f->ops->window(r->f->model, 0, 3, &w));
	reg_rig_free(r);
}

TEST(splits_a_bar, "split BARs")
{
	static const struct change split[] = { { "split", 1 }, { 0 } };
	struct rig *r = reg_rig("intel-gen1", split);
	struct guest *a = &r->g[0], *b = &r->g[1];
	int i;

	/* 32-bit BARs next to each other */
	for (i = 0; i < 2; i++) {
		wr(&r->g[i], VU_REGION_CONFIG, 0x20, 0xffffffff, 4);
		CHECK_EQ(rd(&r->g[i], VU_REGION_CONFIG, 0x20, 4), 0xfff00000);
		place_bar(&r->g[i], 4, 0xe0000000);
		place_bar(&r->g[i], 5, 0xe0100000);
		wr(&r->g[i], 0, 0x504, 6, 2);
		wr(&r->g[i], 0, 0x18, 0x20000000, 4);
		wr(&r->g[i], 0, 0x1c, 0x40000000, 4);
		wr(&r->g[i], 0, 0x40, 0x60000000, 8);
		wr(&r->g[i], 0, 0x50, 0x20000000, 4);
		wr(&r->g[i], 0, 0x54, 0x40000000, 4);
	}
	intel_join(GEN1, r);
	wr(b, 0, 0x3c, 0x800000, 4);
	wr(b, 0, 0x38, 0x900000, 4);
	wr(b, 0, 0x28, 0x20002000, 4);
	wr(a, 5, 0x10, 0x31, 4);
	CHECK_EQ(b->ram[0x800010], 0x31);
	wr(a, 4, 0x1ffc, 0x32, 4);
	CHECK_EQ(b->ram[0x901ffc], 0x32);
	wr(a, 4, 0x2000, 0x33, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	reg_rig_free(r);
}

/* Far more than any memory there is, as a driver's window may be. */
TEST(can_be_huge, "windows of 4 GiB")
{
	static const struct change huge[] = {
		{ "bar2_size", 1ull << 32 }, { "bar4_size", 1ull << 30 }, { 0 }
	};
	struct rig *r = intel_rig(GEN3, huge);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN3, r);
	set_gen3(b, 2, 0, 0xfef00000);
	wr_posted(a, 2, 0xfee00010, 4, 4);
	settle(a);
	CHECK_EQ(b->seen[0].address, 0xfee00010);
	wr(a, 2, 0x500000, 1, 4);
	CHECK_EQ(b->ram[0x500000], 1);
	wr(a, 2, 0xfef00000, 1, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	reg_rig_free(r);
}

TEST(refuses_odd_sizes, "impossible set-ups are refused")
{
	static const struct change odd[] = { { "bar4_size", 3 << 20 }, { 0 } };
	static const struct change wide[] = {
		{ "split", 1 }, { "bar4_size", 1ull << 32 }, { 0 }
	};

	CHECK(rig_refused("intel-gen4", 3, NULL));
	CHECK(rig_refused("intel-gen4", 2, odd));
	CHECK(!rig_refused("intel-gen4", 2, NULL));
	CHECK(rig_refused("intel-gen1", 2, wide));
}
