// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "models/amd/amd.h"
#include "tests/noise.h"
#include "tests/reg_guest.h"

#define SUITE "amd"

#define PEER(offset)	(AMD_PEER + (offset))
#define UP_VECTOR	(AMD_FIRST_EVENT_VECTOR + 5)
#define DOWN_VECTOR	(AMD_FIRST_EVENT_VECTOR + 6)

/* Drivers started and the link is up, before they listened for it. */
static struct rig *amd_rig(const struct change *changes)
{
	struct rig *r = reg_rig("amd", changes);
	int i;

	for (i = 0; i < 2; i++)
		wr(&r->g[i], 0, AMD_SIDEINFO, i | SIDE_READY, 4);
	CHECK(wait_reg(&r->g[0], 0, PEER(AMD_SIDEINFO), 4, SIDE_READY,
		       SIDE_READY));
	for (i = 0; i < 2; i++)
		wr(&r->g[i], 0, AMD_INTMASK,
		   EVENTS & ~(EVENT_LINK_UP | EVENT_LINK_DOWN), 4);
	vec_drain(r);
	return r;
}

TEST(has_two_sides, "two sides")
{
	struct rig *r = reg_rig("amd", NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	CHECK_EQ(rd(a, VU_REGION_CONFIG, 0, 4), 0x145b1022);
	CHECK_EQ(rd(a, 0, AMD_SIDEINFO, 4), 0);
	CHECK_EQ(rd(b, 0, AMD_SIDEINFO, 4), SIDE_SECONDARY);
	wr(b, 0, AMD_SIDEINFO, SIDE_READY, 4);
	CHECK_EQ(rd(b, 0, AMD_SIDEINFO, 4), SIDE_SECONDARY | SIDE_READY);
	CHECK(wait_reg(a, 0, PEER(AMD_SIDEINFO), 4, ~0u,
		       SIDE_SECONDARY | SIDE_READY));
	/* after a surprise removal, one side clears the other's */
	wr(a, 0, PEER(AMD_SIDEINFO), SIDE_SECONDARY, 4);
	CHECK_EQ(rd(b, 0, AMD_SIDEINFO, 4), SIDE_SECONDARY);
	reg_rig_free(r);
}

TEST(tells_of_the_link, "link events")
{
	struct rig *r = amd_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	/* what came before anybody listened is gone */
	CHECK_EQ(rd(a, 0, AMD_INTSTAT, 4), 0);
	fabric_set_link(r->f, false);
	CHECK_EQ(vec_fired(a, DOWN_VECTOR), 1);
	CHECK_EQ(vec_fired(b, DOWN_VECTOR), 1);
	CHECK_EQ(rd(a, 0, AMD_INTSTAT, 4), EVENT_LINK_DOWN);
	CHECK_EQ(rd(a, 0, PEER(AMD_SIDEINFO), 4), SIDE_SECONDARY);
	CHECK_EQ(rd(b, 0, AMD_SIDEINFO, 4), SIDE_SECONDARY | SIDE_READY);
	fabric_set_link(r->f, true);
	/* the newer event replaces the older one */
	CHECK(wait_reg(a, 0, AMD_INTSTAT, 4, ~0u, EVENT_LINK_UP));
	CHECK_EQ(vec_fired(a, UP_VECTOR), 1);
	/* a peer is ready only once the driver knows of the link */
	CHECK_EQ(rd(a, 0, PEER(AMD_SIDEINFO), 4), SIDE_SECONDARY);
	wr(a, 0, AMD_SMUACK, EVENT_LINK_UP, 4);
	CHECK_EQ(rd(a, 0, PEER(AMD_SIDEINFO), 4),
		 SIDE_SECONDARY | SIDE_READY);
	wr(a, 0, AMD_INTSTAT, EVENT_LINK_UP, 4);
	CHECK_EQ(rd(a, 0, AMD_INTSTAT, 4), 0);
	reg_rig_free(r);
}

TEST(resets_one_side, "a reset of one host leaves the other alone")
{
	struct rig *r = amd_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(a, 0, AMD_SPAD, 0x1111, 4);
	wr(b, 0, AMD_SPAD + 0x20, 0x2222, 4);
	guest_disconnect(b);
	CHECK_EQ(vec_fired(a, DOWN_VECTOR), 1);
	CHECK_EQ(rd(a, 0, AMD_SPAD, 4), 0x1111);
	CHECK_EQ(rd(a, 0, AMD_SPAD + 0x20, 4), 0);
	CHECK_EQ(rd(a, 0, AMD_SIDEINFO, 4), SIDE_READY);
	guest_start(b);
	CHECK(wait_reg(a, 0, AMD_INTSTAT, 4, ~0u, EVENT_LINK_UP));
	wr(a, 0, AMD_SMUACK, EVENT_LINK_UP, 4);
	CHECK_EQ(rd(a, 0, PEER(AMD_SIDEINFO), 4), SIDE_SECONDARY);
	/* a machine that only resets its function is away as well */
	CHECK(guest_call(b, VU_DEVICE_RESET, 0, NULL, 0, NULL, 0));
	CHECK_EQ(vec_fired(a, DOWN_VECTOR), 1);
	CHECK(wait_reg(a, 0, AMD_INTSTAT, 4, ~0u, EVENT_LINK_UP));
	reg_rig_free(r);
}

TEST(shares_scratchpads, "scratchpads")
{
	struct rig *r = amd_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u32 n;

	for (n = 0; n < 8; n++) {
		wr(a, 0, AMD_SPAD + 0x20 + 4 * n, 0x100 + n, 4);
		wr(b, 0, AMD_SPAD + 4 * n, 0x200 + n, 4);
	}
	for (n = 0; n < 8; n++) {
		CHECK_EQ(rd(b, 0, AMD_SPAD + 0x20 + 4 * n, 4), 0x100 + n);
		CHECK_EQ(rd(a, 0, AMD_SPAD + 4 * n, 4), 0x200 + n);
	}
	fault_arm(&r->f->faults, 0, FAULT_SPAD_XOR, 0xf0, 1);
	wr(a, 0, AMD_SPAD + 0x20, 6, 4);
	CHECK_EQ(rd(b, 0, AMD_SPAD + 0x20, 4), 0xf6);
	fault_arm(&r->f->faults, 0, FAULT_SPAD_DROP, 0, 0);
	wr(a, 0, AMD_SPAD + 0x20, 7, 4);
	CHECK_EQ(rd(b, 0, AMD_SPAD + 0x20, 4), 0xf6);
	/* not on the pads of the writer's own half */
	wr(a, 0, AMD_SPAD, 8, 4);
	CHECK_EQ(rd(b, 0, AMD_SPAD, 4), 8);
	fault_clear(&r->f->faults);
	fabric_set_link(r->f, false);
	wr(a, 0, AMD_SPAD + 0x20, 9, 4);
	CHECK_EQ(rd(b, 0, AMD_SPAD + 0x20, 4), 0xf6);
	reg_rig_free(r);
}

TEST(rings, "doorbells")
{
	struct rig *r = amd_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 before;

	wr(a, 0, AMD_DBREQ, 0x8004, 2);
	CHECK_EQ(rd(b, 0, AMD_DBSTAT, 2), 0x8004);
	CHECK_EQ(vec_fired(b, 2), 0);
	wr(b, 0, AMD_DBMASK, 0x7fff, 2);
	CHECK_EQ(vec_fired(b, 15), 1);
	CHECK_EQ(vec_fired(b, 2), 0);
	/* 32 bits at once, as the driver does at its end */
	wr(b, 0, AMD_DBMASK, 0, 4);
	CHECK_EQ(vec_fired(b, 2), 1);
	CHECK_EQ(vec_fired(b, 15), 0);
	wr(b, 0, AMD_DBSTAT, 0x0004, 2);
	CHECK_EQ(rd(b, 0, AMD_DBSTAT, 2), 0x8000);
	wr(a, 0, AMD_DBREQ, 0x8004, 2);
	CHECK_EQ(vec_fired(b, 2), 1);
	CHECK_EQ(vec_fired(b, 15), 0);
	CHECK_EQ(r->f->host[1].stats.doorbells, 2);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 0);
	fabric_set_link(r->f, false);
	before = r->f->host[0].stats.dropped;
	wr(a, 0, AMD_DBREQ, 1, 2);
	CHECK_EQ(r->f->host[0].stats.dropped, before + 1);
	reg_rig_free(r);
}

