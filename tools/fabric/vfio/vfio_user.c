// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bridge/log.h"
#include "vfio/vfio_proto.h"
#include "vfio/vfio_user.h"

#define VU_MAX_MESSAGE		(VU_MAX_DATA + 4096u)
/* A client that does not read its replies is cut off here. */
#define VU_MAX_TX_BYTES		(8u * VU_MAX_DATA)
/* Messages handled before the other connections get their turn. */
#define VU_BUDGET		64

/* Nearly every message fits; the buffer grows for one that does not. */
#define RX_MIN			8192u

/* Few enough that they always fit into the socket's buffer. */
#define WRITES_IN_FLIGHT	128u
#define WRITES_MAX		BIT(20)
#define WRITES_MIN		256u

#define CAPABILITIES \
	"{\"capabilities\":{\"max_msg_fds\":8," \
	"\"max_data_xfer_size\":1048576,\"pgsizes\":4096," \
	"\"max_dma_maps\":65535,\"write_multiple\":true}}"

struct tx_msg {
	struct tx_msg *next;
	size_t len;
	size_t sent;
	u8 data[];
};

struct dma_write {
	u64 address;
	u64 tag;
	u32 len;
	bool done;
	u8 data[8];
};

struct vu_conn {
	int fd;
	char name[32];
	const struct vu_ops *ops;
	void *ctx;
	bool ready;
	bool broken;

	u8 *rx;
	u32 rx_cap;
	u32 rx_len;
	int rx_fds[VU_MAX_FDS];
	u32 rx_nfds;

	struct tx_msg *tx_head;
	struct tx_msg **tx_tail;
	size_t tx_bytes;

	/* A ring: [done, sent) await their replies, [sent, end) wait. */
	struct dma_write *writes;
	u32 writes_cap;
	u32 writes_done;
	u32 writes_sent;
	u32 writes_end;
};

static __printf(2, 3) bool fail(struct vu_conn *c, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (!c->broken)
		log_line("%s: closing the connection: %s", c->name, why);
	c->broken = true;
	return false;
}

struct vu_conn *vu_open(int fd, const char *name, const struct vu_ops *ops,
			void *ctx)
{
	struct vu_conn *c = xcalloc(1, sizeof(*c));

	c->fd = fd;
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->ops = ops;
	c->ctx = ctx;
	c->rx_cap = RX_MIN;
	c->rx = xcalloc(1, c->rx_cap);
	c->tx_tail = &c->tx_head;
	c->writes_cap = WRITES_MIN;
	c->writes = xcalloc(c->writes_cap, sizeof(*c->writes));
	return c;
}

static void close_rx_fds(struct vu_conn *c)
{
	while (c->rx_nfds > 0) {
		c->rx_nfds--;
		if (c->rx_fds[c->rx_nfds] >= 0)
			close(c->rx_fds[c->rx_nfds]);
	}
}

void vu_close(struct vu_conn *c)
{
	struct tx_msg *m;

	close_rx_fds(c);
	while (c->tx_head) {
		m = c->tx_head;
		c->tx_head = m->next;
		free(m);
	}
	close(c->fd);
	free(c->writes);
	free(c->rx);
	free(c);
}

int vu_fd(const struct vu_conn *c)
{
	return c->fd;
}

bool vu_ready(const struct vu_conn *c)
{
	return c->ready && !c->broken;
}

short vu_events(const struct vu_conn *c)
{
	/* A broken one asks for the call that ends it. */
	return c->tx_head || c->broken ? POLLIN | POLLOUT : POLLIN;
}

