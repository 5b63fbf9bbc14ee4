// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "tests/guest.h"

#define SUITE "window"

#define LUT_BYTES 0x10000ull

static u64 ram64(struct guest *g, u64 at)
{
	u64 v;

	memcpy(&v, g->ram + at, 8);
	return v;
}

TEST(translates_luts, "LUT windows")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(b, 0, 0x120000);
	open_lut(b, 31, 0x340000);
	wr(a, 2, 0x10, 0x1122334455667788, 8);
	CHECK_EQ(ram64(b, 0x120010), 0x1122334455667788);
	wr(a, 2, 31 * LUT_BYTES + 0xfffc, 0xcafe, 4);
	CHECK_EQ(ram64(b, 0x34fff8) >> 32, 0xcafe);
	wr(a, 2, 31 * LUT_BYTES + 0xfffb, 0x7e, 1);
	CHECK_EQ(ram64(b, 0x34fff8) >> 24 & 0xff, 0x7e);
	CHECK_EQ(rd(a, 2, 0x14, 4), 0x11223344);
	/* an entry nobody opened leads nowhere */
	CHECK_EQ(rd(a, 2, LUT_BYTES, 4), 0xffffffff);
	wr(a, 2, LUT_BYTES, 1, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	CHECK_EQ(r->f->host[0].stats.window_writes, 3);
	rig_free(r);
}

TEST(closes_luts, "a closed LUT window")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(b, 3, 0x120000);
	wr(a, 2, 3 * LUT_BYTES, 5, 4);
	CHECK_EQ(b->ram[0x120000], 5);
	lock_block(b, 0);
	wr(b, 0, CTRL_OF(0) + CT_LUT + 24, 0, 8);
	CHECK_EQ(commit(b, 0), STATUS_NORMAL);
	wr(a, 2, 3 * LUT_BYTES, 6, 4);
	CHECK_EQ(b->ram[0x120000], 5);
	rig_free(r);
}

TEST(translates_direct, "a direct window with a BAR of its own")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_direct(b, 4, 0x400000, 0x200000);
	wr(a, 4, 0x1ffff8, 0x99, 8);
	CHECK_EQ(ram64(b, 0x5ffff8), 0x99);
	CHECK_EQ(rd(a, 4, 0x1ffff8, 8), 0x99);
	/* past its end there is BAR, but no window */
	CHECK_EQ(rd(a, 4, 0x200000, 8), UINT64_MAX);
	wr(a, 4, 0x200000, 1, 8);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	rig_free(r);
}

TEST(shares_a_bar, "a direct window behind LUT windows")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	/* behind 32 LUT windows, 2 MiB into the BAR */
	open_lut(b, 0, 0x10000);
	open_direct(b, 2, 0x800000, 0x100000);
	wr(a, 2, 0x200000, 0x11, 4);
	CHECK_EQ(ram64(b, 0x800000), 0x11);
	wr(a, 2, 0x2ffffc, 0x12, 4);
	CHECK_EQ(ram64(b, 0x8ffff8) >> 32, 0x12);
	CHECK_EQ(rd(a, 2, 0x300000, 4), 0xffffffff);
	wr(a, 2, 0x1ffffc, 0x13, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	rig_free(r);
}

TEST(keeps_natural_alignment, "natural alignment")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	/*
	 * The bits below the size come from the BAR offset: an address that is
	 * not aligned to the size loses them.
	 */
	open_direct(b, 4, 0x450000, 0x100000);
	wr(a, 4, 0x8, 0x21, 8);
	CHECK_EQ(ram64(b, 0x400008), 0x21);
	CHECK_EQ(ram64(b, 0x450008), 0);
	rig_free(r);
}

TEST(drops_unknown_requesters, "requesters not in the table are dropped")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];
	u32 proxy;

	open_lut(b, 0, 0x10000);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(b->ram[0x10000], 1);
	lock_block(a, 0);
	wr(a, 0, CTRL_OF(0) + CT_REQ_ID, 0x00080000 | REQ_ID_ENABLE, 4);
	proxy = rd(a, 0, CTRL_OF(0) + CT_REQ_ID, 4);
	CHECK_EQ(proxy & 1, 1);
	CHECK(proxy >> 1 & 0xff);
	CHECK(rd(a, 0, CTRL_OF(0) + CT_REQ_ID + 4, 4) != 0);
	CHECK(rd(a, 0, CTRL_OF(0) + CT_REQ_ID + 4, 4) >> 1 != (proxy >> 1 & 0xff));
	CHECK_EQ(commit(a, 0), STATUS_NORMAL);
	wr(a, 2, 0, 2, 4);
	CHECK_EQ(b->ram[0x10000], 1);
	CHECK_EQ(rd(a, 2, 0, 4), 0xffffffff);
	CHECK_EQ(r->f->host[0].stats.requester_drops, 2);
	rig_free(r);
}

