// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "bridge/clock.h"
#include "bridge/control.h"
#include "tests/guest.h"

#define SUITE "fault"

static void command(struct rig *r, const char *text)
{
	char line[128], reply[256] = "";
	FILE *out = fmemopen(reply, sizeof(reply), "w");

	snprintf(line, sizeof(line), "%s", text);
	control_command(r->f, line, out);
	fclose(out);
	check(!strcmp(reply, "ok\n"), __FILE__, __LINE__, text);
}

static struct rig *ready(void)
{
	struct rig *r = rig_new();

	open_lut(&r->g[1], 0, 0x10000);
	open_lut(&r->g[1], 1, 0x20000);
	open_direct(&r->g[1], 4, 0xfee00000, 0x100000);
	return r;
}

static void msi(struct rig *r, u64 offset, u64 data)
{
	wr_posted(&r->g[0], 4, offset, data, 4);
	settle(&r->g[0]);
}

TEST(drops_interrupts, "drop")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	command(r, "fault drop 0 2");
	/* other writes are not meant */
	wr(a, 2, 0, 5, 4);
	CHECK_EQ(b->ram[0x10000], 5);
	msi(r, 0, 1);
	msi(r, 0, 2);
	msi(r, 0, 3);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->seen[0].data, 3);
	CHECK_EQ(r->f->host[0].stats.dropped, 2);
	rig_free(r);
}

TEST(bends_interrupts, "addr-xor and data-xor")
{
	struct rig *r = ready();
	struct guest *b = &r->g[1];

	command(r, "fault addr-xor 0 0x40 1");
	command(r, "fault data-xor 0 0xf 1");
	msi(r, 0x20, 0x10);
	msi(r, 0x20, 0x10);
	CHECK_EQ(b->seen[0].address, 0xfee00060);
	CHECK_EQ(b->seen[0].data, 0x1f);
	CHECK_EQ(b->seen[1].address, 0xfee00020);
	CHECK_EQ(b->seen[1].data, 0x10);
	/* into memory, and crooked */
	command(r, "fault addr-xor 0 0xfee00000 1");
	msi(r, 0x20, 0x77);
	CHECK_EQ(b->ram[0x20], 0x77);
	command(r, "fault addr-xor 0 3 1");
	msi(r, 0x20, 0x78);
	CHECK_EQ(b->seen[2].address, 0xfee00023);
	rig_free(r);
}

TEST(lasts_until_cleared, "count 0 lasts until cleared")
{
	struct rig *r = ready();
	struct guest *b = &r->g[1];
	int i;

	command(r, "fault drop 0 0 0");
	for (i = 0; i < 20; i++)
		msi(r, 0, 1);
	CHECK_EQ(b->num_seen, 0);
	command(r, "fault clear");
	msi(r, 0, 2);
	CHECK_EQ(b->num_seen, 1);
	rig_free(r);
}

TEST(delays_interrupts, "late")
{
	struct rig *r = ready();
	struct guest *b = &r->g[1];
	u64 start = clock_now_ms();

	command(r, "fault late 0 100 1");
	msi(r, 0, 1);
	msi(r, 0, 2);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->seen[0].data, 2);
	while (b->num_seen < 2 && clock_now_ms() - start < 5000) {
		/* the loop itself must wake up in time */
		fabric_turn(r->f, 5000);
		settle(b);
	}
	CHECK_EQ(b->num_seen, 2);
	CHECK_EQ(b->seen[1].data, 1);
	CHECK(clock_now_ms() - start >= 100);
	rig_free(r);
}

TEST(delays_memory, "memory-late, which a read ends")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 start;

	command(r, "fault memory-late 0 60000 2");
	wr(a, 2, 0x10000, 5, 4);
	wr(a, 2, 0x10004, 6, 4);
	/* an interrupt overtakes them */
	msi(r, 0, 1);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->ram[0x20000], 0);
	/* reads of others do not bring them in, and one that is behind them does */
	rd(b, 2, 0x10000, 4);
	CHECK_EQ(b->ram[0x20000], 0);
	CHECK_EQ(rd(a, 2, 0x10000, 4), 5);
	CHECK_EQ(b->ram[0x20000], 5);
	CHECK_EQ(b->ram[0x20004], 6);
	CHECK_EQ(r->f->host[0].stats.window_reads, 1);

	command(r, "fault memory-late 0 100 1");
	start = clock_now_ms();
	wr(a, 2, 0x10000, 7, 4);
	CHECK_EQ(b->ram[0x20000], 5);
	while (b->ram[0x20000] != 7 && clock_now_ms() - start < 5000)
		fabric_turn(r->f, 5000);
	CHECK_EQ(b->ram[0x20000], 7);
	CHECK(clock_now_ms() - start >= 100);
	rig_free(r);
}

TEST(hurts_the_reserved_window, "spad-drop and spad-xor")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	command(r, "fault spad-drop 0 1");
	wr(a, 2, 0x410, 1, 4);
	CHECK_EQ(b->ram[0x10410], 0);
	command(r, "fault spad-xor 0 0xf0 1");
	/* the second LUT window is not the reserved one */
	wr(a, 2, 0x10410, 3, 4);
	CHECK_EQ(b->ram[0x20410], 3);
	wr(a, 2, 0x410, 3, 4);
	CHECK_EQ(b->ram[0x10410], 0xf3);
	wr(a, 2, 0x410, 3, 4);
	CHECK_EQ(b->ram[0x10410], 3);
	rig_free(r);
}

TEST(repeats_stale_words, "spad-repeat")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	command(r, "fault spad-repeat 0 1");
	wr(a, 2, 0x410, 1, 4);
	CHECK_EQ(b->ram[0x10410], 1);
	wr(a, 2, 0x410, 2, 4);
	/* the first one came in again behind the second */
	CHECK_EQ(b->ram[0x10410], 1);
	wr(a, 2, 0x410, 3, 4);
	CHECK_EQ(b->ram[0x10410], 3);
	rig_free(r);
}

TEST(lets_words_be_overtaken, "spad-late")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 start = clock_now_ms();

	command(r, "fault spad-late 0 100 1");
	wr(a, 2, 0x410, 1, 4);
	wr(a, 2, 0x410, 2, 4);
	CHECK_EQ(b->ram[0x10410], 2);
	while (b->ram[0x10410] != 1 && clock_now_ms() - start < 5000)
		fabric_turn(r->f, 5000);
	CHECK_EQ(b->ram[0x10410], 1);
	CHECK(clock_now_ms() - start >= 100);
	rig_free(r);
}

TEST(strikes_one_host, "faults are per host")
{
	struct rig *r = ready();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(a, 0, 0x10000);
	command(r, "fault spad-drop 1 0 0");
	wr(a, 2, 0, 5, 4);
	CHECK_EQ(b->ram[0x10000], 5);
	wr(b, 2, 0, 6, 4);
	CHECK_EQ(a->ram[0x10000], 0);
	rig_free(r);
}