/* How much of the bytes left now; 0 when the socket is full. */
static size_t send_some(struct vu_conn *c, const void *data, size_t len)
{
	ssize_t n;

	do {
		n = send(c->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n >= 0)
		return (size_t)n;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		fail(c, "sending %zu bytes failed: %s", len, strerror(errno));
	return 0;
}

static void flush_tx(struct vu_conn *c)
{
	struct tx_msg *m;

	while (c->tx_head && !c->broken) {
		m = c->tx_head;
		m->sent += send_some(c, m->data + m->sent, m->len - m->sent);
		if (m->sent < m->len)
			return;
		c->tx_head = m->next;
		if (!c->tx_head)
			c->tx_tail = &c->tx_head;
		c->tx_bytes -= m->len;
		free(m);
	}
}

/*
 * One message is one send(): the client reads a header in one piece and takes
 * a shorter read for the end of the stream.
 */
static void send_message(struct vu_conn *c, const struct vu_header *h,
			 const void *body, size_t body_len, const void *data,
			 size_t data_len)
{
	size_t len = sizeof(*h) + body_len + data_len;
	struct tx_msg *m;

	if (c->broken)
		return;
	if (c->tx_bytes + len > VU_MAX_TX_BYTES) {
		fail(c, "%zu bytes of replies have not been read", c->tx_bytes);
		return;
	}
	m = xcalloc(1, sizeof(*m) + len);
	m->len = len;
	memcpy(m->data, h, sizeof(*h));
	if (body_len)
		memcpy(m->data + sizeof(*h), body, body_len);
	if (data_len)
		memcpy(m->data + sizeof(*h) + body_len, data, data_len);
	*c->tx_tail = m;
	c->tx_tail = &m->next;
	c->tx_bytes += len;
	flush_tx(c);
}

static void reply(struct vu_conn *c, const struct vu_header *req, int err,
		  const void *body, size_t body_len, const void *data,
		  size_t data_len)
{
	struct vu_header h = {
		.id = req->id,
		.command = req->command,
		.flags = VU_FLAG_REPLY,
	};

	if (req->flags & VU_FLAG_NO_REPLY)
		return;
	if (err) {
		h.flags |= VU_FLAG_ERROR;
		h.error = (u32)-err;
		body_len = 0;
		data_len = 0;
	}
	h.size = (u32)(sizeof(h) + body_len + data_len);
	send_message(c, &h, body, body_len, data, data_len);
}

static void pump_writes(struct vu_conn *c)
{
	struct vu_header h = { .command = VU_DMA_WRITE };
	struct vu_dma_access a;
	struct dma_write *w;

	while (!c->broken && !c->tx_head && c->writes_sent != c->writes_end &&
	       c->writes_sent - c->writes_done < WRITES_IN_FLIGHT) {
		w = &c->writes[c->writes_sent % c->writes_cap];
		h.id = (u16)c->writes_sent;
		h.size = (u32)(sizeof(h) + sizeof(a) + w->len);
		a.address = w->address;
		a.count = w->len;
		c->writes_sent++;
		send_message(c, &h, &a, sizeof(a), w->data, w->len);
	}
}

static void grow_writes(struct vu_conn *c)
{
	struct dma_write *n = xcalloc(c->writes_cap * 2, sizeof(*n));
	u32 i;

	for (i = c->writes_done; i != c->writes_end; i++)
		n[i % (c->writes_cap * 2)] = c->writes[i % c->writes_cap];
	free(c->writes);
	c->writes = n;
	c->writes_cap *= 2;
}

bool vu_dma_write(struct vu_conn *c, u64 address, const void *data, u32 len,
		  u64 tag)
{
	struct dma_write *w;

	if (!vu_ready(c) || len > sizeof(w->data))
		return false;
	if (c->writes_end - c->writes_done == c->writes_cap) {
		if (c->writes_cap == WRITES_MAX)
			return false;
		grow_writes(c);
	}
	w = &c->writes[c->writes_end % c->writes_cap];
	w->address = address;
	w->tag = tag;
	w->len = len;
	w->done = false;
	memcpy(w->data, data, len);
	c->writes_end++;
	pump_writes(c);
	return true;
}

u32 vu_dma_waiting(const struct vu_conn *c)
{
	return (u32)(c->writes_end - c->writes_done);
}

static bool handle_reply(struct vu_conn *c, const struct vu_header *h)
{
	u32 ahead = (u16)(h->id - (u16)c->writes_done);
	struct dma_write *w;

	if (h->command != VU_DMA_WRITE ||
	    ahead >= c->writes_sent - c->writes_done)
		return fail(c, "a reply %u to command %u answers no request",
			    h->id, h->command);
	w = &c->writes[(c->writes_done + ahead) % c->writes_cap];
	if (w->done)
		return fail(c, "request %u was answered twice", h->id);
	w->done = true;
	c->ops->dma_written(c->ctx, w->address, w->tag,
			    h->flags & VU_FLAG_ERROR ? h->error : 0);
	while (c->writes_done != c->writes_sent &&
	       c->writes[c->writes_done % c->writes_cap].done)
		c->writes_done++;
	pump_writes(c);
	return true;
}

static bool handle_version(struct vu_conn *c, const struct vu_header *h,
			   const void *body)
{
	const struct vu_version *v = body;
	struct vu_version mine = { 0, 0 };

	if (c->ready)
		return fail(c, "a second VERSION message");
	if (v->major != 0)
		return fail(c, "protocol version %u.%u, this is 0.0", v->major,
			    v->minor);
	c->ready = true;
	reply(c, h, 0, &mine, sizeof(mine), CAPABILITIES, sizeof(CAPABILITIES));
	return true;
}

static int map_error(struct vu_conn *c, const struct vu_dma_map *m)
{
	if (c->rx_nfds > 1)
		return -EINVAL;
	return c->ops->dma_map(c->ctx, m->iova, m->size, m->offset,
			       m->flags & VU_MAP_WRITE,
			       c->rx_nfds ? c->rx_fds[0] : -1);
}

static bool handle_dma_map(struct vu_conn *c, const struct vu_header *h,
			   const void *body)
{
	reply(c, h, map_error(c, body), NULL, 0, NULL, 0);
	return true;
}

static bool handle_dma_unmap(struct vu_conn *c, const struct vu_header *h,
			     const void *body)
{
	struct vu_dma_unmap u;
	int err;

	memcpy(&u, body, sizeof(u));
	if (u.flags & VU_UNMAP_ALL) {
		u.iova = 0;
		u.size = 0;
	}
	/* Size 0 means all of it to the owner; no other command may have it. */
	if (!u.size && !(u.flags & VU_UNMAP_ALL))
		err = -EINVAL;
	else
		err = c->ops->dma_unmap(c->ctx, u.iova, u.size);
	reply(c, h, err, &u, sizeof(u), NULL, 0);
	return true;
}

static bool handle_device_info(struct vu_conn *c, const struct vu_header *h,
			       const void *body)
{
	struct vu_device_info info = {
		.argsz = sizeof(info),
		.flags = VU_DEVICE_PCI | VU_DEVICE_RESETTABLE,
		.num_regions = VU_NUM_REGIONS,
		.num_irqs = VU_NUM_IRQS,
	};

	(void)body;
	reply(c, h, 0, &info, sizeof(info), NULL, 0);
	return true;
}

static bool handle_region_info(struct vu_conn *c, const struct vu_header *h,
			       const void *body)
{
	struct vu_region_info info = { .argsz = sizeof(info) };
	const struct vu_region_info *req = body;

	info.index = req->index;
	if (req->index >= VU_NUM_REGIONS) {
		reply(c, h, -EINVAL, NULL, 0, NULL, 0);
		return true;
	}
	info.size = c->ops->region_size(c->ctx, req->index);
	if (info.size)
		info.flags = VU_REGION_READABLE | VU_REGION_WRITABLE;
	reply(c, h, 0, &info, sizeof(info), NULL, 0);
	return true;
}

static bool handle_irq_info(struct vu_conn *c, const struct vu_header *h,
			    const void *body)
{
	struct vu_irq_info info = { .argsz = sizeof(info) };
	const struct vu_irq_info *req = body;

	info.index = req->index;
	if (req->index >= VU_NUM_IRQS) {
		reply(c, h, -EINVAL, NULL, 0, NULL, 0);
		return true;
	}
	info.count = c->ops->irq_count(c->ctx, req->index);
	info.flags = VU_IRQ_EVENTFD | VU_IRQ_NORESIZE;
	reply(c, h, 0, &info, sizeof(info), NULL, 0);
	return true;
}

static int set_irqs_error(struct vu_conn *c, const struct vu_set_irqs *s)
{
	u32 total;

	if (s->index >= VU_NUM_IRQS)
		return -EINVAL;
	total = c->ops->irq_count(c->ctx, s->index);
	if (s->flags == (VU_SET_DATA_NONE | VU_SET_ACTION_TRIGGER)) {
		if (s->count)
			return -ENOTSUP;
		return c->ops->set_irqs(c->ctx, s->index, 0, total, NULL);
	}
	if (s->flags != (VU_SET_DATA_EVENTFD | VU_SET_ACTION_TRIGGER))
		return -ENOTSUP;
	if (s->start > total || s->count > total - s->start)
		return -EINVAL;
	if (!c->rx_nfds)
		return c->ops->set_irqs(c->ctx, s->index, s->start, s->count,
					NULL);
	if (c->rx_nfds != s->count)
		return -EINVAL;
	return c->ops->set_irqs(c->ctx, s->index, s->start, s->count,
				c->rx_fds);
}

static bool handle_set_irqs(struct vu_conn *c, const struct vu_header *h,
			    const void *body)
{
	reply(c, h, set_irqs_error(c, body), NULL, 0, NULL, 0);
	return true;
}

static bool in_region(struct vu_conn *c, u32 region, u64 offset, u32 count)
{
	u64 size;

	if (region >= VU_NUM_REGIONS || count > VU_MAX_DATA)
		return false;
	size = c->ops->region_size(c->ctx, region);
	return offset <= size && count <= size - offset;
}

static bool handle_region_read(struct vu_conn *c, const struct vu_header *h,
			       const void *body)
{
	struct vu_region_access a;
	void *data;

	memcpy(&a, body, sizeof(a));
	if (!in_region(c, a.region, a.offset, a.count)) {
		c->ops->bad_access(c->ctx);
		reply(c, h, -EINVAL, NULL, 0, NULL, 0);
		return true;
	}
	data = xcalloc(1, a.count + 1);
	c->ops->region_read(c->ctx, a.region, a.offset, data, a.count);
	reply(c, h, 0, &a, sizeof(a), data, a.count);
	free(data);
	return true;
}

static bool handle_region_write(struct vu_conn *c, const struct vu_header *h,
				const void *body)
{
	u32 room = h->size - sizeof(*h) - sizeof(struct vu_region_access);
	struct vu_region_access a;

	memcpy(&a, body, sizeof(a));
	if (a.count > room)
		return fail(c, "REGION_WRITE of %u bytes carries only %u",
			    a.count, room);
	if (!in_region(c, a.region, a.offset, a.count)) {
		c->ops->bad_access(c->ctx);
		reply(c, h, -EINVAL, NULL, 0, NULL, 0);
		return true;
	}
	c->ops->region_write(c->ctx, a.region, a.offset,
			     (const u8 *)body + sizeof(a), a.count);
	reply(c, h, 0, &a, sizeof(a), NULL, 0);
	return true;
}

static bool handle_write_multi(struct vu_conn *c, const struct vu_header *h,
			       const void *body)
{
	u32 room = h->size - sizeof(*h) - sizeof(u64);
	struct vu_multi_record r;
	u64 count, i;

	memcpy(&count, body, sizeof(count));
	if (count > VU_MULTI_MAX || count * sizeof(r) > room)
		return fail(c, "REGION_WRITE_MULTI of %llu writes in %u bytes",
			    (unsigned long long)count, room);
	for (i = 0; i < count; i++) {
		memcpy(&r, (const u8 *)body + sizeof(count) + i * sizeof(r),
		       sizeof(r));
		if (r.count > sizeof(r.data) ||
		    !in_region(c, r.region, r.offset, r.count))
			c->ops->bad_access(c->ctx);
		else
			c->ops->region_write(c->ctx, r.region, r.offset, r.data,
					     r.count);
	}
	reply(c, h, 0, &count, sizeof(count), NULL, 0);
	return true;
}

static bool handle_reset(struct vu_conn *c, const struct vu_header *h,
			 const void *body)
{
	(void)body;
	c->ops->reset(c->ctx);
	reply(c, h, 0, NULL, 0, NULL, 0);
	return true;
}

static const struct {
	const char *name;
	u32 min_body;
	bool (*handle)(struct vu_conn *c, const struct vu_header *h,
		       const void *body);
} commands[] = {
	[VU_VERSION] = { "VERSION", sizeof(struct vu_version),
			 handle_version },
	[VU_DMA_MAP] = { "DMA_MAP", sizeof(struct vu_dma_map),
			 handle_dma_map },
	[VU_DMA_UNMAP] = { "DMA_UNMAP", sizeof(struct vu_dma_unmap),
			   handle_dma_unmap },
	[VU_DEVICE_GET_INFO] = { "DEVICE_GET_INFO", 0, handle_device_info },
	[VU_DEVICE_GET_REGION_INFO] = { "DEVICE_GET_REGION_INFO",
					sizeof(struct vu_region_info),
					handle_region_info },
	[VU_DEVICE_GET_IRQ_INFO] = { "DEVICE_GET_IRQ_INFO",
				     sizeof(struct vu_irq_info),
				     handle_irq_info },
	[VU_DEVICE_SET_IRQS] = { "DEVICE_SET_IRQS", sizeof(struct vu_set_irqs),
				 handle_set_irqs },
	[VU_REGION_READ] = { "REGION_READ", sizeof(struct vu_region_access),
			     handle_region_read },
	[VU_REGION_WRITE] = { "REGION_WRITE", sizeof(struct vu_region_access),
			      handle_region_write },
	[VU_DEVICE_RESET] = { "DEVICE_RESET", 0, handle_reset },
	[VU_REGION_WRITE_MULTI] = { "REGION_WRITE_MULTI", sizeof(u64),
				    handle_write_multi },
};

static bool handle_message(struct vu_conn *c, const struct vu_header *h,
			   const void *body)
{
	u32 len = h->size - sizeof(*h);

	if ((h->flags & VU_FLAG_TYPE) == VU_FLAG_REPLY)
		return handle_reply(c, h);
	if (h->flags & VU_FLAG_TYPE)
		return fail(c, "unknown message type in flags %#x", h->flags);
	if (!c->ready && h->command != VU_VERSION)
		return fail(c, "command %u came before VERSION", h->command);
	if (h->command >= ARRAY_SIZE(commands) ||
	    !commands[h->command].handle) {
		reply(c, h, -ENOTSUP, NULL, 0, NULL, 0);
		return true;
	}
	if (len < commands[h->command].min_body)
		return fail(c, "%s has %u bytes of %u",
			    commands[h->command].name, len,
			    commands[h->command].min_body);
	return commands[h->command].handle(c, h, body);
}

static bool keep_fds(struct vu_conn *c, struct msghdr *msg)
{
	struct cmsghdr *cm;
	bool fits = true;
	size_t i, n;
	int fd;

	for (cm = CMSG_FIRSTHDR(msg); cm; cm = CMSG_NXTHDR(msg, cm)) {
		if (cm->cmsg_level != SOL_SOCKET ||
		    cm->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(cm) + i * sizeof(int),
			       sizeof(fd));
			if (c->rx_nfds < VU_MAX_FDS) {
				c->rx_fds[c->rx_nfds++] = fd;
			} else {
				close(fd);
				fits = false;
			}
		}
	}
	return fits && !(msg->msg_flags & MSG_CTRUNC);
}

