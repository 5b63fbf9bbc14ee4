// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "models/epf/epf.h"
#include "tests/noise.h"
#include "tests/reg_guest.h"

#define SUITE "epf"

#define ROUNDS	30000

/* A command, and what the endpoint says to it. */
static u64 ask(struct guest *g, u32 command, u32 argument)
{
	u64 status;

	wr(g, 0, EPF_ARGUMENT, argument, 4);
	wr(g, 0, EPF_COMMAND, command, 4);
	CHECK(wait_reg(g, 0, EPF_COMMAND, 4, ~0u, 0));
	status = rd(g, 0, EPF_STATUS, 2);
	wr(g, 0, EPF_STATUS, 0, 2);
	return status;
}

static u64 open_window(struct guest *g, u32 window, u64 address, u64 size)
{
	wr(g, 0, EPF_ADDR, address, 4);
	wr(g, 0, EPF_ADDR + 4, address >> 32, 4);
	wr(g, 0, EPF_SIZE, size, 4);
	wr(g, 0, EPF_SIZE + 4, size >> 32, 4);
	return ask(g, CMD_CONFIGURE_MW, window);
}

static void enable_msix(struct guest *g, bool on)
{
	wr(g, VU_REGION_CONFIG, PCI_CAP_MSIX + 2, on ? 0x8000 : 0, 2);
}

static struct rig *epf_rig(const struct change *changes)
{
	return reg_rig("epf", changes);
}

/* Drivers started. */
static struct rig *started_rig(const struct change *changes)
{
	struct rig *r = epf_rig(changes);
	int i;

	for (i = 0; i < 2; i++) {
		enable_msix(&r->g[i], true);
		CHECK_EQ(ask(&r->g[i], CMD_CONFIGURE_DB, DB_MSIX | 4),
			 STATUS_OK);
	}
	return r;
}

TEST(describes_itself, "what it is")
{
	static const struct change more[] = {
		{ "vectors", 32 }, { "spads", 128 }, { "windows", 4 },
		{ "mw4_size", 1 << 16 }, { 0 }
	};
	struct rig *r = epf_rig(NULL);
	struct guest *a = &r->g[0];
	struct pci_identity *id = &r->f->host[0].id;

	CHECK_EQ(rd(a, VU_REGION_CONFIG, 0, 4), 0xb00d104c);
	CHECK_EQ(rd(a, VU_REGION_CONFIG, 8, 4) >> 8, 0x050000);
	CHECK_EQ(rd(a, 0, EPF_MW_COUNT, 4), 2);
	CHECK_EQ(rd(a, 0, EPF_PAD_COUNT, 4), 64);
	CHECK_EQ(rd(a, 0, EPF_DB_SIZE, 4), 256);
	/* four doorbells fill a window's alignment, and behind them it is */
	CHECK_EQ(rd(a, 0, EPF_MW1_OFFSET, 4), 1 << 20);
	CHECK_EQ(id->bar_size[2], 2 << 20);
	CHECK_EQ(id->bar_size[3], 1 << 20);
	CHECK_EQ(id->bar_size[4], 0);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), 0);
	reg_rig_free(r);

	r = epf_rig(more);
	a = &r->g[0];
	id = &r->f->host[0].id;
	CHECK_EQ(id->vectors, 32);
	CHECK_EQ(rd(a, 0, EPF_MW_COUNT, 4), 4);
	CHECK_EQ(rd(a, 0, EPF_PAD_OFFSET, 4) % 512, 0);
	CHECK(rd(a, 0, EPF_PAD_OFFSET, 4) >= id->msix_pba + 8);
	CHECK_EQ(id->bar_size[1], 512);
	CHECK_EQ(id->bar_size[5], 1 << 16);
	reg_rig_free(r);
}

TEST(refuses_settings, "settings that are refused")
{
	static const struct change odd_window[] = { { "mw2_size", 3 << 20 }, { 0 } };
	static const struct change odd_align[] = { { "align", 768 }, { 0 } };

	CHECK(rig_refused("epf", 2, odd_window));
	CHECK(rig_refused("epf", 2, odd_align));
	CHECK(rig_refused("epf", 3, NULL));
}

