// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/guest.h"

#define SUITE "protocol"

static const u8 hello[] = "\0\0\0\0{}";

/* The connection must end, and the fabric must take a new one. */
static void expect_closed(struct rig *r, struct guest *g)
{
	settle(g);
	CHECK(g->closed || !host_connected(&r->f->host[g->index]));
	close(g->fd);
	settle(g);
	guest_start(g);
	CHECK_EQ(rd(g, VU_REGION_CONFIG, 0, 2), 0x11f8);
}

TEST(says_version_first, "VERSION comes first and once")
{
	struct vu_device_info info = { .argsz = sizeof(info) };
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];

	guest_disconnect(g);
	guest_connect(g);
	CHECK(!guest_call(g, VU_DEVICE_GET_INFO, 0, &info, sizeof(info), NULL,
			  0));
	expect_closed(r, g);
	CHECK(!guest_call(g, VU_VERSION, 0, hello, sizeof(hello), NULL, 0));
	expect_closed(r, g);
	rig_free(r);
}

TEST(refuses_other_versions, "other major versions")
{
	struct vu_version v = { .major = 1 };
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];

	guest_disconnect(g);
	guest_connect(g);
	CHECK(!guest_call(g, VU_VERSION, 0, &v, sizeof(v), NULL, 0));
	expect_closed(r, g);
	rig_free(r);
}

TEST(describes_the_device, "device, regions and interrupts are described")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	struct vu_device_info info = { .argsz = sizeof(info) };
	struct vu_region_info ri = { .argsz = sizeof(ri), .index = 2 };
	struct vu_irq_info ii = { .argsz = sizeof(ii), .index = VU_IRQ_MSIX };

	CHECK(guest_call(g, VU_DEVICE_GET_INFO, 0, &info, sizeof(info), NULL,
			 0));
	memcpy(&info, g->body, sizeof(info));
	CHECK_EQ(info.num_regions, VU_NUM_REGIONS);
	CHECK_EQ(info.num_irqs, VU_NUM_IRQS);
	CHECK_EQ(info.flags, VU_DEVICE_PCI | VU_DEVICE_RESETTABLE);
	CHECK(guest_call(g, VU_DEVICE_GET_REGION_INFO, 0, &ri, sizeof(ri),
			 NULL, 0));
	memcpy(&ri, g->body, sizeof(ri));
	CHECK_EQ(ri.size, 4 << 20);
	CHECK_EQ(ri.flags, VU_REGION_READABLE | VU_REGION_WRITABLE);
	ri.index = 1;
	CHECK(guest_call(g, VU_DEVICE_GET_REGION_INFO, 0, &ri, sizeof(ri),
			 NULL, 0));
	memcpy(&ri, g->body, sizeof(ri));
	CHECK_EQ(ri.size, 0);
	ri.index = VU_NUM_REGIONS;
	CHECK(!guest_call(g, VU_DEVICE_GET_REGION_INFO, 0, &ri, sizeof(ri),
			  NULL, 0));
	CHECK_EQ(g->reply.error, EINVAL);
	CHECK(guest_call(g, VU_DEVICE_GET_IRQ_INFO, 0, &ii, sizeof(ii), NULL,
			 0));
	memcpy(&ii, g->body, sizeof(ii));
	CHECK_EQ(ii.count, 4);
	ii.index = VU_NUM_IRQS;
	CHECK(!guest_call(g, VU_DEVICE_GET_IRQ_INFO, 0, &ii, sizeof(ii), NULL,
			  0));
	rig_free(r);
}

TEST(survives_unknown_commands, "unknown commands are answered")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];

	CHECK(!guest_call(g, 99, 0, NULL, 0, NULL, 0));
	CHECK_EQ(g->reply.error, ENOTSUP);
	CHECK(!guest_call(g, 0, 0, NULL, 0, NULL, 0));
	CHECK_EQ(g->reply.error, ENOTSUP);
	CHECK_EQ(rd(g, VU_REGION_CONFIG, 0, 2), 0x11f8);
	rig_free(r);
}

