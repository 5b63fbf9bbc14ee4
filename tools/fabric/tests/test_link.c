// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest.h"

#define SUITE "link"

#define EVENT_OF(port) (PFF + (port) * PFF_STRIDE + PF_LINK_EVENT)

static void drain(struct rig *r)
{
	int i, v;

	for (i = 0; i < 2; i++)
		for (v = 0; v < GUEST_VECTORS; v++)
			fired(&r->g[i], v);
}

TEST(describes_the_switch, "partitions, targets and ports")
{
	struct rig *r = rig_new();
	struct guest *b = &r->g[1];
	u32 n;

	CHECK_EQ(rd(b, 0, NT_INFO, 1), 2);
	CHECK_EQ(rd(b, 0, NT_INFO + 1, 1), 1);
	CHECK_EQ(rd(b, 0, NT_INFO + NI_EP_MAP_LOW, 8), 3);
	CHECK_EQ(rd(b, 0, GEN3_PARTITION_ID, 1), 1);
	CHECK_EQ(rd(b, 0, NT_INFO + NI_TARGETS + 0x10 + 4, 4), 1);
	CHECK_EQ(rd(b, 0, NT_INFO + NI_TARGETS + 4, 4), 2);
	/* a kernel that reads the map wrongly finds partition 33 empty */
	CHECK_EQ(rd(b, 0, CTRL_OF(33) + CT_REQ_ID_SIZE, 2), 0);
	CHECK(rd(b, 0, CTRL_OF(1) + CT_REQ_ID_SIZE, 2) >= 2);
	for (n = 0; n < 4; n++)
		CHECK_EQ(rd(b, 0, PFF + n * PFF_STRIDE, 2), 0x11f8);
	CHECK_EQ(rd(b, 0, PFF + 4 * PFF_STRIDE, 2), 0xffff);
	CHECK_EQ(rd(b, 0, PART_CFG + PART_CFG_STRIDE + PC_VEP_PFF, 4), 3);
	CHECK_EQ(rd(b, 0, PART_CFG + PART_CFG_STRIDE + PC_VECTORS, 4), 0);
	/* events that do not exist here say so */
	CHECK_EQ(rd(b, 0, SW_EVENT_FIRST, 4), EVENT_UNSUPPORTED);
	rig_free(r);
}

TEST(later_parts_differ, "later generations keep their partition id elsewhere")
{
	struct rig *r = rig_with("device", 0x4000);

	CHECK_EQ(rd(&r->g[1], 0, GEN4_PARTITION_ID, 1), 1);
	CHECK_EQ(rd(&r->g[1], 0, GEN3_PARTITION_ID, 1), 0);
	rig_free(r);
}

TEST(goes_down_and_up, "link down and up")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];
	u32 before, n;
	int i;

	open_lut(b, 0, 0x10000);
	b->ram[0x10000] = 0x77;
	for (i = 0; i < 2; i++)
		for (n = 0; n < 4; n++)
			wr(&r->g[i], 0, EVENT_OF(n),
			   EVENT_OCCURRED | EVENT_ENABLE, 4);
	drain(r);
	before = rd(a, 0, EVENT_OF(3), 4);
	CHECK(!(before & EVENT_OCCURRED));
	fabric_set_link(r->f, false);
	CHECK(fired(a, 0) > 0);
	CHECK(fired(b, 0) > 0);
	CHECK_EQ(rd(a, 0, EVENT_OF(3), 4),
		 (before + (1 << EVENT_COUNT_SHIFT)) | EVENT_OCCURRED);
	CHECK_EQ(rd(a, 2, 0, 1), 0xff);
	wr(a, 2, 0, 1, 1);
	CHECK_EQ(b->ram[0x10000], 0x77);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	fabric_set_link(r->f, true);
	CHECK(fired(a, 0) > 0);
	CHECK_EQ(rd(a, 2, 0, 1), 0x77);
	/* no change, no event */
	fabric_set_link(r->f, true);
	CHECK_EQ(fired(a, 0), 0);
	rig_free(r);
}

TEST(survives_a_reset, "a reset is for one partition")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(b, 0, 0x10000);
	open_lut(a, 0, 0x20000);
	wr(a, 0, DBMSG_OF(0) + DM_IDB_MASK, 0xff, 8);
	wr(b, 0, DBMSG_OF(1) + DM_IDB_MASK, 0xff, 8);
	CHECK(guest_call(a, VU_DEVICE_RESET, 0, NULL, 0, NULL, 0));
	/* its own blocks are as at power-on, also what the peer put there */
	CHECK_EQ(rd(a, 0, DBMSG_OF(0) + DM_IDB_MASK, 8), 0);
	CHECK_EQ(rd(b, 0, CTRL_OF(0) + CT_LUT, 8), 0);
	CHECK_EQ(rd(b, 0, CTRL_OF(0) + CT_BAR_ENTRY + 0x20, 4), BAR_VALID);
	/* the other's are untouched */
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IDB_MASK, 8), 0xff);
	CHECK_EQ(rd(b, 0, CTRL_OF(1) + CT_LUT, 8), 0x20001);
	/* bus mastering went with the reset */
	CHECK_EQ(rd(a, VU_REGION_CONFIG, 4, 2), 0);
	CHECK_EQ(rd(b, 2, 0, 4), 0xffffffff);
	wr(a, VU_REGION_CONFIG, 4, 6, 2);
	a->ram[0x20000] = 1;
	CHECK_EQ(rd(b, 2, 0, 4), 1);
	rig_free(r);
}

TEST(survives_a_disconnect, "a host may go and come back")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(a, 0, 0x20000);
	open_direct(a, 4, 0xfee00000, 0x100000);
	wr(b, 0, EVENT_OF(0), EVENT_OCCURRED | EVENT_ENABLE, 4);
	drain(r);
	wr(b, 2, 0, 0x55, 1);
	CHECK_EQ(a->ram[0x20000], 0x55);
	guest_disconnect(a);
	CHECK_EQ(fired(b, 0), 1);
	CHECK(!host_connected(&r->f->host[0]));
	/* the window is still there and leads nowhere */
	CHECK_EQ(rd(b, 2, 0, 1), 0xff);
	wr(b, 2, 0, 0x66, 1);
	wr(b, 4, 0x20, 0, 4);
	wr(b, 0, DBMSG_OF(1) + DM_OMSG, 1, 4);
	CHECK_EQ(a->ram[0x20000], 0x55);
	CHECK_EQ(r->f->host[1].stats.dropped, 3);
	guest_start(a);
	CHECK_EQ(fired(b, 0), 1);
	CHECK_EQ(rd(b, 2, 0, 1), 0x55);
	wr(b, 2, 0, 0x67, 1);
	CHECK_EQ(a->ram[0x20000], 0x67);
	rig_free(r);
}