TEST(answers_commands, "commands")
{
	static const struct change slow[] = { { "poll", 30 }, { 0 } };
	struct rig *r = epf_rig(slow);
	struct guest *a = &r->g[0];
	u64 bad;

	/* the endpoint looks when its time has come */
	wr(a, 0, EPF_COMMAND, CMD_TEARDOWN_MW, 4);
	CHECK_EQ(rd(a, 0, EPF_COMMAND, 4), CMD_TEARDOWN_MW);
	CHECK_EQ(rd(a, 0, EPF_STATUS, 2), 0);
	CHECK(wait_reg(a, 0, EPF_STATUS, 2, ~0u, STATUS_OK));
	CHECK_EQ(rd(a, 0, EPF_COMMAND, 4), 0);
	wr(a, 0, EPF_STATUS, 0, 2);
	CHECK_EQ(rd(a, 0, EPF_STATUS, 2), 0);

	bad = r->f->host[0].stats.bad_accesses;
	CHECK_EQ(ask(a, 77, 0), 0);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, bad + 1);
	CHECK_EQ(ask(a, CMD_CONFIGURE_MW, 2), STATUS_ERROR);
	CHECK_EQ(ask(a, CMD_CONFIGURE_MW, 0xffffffff), STATUS_ERROR);
	CHECK_EQ(ask(a, CMD_TEARDOWN_MW, 0x80000000), STATUS_OK);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, bad + 4);
	CHECK_EQ(open_window(a, 1, 0x100000, 0), STATUS_ERROR);
	CHECK_EQ(ask(a, CMD_CONFIGURE_DB, DB_MSIX), STATUS_ERROR);
	CHECK_EQ(ask(a, CMD_CONFIGURE_DB, DB_MSIX | 5), STATUS_ERROR);
	CHECK_EQ(ask(a, CMD_CONFIGURE_DB, 4), STATUS_ERROR);
	reg_rig_free(r);
}

TEST(guards_registers, "registers a host may not write")
{
	static const u32 told[] = {
		EPF_LINK, EPF_MW_COUNT, EPF_MW1_OFFSET, EPF_PAD_OFFSET,
		EPF_PAD_COUNT, EPF_DB_SIZE, EPF_DB_DATA(3), EPF_DB_OFFSET(31),
	};
	struct rig *r = epf_rig(NULL);
	struct guest *a = &r->g[0];
	u64 before;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(told); i++) {
		before = rd(a, 0, told[i], 2);
		wr(a, 0, told[i], before + 1, 2);
		CHECK_EQ(rd(a, 0, told[i], 2), before);
		CHECK_EQ(r->f->host[0].stats.bad_accesses, i + 1);
	}
	/* between the registers and the scratchpads there is the MSI-X table */
	wr(a, 0, r->f->host[0].id.msix_table, 1, 4);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, i + 1);
	reg_rig_free(r);
}

TEST(has_scratchpads, "scratchpads")
{
	struct rig *r = epf_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u32 base = (u32)rd(a, 0, EPF_PAD_OFFSET, 4);
	u32 n;

	for (n = 0; n < 64; n++) {
		wr(a, 1, 4 * n, 0x1000 + n, 4);
		wr(b, 1, 4 * n, 0x2000 + n, 4);
	}
	for (n = 0; n < 64; n++) {
		CHECK_EQ(rd(b, 0, base + 4 * n, 4), 0x1000 + n);
		CHECK_EQ(rd(a, 0, base + 4 * n, 4), 0x2000 + n);
		CHECK_EQ(rd(a, 1, 4 * n, 4), 0x1000 + n);
	}
	wr(b, 0, base + 4, 7, 4);
	CHECK_EQ(rd(a, 1, 4, 4), 7);
	wr(a, 1, 6, 0xabcd, 2);
	CHECK_EQ(rd(b, 0, base + 4, 4), 0xabcd0007);
	fault_arm(&r->f->faults, 0, FAULT_SPAD_XOR, 0xf0, 1);
	wr(a, 1, 0, 6, 4);
	CHECK_EQ(rd(b, 0, base, 4), 0xf6);
	fault_arm(&r->f->faults, 0, FAULT_SPAD_DROP, 0, 1);
	wr(a, 1, 0, 9, 4);
	CHECK_EQ(rd(b, 0, base, 4), 0xf6);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 0);
	/* past the last one */
	wr(a, 0, base + 4 * 64, 1, 4);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 1);
	/* they are the endpoint's, and outlive a host */
	guest_disconnect(b);
	CHECK_EQ(rd(a, 1, 0, 4), 0xf6);
	guest_start(b);
	CHECK_EQ(rd(b, 0, base, 4), 0xf6);
	reg_rig_free(r);
}