TEST(closes_on_bad_lengths, "lengths out of bounds end the connection")
{
	struct vu_header h = { .command = VU_REGION_READ };
	static const u32 sizes[] = { 0, 1, 15, 16, 31, 0x7fffffff, 0xffffffff };
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	u8 msg[64] = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		h.size = sizes[i];
		memcpy(msg, &h, sizeof(h));
		guest_send_raw(g, msg, sizes[i] < 64 && sizes[i] > 16 ?
			       sizes[i] : 16, NULL, 0);
		expect_closed(r, g);
	}
	rig_free(r);
}

TEST(closes_on_lies, "counts that do not fit end the connection")
{
	struct vu_region_access a = { 0x14000, 0, 64 };
	struct vu_header reply = {
		.id = 77, .command = VU_DMA_WRITE, .size = 16,
		.flags = VU_FLAG_REPLY,
	};
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	u64 count = 200;

	/* a write that promises more than it carries */
	guest_call(g, VU_REGION_WRITE, 0, &a, sizeof(a), NULL, 0);
	expect_closed(r, g);
	guest_call(g, VU_REGION_WRITE_MULTI, 0, &count, sizeof(count), NULL, 0);
	expect_closed(r, g);
	count = UINT64_MAX / 12;
	guest_call(g, VU_REGION_WRITE_MULTI, 0, &count, sizeof(count), NULL, 0);
	expect_closed(r, g);
	/* an answer to nothing */
	guest_send_raw(g, &reply, sizeof(reply), NULL, 0);
	expect_closed(r, g);
	/* a header that ends in the middle */
	guest_send_raw(g, &reply, 7, NULL, 0);
	shutdown(g->fd, SHUT_WR);
	expect_closed(r, g);
	rig_free(r);
}

TEST(takes_messages_in_bytes, "a message may come byte by byte")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	struct {
		struct vu_header h;
		struct vu_region_access a;
	} m = {
		{ .id = 5, .command = VU_REGION_READ, .size = sizeof(m) },
		{ 0x10000, 0, 2 },
	};
	size_t i;

	g->replied = false;
	for (i = 0; i < sizeof(m); i++) {
		CHECK(!g->replied);
		guest_send_raw(g, (u8 *)&m + i, 1, NULL, 0);
		settle(g);
	}
	CHECK(g->replied && g->reply.id == 5);
	CHECK_EQ(g->body[sizeof(m.a)], 2);
	rig_free(r);
}

TEST(bounds_regions, "accesses outside the regions")
{
	static const struct vu_region_access bad[] = {
		{ 0x400000, 0, 4 },
		{ 0x3ffffe, 0, 4 },
		{ UINT64_MAX, 0, 4 },
		{ UINT64_MAX - 3, 0, 8 },
		{ 0, 1, 4 },
		{ 0, 6, 1 },
		{ 4096, 7, 1 },
		{ 4093, 7, 4 },
		{ 0, 9, 4 },
		{ 0, 0xffffffff, 4 },
		{ 0, 0, 0x7fffffff },
	};
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	u64 before = r->f->host[0].stats.bad_accesses;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK(!guest_call(g, VU_REGION_READ, 0, &bad[i], sizeof(bad[i]),
				  NULL, 0));
		CHECK_EQ(g->reply.error, EINVAL);
	}
	CHECK_EQ(r->f->host[0].stats.bad_accesses - before, ARRAY_SIZE(bad));
	CHECK_EQ(rd(g, VU_REGION_CONFIG, 4095, 1), 0);
	rig_free(r);
}

TEST(posts_without_answer, "posted writes are not answered")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];

	wr_posted(g, 0, DBMSG_OF(0) + DM_MSG_MAP, 0x12345678, 4);
	CHECK(!g->replied);
	CHECK_EQ(rd(g, 0, DBMSG_OF(0) + DM_MSG_MAP, 4), 0x12345678);
	rig_free(r);
}

