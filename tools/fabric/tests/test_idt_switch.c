// SPDX-License-Identifier: GPL-2.0-only
/* What the drivers look for when they start, and links, and events. */
#include <string.h>

#include "tests/idt_guest.h"

#define SUITE "idt switch"

#define CFG VU_REGION_CONFIG

TEST(has_identity, "identity, one MSI")
{
	struct rig *r = rig_model("idt", 2, NULL);
	struct guest *g = &r->g[1];
	u64 at, seen = 0;

	CHECK_EQ(rd(g, CFG, 0, 4), 0x808e111d);
	CHECK_EQ(rd(g, CFG, 9, 2), 0x8000);
	CHECK_EQ(rd(g, CFG, 0xb, 1), 6);
	/* one MSI, no MSI-X */
	for (at = rd(g, CFG, 0x34, 1); at; at = rd(g, CFG, at + 1, 1)) {
		seen |= BIT_ULL(rd(g, CFG, at, 1));
		if (rd(g, CFG, at, 1) == 5)
			CHECK_EQ(rd(g, CFG, at + 2, 2), 0x80);
	}
	CHECK_EQ(seen, BIT(0x10) | BIT(0x05));
	rig_free(r);
}

TEST(has_bars, "BARs and their setup registers")
{
	struct rig *r = rig_model("idt", 2, NULL);
	struct guest *g = &r->g[0];
	int i;

	for (i = 0; i < 6; i++)
		wr(g, CFG, 0x10 + 4 * (u64)i, 0xffffffff, 4);
	CHECK_EQ(rd(g, CFG, 0x10, 4), 0xfffff000);
	CHECK_EQ(rd(g, CFG, 0x14, 4), 0);
	CHECK_EQ(rd(g, CFG, 0x18, 8), 0xffffffffff00000c);
	CHECK_EQ(rd(g, CFG, 0x20, 8), 0xffffffffffc0000c);
	/* the driver asks configuration space before it has a BAR */
	CHECK_EQ(rd(g, CFG, 0x470, 4), 0x800004c0);
	CHECK_EQ(nt_rd(g, NT_BAR), 0x800004c0);
	CHECK_EQ(nt_rd(g, NT_BAR + 0x10), 0);
	CHECK_EQ(nt_rd(g, NT_BAR + 0x20), 0x8000098c);
	CHECK_EQ(nt_rd(g, NT_BAR + 0x40), 0x8000016c);
	/* only the target partition is the driver's to change */
	nt_wr(g, NT_BAR + 0x40, ~0u);
	CHECK_EQ(nt_rd(g, NT_BAR + 0x40), 0x8000e16c);
	nt_wr(g, NT_BAR, 0);
	CHECK_EQ(rd(g, CFG, 0x470, 4), 0x800004c0);
	rig_free(r);
}

TEST(finds_ports, "ports and partitions of eight hosts")
{
	struct rig *r = rig_model("idt", 8, NULL);
	struct guest *g;
	int i, j;
	u32 sts;

	for (i = 0; i < 8; i++) {
		g = &r->g[i];
		CHECK_EQ(nt_rd(g, NT_LINK_CAP) >> 24, idt_port(i));
		CHECK_EQ(rd(g, CFG, NT_LINK_CAP + 3, 1), idt_port(i));
		CHECK_EQ(nt_rd(g, 0x50) >> 16, 0x82);
		for (j = 0; j < 8; j++) {
			sts = gas_rd(g, GAS_PORT_CTL + PORT_STS +
				     0x20 * idt_port(j));
			CHECK_EQ(sts, PORT_LINK_UP | PORT_MODE_NT |
				 (u32)j << PORT_PART_SHIFT);
			sts = gas_rd(g, GAS_PART_CTL + PART_STS +
				     0x20 * (u32)j);
			CHECK_EQ(sts & 0x60, PART_ACTIVE);
			/* another port's function, seen from here */
			CHECK_EQ(gas_rd(g, GAS_PORT + NT_LINK_CAP +
					GAS_PORT_STRIDE * idt_port(j)) >> 24,
				 idt_port(j));
		}
	}
	rig_free(r);

	r = rig_model("idt", 3, NULL);
	CHECK_EQ(gas_rd(&r->g[0], GAS_PORT_CTL + PORT_STS + 0x20 * 6), 0);
	CHECK_EQ(gas_rd(&r->g[0], GAS_PART_CTL + PART_STS + 0x20 * 3), 0);
	rig_free(r);
}

static bool refused(int hosts, const struct change *changes)
{
	return rig_refused("idt", hosts, changes);
}

