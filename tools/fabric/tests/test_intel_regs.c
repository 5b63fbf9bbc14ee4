// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "bridge/clock.h"
#include "tests/intel_guest.h"

#define SUITE "intel registers"

#define GEN1 (&intel_ways[0])
#define GEN3 (&intel_ways[1])
#define GEN4 (&intel_ways[2])

TEST(tells_the_sides_apart, "which side it is")
{
	static const struct change icx[] = { { "icx", 1 }, { 0 } };
	static const struct change split[] = { { "split", 1 }, { 0 } };
	struct rig *r = reg_rig("intel-gen4", NULL);

	CHECK_EQ(rd(&r->g[0], VU_REGION_CONFIG, 0, 4), 0x347e8086);
	CHECK_EQ(rd(&r->g[0], VU_REGION_CONFIG, 8, 1), 0x10);
	CHECK_EQ(rd(&r->g[0], 0, 0xb4c0, 4), 0x0200);
	CHECK_EQ(rd(&r->g[1], 0, 0xb4c0, 4), 0x4200);
	wr(&r->g[1], 0, 0xb4c0, 0, 4);
	CHECK_EQ(rd(&r->g[1], 0, 0xb4c0, 4), 0x4200);
	reg_rig_free(r);
	r = reg_rig("intel-gen4", icx);
	CHECK_EQ(rd(&r->g[0], VU_REGION_CONFIG, 8, 1), 0x04);
	CHECK_EQ(rd(&r->g[0], 0, 0xb4c0, 4), 0x0200);
	CHECK_EQ(rd(&r->g[1], 0, 0xb4c0, 4), 0x1200);
	reg_rig_free(r);
	r = reg_rig("intel-gen3", NULL);
	CHECK_EQ(rd(&r->g[0], VU_REGION_CONFIG, 0xd4, 1), 0x01);
	CHECK_EQ(rd(&r->g[1], VU_REGION_CONFIG, 0xd4, 1), 0x11);
	reg_rig_free(r);
	r = reg_rig("intel-gen1", split);
	CHECK_EQ(rd(&r->g[0], VU_REGION_CONFIG, 0xd4, 1), 0x41);
	CHECK_EQ(rd(&r->g[1], VU_REGION_CONFIG, 0xd4, 1), 0x51);
	reg_rig_free(r);
}

TEST(keeps_all_bits, "registers keep all bits")
{
	static const u64 wide[] = { 0x10, 0x18, 0x20, 0x28, 0x48 };
	struct rig *r = reg_rig("intel-gen4", NULL);
	struct guest *a = &r->g[0];
	u64 value = 0xfedcba9876543211;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(wide); i++) {
		wr(a, 0, wide[i], value, 8);
		CHECK_EQ(rd(a, 0, wide[i], 8), value);
		CHECK_EQ(rd(&r->g[1], 0, wide[i], 8), 0);
		/* halves, and a byte in the middle */
		wr(a, 0, wide[i] + 4, 0x11223344, 4);
		wr(a, 0, wide[i] + 1, 0xaa, 1);
		CHECK_EQ(rd(a, 0, wide[i], 8), 0x112233447654aa11);
		CHECK_EQ(rd(a, 0, wide[i] + 2, 2), 0x7654);
	}
	wr(a, 0, 0x76, 0x14, 2);
	CHECK_EQ(rd(a, 0, 0x74, 4), 0x140000);
	/* eight vector numbers at once */
	wr(a, 0, 0x50, 0x0706050403020100, 8);
	CHECK_EQ(rd(a, 0, 0x53, 1), 3);
	wr(a, 0, 0xb0d4, 8, 4);
	CHECK_EQ(rd(a, 0, 0xb0d4, 4), 8);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 0);
	wr(a, 0, 0x9000, 1, 4);
	CHECK_EQ(rd(a, 0, 0x9000, 4), 0);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 1);
	reg_rig_free(r);
}

