// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/guest.h"
#include "bridge/control.h"
#include "bridge/log.h"

#define PATIENCE 2000

static void out(struct guest *g, const void *data, size_t len)
{
	if (send(g->fd, data, len, MSG_NOSIGNAL) != (ssize_t)len)
		g->closed = true;
}

void guest_send_raw(struct guest *g, const void *data, size_t len, int *fds,
		    int nfds)
{
	char control[CMSG_SPACE(32 * sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cm;

	if (nfds) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE((size_t)nfds * sizeof(int));
		cm = CMSG_FIRSTHDR(&msg);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN((size_t)nfds * sizeof(int));
		memcpy(CMSG_DATA(cm), fds, (size_t)nfds * sizeof(int));
	}
	if (sendmsg(g->fd, &msg, MSG_NOSIGNAL) != (ssize_t)len)
		g->closed = true;
}

static bool get(struct guest *g, void *data, size_t len)
{
	u8 *to = data;
	ssize_t n;

	while (len) {
		n = recv(g->fd, to, len, 0);
		if (n <= 0)
			return false;
		to += n;
		len -= (size_t)n;
	}
	return true;
}

static void answer_dma(struct guest *g, u16 id)
{
	struct vu_header h = {
		.id = id,
		.command = VU_DMA_WRITE,
		.size = 32,
		.flags = VU_FLAG_REPLY,
		.error = g->dma_error,
	};
	u8 msg[32] = { 0 };

	if (g->dma_error) {
		h.flags |= VU_FLAG_ERROR;
		h.size = sizeof(h);
	}
	memcpy(msg, &h, sizeof(h));
	out(g, msg, h.size);
}

static void saw_dma(struct guest *g, const struct vu_header *h)
{
	struct vu_dma_access a;
	struct seen_write *w;

	memcpy(&a, g->body, sizeof(a));
	if (g->num_seen < MAX_SEEN) {
		w = &g->seen[g->num_seen++];
		w->address = a.address;
		w->len = (u32)a.count;
		w->data = 0;
		memcpy(&w->data, g->body + sizeof(a), a.count);
	}
	if (g->hold)
		g->held[g->num_held++ % MAX_SEEN] = h->id;
	else
		answer_dma(g, h->id);
}

/* True when something came. */
static bool pump(struct guest *g)
{
	struct pollfd p = { .fd = g->fd, .events = POLLIN };
	struct vu_header h;

	if (g->fd < 0 || g->closed || poll(&p, 1, 0) <= 0)
		return false;
	if (!get(g, &h, sizeof(h)) || h.size < sizeof(h) ||
	    h.size - sizeof(h) > sizeof(g->body) ||
	    !get(g, g->body, h.size - sizeof(h))) {
		g->closed = true;
		return true;
	}
	if (h.flags & VU_FLAG_REPLY) {
		g->reply = h;
		g->body_len = h.size - (u32)sizeof(h);
		g->replied = true;
	} else {
		saw_dma(g, &h);
	}
	return true;
}

static struct rig *rig_of(struct guest *g)
{
	return (struct rig *)((char *)(g - g->index) - offsetof(struct rig, g));
}

/* True when something came for any guest. */
static bool pump_all(struct rig *r)
{
	bool any = false;
	int i;

	for (i = 0; i < r->hosts; i++)
		any |= pump(&r->g[i]);
	return any;
}

void settle(struct guest *g)
{
	int quiet = 0;

	while (quiet < 2) {
		fabric_turn(g->f, 0);
		quiet = pump_all(rig_of(g)) ? 0 : quiet + 1;
	}
}

void guest_release_replies(struct guest *g)
{
	u32 i, n = g->num_held;

	g->num_held = 0;
	for (i = 0; i < n; i++) {
		answer_dma(g, g->held[i]);
		if (i % 32 == 31)
			settle(g);
	}
}

bool guest_call(struct guest *g, u16 command, u32 flags, const void *body,
		u32 len, int *fds, int nfds)
{
	struct vu_header h = {
		.id = g->next_id++,
		.command = command,
		.size = (u32)sizeof(h) + len,
		.flags = flags,
	};
	struct rig *r = rig_of(g);
	u8 *msg = xcalloc(1, h.size);
	struct guest *p;
	int i;

	memcpy(msg, &h, sizeof(h));
	if (len)
		memcpy(msg + sizeof(h), body, len);
	g->replied = false;
	guest_send_raw(g, msg, h.size, fds, nfds);
	free(msg);
	for (i = 0; i < PATIENCE && !g->replied && !g->closed; i++) {
		/* A posted message is done when the fabric is at rest. */
		if (flags & VU_FLAG_NO_REPLY && i > 2)
			return false;
		fabric_turn(g->f, 0);
		while (pump(g) && !g->replied)
			;
		for (p = r->g; p < r->g + r->hosts; p++)
			if (p != g)
				pump(p);
	}
	return g->replied && g->reply.id == h.id && g->reply.command == command &&
	       !(g->reply.flags & VU_FLAG_ERROR);
}

u64 rd(struct guest *g, u32 region, u64 offset, u32 size)
{
	struct vu_region_access a = { offset, region, size };
	u64 value = 0;

	if (!guest_call(g, VU_REGION_READ, 0, &a, sizeof(a), NULL, 0) ||
	    g->body_len != sizeof(a) + size) {
		check(false, __FILE__, __LINE__, "a read is answered");
		return 0xbadbad;
	}
	memcpy(&value, g->body + sizeof(a), size);
	return value;
}

static void write_region(struct guest *g, u32 flags, u32 region, u64 offset,
			 u64 value, u32 size)
{
	struct {
		struct vu_region_access a;
		u64 value;
	} msg = { { offset, region, size }, value };

	guest_call(g, VU_REGION_WRITE, flags, &msg, (u32)sizeof(msg.a) + size,
		   NULL, 0);
}

void wr(struct guest *g, u32 region, u64 offset, u64 value, u32 size)
{
	write_region(g, 0, region, offset, value, size);
	CHECK(g->replied);
}

void wr_posted(struct guest *g, u32 region, u64 offset, u64 value, u32 size)
{
	write_region(g, VU_FLAG_NO_REPLY, region, offset, value, size);
}

u64 fired(struct guest *g, int vector)
{
	u64 n = 0;

	settle(g);
	if (read(g->vector[vector], &n, sizeof(n)) != sizeof(n))
		return 0;
	return n;
}

void guest_connect(struct guest *g)
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv))
		exit(1);
	g->fd = sv[1];
	g->closed = false;
	g->num_seen = 0;
	g->num_held = 0;
	g->hold = false;
	g->dma_error = 0;
	host_attach(&g->f->host[g->index], sv[0]);
}

