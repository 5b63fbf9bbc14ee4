// SPDX-License-Identifier: GPL-2.0-only
/* Anything may be written anywhere; the seeds are fixed. */
#include "tests/intel_guest.h"
#include "tests/noise.h"

#define SUITE "intel hostile"

#define ROUNDS 30000

static void survives(const struct intel_way *w, u64 seed, u32 room,
		     const struct change *changes)
{
	struct rig *r = intel_rig(w, changes);
	struct guest *b = &r->g[1];

	seed_noise(seed);
	intel_join(w, r);
	make_noise(r, ROUNDS, room);
	/* and a driver can start again */
	guest_disconnect(b);
	guest_start(b);
	vectors_on(b);
	w->start(&r->g[0]);
	w->start(b);
	wr(&r->g[0], VU_REGION_CONFIG, 4, 6, 2);
	w->enable(&r->g[0]);
	w->enable(b);
	CHECK(intel_link(w, b, true));
	reg_rig_free(r);
}

TEST(gen1, "gen1, 30,000 random accesses")
{
	survives(&intel_ways[0], 0x9e3779b97f4a7c15, 0x600, NULL);
}

TEST(gen1_split, "gen1 with split BARs, the same")
{
	static const struct change split[] = { { "split", 1 }, { 0 } };

	survives(&intel_ways[0], 0xbf58476d1ce4e5b9, 0x600, split);
}

TEST(gen3, "gen3, the same")
{
	survives(&intel_ways[1], 0x94d049bb133111eb, 0x4600, NULL);
}

TEST(gen4, "gen4, the same")
{
	survives(&intel_ways[2], 0xd1342543de82ef95, 0x200, NULL);
}