/* Sizes of the BARs on the wire are the driver's to choose. */
TEST(keeps_wire_sizes, "sizes on the wire")
{
	static const struct change sizes[] = {
		{ "bar2_size", 2 << 20 }, { "bar4_size", 1 << 16 }, { 0 }
	};
	struct rig *r = reg_rig("intel-gen1", sizes);
	struct guest *a = &r->g[0];

	CHECK_EQ(rd(a, VU_REGION_CONFIG, 0xd0, 4), 0x10151015);
	wr(a, VU_REGION_CONFIG, 0xd3, 0, 1);
	CHECK_EQ(rd(a, VU_REGION_CONFIG, 0xd0, 4), 0x00151015);
	/* the others are not */
	wr(a, VU_REGION_CONFIG, 0xd0, 0x0f0e0d0c, 4);
	CHECK_EQ(rd(a, VU_REGION_CONFIG, 0xd0, 4), 0x0f0e1015);
	CHECK_EQ(rd(&r->g[1], VU_REGION_CONFIG, 0xd0, 4), 0x10151015);
	reg_rig_free(r);
}

static void shares_scratchpads(const struct intel_way *w)
{
	struct rig *r = intel_rig(w, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 n;

	wr(a, w->peer_region, w->peer_spad, 1, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	CHECK_EQ(rd(a, w->peer_region, w->peer_spad, 4), 0xffffffff);
	intel_join(w, r);
	CHECK_EQ(rd(b, 0, w->spad, 4), 0);
	for (n = 0; n < 16; n++)
		wr(a, w->peer_region, w->peer_spad + 4 * n, 0x100 + n, 4);
	for (n = 0; n < 16; n++) {
		CHECK_EQ(rd(b, 0, w->spad + 4 * n, 4), 0x100 + n);
		CHECK_EQ(rd(a, w->peer_region, w->peer_spad + 4 * n, 4),
			 0x100 + n);
		CHECK_EQ(rd(a, 0, w->spad + 4 * n, 4), 0);
	}
	wr(b, 0, w->spad + 60, 0xabcdef01, 4);
	CHECK_EQ(rd(a, w->peer_region, w->peer_spad + 60, 4), 0xabcdef01);
	wr(a, w->peer_region, w->peer_spad + 61, 0x77, 1);
	CHECK_EQ(rd(b, 0, w->spad + 60, 4), 0xabcd7701);
	reg_rig_free(r);
}

static void meets_scratchpad_faults(const struct intel_way *w)
{
	struct rig *r = intel_rig(w, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u32 at = w->peer_region;
	u64 start = clock_now_ms();

	intel_join(w, r);
	fault_arm(&r->f->faults, 0, FAULT_SPAD_DROP, 0, 1);
	wr(a, at, w->peer_spad, 5, 4);
	CHECK_EQ(rd(b, 0, w->spad, 4), 0);
	wr(a, at, w->peer_spad, 6, 4);
	CHECK_EQ(rd(b, 0, w->spad, 4), 6);
	fault_arm(&r->f->faults, 0, FAULT_SPAD_XOR, 0xf0, 1);
	wr(a, at, w->peer_spad, 6, 4);
	CHECK_EQ(rd(b, 0, w->spad, 4), 0xf6);
	/* the repeated word comes in behind the next one */
	fault_arm(&r->f->faults, 0, FAULT_SPAD_REPEAT, 0, 1);
	wr(a, at, w->peer_spad, 7, 4);
	wr(a, at, w->peer_spad, 8, 4);
	CHECK_EQ(rd(b, 0, w->spad, 4), 7);
	/* a late word is overtaken by the next one */
	fault_arm(&r->f->faults, 0, FAULT_SPAD_LATE, 50, 1);
	wr(a, at, w->peer_spad, 3, 4);
	wr(a, at, w->peer_spad, 4, 4);
	CHECK_EQ(rd(b, 0, w->spad, 4), 4);
	while (rd(b, 0, w->spad, 4) != 3 && clock_now_ms() - start < 5000)
		fabric_turn(r->f, 5000);
	CHECK_EQ(rd(b, 0, w->spad, 4), 3);
	/* what a host writes to its own pads meets none */
	fault_arm(&r->f->faults, 1, FAULT_SPAD_DROP, 0, 0);
	wr(b, 0, w->spad, 9, 4);
	CHECK_EQ(rd(b, 0, w->spad, 4), 9);
	reg_rig_free(r);
}

static void rings(const struct intel_way *w)
{
	struct rig *r = intel_rig(w, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 all = w->bell_bytes == 2 ? 0x7fff : 0x7fffffff;

	w->ring(a, 7);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	intel_join(w, r);
	CHECK_EQ(rd(b, 0, w->status, w->bell_bytes), 0);
	/* masked: it is pending, and interrupts when that ends */
	w->ring(a, 7);
	CHECK_EQ(rd(b, 0, w->status, w->bell_bytes), 0x80);
	CHECK_EQ(vec_fired(b, w->bell_vector), 0);
	wr(b, 0, w->mask, all & ~0x80ull, w->bell_bytes);
	CHECK_EQ(vec_fired(b, w->bell_vector), 1);
	/* not again until it was cleared */
	w->ring(a, 7);
	CHECK_EQ(vec_fired(b, w->bell_vector), 0);
	wr(b, 0, w->status, 0x80, w->bell_bytes);
	CHECK_EQ(rd(b, 0, w->status, w->bell_bytes), 0);
	w->ring(a, 7);
	CHECK_EQ(vec_fired(b, w->bell_vector), 1);
	CHECK_EQ(rd(a, 0, w->status, w->bell_bytes), 0);
	CHECK_EQ(r->f->host[1].stats.doorbells, 3);
	reg_rig_free(r);
}

/* Vector numbers are what the driver wrote, even one that does not exist. */
TEST(follows_the_vector_table, "the vector table")
{
	struct rig *r = intel_rig(GEN4, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN4, r);
	wr(b, 0, 0x48, 0, 8);
	wr(b, 0, 0x50 + 4, 20, 1);
	GEN4->ring(a, 4);
	CHECK_EQ(vec_fired(b, 20), 1);
	CHECK_EQ(vec_fired(b, 4), 0);
	wr(b, 0, 0x50 + 5, 0xff, 1);
	GEN4->ring(a, 5);
	CHECK_EQ(rd(b, 0, 0x40, 8), 0x30);
	reg_rig_free(r);
}

TEST(resets_the_vector_table, "the vector table after reset")
{
	struct rig *r = reg_rig("intel-gen4", NULL);

	CHECK_EQ(rd(&r->g[0], 0, 0x50, 1), 1);
	CHECK_EQ(rd(&r->g[0], 0, 0x50 + 31, 1), 32);
	CHECK_EQ(rd(&r->g[0], 0, 0x50 + 32, 1), 0);
	reg_rig_free(r);
}

/* Five doorbells a vector; the peer can set no link bit. */
TEST(groups_doorbells, "five doorbells a vector")
{
	struct rig *r = intel_rig(GEN1, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN1, r);
	wr(b, 0, 0x62, 0, 2);
	wr(a, 4, 0x60, 0xffff, 2);
	CHECK_EQ(rd(b, 0, 0x60, 2), 0x7fff);
	CHECK_EQ(vec_fired(b, 0), 1);
	CHECK_EQ(vec_fired(b, 1), 1);
	CHECK_EQ(vec_fired(b, 2), 1);
	CHECK_EQ(vec_fired(b, 3), 0);
	reg_rig_free(r);
}

/* Through the window, only doorbells and scratchpads may be written. */
TEST(guards_the_peers_registers, "registers the peer may not write")
{
	struct rig *r = intel_rig(GEN1, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	intel_join(GEN1, r);
	wr(a, 4, 0x30, 0x1234, 8);
	CHECK_EQ(rd(b, 0, 0x30, 8), 0);
	wr(a, 4, 0x62, 0, 2);
	CHECK_EQ(rd(b, 0, 0x62, 2), 0x7fff);
	wr(a, 4, 0x58, 3, 4);
	CHECK(intel_link(GEN1, b, true));
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 3);
	CHECK_EQ(rd(a, 4, 0x48, 8), 0x2000000000000000);
	/* behind the registers there is nothing */
	wr(a, 4, 0x8000, 1, 4);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	CHECK_EQ(rd(a, 4, 0x8000, 4), 0xffffffff);
	reg_rig_free(r);
}

TEST(names_registers, "register names")
{
	struct rig *r = reg_rig("intel-gen4", NULL);
	char name[64];

	r->f->ops->register_name(r->f->model, 0, 0, 0x8084, name,
				  sizeof(name));
	CHECK_EQ(snprintf(NULL, 0, "%s", name), 10);
	CHECK(name[0] == 'E' && name[8] == '1');
	reg_rig_free(r);
}

static void for_all(void (*test)(const struct intel_way *w))
{
	int i;

	for (i = 0; i < INTEL_WAYS; i++)
		test(&intel_ways[i]);
}

TEST(scratchpads, "scratchpads")
{
	for_all(shares_scratchpads);
}

TEST(faults, "scratchpad faults")
{
	for_all(meets_scratchpad_faults);
}

TEST(rings, "doorbells and masks")
{
	for_all(rings);
}