void guest_version(struct guest *g)
{
	static const char hello[] = "\0\0\0\0{\"capabilities\":{}}";

	CHECK(guest_call(g, VU_VERSION, 0, hello, sizeof(hello), NULL, 0));
}

static void map_ram(struct guest *g)
{
	struct vu_dma_map m = {
		.argsz = sizeof(m),
		.flags = VU_MAP_READ | VU_MAP_WRITE,
		.size = RAM_BYTES,
	};

	CHECK(guest_call(g, VU_DMA_MAP, 0, &m, sizeof(m), &g->ram_fd, 1));
}

static void set_vectors(struct guest *g)
{
	struct vu_set_irqs s = {
		.argsz = sizeof(s),
		.flags = VU_SET_DATA_EVENTFD | VU_SET_ACTION_TRIGGER,
		.index = VU_IRQ_MSIX,
		.count = GUEST_VECTORS,
	};

	/* A function without MSI-X has its MSI at vector 0. */
	if (!g->f->host[g->index].id.vectors) {
		s.index = VU_IRQ_MSI;
		s.count = 1;
	}
	CHECK(guest_call(g, VU_DEVICE_SET_IRQS, 0, &s, sizeof(s), g->vector,
			 (int)s.count));
}

void guest_start(struct guest *g)
{
	guest_connect(g);
	guest_version(g);
	map_ram(g);
	set_vectors(g);
	wr(g, VU_REGION_CONFIG, 4, 6, 2);
}

void guest_disconnect(struct guest *g)
{
	close(g->fd);
	g->fd = -1;
	settle(g);
}

void lock_block(struct guest *g, int part)
{
	wr(g, 0, CTRL_OF(part) + CT_OP, OP_LOCK, 4);
}

u32 part_status(struct guest *g, int part)
{
	return rd(g, 0, CTRL_OF(part) + CT_STATUS, 4) & 0xffff;
}

u32 commit(struct guest *g, int part)
{
	wr(g, 0, CTRL_OF(part) + CT_OP, OP_CFG, 4);
	return part_status(g, part);
}

void allow_requests(struct guest *g)
{
	lock_block(g, g->index);
	wr(g, 0, CTRL_OF(g->index) + CT_REQ_ID, REQ_ID_ENABLE, 4);
	CHECK_EQ(commit(g, g->index), STATUS_NORMAL);
}

