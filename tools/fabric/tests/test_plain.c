// SPDX-License-Identifier: GPL-2.0-only
#include "tests/noise.h"
#include "tests/reg_guest.h"

#define SUITE "plain"

#define TARGET	0x00
#define BELL	0x08
#define PAD	0x10

TEST(translates, "the peer decides where a window leads")
{
	struct rig *r = reg_rig("plain", NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	struct window w;

	wr(a, 2, 0x100, 1, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	CHECK_EQ(rd(a, 2, 0x100, 4), 0xffffffff);
	wr(b, 0, TARGET, 0x20000, 8);
	wr(a, 2, 0x100, 0x1122334455667788, 8);
	CHECK_EQ(ram64(b, 0x20100), 0x1122334455667788);
	CHECK_EQ(rd(a, 2, 0x104, 4), 0x11223344);
	CHECK(r->f->ops->window(r->f->model, 0, 0, &w));
	CHECK(w.enabled && w.target == 0x20000 && w.target_host == 1);
	CHECK(r->f->ops->window(r->f->model, 1, 0, &w));
	CHECK(!w.enabled);
	CHECK(!r->f->ops->window(r->f->model, 0, 1, &w));
	/* an interrupt address is a message to the machine */
	wr(b, 0, TARGET, 0xfee00000, 8);
	wr(a, 2, 0x20, 7, 4);
	settle(a);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->seen[0].address, 0xfee00020);
	CHECK_EQ(b->seen[0].data, 7);
	reg_rig_free(r);
}

TEST(rings, "a doorbell fires the vector that is written")
{
	struct rig *r = reg_rig("plain", NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(a, 0, BELL, 2, 4);
	CHECK_EQ(vec_fired(b, 2), 1);
	CHECK_EQ(vec_fired(b, 0), 0);
	CHECK_EQ(vec_fired(a, 2), 0);
	/* there are four */
	wr(a, 0, BELL, 4, 4);
	CHECK_EQ(r->f->host[1].stats.dropped, 1);
	reg_rig_free(r);
}

TEST(sends, "scratchpads, and accesses of the wrong size")
{
	struct rig *r = reg_rig("plain", NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(a, 0, PAD + 12, 0xabcd, 4);
	CHECK_EQ(rd(b, 0, PAD + 12, 4), 0xabcd);
	CHECK_EQ(rd(b, 0, PAD + 13, 1), 0xab);
	CHECK_EQ(rd(a, 0, PAD + 12, 4), 0);
	wr(a, 0, PAD, 1, 2);
	wr(a, 0, 0x80, 1, 4);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 2);
	CHECK_EQ(rd(b, 0, PAD, 4), 0);
	reg_rig_free(r);
}

TEST(resets, "a reset is for one host")
{
	struct rig *r = reg_rig("plain", NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(a, 0, TARGET, 0x10000, 8);
	wr(b, 0, TARGET, 0x20000, 8);
	CHECK(guest_call(a, VU_DEVICE_RESET, 0, NULL, 0, NULL, 0));
	CHECK_EQ(rd(a, 0, TARGET, 8), 0);
	CHECK_EQ(rd(b, 0, TARGET, 8), 0x20000);
	reg_rig_free(r);
}

TEST(joins_two, "two hosts, no more and no less")
{
	CHECK(rig_refused("plain", 3, NULL));
	CHECK(!rig_refused("plain", 2, NULL));
}

TEST(survives, "30,000 random accesses")
{
	struct rig *r = reg_rig("plain", NULL);

	seed_noise(0x9e3779b97f4a7c15);
	make_noise(r, 30000, 0x40);
	reg_rig_free(r);
}