TEST(writes_many_at_once, "WRITE_MULTI does every write")
{
	struct {
		u64 count;
		struct vu_multi_record w[3];
	} m = { .count = 3 };
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];

	m.w[0] = (struct vu_multi_record){ DBMSG_OF(0) + DM_ODB_MASK, 0, 8,
					   { 1, 2, 3, 4, 5, 6, 7, 8 } };
	m.w[1] = (struct vu_multi_record){ DBMSG_OF(0) + DM_VEC_MAP, 0, 1,
					   { 3 } };
	m.w[2] = (struct vu_multi_record){ 0x400000, 0, 4, { 3 } };
	guest_call(g, VU_REGION_WRITE_MULTI, VU_FLAG_NO_REPLY, &m, sizeof(m),
		   NULL, 0);
	CHECK(!g->replied);
	CHECK_EQ(rd(g, 0, DBMSG_OF(0) + DM_ODB_MASK, 8), 0x0807060504030201);
	CHECK_EQ(rd(g, 0, DBMSG_OF(0) + DM_VEC_MAP, 1), 3);
	CHECK_EQ(r->f->host[0].stats.bad_accesses, 1);
	rig_free(r);
}

static bool set_irqs(struct guest *g, u32 flags, u32 index, u32 start,
		     u32 count, int *fds, int nfds)
{
	struct vu_set_irqs s = { sizeof(s), flags, index, start, count };

	return guest_call(g, VU_DEVICE_SET_IRQS, 0, &s, sizeof(s), fds, nfds);
}

TEST(sets_vectors_in_chunks, "vectors are set in chunks")
{
	u32 eventfd_trigger = VU_SET_DATA_EVENTFD | VU_SET_ACTION_TRIGGER;
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	struct host *h = &r->f->host[0];
	int i;

	CHECK(set_irqs(g, VU_SET_DATA_NONE | VU_SET_ACTION_TRIGGER,
		       VU_IRQ_MSIX, 0, 0, NULL, 0));
	for (i = 0; i < GUEST_VECTORS; i++)
		CHECK_EQ(h->vector_fd[i], (u64)-1);
	for (i = 0; i < GUEST_VECTORS; i++)
		CHECK(set_irqs(g, eventfd_trigger, VU_IRQ_MSIX, (u32)i, 1,
			       &g->vector[i], 1));
	host_interrupt(h, 3);
	CHECK_EQ(fired(g, 3), 1);
	/* no descriptors take a vector away */
	CHECK(set_irqs(g, eventfd_trigger, VU_IRQ_MSIX, 3, 1, NULL, 0));
	CHECK_EQ(h->vector_fd[3], (u64)-1);
	CHECK(!set_irqs(g, eventfd_trigger, VU_IRQ_MSIX, 3, 2, NULL, 0));
	CHECK(!set_irqs(g, eventfd_trigger, VU_IRQ_MSIX, 5, 0, NULL, 0));
	CHECK(!set_irqs(g, eventfd_trigger, VU_IRQ_MSIX, 0, 0xffffffff, NULL,
			0));
	CHECK(!set_irqs(g, eventfd_trigger, VU_IRQ_MSIX, 0, 2, g->vector, 3));
	CHECK(!set_irqs(g, eventfd_trigger, VU_NUM_IRQS, 0, 0, NULL, 0));
	CHECK(!set_irqs(g, 0xffffffff, VU_IRQ_MSIX, 0, 1, NULL, 0));
	rig_free(r);
}

TEST(keeps_lost_interrupts, "interrupts wait while their vector is away")
{
	u32 eventfd_trigger = VU_SET_DATA_EVENTFD | VU_SET_ACTION_TRIGGER;
	struct rig *r = rig_new();
	struct guest *g = &r->g[1];
	struct host *h = &r->f->host[1];

	/* QEMU takes all vectors away and gives them back to add one */
	CHECK(set_irqs(g, eventfd_trigger, VU_IRQ_MSIX, 2, 1, NULL, 0));
	host_interrupt(h, 2);
	host_interrupt(h, 2);
	CHECK_EQ(rd(g, 0, DBMSG_OF(1) + DM_PBA, 4), 4);
	CHECK(set_irqs(g, eventfd_trigger, VU_IRQ_MSIX, 2, 1, &g->vector[2],
		       1));
	CHECK_EQ(fired(g, 2), 1);
	CHECK_EQ(rd(g, 0, DBMSG_OF(1) + DM_PBA, 4), 0);
	/* bus mastering off: no interrupt leaves */
	wr(g, VU_REGION_CONFIG, 4, 2, 2);
	host_interrupt(h, 2);
	CHECK_EQ(fired(g, 2), 0);
	rig_free(r);
}