TEST(bounds_settings, "impossible settings are refused")
{
	CHECK(refused(4, (struct change[]){ { "device", 0x8092 }, { 0 } }));
	CHECK(!refused(3, (struct change[]){ { "device", 0x8092 }, { 0 } }));
	CHECK(refused(2, (struct change[]){ { "device", 0x8089 }, { 0 } }));
	CHECK(refused(2, (struct change[]){ { "bar4_mode", 2 }, { 0 } }));
	CHECK(!refused(2, (struct change[]){ { "bar2_mode", 2 }, { 0 } }));
	CHECK(!refused(2, (struct change[]){ { "bar4_mode", 1 }, { 0 } }));
	CHECK(refused(2, (struct change[]){ { "bar2_size", 3u << 20 }, { 0 } }));
	CHECK(!refused(8, (struct change[]){ { "bar4_size", 0 }, { 0 } }));
}

static bool peer_up(struct guest *g, int peer)
{
	u32 port = idt_port(peer);
	u32 nt = GAS_PORT + GAS_PORT_STRIDE * port;

	nt_wr(g, NT_MTBL_ADDR, (u32)peer);
	return gas_rd(g, GAS_PORT_CTL + PORT_STS + 0x20 * port) & PORT_LINK_UP &&
	       gas_rd(g, nt + NT_COMMAND) & 4 &&
	       gas_rd(g, nt + NT_CTL) & CTL_COMPLETIONS &&
	       nt_rd(g, NT_MTBL_DATA) & MTBL_VALID;
}

TEST(links_come_and_go, "the link as drivers see it")
{
	struct rig *r = rig_model("idt", 3, NULL);
	struct guest *a = &r->g[0], *c = &r->g[2];

	idt_listen(a);
	CHECK(!peer_up(a, 2));
	idt_link_enable(c);
	CHECK(peer_up(a, 2));
	CHECK(!peer_up(a, 1));
	wr(c, CFG, 4, 2, 2);
	CHECK(!peer_up(a, 2));
	wr(c, CFG, 4, 6, 2);
	CHECK(peer_up(a, 2));
	fabric_set_link(r->f, false);
	CHECK(!peer_up(a, 2));
	fabric_set_link(r->f, true);
	CHECK(peer_up(a, 2));
	idt_link_disable(c);
	CHECK(!peer_up(a, 2));
	rig_free(r);
}

TEST(signals_reach_all, "a global signal interrupts everybody once")
{
	struct rig *r = idt_rig(3, NULL);
	int i;

	nt_wr(&r->g[1], NT_SIGNAL, 1);
	CHECK_EQ(gas_rd(&r->g[2], GAS_EVENT_STS), EVENT_SIGNAL);
	CHECK_EQ(gas_rd(&r->g[2], GAS_SIGNAL_STS), BIT(1));
	for (i = 0; i < 3; i++) {
		CHECK_EQ(nt_rd(&r->g[i], NT_INT_STS), INT_EVENT);
		CHECK_EQ(fired(&r->g[i], 0), 1);
	}
	/* the details may be gone when the slowest looks */
	gas_wr(&r->g[1], GAS_SIGNAL_STS, BIT(1));
	CHECK_EQ(gas_rd(&r->g[2], GAS_EVENT_STS), 0);
	CHECK_EQ(nt_rd(&r->g[2], NT_INT_STS), INT_EVENT);
	/* no second interrupt before the first was handled */
	nt_wr(&r->g[1], NT_SIGNAL, 1);
	CHECK_EQ(fired(&r->g[2], 0), 0);
	gas_wr(&r->g[1], GAS_SIGNAL_STS, BIT(1));
	nt_wr(&r->g[2], NT_INT_STS, INT_EVENT);
	CHECK_EQ(nt_rd(&r->g[2], NT_INT_STS), 0);
	nt_wr(&r->g[1], NT_SIGNAL, 1);
	CHECK_EQ(fired(&r->g[2], 0), 1);
	rig_free(r);
}

