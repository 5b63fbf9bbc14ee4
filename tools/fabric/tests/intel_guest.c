// SPDX-License-Identifier: GPL-2.0-only
#include "tests/intel_guest.h"

#define LINK_UP	0x2000u

static void start_gen4(struct guest *g)
{
	u32 i;

	wr(g, 0, 0x18, 0x2000000000000000, 8);
	wr(g, 0, 0x28, 0x4000000000000000, 8);
	wr(g, 0, 0x48, 0xffffffff, 8);
	wr(g, 0, 0xb050, 0x10, 2);
	for (i = 0; i < 33; i++)
		wr(g, 0, 0x50 + i, i, 1);
}

static void enable_gen4(struct guest *g)
{
	wr(g, 0, 0, 0x154, 4);
	wr(g, 0, 0xb050, 0, 2);
	wr(g, 0, 0xb0d4, 8, 4);
}

static void disable_gen4(struct guest *g)
{
	wr(g, 0, 0xb050, 0x10, 2);
}

static void ring_by_register(struct guest *g, u32 bell)
{
	wr(g, 0, 0x100 + 4 * (u64)bell, 1, 4);
}

static void start_gen3(struct guest *g)
{
	u32 i;

	wr(g, 0, 0x18, 0x2000000000000000, 8);
	wr(g, 0, 0x28, 0x4000000000000000, 8);
	wr(g, 0, 0x4504, 6, 2);
	wr(g, 0, 0x48, 0x7fffffff, 8);
	for (i = 0; i < 32; i++)
		wr(g, 0, 0xd0 + i, i, 1);
	wr(g, 0, 0xf0, 31, 1);
}

static void enable_gen3(struct guest *g)
{
	wr(g, 0, 0, 0x154, 4);
}

static void disable_gen3(struct guest *g)
{
	wr(g, 0, 0, 3, 4);
}

/* BAR 4 is the way to the peer's registers. */
static void start_gen1(struct guest *g)
{
	wr(g, VU_REGION_CONFIG, 0xd2, rd(g, VU_REGION_CONFIG, 0xd0, 1), 1);
	wr(g, VU_REGION_CONFIG, 0xd3, 0, 1);
	wr(g, 0, 0x40, 0x4000000000000000, 8);
	wr(g, 0, 0x48, 0x2000000000000000, 8);
	wr(g, 0, 0x50, 0x4000000000000000, 8);
	wr(g, 0, 0x20, 0x2000000000000000, 8);
	wr(g, 0, 0x28, 0x4000000000000000, 8);
	wr(g, 0, 0x10, 0x2000000000000000, 8);
	wr(g, 0, 0x18, 0x4000000000000000, 8);
	wr(g, 0, 0x504, 6, 2);
	wr(g, 0, 0x62, 0x7fff, 2);
}

static void enable_gen1(struct guest *g)
{
	wr(g, 0, 0x58, 0x154, 4);
}

static void disable_gen1(struct guest *g)
{
	wr(g, 0, 0x58, 3, 4);
}

static void ring_by_window(struct guest *g, u32 bell)
{
	wr(g, 4, 0x60, BIT(bell), 2);
}

const struct intel_way intel_ways[INTEL_WAYS] = {
	{
		.model = "intel-gen1",
		.start = start_gen1,
		.enable = enable_gen1,
		.disable = disable_gen1,
		.link_region = VU_REGION_CONFIG,
		.link_status = 0x1a2,
		.link_vector = 3,
		.peer_region = 4,
		.peer_spad = 0x80,
		.spad = 0x80,
		.ring = ring_by_window,
		.bell_vector = 1,
		.status = 0x60,
		.mask = 0x62,
		.bell_bytes = 2,
	}, {
		.model = "intel-gen3",
		.start = start_gen3,
		.enable = enable_gen3,
		.disable = disable_gen3,
		.link_region = VU_REGION_CONFIG,
		.link_status = 0x1a2,
		.link_vector = 31,
		.peer_spad = 0x180,
		.spad = 0x80,
		.ring = ring_by_register,
		.bell_vector = 7,
		.status = 0x40,
		.mask = 0x48,
		.bell_bytes = 8,
	}, {
		.model = "intel-gen4",
		.start = start_gen4,
		.enable = enable_gen4,
		.disable = disable_gen4,
		.link_status = 0xb052,
		.link_vector = 32,
		.peer_spad = 0x8080,
		.spad = 0x80,
		.ring = ring_by_register,
		.bell_vector = 7,
		.status = 0x40,
		.mask = 0x48,
		.bell_bytes = 8,
	},
};

struct rig *intel_rig(const struct intel_way *w, const struct change *changes)
{
	struct rig *r = reg_rig(w->model, changes);
	int i;

	for (i = 0; i < 2; i++) {
		place_bar(&r->g[i], 2, BAR_AT(2));
		place_bar(&r->g[i], 4, BAR_AT(4));
		w->start(&r->g[i]);
	}
	return r;
}

bool intel_link(const struct intel_way *w, struct guest *g, bool up)
{
	return wait_reg(g, w->link_region, w->link_status, 2, LINK_UP,
			up ? LINK_UP : 0);
}

void intel_join(const struct intel_way *w, struct rig *r)
{
	w->enable(&r->g[0]);
	w->enable(&r->g[1]);
	CHECK(intel_link(w, &r->g[0], true));
	wr(&r->g[0], 0, w->status, UINT64_MAX, w->bell_bytes);
	wr(&r->g[1], 0, w->status, UINT64_MAX, w->bell_bytes);
	vec_drain(r);
}
