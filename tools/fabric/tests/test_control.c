// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bridge/control.h"
#include "tests/guest.h"

#define SUITE "control"

TEST(refuses_nonsense, "nonsense is answered with an error")
{
	static const char * const bad[] = {
		"", "nonsense", "link", "link sideways", "trace", "stats now",
		"fault", "fault nothing 0 1", "fault drop", "fault drop 2 1",
		"fault drop -1 1", "fault late 0 1", "fault late 0 x 1",
		"fault addr-xor 0 1 2 3", "fault drop 0 1x",
		"interrupts 0 1", "interrupts 2 0 1", "interrupts 0 2 1", "interrupts 0 x 1",
		"dead", "dead 0", "dead 2 on", "dead 0 maybe", "dead 0 on 1",
		"a b c d e f g h i j k l m n o p",
	};
	struct rig *r = rig_new();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		check(!strncmp(rig_ask(r, bad[i]), "error ", 6) &&
		      strlen(r->reply) > 8 && r->reply[strlen(r->reply) - 1] == '\n',
		      __FILE__, __LINE__, bad[i]);
	rig_free(r);
}

TEST(reports_counters, "stats")
{
	struct rig *r = rig_new();

	r->f->host[1].stats.msi_writes = 123456789012345;
	guest_disconnect(&r->g[0]);
	rig_ask(r, "stats");
	CHECK(strstr(r->reply, "ok {\"hosts\":[{\"host\":0,\"connected\":false,"));
	CHECK(strstr(r->reply, "\"connected\":false,\"waiting\":0,\"window_writes\":0,"));
	CHECK(strstr(r->reply, "{\"host\":1,\"connected\":true,"));
	CHECK(strstr(r->reply, "\"msi_writes\":123456789012345,"));
	CHECK(strstr(r->reply, "\"requester_drops\":0,"));
	CHECK(!strcmp(r->reply + strlen(r->reply) - 4, "}]}\n"));
	rig_free(r);
}

TEST(reports_what_waits, "writes that a machine has not answered")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];
	int i;

	open_direct(b, 4, 0xfee00000, 0x100000);
	b->hold = true;
	for (i = 0; i < 3; i++)
		wr_posted(a, 4, 0x20, 1, 4);
	settle(a);
	rig_ask(r, "stats");
	CHECK(strstr(r->reply, "{\"host\":1,\"connected\":true,\"waiting\":3,"));
	guest_release_replies(b);
	settle(b);
	rig_ask(r, "stats");
	CHECK(strstr(r->reply, "{\"host\":1,\"connected\":true,\"waiting\":0,"));
	rig_free(r);
}

/* JSON without its quotes reads better in a check. */
static void unquote(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != '"')
			*to++ = *text;
	*to = '\0';
}

TEST(reports_windows, "windows")
{
	struct rig *r = rig_new();

	open_direct(&r->g[1], 4, 0xfee00000, 0x100000);
	open_lut(&r->g[1], 7, 0x70000);
	rig_ask(r, "windows");
	unquote(r->reply);
	CHECK(strstr(r->reply, "ok {hosts:[{host:0,windows:[{kind:direct,"));
	/* one window each: where it is, and where it leads */
	CHECK(strstr(r->reply, "{kind:direct,bar:4,index:1,offset:0,size:1048576,"));
	CHECK(strstr(r->reply, ",size:1048576,target_host:1,target:0xfee00000,"));
	CHECK(strstr(r->reply, ",target:0xfee00000,enabled:true}"));
	CHECK(strstr(r->reply, "{kind:lut,bar:2,index:7,offset:458752,size:65536,"));
	CHECK(strstr(r->reply, ",size:65536,target_host:1,target:0x70000,"));
	/* and those that are closed */
	CHECK(strstr(r->reply, "{host:1,windows:[{kind:direct,bar:2,index:0,"));
	CHECK(strstr(r->reply, ",target:0,enabled:false}"));
	rig_free(r);
}