/* What a driver does to ring. */
static void ring(struct guest *g, u32 vector)
{
	u64 at = rd(g, 0, EPF_DB_SIZE, 4) * vector +
		 rd(g, 0, EPF_DB_OFFSET(vector), 4);

	wr(g, 2, at, rd(g, 0, EPF_DB_DATA(vector), 4), 4);
}

TEST(rings, "doorbells")
{
	struct rig *r = epf_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	struct host_stats *s = &r->f->host[0].stats;
	u32 i;

	/* nobody listens yet */
	ring(a, 2);
	CHECK_EQ(s->dropped, 1);
	enable_msix(b, true);
	CHECK_EQ(ask(b, CMD_CONFIGURE_DB, DB_MSIX | 3), STATUS_OK);
	for (i = 0; i < 3; i++) {
		ring(a, i);
		CHECK_EQ(vec_fired(b, i), 1);
	}
	CHECK_EQ(r->f->host[1].stats.doorbells, 3);
	ring(a, 3);
	CHECK_EQ(s->dropped, 2);
	/* only one address and one word ring */
	CHECK(rd(a, 0, EPF_DB_OFFSET(2), 4) != 0);
	wr(a, 2, 2 * 256, rd(a, 0, EPF_DB_DATA(2), 4), 4);
	wr(a, 2, 2 * 256 + rd(a, 0, EPF_DB_OFFSET(2), 4), 0, 4);
	CHECK_EQ(s->bad_accesses, 2);
	CHECK_EQ(vec_fired(b, 2), 0);
	CHECK_EQ(rd(a, 2, 2 * 256, 4), 0xffffffff);
	/* of a driver that goes, one doorbell is taken away, the rest is off */
	CHECK_EQ(ask(b, CMD_TEARDOWN_DB, 3), STATUS_OK);
	ring(a, 0);
	CHECK_EQ(s->dropped, 3);
	ring(a, 1);
	CHECK_EQ(vec_fired(b, 1), 1);
	enable_msix(b, false);
	ring(a, 1);
	CHECK_EQ(s->dropped, 4);
	fabric_set_link(r->f, false);
	enable_msix(b, true);
	ring(a, 1);
	CHECK_EQ(s->dropped, 5);
	reg_rig_free(r);
}

TEST(translates, "windows")
{
	static const struct change four[] = { { "windows", 4 }, { 0 } };
	struct rig *r = epf_rig(four);
	struct guest *a = &r->g[0], *b = &r->g[1];
	struct window w;
	u64 to, at;
	int bar;
	u32 i;

	for (i = 0; i < 4; i++) {
		to = 0x100000 * (i + 1);
		bar = 2 + (int)i;
		at = i ? 0 : rd(a, 0, EPF_MW1_OFFSET, 4);
		wr(a, bar, at, 1, 4);
		CHECK_EQ(r->f->host[0].stats.dropped, 3 * i + 1);
		CHECK_EQ(rd(a, bar, at, 4), 0xffffffff);
		CHECK(r->f->ops->window(r->f->model, 0, i, &w));
		CHECK(!w.enabled);
		/* who is written to opens it */
		CHECK_EQ(open_window(b, i, to, 0x10000), STATUS_OK);
		wr(a, bar, at + 0xfff8, 0x1122334455667788 + i, 8);
		CHECK_EQ(ram64(b, to + 0xfff8), 0x1122334455667788 + i);
		CHECK_EQ(rd(a, bar, at + 0xfff8, 4), 0x55667788 + i);
		/* it ends there */
		wr(a, bar, at + 0x10000, 1, 4);
		CHECK_EQ(r->f->host[0].stats.dropped, 3 * i + 2);
		CHECK(r->f->ops->window(r->f->model, 0, i, &w));
		CHECK(w.enabled);
		CHECK_EQ(w.bar, bar);
		CHECK_EQ(w.offset, at);
		CHECK_EQ(w.target, to);
		CHECK_EQ(w.size, 0x10000);
		CHECK_EQ(w.target_host, 1);
		/* and only in this direction */
		CHECK(r->f->ops->window(r->f->model, 1, i, &w));
		CHECK(!w.enabled);
		CHECK_EQ(ask(b, CMD_TEARDOWN_MW, i), STATUS_OK);
		wr(a, bar, at, 1, 4);
		CHECK_EQ(r->f->host[0].stats.dropped, 3 * i + 3);
	}
	CHECK(!r->f->ops->window(r->f->model, 0, 4, &w));
	/* interrupts go as messages */
	CHECK_EQ(open_window(b, 1, 0xfee00000, 0x100000), STATUS_OK);
	wr_posted(a, 3, 0xffffc, 3, 4);
	settle(a);
	CHECK_EQ(b->num_seen, 1);
	CHECK_EQ(b->seen[0].address, 0xfeeffffc);
	reg_rig_free(r);
}