/* The receiver writes the translation into the sender's registers. */
TEST(translates, "windows")
{
	static const struct {
		int bar;
		u32 xlat;
		u32 limit;
		u32 limit_bytes;
	} windows[] = {
		{ 1, AMD_XLAT1, AMD_LIMIT1, 4 },
		{ 2, AMD_XLAT23, AMD_LIMIT23, 8 },
		{ 4, AMD_XLAT45, AMD_LIMIT45, 8 },
	};
	struct rig *r = amd_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	struct window w;
	u64 to;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		to = 0x101000 + 0x200000 * (u64)i;
		wr(a, windows[i].bar, 0, 1, 4);
		CHECK_EQ(r->f->host[0].stats.dropped, 2 * i + 1);
		wr(b, 0, PEER(windows[i].xlat), to, 8);
		CHECK_EQ(rd(b, 0, PEER(windows[i].xlat), 8), to);
		wr(b, 0, PEER(windows[i].limit), 0x1800,
		   windows[i].limit_bytes);
		CHECK_EQ(rd(b, 0, PEER(windows[i].limit),
			    windows[i].limit_bytes), 0x1800);
		wr(a, windows[i].bar, 0x17f8, 0x1122334455667788, 8);
		CHECK_EQ(ram64(b, to + 0x17f8), 0x1122334455667788);
		CHECK_EQ(rd(a, windows[i].bar, 0x17f8, 4), 0x55667788);
		wr(a, windows[i].bar, 0x1800, 1, 4);
		CHECK_EQ(r->f->host[0].stats.dropped, 2 * i + 2);
		CHECK_EQ(rd(a, windows[i].bar, 0x1800, 4), 0xffffffff);
		CHECK(r->f->ops->window(r->f->model, 0, i, &w));
		CHECK_EQ(w.bar, windows[i].bar);
		CHECK_EQ(w.size, 0x1800);
		CHECK_EQ(w.target, to);
		CHECK(w.enabled);
	}
	CHECK(!r->f->ops->window(r->f->model, 0, 3, &w));
	/* a limit past the BAR is the BAR's end */
	wr(b, 0, PEER(AMD_XLAT23), 0xfee00000, 8);
	wr(b, 0, PEER(AMD_LIMIT23), UINT64_MAX, 8);
	wr_posted(a, 2, 0xffffc, 3, 4);
	settle(a);
	CHECK_EQ(b->seen[0].address, 0xfeeffffc);
	reg_rig_free(r);
}

