// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest.h"

#define SUITE "doorbell"

/* What a driver does before it uses doorbells. */
static void enable(struct guest *g)
{
	u64 base = DBMSG_OF(g->index);
	u32 i;

	for (i = 0; i < NUM_DOORBELLS; i++)
		wr(g, 0, base + DM_VEC_MAP + i,
		   i < FIRST_MESSAGE_VECTOR ? 1 : 2, 1);
	wr(g, 0, base + DM_ODB_MASK, UINT64_MAX, 8);
	wr(g, 0, base + DM_IDB_MASK, UINT64_MAX, 8);
	/* imsg[i] listens to the peer's omsg[3 - i] */
	for (i = 0; i < NUM_MESSAGES; i++) {
		wr(g, 0, base + DM_MSG_MAP + i,
		   (3 - i) | (u32)(1 - g->index) << 2, 1);
		wr(g, 0, base + DM_IMSG + 8 * i, 0x10100000000, 8);
	}
}

static struct rig *ready(void)
{
	struct rig *r = rig_new();
	int i, v;

	for (i = 0; i < 2; i++) {
		enable(&r->g[i]);
		for (v = 0; v < GUEST_VECTORS; v++)
			fired(&r->g[i], v);
	}
	return r;
}

TEST(rings_the_peer, "a doorbell interrupts the peer once")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(a, 0, DBMSG_OF(0) + DM_ODB, BIT_ULL(33), 8);
	CHECK_EQ(fired(b, 1), 1);
	CHECK_EQ(fired(a, 1), 0);
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IDB, 8), BIT_ULL(33));
	CHECK_EQ(r->f->host[1].stats.doorbells, 1);
	/* a bit that is set already does not interrupt again */
	wr(a, 0, DBMSG_OF(0) + DM_ODB, BIT_ULL(33), 8);
	CHECK_EQ(fired(b, 1), 0);
	wr(b, 0, DBMSG_OF(1) + DM_IDB, BIT_ULL(33), 8);
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IDB, 8), 0);
	wr(a, 0, DBMSG_OF(0) + DM_ODB + 4, 2, 4);
	CHECK_EQ(fired(b, 1), 1);
	rig_free(r);
}

TEST(follows_the_vector_map, "each doorbell has its vector")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(b, 0, DBMSG_OF(1) + DM_VEC_MAP + 5, 3, 1);
	wr(a, 0, DBMSG_OF(0) + DM_ODB, BIT_ULL(5) | BIT_ULL(6), 8);
	CHECK_EQ(fired(b, 3), 1);
	CHECK_EQ(fired(b, 1), 1);
	/* a vector the function does not have */
	wr(b, 0, DBMSG_OF(1) + DM_IDB, UINT64_MAX, 8);
	wr(b, 0, DBMSG_OF(1) + DM_VEC_MAP + 5, 200, 1);
	wr(a, 0, DBMSG_OF(0) + DM_ODB, BIT_ULL(5), 8);
	CHECK_EQ(fired(b, 3) + fired(b, 1), 0);
	rig_free(r);
}

TEST(obeys_masks, "inbound and outbound masks")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(b, 0, DBMSG_OF(1) + DM_IDB_MASK, 0, 8);
	wr(a, 0, DBMSG_OF(0) + DM_ODB, 1, 8);
	CHECK_EQ(fired(b, 1), 0);
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IDB, 8), 1);
	/* it was pending: letting it through interrupts */
	wr(b, 0, DBMSG_OF(1) + DM_IDB_MASK, 1, 8);
	CHECK_EQ(fired(b, 1), 1);
	wr(b, 0, DBMSG_OF(1) + DM_IDB_MASK, 1, 8);
	CHECK_EQ(fired(b, 1), 0);
	/* and what one may not send is not sent */
	wr(a, 0, DBMSG_OF(0) + DM_ODB_MASK, 2, 8);
	wr(b, 0, DBMSG_OF(1) + DM_IDB, UINT64_MAX, 8);
	wr(a, 0, DBMSG_OF(0) + DM_ODB, 3, 8);
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IDB, 8), 2);
	rig_free(r);
}

TEST(is_private, "a partition's block is its own")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0];
	u64 before = r->f->host[0].stats.bad_accesses;

	wr(a, 0, DBMSG_OF(1) + DM_IDB_MASK, 0, 8);
	CHECK_EQ(r->f->host[0].stats.bad_accesses - before, 2);
	CHECK_EQ(rd(a, 0, DBMSG_OF(1) + DM_IDB_MASK, 8), 0);
	CHECK_EQ(rd(&r->g[1], 0, DBMSG_OF(1) + DM_IDB_MASK, 8), UINT64_MAX);
	rig_free(r);
}

TEST(delivers_messages, "messages go where they are mapped to")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(a, 0, DBMSG_OF(0) + DM_OMSG + 8 * 1, 0x1234, 4);
	CHECK_EQ(fired(b, 2), 1);
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IMSG + 8 * 2, 8), 0x10100001234);
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IMSG, 8), 0x10000000000);
	CHECK_EQ(r->f->host[1].stats.messages, 1);
	/* acknowledged by a byte */
	wr(b, 0, DBMSG_OF(1) + DM_IMSG + 8 * 2 + 4, 1, 1);
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IMSG + 8 * 2, 8), 0x10000001234);
	/* the source is seen, too */
	wr(b, 0, DBMSG_OF(1) + DM_OMSG, 7, 4);
	CHECK_EQ(rd(a, 0, DBMSG_OF(0) + DM_IMSG + 8 * 3, 8), 0x1010100000007);
	rig_free(r);
}

TEST(replaces_unread_messages, "a new message replaces an unread one")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(a, 0, DBMSG_OF(0) + DM_OMSG, 4, 4);
	wr(a, 0, DBMSG_OF(0) + DM_OMSG, 1, 4);
	CHECK_EQ(fired(b, 2), 2);
	CHECK_EQ(rd(b, 0, DBMSG_OF(1) + DM_IMSG + 8 * 3, 4), 1);
	rig_free(r);
}

TEST(loses_unmapped_messages, "messages nobody maps are lost")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(b, 0, DBMSG_OF(1) + DM_MSG_MAP, 0x07060504, 4);
	wr(a, 0, DBMSG_OF(0) + DM_OMSG, 4, 4);
	CHECK_EQ(fired(b, 2), 0);
	CHECK_EQ(r->f->host[1].stats.messages, 0);
	rig_free(r);
}

TEST(masks_messages, "masked messages wait")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	wr(b, 0, DBMSG_OF(1) + DM_IMSG + 8 * 3 + 5, 0, 1);
	wr(a, 0, DBMSG_OF(0) + DM_OMSG, 4, 4);
	CHECK_EQ(fired(b, 2), 0);
	wr(b, 0, DBMSG_OF(1) + DM_IMSG + 8 * 3 + 5, 1, 1);
	CHECK_EQ(fired(b, 2), 1);
	rig_free(r);
}