/* What pci-epf-ntb and the controller do not look at. */
TEST(has_hidden_rules, "hidden rules of windows")
{
	static const struct change few[] = { { "regions", 2 }, { 0 } };
	struct rig *r = epf_rig(few);
	struct guest *a = &r->g[0], *b = &r->g[1];

	/* larger than the window, though its BAR has room for it */
	CHECK_EQ(open_window(b, 0, 0x100000, 0x200000), STATUS_ERROR);
	/* an address is cut to the size, which is made a power of two */
	CHECK_EQ(open_window(b, 1, 0x101000, 0x1800), STATUS_OK);
	wr(a, 3, 0x1ff8, 0x77, 8);
	CHECK_EQ(ram64(b, 0x101ff8), 0x77);
	wr(a, 3, 0, 0x78, 8);
	CHECK_EQ(ram64(b, 0x100000), 0x78);
	/* what is opened anew takes one more, and the old one still serves */
	CHECK_EQ(open_window(b, 1, 0x400000, 0x1000), STATUS_OK);
	wr(a, 3, 8, 0x79, 8);
	CHECK_EQ(ram64(b, 0x400008), 0);
	CHECK_EQ(ram64(b, 0x100008), 0x79);
	CHECK_EQ(open_window(b, 1, 0x400000, 0x1000), STATUS_ERROR);
	CHECK_EQ(ask(b, CMD_TEARDOWN_MW, 1), STATUS_OK);
	wr(a, 3, 8, 0x7a, 8);
	CHECK_EQ(ram64(b, 0x400008), 0x7a);
	CHECK_EQ(ask(b, CMD_TEARDOWN_MW, 1), STATUS_OK);
	/* each host's controller has its own */
	CHECK_EQ(open_window(a, 0, 0x100000, 0x1000), STATUS_OK);
	CHECK_EQ(open_window(a, 1, 0x100000, 0x1000), STATUS_OK);
	CHECK_EQ(open_window(b, 1, 0x100000, 0x1000), STATUS_OK);
	/* a doorbell takes one as well */
	enable_msix(b, true);
	CHECK_EQ(ask(b, CMD_CONFIGURE_DB, DB_MSIX | 2), STATUS_ERROR);
	reg_rig_free(r);
}

TEST(links, "link")
{
	struct rig *r = started_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	CHECK_EQ(ask(a, CMD_LINK_UP, 0), STATUS_OK);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), 0);
	CHECK_EQ(vec_fired(a, 0), 0);
	CHECK_EQ(ask(b, CMD_LINK_UP, 0), STATUS_OK);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), LINK_UP);
	CHECK_EQ(rd(b, 0, EPF_LINK, 2), LINK_UP);
	CHECK_EQ(vec_fired(a, 0), 1);
	CHECK_EQ(vec_fired(b, 0), 1);
	CHECK_EQ(ask(a, CMD_LINK_DOWN, 0), STATUS_OK);
	CHECK_EQ(rd(b, 0, EPF_LINK, 2), 0);
	CHECK_EQ(vec_fired(b, 0), 1);
	CHECK_EQ(ask(a, CMD_LINK_UP, 0), STATUS_OK);
	CHECK_EQ(vec_fired(b, 0), 1);
	/* the cable: it comes back by itself */
	fabric_set_link(r->f, false);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), 0);
	CHECK_EQ(vec_fired(a, 0), 3);
	fabric_set_link(r->f, true);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), LINK_UP);
	CHECK_EQ(vec_fired(a, 0), 1);
	/* a host that was away has to ask again */
	guest_disconnect(b);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), 0);
	CHECK_EQ(vec_fired(a, 0), 1);
	guest_start(b);
	vectors_on(b);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), 0);
	enable_msix(b, true);
	CHECK_EQ(ask(b, CMD_LINK_UP, 0), STATUS_OK);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), LINK_UP);
	/* so has one that resets its function */
	CHECK(guest_call(b, VU_DEVICE_RESET, 0, NULL, 0, NULL, 0));
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), 0);
	reg_rig_free(r);
}

