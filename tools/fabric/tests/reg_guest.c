// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/noise.h"
#include "tests/reg_guest.h"

#define FDS_PER_MESSAGE	8u
#define PATIENCE_MS	2000

static int vec_fd[2][MAX_VECTORS];

void vectors_on(struct guest *g)
{
	struct vu_set_irqs s = {
		.argsz = sizeof(s),
		.flags = VU_SET_DATA_EVENTFD | VU_SET_ACTION_TRIGGER,
		.index = VU_IRQ_MSIX,
	};
	u32 n = g->f->host[g->index].id.vectors;

	for (s.start = 0; s.start < n; s.start += s.count) {
		s.count = n - s.start;
		if (s.count > FDS_PER_MESSAGE)
			s.count = FDS_PER_MESSAGE;
		CHECK(guest_call(g, VU_DEVICE_SET_IRQS, 0, &s, sizeof(s),
				 vec_fd[g->index] + s.start, (int)s.count));
	}
}

struct rig *reg_rig(const char *model, const struct change *changes)
{
	struct change all[8] = { { "link_delay", 1 } };
	struct rig *r;
	int i, v;

	for (i = 0; changes && changes[i].key; i++)
		all[i + 1] = changes[i];
	r = rig_model(model, 2, all);
	for (i = 0; i < 2; i++) {
		for (v = 0; v < MAX_VECTORS; v++)
			vec_fd[i][v] = eventfd(0, EFD_NONBLOCK);
		vectors_on(&r->g[i]);
	}
	return r;
}

void reg_rig_free(struct rig *r)
{
	int i, v;

	rig_free(r);
	for (i = 0; i < 2; i++)
		for (v = 0; v < MAX_VECTORS; v++)
			close(vec_fd[i][v]);
}

u64 vec_fired(struct guest *g, u32 vector)
{
	u64 n = 0;

	settle(g);
	if (read(vec_fd[g->index][vector], &n, sizeof(n)) != sizeof(n))
		return 0;
	return n;
}

void vec_drain(struct rig *r)
{
	u32 v;
	int i;

	for (i = 0; i < 2; i++)
		for (v = 0; v < MAX_VECTORS; v++)
			vec_fired(&r->g[i], v);
}

void place_bar(struct guest *g, int bar, u64 address)
{
	wr(g, VU_REGION_CONFIG, 0x10 + 4 * (u64)bar, address, 4);
	if (address >> 32)
		wr(g, VU_REGION_CONFIG, 0x14 + 4 * (u64)bar, address >> 32, 4);
}

bool wait_reg(struct guest *g, u32 region, u64 offset, u32 size, u64 mask,
	      u64 want)
{
	int i;

	for (i = 0; i < PATIENCE_MS; i++) {
		if ((rd(g, region, offset, size) & mask) == want)
			return true;
		fabric_turn(g->f, 1);
	}
	return false;
}

u64 ram64(struct guest *g, u64 at)
{
	u64 v;

	memcpy(&v, g->ram + at, 8);
	return v;
}

static u64 some_value(void)
{
	switch (noise() % 4) {
	case 0:
		return noise() % 4;
	case 1:
		return BIT_ULL(noise() % 64);
	case 2:
		return noise() & ~0xffffull;
	default:
		return noise();
	}
}

static void one_access(struct guest *g, u32 room)
{
	u32 size = BIT(noise() % 4);
	u32 region = 0;
	u64 bytes = room;

	if (noise() % 4 == 0)
		region = (u32)(noise() % 9);
	if (region || noise() % 8 == 0)
		bytes = 1 << 16;
	if (noise() % 64 == 0) {
		wr(g, VU_REGION_CONFIG, noise() % 0x1000 & ~7ull, noise(),
		   size);
		/* it may have turned itself off */
		wr(g, VU_REGION_CONFIG, 4, 6, 2);
	}
	if (region == VU_REGION_CONFIG || region >= NUM_BARS)
		region = 0;
	if (!g->f->host[g->index].id.bar_size[region])
		region = 0;
	if (bytes > g->f->host[g->index].id.bar_size[region])
		bytes = g->f->host[g->index].id.bar_size[region];
	bytes = noise() % bytes & ~(u64)(size - 1);
	if (noise() % 2)
		wr_posted(g, region, bytes, some_value(), size);
	else
		rd(g, region, bytes, size);
}

void make_noise(struct rig *r, u32 rounds, u32 room)
{
	u32 i;

	/* names of registers are looked up for every one of them */
	r->f->trace.file = fopen("/dev/null", "w");
	r->f->trace.on = true;
	for (i = 0; i < rounds; i++) {
		one_access(&r->g[noise() % 2], room);
		if (i % 16 == 0)
			settle(&r->g[0]);
	}
	settle(&r->g[0]);
	CHECK(!r->g[0].closed && !r->g[1].closed);
	CHECK(r->f->host[0].stats.bad_accesses > 0);
}
