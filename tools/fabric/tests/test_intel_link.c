// SPDX-License-Identifier: GPL-2.0-only
#include "tests/intel_guest.h"

#define SUITE "intel link"

static u64 status(const struct intel_way *w, struct guest *g)
{
	return rd(g, w->link_region, w->link_status, 2);
}

/* The link bit is the last one of the status. */
static void clear_status(const struct intel_way *w, struct guest *g)
{
	wr(g, 0, w->status, UINT64_MAX, w->bell_bytes);
}

static void needs_both(const struct intel_way *w)
{
	struct rig *r = intel_rig(w, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	w->enable(a);
	fabric_turn(r->f, 20);
	CHECK_EQ(status(w, a), 0);
	CHECK_EQ(vec_fired(a, w->link_vector), 0);
	w->enable(b);
	CHECK(intel_link(w, a, true));
	CHECK_EQ(status(w, a), 0x2083);
	CHECK_EQ(status(w, b), 0x2083);
	CHECK_EQ(vec_fired(a, w->link_vector), 1);
	CHECK_EQ(vec_fired(b, w->link_vector), 1);
	clear_status(w, a);
	clear_status(w, b);
	w->disable(b);
	CHECK_EQ(status(w, a), 0);
	CHECK_EQ(status(w, b), 0);
	CHECK_EQ(vec_fired(a, w->link_vector), 1);
	CHECK_EQ(vec_fired(b, w->link_vector), 1);
	reg_rig_free(r);
}

static void takes_its_time(const struct intel_way *w)
{
	static const struct change slow[] = { { "link_delay", 10000 }, { 0 } };
	struct rig *r = intel_rig(w, slow);

	w->enable(&r->g[0]);
	w->enable(&r->g[1]);
	fabric_turn(r->f, 20);
	CHECK_EQ(status(w, &r->g[0]), 0);
	CHECK_EQ(vec_fired(&r->g[0], w->link_vector), 0);
	reg_rig_free(r);
}

static void follows_the_fabric(const struct intel_way *w)
{
	struct rig *r = intel_rig(w, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(w, r);
	fabric_set_link(r->f, false);
	CHECK_EQ(status(w, a), 0);
	CHECK_EQ(vec_fired(a, w->link_vector), 1);
	CHECK_EQ(vec_fired(b, w->link_vector), 1);
	clear_status(w, a);
	fabric_set_link(r->f, true);
	CHECK(intel_link(w, a, true));
	CHECK_EQ(vec_fired(a, w->link_vector), 1);
	reg_rig_free(r);
}

static void resets_one_side(const struct intel_way *w)
{
	struct rig *r = intel_rig(w, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(w, r);
	wr(a, 0, w->spad, 0x1111, 4);
	wr(b, 0, w->spad, 0x2222, 4);
	guest_disconnect(b);
	CHECK_EQ(status(w, a), 0);
	CHECK_EQ(vec_fired(a, w->link_vector), 1);
	CHECK_EQ(rd(a, 0, w->spad, 4), 0x1111);
	guest_start(b);
	vectors_on(b);
	CHECK_EQ(rd(b, 0, w->spad, 4), 0);
	clear_status(w, a);
	/* the side that stayed still wants the link */
	w->start(b);
	w->enable(b);
	CHECK(intel_link(w, a, true));
	CHECK_EQ(vec_fired(a, w->link_vector), 1);
	reg_rig_free(r);
}

static void for_all(void (*test)(const struct intel_way *w))
{
	int i;

	for (i = 0; i < INTEL_WAYS; i++)
		test(&intel_ways[i]);
}

TEST(needs_both, "comes up when both want it")
{
	for_all(needs_both);
}

TEST(takes_its_time, "training takes time")
{
	for_all(takes_its_time);
}

TEST(follows_the_fabric, "the physical link")
{
	for_all(follows_the_fabric);
}

TEST(resets_one_side, "a reset of one host leaves the other alone")
{
	for_all(resets_one_side);
}