/* As pci-epf-ntb is: nobody watches the hosts. */
TEST(links_unwatched, "link, with nobody watching")
{
	static const struct change blind[] = { { "watch_link", 0 }, { 0 } };
	struct rig *r = started_rig(blind);
	struct guest *a = &r->g[0], *b = &r->g[1];

	CHECK_EQ(ask(a, CMD_LINK_UP, 0), STATUS_OK);
	CHECK_EQ(ask(b, CMD_LINK_UP, 0), STATUS_OK);
	vec_drain(r);
	fabric_set_link(r->f, false);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), LINK_UP);
	fabric_set_link(r->f, true);
	guest_disconnect(a);
	CHECK_EQ(rd(b, 0, EPF_LINK, 2), LINK_UP);
	CHECK_EQ(vec_fired(b, 0), 0);
	guest_start(a);
	vectors_on(a);
	/* the first host cannot be interrupted, and so the second is not told */
	CHECK_EQ(ask(b, CMD_LINK_DOWN, 0), STATUS_ERROR);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), 0);
	CHECK_EQ(rd(b, 0, EPF_LINK, 2), LINK_UP);
	CHECK_EQ(vec_fired(b, 0), 0);
	enable_msix(a, true);
	CHECK_EQ(ask(b, CMD_LINK_DOWN, 0), STATUS_OK);
	CHECK_EQ(rd(b, 0, EPF_LINK, 2), 0);
	CHECK_EQ(vec_fired(b, 0), 1);
	reg_rig_free(r);
}

TEST(names_registers, "names")
{
	static const struct {
		int bar;
		u64 offset;
		const char *name;
	} names[] = {
		{ 0, EPF_COMMAND, "COMMAND" },
		{ 0, EPF_ADDR + 4, "ADDR+4" },
		{ 0, EPF_DB_DATA(3), "DB_DATA[3]" },
		{ 0, 0x204, "SPAD[1]" },
		{ 1, 0x8, "peer SPAD[2]" },
		{ 2, 0x210, "DB[2]+0x10" },
		{ 2, 0x100004, "mw1+0x4" },
		{ 3, 0x4, "mw2+0x4" },
	};
	struct rig *r = epf_rig(NULL);
	const struct model_ops *ops = r->f->ops;
	char name[32];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ops->register_name(r->f->model, 0, names[i].bar,
				   names[i].offset, name, sizeof(name));
		if (!strcmp(name, names[i].name))
			continue;
		printf("# %s is called %s\n", names[i].name, name);
		CHECK(false);
	}
	CHECK(!strcmp(ops->value_name(r->f->model, 0, 0, EPF_COMMAND,
				      CMD_TEARDOWN_MW), "TEARDOWN_MW"));
	CHECK(!strcmp(ops->value_name(r->f->model, 0, 0, EPF_STATUS,
				      STATUS_ERROR), "ERROR"));
	CHECK(!ops->value_name(r->f->model, 0, 0, EPF_COMMAND, 99));
	CHECK(!ops->value_name(r->f->model, 0, 1, 0, 1));
	reg_rig_free(r);
}

TEST(survives_noise, "30,000 random accesses")
{
	struct rig *r = started_rig(NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	seed_noise(0x8cb92ba72f3d8dd7);
	make_noise(r, ROUNDS, 0x600);
	/* a command that is under way ends */
	CHECK(wait_reg(a, 0, EPF_COMMAND, 4, ~0u, 0));
	CHECK(wait_reg(b, 0, EPF_COMMAND, 4, ~0u, 0));
	/* and drivers can start again */
	guest_disconnect(b);
	guest_start(b);
	enable_msix(a, true);
	enable_msix(b, true);
	ask(a, CMD_LINK_UP, 0);
	CHECK_EQ(ask(b, CMD_LINK_UP, 0), STATUS_OK);
	CHECK_EQ(rd(a, 0, EPF_LINK, 2), LINK_UP);
	reg_rig_free(r);
}