TEST(guards_the_peers_registers, "registers the peer may not write")
{
	struct rig *r = amd_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(a, 0, PEER(AMD_DBMASK), 0, 2);
	wr(a, 0, PEER(AMD_INTMASK), 0, 4);
	wr(a, 0, PEER(AMD_SMUACK), EVENT_LINK_UP, 4);
	wr(a, 0, 0x9000, 0, 4);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 4);
	CHECK_EQ(rd(b, 0, AMD_DBMASK, 2), 0xffff);
	CHECK_EQ(rd(b, 0, AMD_INTMASK, 4), 0x1f);
	reg_rig_free(r);
}

TEST(has_two_windows_later, "the later device")
{
	static const struct change later[] = { { "device", 0x148b }, { 0 } };
	struct rig *r = amd_rig(later);
	struct window w;

	CHECK_EQ(rd(&r->g[0], VU_REGION_CONFIG, 2, 2), 0x148b);
	CHECK(r->f->ops->window(r->f->model, 0, 1, &w));
	CHECK_EQ(w.bar, 4);
	CHECK(!r->f->ops->window(r->f->model, 0, 2, &w));
	reg_rig_free(r);
}

TEST(survives_noise, "30,000 random accesses")
{
	struct rig *r = amd_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	seed_noise(0x2545f4914f6cdd1d);
	make_noise(r, 30000, 0xa00);
	guest_disconnect(a);
	guest_disconnect(b);
	guest_start(a);
	guest_start(b);
	wr(b, 0, AMD_SIDEINFO, SIDE_READY, 4);
	CHECK(wait_reg(a, 0, PEER(AMD_SIDEINFO), 4, ~0u,
		       SIDE_SECONDARY | SIDE_READY));
	reg_rig_free(r);
}
