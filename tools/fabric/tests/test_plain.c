// SPDX-License-Identifier: GPL-2.0-only
#include "reg_guest.h"

TEST(plain_carries, "plain: window, scratchpads and doorbell")
{
	struct rig *r = reg_rig("plain", NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	vec_drain(r);
	wr(a, 0, 0x84, 0x1234, 4);
	CHECK_EQ(rd(b, 0, 0x44, 4), 0x1234);
	CHECK_EQ(rd(a, 0, 0x44, 4), 0);
	wr(a, 0, 0x08, 1, 4);
	CHECK_EQ(vec_fired(b, 0), 1);
	CHECK_EQ(vec_fired(a, 0), 0);

	/* a window that its receiver has not opened leads nowhere */
	wr(a, 2, 0x10, 7, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	wr(b, 0, 0x00, 0x10000, 8);
	wr(a, 2, 0x10, 7, 4);
	CHECK_EQ(ram64(b, 0x10010) & 0xffffffff, 7);
	CHECK_EQ(rd(a, 2, 0x10, 4), 7);
	reg_rig_free(r);
}

TEST(plain_joins_two, "plain: two hosts, no more")
{
	u64 values[] = { 1 << 20 };
	char err[128];

	CHECK(!fabric_new(model_find("plain"), 3, values, err, sizeof(err)));
}