TEST(limits_descriptors, "too many file descriptors")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	struct vu_header h = { .command = VU_DEVICE_RESET, .size = sizeof(h) };
	int fds[12];
	int i;

	for (i = 0; i < 12; i++)
		fds[i] = eventfd(0, 0);
	/* they do no harm where nobody wants them ... */
	CHECK(guest_call(g, VU_DEVICE_RESET, 0, NULL, 0, fds, 8));
	/* ... but there are limits */
	guest_send_raw(g, &h, sizeof(h), fds, 12);
	expect_closed(r, g);
	for (i = 0; i < 12; i++)
		close(fds[i]);
	rig_free(r);
}

TEST(refuses_a_second_client, "a second client is refused")
{
	struct rig *r = rig_new();
	int waits[2], comes[2], i;
	char c;

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, waits));
	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, comes));
	host_attach(&r->f->host[0], waits[0]);
	CHECK_EQ(recv(waits[1], &c, 1, MSG_DONTWAIT), -1);
	/* only one may wait, and not for ever */
	host_attach(&r->f->host[0], comes[0]);
	CHECK_EQ(recv(comes[1], &c, 1, MSG_DONTWAIT), 0);
	CHECK_EQ(rd(&r->g[0], VU_REGION_CONFIG, 0, 2), 0x11f8);
	for (i = 0; i < 10 && r->f->host[0].successor >= 0; i++)
		loop_once(&r->f->loop, 2000);
	CHECK_EQ(recv(waits[1], &c, 1, MSG_DONTWAIT), 0);
	CHECK_EQ(rd(&r->g[0], VU_REGION_CONFIG, 0, 2), 0x11f8);
	close(waits[1]);
	close(comes[1]);
	rig_free(r);
}

TEST(lets_in_who_waited, "one that came too early is let in")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	int old = g->fd;

	guest_connect(g);
	CHECK(r->f->host[0].successor >= 0);
	close(old);
	guest_version(g);
	CHECK_EQ(rd(g, VU_REGION_CONFIG, 0, 2), 0x11f8);
	CHECK_EQ(r->f->host[0].successor, -1);
	rig_free(r);
}

TEST(drops_who_waits_at_the_end, "one that waits is closed at the end")
{
	struct rig *r = rig_new();
	int sv[2];
	char c;

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	host_attach(&r->f->host[0], sv[0]);
	rig_free(r);
	CHECK_EQ(recv(sv[1], &c, 1, MSG_DONTWAIT), 0);
	close(sv[1]);
}

TEST(lets_in_who_follows_one_that_went, "one that follows another is let in")
{
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];

	/* nobody has looked at the end of the first when the second comes */
	close(g->fd);
	guest_connect(g);
	guest_version(g);
	CHECK_EQ(rd(g, VU_REGION_CONFIG, 0, 2), 0x11f8);
	rig_free(r);
}

TEST(cuts_off_who_never_reads, "a client that never reads is cut off")
{
	struct vu_region_access a = { 0, 0, 1 << 20 };
	struct rig *r = rig_new();
	struct guest *g = &r->g[0];
	struct {
		struct vu_header h;
		struct vu_region_access a;
	} m = {
		{ .command = VU_REGION_READ, .size = sizeof(m) }, a
	};
	int i;

	for (i = 0; i < 32 && host_connected(&r->f->host[0]); i++) {
		guest_send_raw(g, &m, sizeof(m), NULL, 0);
		fabric_turn(r->f, 0);
		fabric_turn(r->f, 0);
	}
	CHECK(i < 32);
	/* the other host never noticed */
	CHECK_EQ(rd(&r->g[1], VU_REGION_CONFIG, 0, 2), 0x11f8);
	rig_free(r);
}
