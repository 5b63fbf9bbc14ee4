// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest.h"

#define SUITE "pci"

#define CFG VU_REGION_CONFIG

TEST(has_identity, "vendor, device and class")
{
	struct rig *r = rig_new();

	CHECK_EQ(rd(&r->g[0], CFG, 0, 4), 0x853211f8);
	CHECK_EQ(rd(&r->g[1], CFG, 8, 4), 0x06800000);
	CHECK_EQ(rd(&r->g[0], CFG, 0xe, 1), 0);
	/* read-only words stay */
	wr(&r->g[0], CFG, 0, 0xffffffff, 4);
	CHECK_EQ(rd(&r->g[0], CFG, 0, 4), 0x853211f8);
	rig_free(r);
}

TEST(sizes_bars, "BARs answer sizing")
{
	struct rig *r = rig_with("bar2_size", 8 << 20);
	struct guest *g = &r->g[0];

	wr(g, CFG, 0x10, 0xffffffff, 4);
	wr(g, CFG, 0x14, 0xffffffff, 4);
	CHECK_EQ(rd(g, CFG, 0x10, 4), 0xffc00004);
	CHECK_EQ(rd(g, CFG, 0x14, 4), 0xffffffff);
	wr(g, CFG, 0x18, 0xffffffff, 4);
	CHECK_EQ(rd(g, CFG, 0x18, 4), 0xff80000c);
	rig_free(r);
}

TEST(lists_capabilities, "PCI Express and MSI-X capabilities")
{
	struct rig *r = rig_with("msix", 33);
	struct guest *g = &r->g[1];
	u32 at, id, seen = 0;

	CHECK(rd(g, CFG, 6, 2) & 0x10);
	for (at = rd(g, CFG, 0x34, 1); at && seen < 8; seen++) {
		id = rd(g, CFG, at, 1);
		if (id == 0x10)
			CHECK_EQ(rd(g, CFG, at + 2, 1), 2);
		if (id == 0x11) {
			CHECK_EQ(rd(g, CFG, at + 2, 2), 32);
			CHECK_EQ(rd(g, CFG, at + 4, 4), DBMSG_OF(1) + DM_MSIX);
			CHECK_EQ(rd(g, CFG, at + 8, 4), DBMSG_OF(1) + DM_PBA);
		}
		at = rd(g, CFG, at + 1, 1);
	}
	CHECK_EQ(seen, 2);
	rig_free(r);
}

TEST(bounds_settings, "impossible settings are refused")
{
	static const struct change odd[] = { { "bar2_size", 3 << 20 }, { 0 } };
	/* 32 LUT windows are 2 MiB: nothing is left for a direct one */
	static const struct change full[] = { { "bar2_size", 2 << 20 }, { 0 } };

	CHECK(rig_refused("switchtec", 3, NULL));
	CHECK(rig_refused("switchtec", 2, odd));
	CHECK(rig_refused("switchtec", 2, full));
	CHECK(!rig_refused("switchtec", 2, NULL));
}