TEST(masks_hide_events, "event masks")
{
	struct rig *r = idt_rig(3, NULL);

	gas_wr(&r->g[0], GAS_EVENT_PART_MASK, BIT(2));
	nt_wr(&r->g[1], NT_SIGNAL, 1);
	CHECK_EQ(fired(&r->g[0], 0), 1);
	CHECK_EQ(fired(&r->g[2], 0), 0);
	CHECK_EQ(nt_rd(&r->g[2], NT_INT_STS), 0);
	gas_wr(&r->g[0], GAS_EVENT_PART_MASK, 0);
	nt_wr(&r->g[0], NT_INT_STS, INT_EVENT);
	gas_wr(&r->g[0], GAS_SIGNAL_MASK, BIT(2));
	nt_wr(&r->g[2], NT_SIGNAL, 1);
	CHECK_EQ(fired(&r->g[0], 0), 0);
	/* masked in the function itself: it is told when it unmasks */
	nt_wr(&r->g[2], NT_INT_MASK, INT_ALL);
	nt_wr(&r->g[0], NT_SIGNAL, 1);
	CHECK_EQ(fired(&r->g[2], 0), 0);
	CHECK_EQ(nt_rd(&r->g[2], NT_INT_STS), INT_EVENT);
	nt_wr(&r->g[2], NT_INT_MASK, 0);
	CHECK_EQ(fired(&r->g[2], 0), 1);
	rig_free(r);
}

TEST(cables_are_events, "a host that goes and comes is an event")
{
	struct rig *r = idt_rig(3, NULL);
	struct guest *a = &r->g[0];

	guest_disconnect(&r->g[2]);
	CHECK_EQ(fired(a, 0), 1);
	CHECK_EQ(gas_rd(a, GAS_EVENT_STS), EVENT_LINK_DOWN);
	CHECK_EQ(gas_rd(a, GAS_LINK_DOWN_STS), BIT(4));
	gas_wr(a, GAS_LINK_DOWN_STS, ~0u);
	nt_wr(a, NT_INT_STS, INT_EVENT);
	guest_start(&r->g[2]);
	CHECK_EQ(fired(a, 0), 1);
	CHECK_EQ(gas_rd(a, GAS_LINK_UP_STS), BIT(4));
	CHECK_EQ(gas_rd(a, GAS_LINK_DOWN_STS), 0);
	rig_free(r);
}

/* What a reset takes is its own host's, and nothing else. */
TEST(resets_one_host, "a reset leaves the others alone")
{
	struct rig *r = idt_rig(3, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1], *c = &r->g[2];

	idt_lut(a, 2, 0, 2, 0x10000);
	idt_lut(b, 2, 0, 2, 0x20000);
	idt_send(c, 0, 1, 0, 7);
	CHECK(guest_call(a, VU_DEVICE_RESET, 0, NULL, 0, NULL, 0));
	CHECK_EQ(nt_rd(a, NT_CTL), 0);
	CHECK_EQ(nt_rd(a, NT_INT_MASK), INT_ALL);
	nt_wr(b, NT_MTBL_ADDR, 0);
	CHECK_EQ(nt_rd(b, NT_MTBL_DATA), 0);
	nt_wr(b, NT_MTBL_ADDR, 1);
	CHECK(nt_rd(b, NT_MTBL_DATA) & MTBL_VALID);
	CHECK_EQ(nt_rd(b, NT_CTL), CTL_COMPLETIONS);
	CHECK_EQ(nt_rd(b, NT_IN_MSG), 7);
	CHECK(peer_up(b, 2));
	CHECK(!peer_up(b, 0));
	/* they heard that it went down and came back */
	CHECK_EQ(gas_rd(b, GAS_LINK_DOWN_STS), BIT(0));
	CHECK_EQ(gas_rd(b, GAS_LINK_UP_STS), BIT(0));
	wr(b, 2, 0, 5, 4);
	CHECK_EQ(c->ram[0x20000], 5);
	wr(a, 2, 0, 6, 4);
	CHECK_EQ(c->ram[0x10000], 0);
	rig_free(r);
}

TEST(guards_the_others, "registers of the others are safe")
{
	struct rig *r = idt_rig(2, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 *bad = &r->f->host[0].stats.bad_accesses;

	gas_wr(a, GAS_PORT + GAS_PORT_STRIDE * 2 + NT_CTL, 0);
	CHECK_EQ(nt_rd(b, NT_CTL), CTL_COMPLETIONS);
	CHECK_EQ(*bad, 1);
	gas_wr(a, GAS_MSG_CTL + 4, 0x10);
	CHECK_EQ(gas_rd(b, GAS_MSG_CTL + 4), 0);
	CHECK_EQ(*bad, 2);
	/* the pair cannot be used to reach a pair */
	CHECK_EQ(gas_rd(a, GAS_PORT + NT_GASA_DATA), 0);
	/* the sensor is cold and silent */
	gas_wr(a, GAS_TEMPERATURE, 0);
	CHECK_EQ(gas_rd(a, GAS_TEMPERATURE + 4), 0);
	CHECK_EQ(*bad, 2);
	rig_free(r);
}
