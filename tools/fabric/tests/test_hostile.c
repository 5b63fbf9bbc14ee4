// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing a guest or its QEMU sends may crash the fabric or keep it from
 * serving the other host. The seeds are fixed, so a failure can be had again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/guest.h"
#include "tests/noise.h"

#define SUITE "hostile"

#define ROUNDS 100000

/* An offset that is more often than not near something interesting. */
static u64 some_offset(void)
{
	static const u32 bases[] = {
		0, 0x818, SW_EVENT_FIRST, GEN3_PARTITION_ID, PART_CFG, NT_INFO,
		CTRL, CTRL + CT_BAR_ENTRY, CTRL + CT_LUT, CTRL_OF(1),
		CTRL_OF(1) + CT_BAR_ENTRY, CTRL_OF(1) + CT_REQ_ID,
		CTRL_OF(1) + CT_LUT, DBMSG, DBMSG + DM_ODB,
		DBMSG_OF(1) + DM_ODB, DBMSG_OF(1) + DM_MSIX, PFF,
		PFF + PF_LINK_EVENT, GAS_BYTES - 16,
	};
	u64 spread = noise() % 3 ? 0x40 : 0x2000;

	if (noise() % 8 == 0)
		return noise() % (GAS_BYTES + 64);
	return bases[noise() % ARRAY_SIZE(bases)] + noise() % spread;
}

static u64 some_value(void)
{
	switch (noise() % 4) {
	case 0:
		return noise() % 4;
	case 1:
		return BIT_ULL(noise() % 64);
	case 2:
		return (noise() & ~0xffffull) | (noise() % 8);
	default:
		return noise();
	}
}

static void post(struct guest *g, u32 region, u64 offset, u64 value, u32 count)
{
	struct {
		struct vu_header h;
		struct vu_region_access a;
		u64 value[4];
	} m = {
		{ .command = VU_REGION_WRITE, .flags = VU_FLAG_NO_REPLY },
		{ offset, region, count },
		{ value, ~value, value, value },
	};

	m.h.size = (u32)(sizeof(m.h) + sizeof(m.a)) + count;
	guest_send_raw(g, &m, m.h.size, NULL, 0);
}

TEST(random_registers, "100,000 random register accesses")
{
	struct rig *r = rig_new();
	struct guest *g;
	u32 i, region, count;
	struct vu_region_access a;

	seed_noise(0x9e3779b97f4a7c15);
	/* names of registers are looked up for every one of them */
	r->f->trace.file = fopen("/dev/null", "w");
	r->f->trace.on = true;
	for (i = 0; i < ROUNDS; i++) {
		g = &r->g[noise() % 2];
		region = noise() % 4 ? 0 : (u32)(noise() % 9);
		count = (u32)(noise() % 4 ? BIT(noise() % 4) : noise() % 33);
		if (noise() % 2) {
			post(g, region, some_offset(), some_value(), count);
		} else {
			a = (struct vu_region_access){ some_offset(), region,
						       count };
			guest_call(g, VU_REGION_READ, 0, &a, sizeof(a), NULL,
				   0);
			CHECK(g->replied);
		}
		if (i % 16 == 0)
			settle(g);
		if (i % 4096 == 0)
			wr(g, VU_REGION_CONFIG, 4, 6, 2);
	}
	settle(&r->g[0]);
	CHECK(!r->g[0].closed && !r->g[1].closed);
	CHECK(r->f->host[0].stats.bad_accesses > 0);
	CHECK_EQ(rd(&r->g[0], 0, NT_INFO + 1, 1), 0);
	CHECK_EQ(rd(&r->g[1], 0, NT_INFO + 1, 1), 1);
	rig_free(r);
}

static u32 fill_message(u8 *msg, size_t room)
{
	struct vu_header h = {
		.id = (u16)noise(),
		.command = (u16)(2 + noise() % 14),
		.size = (u32)(16 + 32 + noise() % 48),
	};
	u32 len, i;

	/* What ends the connection is rarer, or little else would happen. */
	if (noise() % 64 == 0)
		h.command = (u16)noise();
	if (noise() % 64 == 0)
		h.command = VU_VERSION;
	if (noise() % 64 == 0)
		h.size = (u32)(16 + noise() % 32);
	if (noise() % 64 == 0)
		h.flags = (u32)noise();
	else if (noise() % 4 == 0)
		h.flags = VU_FLAG_NO_REPLY;
	len = h.size;
	for (i = sizeof(h); i < len && i < room; i++)
		msg[i] = (u8)(noise() % 3 ? noise() % 10 : noise());
	/* now and then the length is a lie */
	if (noise() % 64 == 0)
		h.size = (u32)noise();
	memcpy(msg, &h, sizeof(h));
	return len;
}

TEST(random_messages, "100,000 random messages")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	int fds[3];
	u8 msg[256];
	u32 i, len;
	u64 restarts = 0;

	seed_noise(0xd1342543de82ef95);
	for (i = 0; i < ROUNDS; i++) {
		if (g->closed || !host_connected(&r->f->host[0])) {
			close(g->fd);
			g->fd = -1;
			settle(g);
			guest_start(g);
			restarts++;
		}
		len = fill_message(msg, sizeof(msg));
		if (noise() % 8 == 0) {
			fds[0] = g->ram_fd;
			fds[1] = g->vector[1];
			fds[2] = g->vector[2];
			guest_send_raw(g, msg, len, fds, (int)(noise() % 4));
		} else {
			guest_send_raw(g, msg, len, NULL, 0);
		}
		settle(g);
	}
	CHECK(restarts > 100);
	/* the other host was served all along */
	CHECK_EQ(rd(&r->g[1], 0, NT_INFO + 1, 1), 1);
	rig_free(r);
}

TEST(disconnects_at_any_byte, "a disconnect after any byte")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	struct vu_header h = { .command = VU_DEVICE_GET_INFO, .size = 32 };
	u8 msg[32] = { 0 };
	u32 i;

	memcpy(msg, &h, sizeof(h));
	for (i = 0; i <= sizeof(msg); i++) {
		if (i)
			guest_send_raw(g, msg, i, NULL, 0);
		if (i % 2)
			settle(g);
		guest_disconnect(g);
		CHECK(!host_connected(&r->f->host[0]));
		guest_start(g);
		CHECK(host_connected(&r->f->host[0]));
	}
	rig_free(r);
}
