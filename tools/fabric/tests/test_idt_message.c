// SPDX-License-Identifier: GPL-2.0-only
/* Doorbells and messages of IDT functions, and the faults of messages. */
#include <stdio.h>
#include <string.h>

#include "bridge/clock.h"
#include "bridge/control.h"
#include "tests/idt_guest.h"

#define SUITE "idt message"

static void command(struct rig *r, const char *text)
{
	char line[128], reply[256] = "";
	FILE *out = fmemopen(reply, sizeof(reply), "w");

	snprintf(line, sizeof(line), "%s", text);
	control_command(r->f, line, out);
	fclose(out);
	check(!strcmp(reply, "ok\n"), __FILE__, __LINE__, text);
}

TEST(rings_everywhere, "a doorbell rings in all other partitions")
{
	struct rig *r = idt_rig(3, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1], *c = &r->g[2];

	nt_wr(a, NT_OUT_DBELL, 0x80000001);
	CHECK_EQ(nt_rd(b, NT_IN_DBELL), 0x80000001);
	CHECK_EQ(nt_rd(c, NT_IN_DBELL), 0x80000001);
	CHECK_EQ(nt_rd(a, NT_IN_DBELL), 0);
	CHECK_EQ(nt_rd(b, NT_INT_STS), INT_DOORBELL);
	CHECK_EQ(fired(b, 0), 1);
	CHECK_EQ(fired(c, 0), 1);
	CHECK_EQ(fired(a, 0), 0);
	nt_wr(b, NT_IN_DBELL, 1);
	CHECK_EQ(nt_rd(b, NT_IN_DBELL), 0x80000000);
	CHECK_EQ(nt_rd(c, NT_IN_DBELL), 0x80000001);
	CHECK_EQ(gas_rd(a, GAS_DBELL_STS), 0x80000001);
	CHECK_EQ(r->f->host[1].stats.doorbells, 1);
	rig_free(r);
}

