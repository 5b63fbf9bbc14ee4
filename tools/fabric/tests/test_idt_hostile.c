// SPDX-License-Identifier: GPL-2.0-only
/*
 * Three IDT hosts, two of which write anything anywhere. The third only ever
 * reads, and what it owns must not change. The seed is fixed.
 */
#include <stdio.h>
#include <string.h>

#include "tests/idt_guest.h"
#include "tests/noise.h"

#define SUITE "idt hostile"

#define ROUNDS 60000

static u32 some_register(void)
{
	if (noise() % 8 == 0)
		return (u32)(noise() % NT_BYTES);
	if (noise() % 4 == 0)
		return NT_GASA_ADDR + 4 * (u32)(noise() % 2);
	return NT_FIRST + (u32)(noise() % 0xf8);
}

static u32 some_value(void)
{
	static const u32 bases[] = {
		0, GAS_PORT, GAS_PORT_END - 16, GAS_PART_CTL, GAS_PORT_CTL,
		GAS_EVENT_STS, GAS_MSG_CTL, GAS_TEMPERATURE, GASA_BYTES - 16,
		2 << LUT_BAR_SHIFT, 4 << LUT_BAR_SHIFT, LUT_VALID,
	};

	if (noise() % 4 == 0)
		return (u32)noise();
	return bases[noise() % ARRAY_SIZE(bases)] + (u32)(noise() % 0x60);
}

static void one_access(struct guest *g)
{
	u32 size = BIT(noise() % 4);
	u64 room = noise() % 5 ? 0 : 2 * (1 + noise() % 2);
	u64 offset;

	if (noise() % 32 == 0) {
		wr(g, VU_REGION_CONFIG, (noise() % 0x1000) & ~7ull, noise(),
		   size);
		/* it may have turned itself off */
		wr(g, VU_REGION_CONFIG, 4, 6, 2);
		return;
	}
	offset = room ? noise() % (4 << 20) : some_register();
	offset &= ~(u64)(size - 1);
	if (noise() % 2)
		wr_posted(g, (u32)room, offset, some_value(), size);
	else
		rd(g, (u32)room, offset, size);
}

TEST(random_registers, "60,000 random accesses by two hosts")
{
	static const struct change wild[] = {
		{ "bar4_mode", 1 }, { "doorbell_echo", 1 }, { 0 }
	};
	struct rig *r = idt_rig(3, wild);
	struct guest *c = &r->g[2];
	u32 i;

	seed_noise(0x9e3779b97f4a7c15);
	/* names of registers are looked up for every one of them */
	r->f->trace.file = fopen("/dev/null", "w");
	r->f->trace.on = true;
	nt_wr(c, NT_IN_DBELL_MASK, 0x12345678);
	idt_lut(c, 2, 5, 1, 0xabcd0000);
	for (i = 0; i < ROUNDS; i++) {
		one_access(&r->g[noise() % 2]);
		if (i % 16 == 0)
			settle(c);
		if (i % 8192 == 0) {
			guest_disconnect(&r->g[1]);
			guest_start(&r->g[1]);
		}
	}
	settle(c);
	CHECK(!r->g[0].closed && !r->g[1].closed && !c->closed);
	CHECK(r->f->host[0].stats.bad_accesses > 0);
	CHECK_EQ(nt_rd(c, NT_IN_DBELL_MASK), 0x12345678);
	CHECK_EQ(nt_rd(c, NT_CTL), CTL_COMPLETIONS);
	nt_wr(c, NT_LUT_OFFSET, 5 | 2 << LUT_BAR_SHIFT);
	CHECK_EQ(nt_rd(c, NT_LUT_LOW), 0xabcd0000);
	CHECK_EQ(nt_rd(c, NT_LUT_UPPER), LUT_VALID | 1);
	CHECK_EQ(nt_rd(c, NT_BAR), 0x800004c0);
	rig_free(r);
}