TEST(honours_the_requester_setting, "the host's requester id")
{
	struct rig *r = rig_with("requester_id", 0x00f8);
	struct guest *a = &r->g[0], *b = &r->g[1];

	CHECK_EQ(rd(a, 0, NT_INFO + NI_REQUESTER_ID, 2), 0xf8);
	open_lut(b, 0, 0x10000);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(b->ram[0x10000], 0);
	CHECK_EQ(r->f->host[0].stats.requester_drops, 1);
	lock_block(a, 0);
	wr(a, 0, CTRL_OF(0) + CT_REQ_ID + 4, 0x00f80000 | REQ_ID_ENABLE, 4);
	CHECK_EQ(commit(a, 0), STATUS_NORMAL);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(b->ram[0x10000], 1);
	rig_free(r);
}

TEST(stops_without_bus_master, "nothing arrives without bus mastering")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(b, 0, 0x10000);
	b->ram[0x10000] = 7;
	wr(b, VU_REGION_CONFIG, 4, 2, 2);
	wr(a, 2, 0, 1, 4);
	CHECK_EQ(b->ram[0x10000], 7);
	CHECK_EQ(rd(a, 2, 0, 4), 0xffffffff);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	wr(b, VU_REGION_CONFIG, 4, 6, 2);
	CHECK_EQ(rd(a, 2, 0, 4), 7);
	rig_free(r);
}

TEST(sends_interrupts_as_messages, "interrupt writes become messages")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_direct(b, 4, 0xfee00000, 0x100000);
	wr_posted(a, 4, 0x20, 0, 4);
	settle(a);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->seen[0].address, 0xfee00020);
	CHECK_EQ(b->seen[0].len, 4);
	CHECK_EQ(r->f->host[1].stats.msi_writes, 1);
	CHECK_EQ(r->f->host[0].stats.msi_writes, 0);
	CHECK_EQ(r->f->host[0].stats.window_writes, 1);
	b->dma_error = EFAULT;
	wr_posted(a, 4, 0xffffc, 3, 4);
	settle(a);
	CHECK_EQ(b->seen[1].address, 0xfeeffffc);
	CHECK_EQ(b->seen[1].data, 3);
	CHECK_EQ(r->f->host[1].stats.msi_blocked, 1);
	CHECK_EQ(r->f->host[1].stats.dma_errors, 0);
	rig_free(r);
}

TEST(sends_unmapped_as_messages, "writes outside memory become messages")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(b, 0, 0x80000000);
	b->dma_error = EFAULT;
	wr(a, 2, 8, 9, 4);
	settle(a);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->seen[0].address, 0x80000008);
	CHECK_EQ(r->f->host[1].stats.dma_errors, 1);
	/* a read never becomes a message */
	CHECK_EQ(rd(a, 2, 8, 4), 0xffffffff);
	CHECK_EQ(b->num_seen, 1);
	rig_free(r);
}

/* Far more than may be in flight, while the other side does not answer. */
TEST(pipelines_in_order, "thousands of writes, in order, without waiting")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];
	u32 i, n = 3000;

	open_direct(b, 4, 0xfee00000, 0x100000);
	b->hold = true;
	for (i = 0; i < n; i++)
		wr_posted(a, 4, i * 4, i, 4);
	settle(a);
	CHECK(b->num_seen > 1 && b->num_seen < n);
	CHECK_EQ(r->f->host[1].stats.msi_writes, 0);
	/* and a read is answered all the same */
	CHECK_EQ(rd(a, 0, NT_INFO, 1), 2);
	CHECK_EQ(rd(b, 0, NT_INFO + 1, 1), 1);
	while (b->num_held) {
		guest_release_replies(b);
		settle(b);
	}
	CHECK_EQ(b->num_seen, n);
	for (i = 0; i < b->num_seen; i++)
		CHECK_EQ(b->seen[i].data, i);
	CHECK_EQ(r->f->host[1].stats.msi_writes, n);
	rig_free(r);
}

TEST(matches_late_answers, "answers may come in any order, once")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];
	u16 id;

	open_direct(b, 4, 0xfee00000, 0x100000);
	b->hold = true;
	wr_posted(a, 4, 0, 1, 4);
	wr_posted(a, 4, 4, 2, 4);
	settle(a);
	CHECK_EQ(b->num_held, 2);
	id = b->held[0];
	b->held[0] = b->held[1];
	b->held[1] = id;
	guest_release_replies(b);
	settle(a);
	CHECK_EQ(r->f->host[1].stats.msi_writes, 2);
	/* the same answer twice is a lie */
	b->held[0] = id;
	b->num_held = 1;
	guest_release_replies(b);
	settle(b);
	CHECK(!host_connected(&r->f->host[1]));
	rig_free(r);
}

TEST(counts_table_overruns, "writes past the MSI-X table are counted")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0];

	wr(a, 0, DBMSG_OF(0) + DM_MSIX + 4 * 16 + 12, 0, 4);
	wr(a, 0, DBMSG_OF(0) + DM_PBA + 0x10c, 0, 4);
	CHECK_EQ(r->f->host[0].stats.msix_overruns, 2);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 0);
	rig_free(r);
}