/* The status bit is one for all doorbells, and only its rise interrupts. */
TEST(hides_behind_a_set_bit, "a doorbell hides behind one that is set")
{
	struct rig *r = idt_rig(2, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	nt_wr(a, NT_OUT_DBELL, 1);
	CHECK_EQ(fired(b, 0), 1);
	nt_wr(a, NT_OUT_DBELL, 2);
	CHECK_EQ(fired(b, 0), 0);
	nt_wr(b, NT_IN_DBELL, 1);
	nt_wr(a, NT_OUT_DBELL, 4);
	CHECK_EQ(fired(b, 0), 0);
	nt_wr(b, NT_IN_DBELL, 6);
	CHECK_EQ(nt_rd(b, NT_INT_STS), 0);
	nt_wr(a, NT_OUT_DBELL, 4);
	CHECK_EQ(fired(b, 0), 1);
	/* a message is another status bit */
	idt_send(a, 0, 1, 0, 1);
	CHECK_EQ(fired(b, 0), 1);
	CHECK_EQ(nt_rd(b, NT_INT_STS), INT_DOORBELL | INT_MESSAGE);
	rig_free(r);
}

TEST(masks_doorbells, "doorbell mask")
{
	struct rig *r = idt_rig(2, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	nt_wr(b, NT_IN_DBELL_MASK, ~2u);
	nt_wr(a, NT_OUT_DBELL, 1);
	CHECK_EQ(fired(b, 0), 0);
	CHECK_EQ(nt_rd(b, NT_INT_STS), 0);
	nt_wr(a, NT_OUT_DBELL, 2);
	CHECK_EQ(fired(b, 0), 1);
	nt_wr(b, NT_IN_DBELL, 2);
	nt_wr(b, NT_IN_DBELL_MASK, ~3u);
	CHECK_EQ(fired(b, 0), 1);
	rig_free(r);
}

TEST(echoes_doorbells, "doorbell_echo")
{
	static const struct change echo[] = { { "doorbell_echo", 1 }, { 0 } };
	struct rig *r = idt_rig(2, echo);

	nt_wr(&r->g[0], NT_OUT_DBELL, 4);
	CHECK_EQ(nt_rd(&r->g[0], NT_IN_DBELL), 4);
	CHECK_EQ(nt_rd(&r->g[1], NT_IN_DBELL), 4);
	CHECK_EQ(fired(&r->g[0], 0), 1);
	rig_free(r);
}

TEST(routes_messages, "messages go where they are routed")
{
	struct rig *r = idt_rig(3, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1], *c = &r->g[2];

	idt_send(a, 0, 2, 3, 0x1111);
	idt_send(b, 2, 2, 1, 0x2222);
	CHECK_EQ(nt_rd(c, NT_MSG_STS), MSG_ARRIVED(3) | MSG_ARRIVED(1));
	CHECK_EQ(nt_rd(c, NT_IN_MSG + 12), 0x1111);
	CHECK_EQ(nt_rd(c, NT_IN_MSG_SRC + 12), 0);
	CHECK_EQ(nt_rd(c, NT_IN_MSG + 4), 0x2222);
	CHECK_EQ(nt_rd(c, NT_IN_MSG_SRC + 4), 1);
	CHECK_EQ(fired(c, 0), 1);
	CHECK_EQ(nt_rd(b, NT_MSG_STS), 0);
	CHECK_EQ(r->f->host[2].stats.messages, 2);
	/* masked: no interrupt, but there */
	nt_wr(b, NT_MSG_MASK, MSG_ARRIVED(0));
	idt_send(c, 1, 1, 0, 5);
	CHECK_EQ(fired(b, 0), 0);
	CHECK_EQ(nt_rd(b, NT_MSG_STS), MSG_ARRIVED(0));
	nt_wr(b, NT_MSG_MASK, 0);
	CHECK_EQ(fired(b, 0), 1);
	rig_free(r);
}

TEST(refuses_when_full, "a full register fails the sender")
{
	struct rig *r = idt_rig(3, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1], *c = &r->g[2];

	idt_send(a, 0, 2, 0, 1);
	idt_send(b, 1, 2, 0, 2);
	CHECK_EQ(nt_rd(b, NT_MSG_STS), MSG_FAILED(1));
	CHECK_EQ(nt_rd(b, NT_INT_STS), INT_MESSAGE);
	CHECK_EQ(fired(b, 0), 1);
	CHECK_EQ(nt_rd(c, NT_IN_MSG), 1);
	CHECK_EQ(nt_rd(c, NT_IN_MSG_SRC), 0);
	nt_wr(b, NT_MSG_STS, MSG_FAILED(1));
	CHECK_EQ(nt_rd(b, NT_MSG_STS), 0);
	nt_wr(c, NT_MSG_STS, MSG_ARRIVED(0));
	idt_send(b, 1, 2, 0, 2);
	CHECK_EQ(nt_rd(b, NT_MSG_STS), 0);
	CHECK_EQ(nt_rd(c, NT_IN_MSG), 2);
	/* to a host that is not there, and to a partition nobody has */
	guest_disconnect(c);
	idt_send(a, 0, 2, 0, 3);
	CHECK_EQ(nt_rd(a, NT_MSG_STS), MSG_FAILED(0));
	idt_send(a, 1, 7, 0, 3);
	CHECK_EQ(nt_rd(a, NT_MSG_STS), MSG_FAILED(0) | MSG_FAILED(1));
	CHECK_EQ(r->f->host[0].stats.dropped, 2);
	rig_free(r);
}

static void take(struct guest *g, u32 reg, u32 want)
{
	CHECK_EQ(nt_rd(g, NT_MSG_STS), MSG_ARRIVED(reg));
	CHECK_EQ(nt_rd(g, NT_IN_MSG + 4 * reg), want);
	nt_wr(g, NT_MSG_STS, MSG_ARRIVED(reg));
}

TEST(loses_and_bends, "msg-drop and msg-xor")
{
	struct rig *r = idt_rig(3, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	command(r, "fault msg-drop 0 1");
	/* another host's messages are not meant */
	idt_send(&r->g[2], 0, 1, 0, 9);
	take(b, 0, 9);
	idt_send(a, 0, 1, 0, 1);
	/* the sender cannot tell */
	CHECK_EQ(nt_rd(a, NT_MSG_STS), 0);
	CHECK_EQ(nt_rd(b, NT_MSG_STS), 0);
	CHECK_EQ(r->f->host[0].stats.dropped, 1);
	command(r, "fault msg-xor 0 0xf0 1");
	idt_send(a, 0, 1, 0, 2);
	take(b, 0, 0xf2);
	idt_send(a, 0, 1, 0, 3);
	take(b, 0, 3);
	rig_free(r);
}

TEST(repeats, "msg-repeat")
{
	struct rig *r = idt_rig(2, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];

	command(r, "fault msg-repeat 0 1");
	idt_send(a, 0, 1, 0, 1);
	take(b, 0, 1);
	settle(a);
	CHECK_EQ(nt_rd(b, NT_MSG_STS), 0);
	/* behind the second one, when that has made room */
	idt_send(a, 0, 1, 0, 2);
	settle(a);
	take(b, 0, 2);
	settle(a);
	take(b, 0, 1);
	settle(a);
	CHECK_EQ(nt_rd(b, NT_MSG_STS), 0);
	CHECK_EQ(nt_rd(a, NT_MSG_STS), 0);
	rig_free(r);
}

TEST(comes_late, "msg-late")
{
	struct rig *r = idt_rig(2, NULL);
	struct guest *a = &r->g[0], *b = &r->g[1];
	u64 start = clock_now_ms();

	command(r, "fault msg-late 0 100 1");
	idt_send(a, 0, 1, 0, 1);
	idt_send(a, 1, 1, 1, 2);
	take(b, 1, 2);
	while (!nt_rd(b, NT_MSG_STS) && clock_now_ms() - start < 5000)
		fabric_turn(r->f, 5000);
	CHECK(clock_now_ms() - start >= 100);
	take(b, 0, 1);
	/* held words of a fabric that ends */
	command(r, "fault msg-late 0 100000 1");
	idt_send(a, 0, 1, 0, 1);
	rig_free(r);
}