void open_lut(struct guest *g, u32 entry, u64 address)
{
	int peer = 1 - g->index;
	u32 luts = rd(g, 0, CTRL_OF(peer) + CT_LUT_ENTRIES, 2);
	u32 ctl;

	lock_block(g, peer);
	ctl = rd(g, 0, CTRL_OF(peer) + CT_BAR_ENTRY + 0x20, 4) & 0xff;
	ctl |= BAR_LUT | LUT_SHIFT << 8 | (luts - 1) << 14;
	wr(g, 0, CTRL_OF(peer) + CT_BAR_ENTRY + 0x20, ctl, 4);
	wr(g, 0, CTRL_OF(peer) + CT_LUT + 8 * entry,
	   address | (u64)g->index << 1 | LUT_ENABLE, 8);
	CHECK_EQ(commit(g, peer), STATUS_NORMAL);
}

void open_direct(struct guest *g, int bar, u64 address, u64 size)
{
	int peer = 1 - g->index;
	u64 entry = CTRL_OF(peer) + CT_BAR_ENTRY + 0x10 * (u64)bar;
	u32 shift = 63 - (u32)__builtin_clzll(size);
	u32 ctl;

	lock_block(g, peer);
	ctl = rd(g, 0, entry, 4);
	wr(g, 0, entry, ctl | BAR_DIRECT, 4);
	wr(g, 0, entry + 4, shift | (u32)size, 4);
	wr(g, 0, CTRL_OF(peer) + CT_BAR_EXT + 0x10 * (u64)bar, size >> 32, 4);
	wr(g, 0, entry + 8, address | (u64)g->index, 8);
	CHECK_EQ(commit(g, peer), STATUS_NORMAL);
}

static void change(const struct setting *s, u64 *values,
		   const struct change *c)
{
	int i;

	for (i = 0; s[i].key; i++)
		if (!strcmp(s[i].key, c->key))
			values[i] = c->value;
}

/* A fabric of a model of which some settings are changed; NULL: see err. */
static struct fabric *new_fabric(const char *model, int hosts,
				 const struct change *changes, char *err,
				 size_t err_len)
{
	const struct model *type = model_find(model);
	const struct setting *s;
	u64 values[32];
	int i;

	if (!type) {
		snprintf(err, err_len, "there is no model '%s'", model);
		return NULL;
	}
	s = type->settings;
	for (i = 0; s[i].key; i++)
		values[i] = s[i].value;
	while (changes && changes->key)
		change(s, values, changes++);
	return fabric_new(type, hosts, values, err, err_len);
}

bool rig_refused(const char *model, int hosts, const struct change *changes)
{
	char err[256] = "";
	struct fabric *f = new_fabric(model, hosts, changes, err, sizeof(err));

	if (f)
		fabric_free(f);
	return !f && err[0];
}

struct rig *rig_model(const char *model, int hosts,
		      const struct change *changes)
{
	struct rig *r = xcalloc(1, sizeof(*r));
	char err[256];
	int i, v;

	r->hosts = hosts;
	r->f = new_fabric(model, hosts, changes, err, sizeof(err));
	if (!r->f) {
		printf("# %s\n", err);
		exit(1);
	}
	for (i = 0; i < hosts; i++) {
		r->g[i].f = r->f;
		r->g[i].index = i;
		r->g[i].fd = -1;
		r->g[i].ram_fd = memfd_create("ram", MFD_CLOEXEC);
		if (ftruncate(r->g[i].ram_fd, RAM_BYTES))
			exit(1);
		r->g[i].ram = mmap(NULL, RAM_BYTES, PROT_READ | PROT_WRITE,
				   MAP_SHARED, r->g[i].ram_fd, 0);
		for (v = 0; v < GUEST_VECTORS; v++)
			r->g[i].vector[v] = eventfd(0, EFD_NONBLOCK);
	}
	for (i = 0; i < hosts; i++)
		guest_start(&r->g[i]);
	return r;
}

struct rig *rig_with(const char *key, u64 value)
{
	const struct change changes[] = { { key, value }, { NULL, 0 } };
	struct rig *r = rig_model("switchtec", 2, changes);
	int i;

	for (i = 0; i < 2; i++)
		allow_requests(&r->g[i]);
	return r;
}

struct rig *rig_new(void)
{
	return rig_with(NULL, 0);
}

void rig_free(struct rig *r)
{
	int i, v;

	fabric_free(r->f);
	for (i = 0; i < r->hosts; i++) {
		if (r->g[i].fd >= 0)
			close(r->g[i].fd);
		munmap(r->g[i].ram, RAM_BYTES);
		close(r->g[i].ram_fd);
		for (v = 0; v < GUEST_VECTORS; v++)
			close(r->g[i].vector[v]);
	}
	free(r);
}

const char *rig_ask(struct rig *r, const char *text)
{
	FILE *out = fmemopen(r->reply, sizeof(r->reply), "w");
	char line[128];

	snprintf(line, sizeof(line), "%s", text);
	control_command(r->f, line, out);
	fclose(out);
	return r->reply;
}