/* 1: all there; 0: not yet; -1: over. */
static int receive(struct vu_conn *c, u32 want)
{
	char control[CMSG_SPACE(2 * VU_MAX_FDS * sizeof(int))];
	struct msghdr msg = { 0 };
	struct iovec iov;
	ssize_t n;

	while (c->rx_len < want) {
		iov.iov_base = c->rx + c->rx_len;
		iov.iov_len = want - c->rx_len;
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		n = recvmsg(c->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n < 0) {
			fail(c, "receiving failed: %s", strerror(errno));
			return -1;
		}
		if (!keep_fds(c, &msg)) {
			fail(c, "more than %u file descriptors in a message",
			     VU_MAX_FDS);
			return -1;
		}
		if (!n) {
			if (c->rx_len)
				fail(c, "it ended inside a message");
			return -1;
		}
		c->rx_len += (u32)n;
	}
	return 1;
}

/* Like receive(), for a whole message. */
static int receive_message(struct vu_conn *c, struct vu_header *h)
{
	int got = receive(c, sizeof(*h));

	if (got != 1)
		return got;
	memcpy(h, c->rx, sizeof(*h));
	if (h->size < sizeof(*h) || h->size > VU_MAX_MESSAGE) {
		fail(c, "a message of %u bytes, allowed are %zu to %u", h->size,
		     sizeof(*h), VU_MAX_MESSAGE);
		return -1;
	}
	if (h->size > c->rx_cap) {
		c->rx_cap = h->size;
		c->rx = xrealloc(c->rx, c->rx_cap, 1);
	}
	return receive(c, h->size);
}

bool vu_handle(struct vu_conn *c, short revents)
{
	struct vu_header h;
	int budget, got;
	bool ok;

	if (revents & POLLOUT) {
		flush_tx(c);
		pump_writes(c);
	}
	for (budget = VU_BUDGET; budget && !c->broken; budget--) {
		got = receive_message(c, &h);
		if (got < 0)
			return false;
		if (!got)
			break;
		ok = handle_message(c, &h, c->rx + sizeof(h));
		close_rx_fds(c);
		c->rx_len = 0;
		if (!ok)
			return false;
	}
	return !c->broken;
}