TEST(traces_by_name, "the trace speaks in register names")
{
	char *text = NULL;
	size_t len = 0;
	struct rig *r = rig_new();

	r->f->trace.file = open_memstream(&text, &len);
	open_direct(&r->g[1], 4, 0xfee00000, 0x100000);
	CHECK(!strcmp(rig_ask(r, "trace on"), "ok\n"));
	lock_block(&r->g[0], 1);
	wr(&r->g[0], 0, DBMSG_OF(0) + DM_VEC_MAP + 7, 3, 1);
	wr(&r->g[0], 4, 0x40, 9, 4);
	rig_ask(r, "trace off");
	lock_block(&r->g[1], 0);
	trace_close(&r->f->trace);
	CHECK(strstr(text, "host0 w32 ctrl[1].partition_op = LOCK\n"));
	CHECK(strstr(text, "host0 w8 dbmsg[0].idb_vec_map[7] = 0x3\n"));
	CHECK(strstr(text, "host0 w32 bar4 direct+0x40 = 0x9\n"));
	CHECK(strstr(text, "host0 -> host1 write32 0xfee00040 = 0x9\n"));
	CHECK(!strstr(text, "host1 w32"));
	free(text);
	rig_free(r);
}

/* Over a real socket: partial lines, several in one go, a line too long. */
TEST(talks_over_a_socket, "the socket takes lines as they come")
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(sa_family_t);
	struct rig *r = rig_new();
	struct control *c;
	char big[1024];
	int l, s;
	ssize_t n;

	l = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(!bind(l, (struct sockaddr *)&addr, len) && !listen(l, 4));
	len = sizeof(addr);
	CHECK(!getsockname(l, (struct sockaddr *)&addr, &len));
	c = control_new(r->f, l);
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(!connect(s, (struct sockaddr *)&addr, len));
	settle(&r->g[0]);
	CHECK_EQ(send(s, "link do", 7, 0), 7);
	settle(&r->g[0]);
	CHECK(r->f->link_up);
	CHECK_EQ(send(s, "wn\nfault clear\nnope\n", 20, 0), 20);
	settle(&r->g[0]);
	CHECK(!r->f->link_up);
	n = recv(s, r->reply, sizeof(r->reply) - 1, MSG_DONTWAIT);
	r->reply[n > 0 ? n : 0] = '\0';
	CHECK(!strcmp(r->reply, "ok\nok\nerror unknown command 'nope'\n"));
	memset(big, 'x', sizeof(big));
	CHECK_EQ(send(s, big, sizeof(big), MSG_NOSIGNAL), sizeof(big));
	settle(&r->g[0]);
	settle(&r->g[0]);
	n = recv(s, r->reply, 1, 0);
	CHECK(n <= 0);
	close(s);
	/* it still serves the next one */
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(!connect(s, (struct sockaddr *)&addr, len));
	CHECK_EQ(send(s, "quit\n", 5, 0), 5);
	settle(&r->g[0]);
	settle(&r->g[0]);
	CHECK(r->f->quit);
	close(s);
	control_free(c);
	rig_free(r);
}

TEST(pulls_out, "a function that was pulled out reads as ones until it is put in")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(b, 0, 0x10000);
	wr(a, 2, 0, 5, 4);
	CHECK_EQ(b->ram[0x10000], 5);

	CHECK(!strcmp(rig_ask(r, "dead 1 on"), "ok\n"));
	CHECK_EQ(rd(b, VU_REGION_CONFIG, 0, 4), ~0U);
	CHECK_EQ(rd(b, 0, 0, 4), ~0U);
	/* nothing reaches its host any more */
	wr(a, 2, 0, 6, 4);
	CHECK_EQ(b->ram[0x10000], 5);
	CHECK_EQ(rd(a, 2, 0, 4), ~0U);

	CHECK(!strcmp(rig_ask(r, "dead 1 off"), "ok\n"));
	CHECK(rd(b, VU_REGION_CONFIG, 0, 4) != ~0U);
	/* it has forgotten its windows */
	wr(a, 2, 0, 7, 4);
	CHECK_EQ(b->ram[0x10000], 5);
	rig_free(r);
}

TEST(moves_interrupts, "interrupts are where the control socket says")
{
	struct rig *r = rig_new();
	struct guest *a = &r->g[0], *b = &r->g[1];

	open_lut(b, 0, 0x10000);
	CHECK(!strcmp(rig_ask(r, "interrupts 1 0x10040 0x10043"), "ok\n"));
	wr(a, 2, 0, 5, 4);
	settle(b);
	CHECK_EQ(b->ram[0x10000], 5);
	CHECK_EQ(r->f->host[1].stats.msi_writes, 0);
	wr(a, 2, 0x40, 5, 4);
	settle(b);
	CHECK_EQ(r->f->host[1].stats.msi_writes, 1);
	/* the other host's are where they were */
	CHECK_EQ(r->f->host[0].msi.first, 0xfee00000);
	rig_free(r);
}
