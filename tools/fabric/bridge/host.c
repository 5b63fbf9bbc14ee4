// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bridge/fabric.h"
#include "bridge/host.h"
#include "bridge/log.h"
#include "bridge/names.h"
#include "vfio/vfio_proto.h"

/*
 * The system closes the sockets of a killed process a moment after its end when
 * it has io_uring poll them, as QEMU does, and its successor may be faster.
 */
#define PATIENCE_MS	1000

static u64 region_size(void *ctx, u32 region)
{
	struct host *h = ctx;

	if (region < NUM_BARS)
		return h->id.bar_size[region];
	return region == VU_REGION_CONFIG ? PCI_CONFIG_BYTES : 0;
}

static u32 irq_count(void *ctx, u32 index)
{
	struct host *h = ctx;

	if (index == VU_IRQ_MSI)
		return h->id.msi ? 1 : 0;
	return index == VU_IRQ_MSIX ? h->id.vectors : 0;
}

/* The largest naturally aligned piece at the start of an access. */
static u32 piece(u64 offset, u32 count)
{
	u32 size = 8;

	while (size > count || offset % size)
		size /= 2;
	return size;
}

static void trace_access(struct host *h, char dir, u32 region, u64 offset,
			 u64 value, u32 size)
{
	struct fabric *f = h->fabric;
	const char *what = NULL;
	char name[96];

	if (!f->trace.on)
		return;
	if (f->ops->register_name)
		f->ops->register_name(f->model, h->index, (int)region, offset,
				      name, sizeof(name));
	else
		name_in_bar(name, sizeof(name), (int)region, offset);
	if (f->ops->value_name)
		what = f->ops->value_name(f->model, h->index, (int)region,
					  offset, value);
	if (what)
		trace_line(&f->trace, "%s %c%u %s = %s", h->name, dir, size * 8,
			   name, what);
	else
		trace_line(&f->trace, "%s %c%u %s = %#llx", h->name, dir,
			   size * 8, name, (unsigned long long)value);
}

static bool in_pba(struct host *h, u32 bar, u64 offset)
{
	return h->id.vectors && bar == h->id.msix_bar &&
	       offset >= h->id.msix_pba && offset < h->id.msix_pba + 8u;
}

static u64 bar_read(struct host *h, u32 bar, u64 offset, u32 size)
{
	struct fabric *f = h->fabric;
	u64 value;

	if (in_pba(h, bar, offset))
		value = h->pending >> (offset % 8 * 8);
	else
		value = f->ops->bar_read(f->model, h->index, (int)bar, offset,
					 size);
	if (size < 8)
		value &= BIT_ULL(size * 8) - 1;
	trace_access(h, 'r', bar, offset, value, size);
	return value;
}

static void config_read(struct host *h, u32 offset, void *buf, u32 count)
{
	struct fabric *f = h->fabric;
	u8 *to = buf;
	u64 value;
	u32 size;

	pci_read(&h->pci, offset, buf, count);
	if (!f->ops->config_read)
		return;
	while (count) {
		size = piece(offset, count < 4 ? count : 4);
		if (f->ops->config_read(f->model, h->index, offset, size,
					&value)) {
			memcpy(to, &value, size);
			trace_line(&f->trace, "%s r%u config+%#x = %#llx",
				   h->name, size * 8, offset,
				   (unsigned long long)value);
		}
		to += size;
		offset += size;
		count -= size;
	}
}

static void config_write(struct host *h, u32 offset, const void *buf, u32 count)
{
	struct fabric *f = h->fabric;
	const u8 *from = buf;
	u64 value;
	u32 size;

	while (count) {
		size = piece(offset, count < 4 ? count : 4);
		value = 0;
		memcpy(&value, from, size);
		if (f->ops->config_write &&
		    f->ops->config_write(f->model, h->index, offset, value,
					 size))
			trace_line(&f->trace, "%s w%u config+%#x = %#llx",
				   h->name, size * 8, offset,
				   (unsigned long long)value);
		else
			pci_write(&h->pci, offset, from, size);
		from += size;
		offset += size;
		count -= size;
	}
}

static void region_read(void *ctx, u32 region, u64 offset, void *buf, u32 count)
{
	struct host *h = ctx;
	u8 *to = buf;
	u64 value;
	u32 size;

	if (h->dead) {
		memset(buf, 0xff, count);
		return;
	}
	if (region == VU_REGION_CONFIG) {
		config_read(h, (u32)offset, buf, count);
		return;
	}
	while (count) {
		size = piece(offset, count);
		value = bar_read(h, region, offset, size);
		memcpy(to, &value, size);
		to += size;
		offset += size;
		count -= size;
	}
}

static void region_write(void *ctx, u32 region, u64 offset, const void *buf,
			 u32 count)
{
	struct host *h = ctx;
	struct fabric *f = h->fabric;
	const u8 *from = buf;
	u64 value;
	u32 size;

	if (h->dead) {
		h->stats.dropped++;
		return;
	}
	if (region == VU_REGION_CONFIG) {
		config_write(h, (u32)offset, buf, count);
		return;
	}
	while (count) {
		size = piece(offset, count);
		value = 0;
		memcpy(&value, from, size);
		trace_access(h, 'w', region, offset, value, size);
		h->access.bar = (int)region;
		h->access.offset = offset;
		f->ops->bar_write(f->model, h->index, (int)region, offset,
				  value, size);
		from += size;
		offset += size;
		count -= size;
	}
}

static void fire(struct host *h, int fd)
{
	u64 one = 1;

	/* An eventfd that is full has an interrupt pending already. */
	if (write(fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		h->stats.dropped++;
}

void host_interrupt(struct host *h, u32 vector)
{
	if (!h->conn || h->dead || !pci_bus_master(&h->pci)) {
		h->stats.dropped++;
		return;
	}
	/* A driver that took the one MSI gets everything there. */
	if (h->msi_fd >= 0) {
		trace_line(&h->fabric->trace, "%s interrupt", h->name);
		fire(h, h->msi_fd);
		return;
	}
	if (vector >= h->id.vectors) {
		h->stats.dropped++;
		return;
	}
	trace_line(&h->fabric->trace, "%s interrupt on vector %u%s", h->name,
		   vector, h->vector_fd[vector] < 0 ? " (pending)" : "");
	if (h->vector_fd[vector] < 0)
		h->pending |= BIT_ULL(vector);
	else
		fire(h, h->vector_fd[vector]);
}

static void replace_fd(int *slot, int fd)
{
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
	/* However it was made: writing to it must never stop this program. */
	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void set_vector(struct host *h, u32 vector, int fd)
{
	replace_fd(&h->vector_fd[vector], fd);
	if (fd >= 0 && h->pending & BIT_ULL(vector)) {
		h->pending &= ~BIT_ULL(vector);
		fire(h, fd);
	}
}

static int set_irqs(void *ctx, u32 index, u32 start, u32 count, int *fds)
{
	struct host *h = ctx;
	u32 i;

	if (index != VU_IRQ_MSIX && index != VU_IRQ_MSI)
		return count ? -EINVAL : 0;
	for (i = 0; i < count; i++) {
		if (index == VU_IRQ_MSI)
			replace_fd(&h->msi_fd, fds ? fds[i] : -1);
		else
			set_vector(h, start + i, fds ? fds[i] : -1);
		if (fds)
			fds[i] = -1;
	}
	return 0;
}

static int map_memory(void *ctx, u64 iova, u64 size, u64 offset, bool writable,
		      int fd)
{
	struct host *h = ctx;

	return dma_map(h->dma, iova, size, offset, writable, fd);
}

static int unmap_memory(void *ctx, u64 iova, u64 size)
{
	struct host *h = ctx;

	dma_unmap(h->dma, iova, size);
	return 0;
}

static void power_on(struct host *h)
{
	pci_init(&h->pci, &h->id);
	h->pending = 0;
	h->fabric->ops->reset(h->fabric->model, h->index);
}

void host_link_event(struct host *h)
{
	if (h->fabric->ops->link_event)
		h->fabric->ops->link_event(h->fabric->model, h->index);
}

static void reset_function(void *ctx)
{
	struct host *h = ctx;

	trace_line(&h->fabric->trace, "%s reset", h->name);
	power_on(h);
	host_link_event(h);
}

void host_set_dead(struct host *h, bool dead)
{
	if (h->dead == dead)
		return;
	trace_line(&h->fabric->trace, "%s %s", h->name, dead ? "pulled out" : "put in");
	h->dead = dead;
	power_on(h);
	host_link_event(h);
}

static void dma_written(void *ctx, u64 address, u64 tag, u32 error)
{
	struct host *h = ctx;

	record_done(&h->fabric->record, tag,
		    error ? RECORD_REFUSED : RECORD_DONE);
	if (error)
		trace_line(&h->fabric->trace, "%s refused a write to %#llx: %s",
			   h->name, (unsigned long long)address,
			   strerror((int)(error & 0xfff)));
	if (!is_msi(&h->msi, address))
		h->stats.dma_errors += error ? 1 : 0;
	else if (error)
		h->stats.msi_blocked++;
	else
		h->stats.msi_writes++;
}

static void bad_access(void *ctx)
{
	struct host *h = ctx;

	h->stats.bad_accesses++;
}

static const struct vu_ops host_ops = {
	.region_size = region_size,
	.irq_count = irq_count,
	.region_read = region_read,
	.region_write = region_write,
	.set_irqs = set_irqs,
	.dma_map = map_memory,
	.dma_unmap = unmap_memory,
	.reset = reset_function,
	.dma_written = dma_written,
	.bad_access = bad_access,
};

static short conn_events(void *ctx)
{
	struct host *h = ctx;

	return vu_events(h->conn);
}

static void conn_ready(void *ctx, short revents)
{
	struct host *h = ctx;
	bool was = vu_ready(h->conn);

	if (!vu_handle(h->conn, revents)) {
		host_detach(h);
		return;
	}
	if (!was && vu_ready(h->conn))
		host_link_event(h);
}

static bool conn_gone(const struct host *h)
{
	struct pollfd p = { .fd = vu_fd(h->conn) };

	return poll(&p, 1, 0) > 0 && p.revents & POLLHUP;
}

static void attach(struct host *h, int fd)
{
	h->conn = vu_open(fd, h->name, &host_ops, h);
	h->watch.fd = fd;
	h->watch.events = conn_events;
	h->watch.ready = conn_ready;
	h->watch.ctx = h;
	loop_add(&h->fabric->loop, &h->watch);
	trace_line(&h->fabric->trace, "%s connected", h->name);
}

static void refuse(struct host *h, int fd)
{
	log_line("%s: refused a second connection", h->name);
	close(fd);
}

/* The socket that waited, which ends the wait; -1 when there is none. */
static int take_successor(struct host *h)
{
	int fd = h->successor;

	h->successor = -1;
	if (fd >= 0)
		timer_stop(&h->patience);
	return fd;
}

static void patience_ends(void *ctx)
{
	struct host *h = ctx;

	refuse(h, take_successor(h));
}

void host_attach(struct host *h, int fd)
{
	/* One that is gone may have left the news behind that of its successor. */
	while (h->conn && conn_gone(h))
		conn_ready(h, POLLIN);
	if (!h->conn) {
		attach(h, fd);
	} else if (!h->patient || h->successor >= 0) {
		refuse(h, fd);
	} else {
		h->successor = fd;
		timer_start(&h->patience, PATIENCE_MS);
	}
}

void host_detach(struct host *h)
{
	int fd;

	trace_line(&h->fabric->trace, "%s disconnected", h->name);
	loop_remove(&h->fabric->loop, &h->watch);
	vu_close(h->conn);
	h->conn = NULL;
	set_irqs(h, VU_IRQ_MSIX, 0, h->id.vectors, NULL);
	set_irqs(h, VU_IRQ_MSI, 0, h->id.msi ? 1 : 0, NULL);
	dma_clear(h->dma);
	power_on(h);
	host_link_event(h);
	fd = take_successor(h);
	if (fd >= 0)
		attach(h, fd);
}

void host_init(struct host *h, struct fabric *f, int index)
{
	u32 i;

	h->fabric = f;
	h->index = index;
	snprintf(h->name, sizeof(h->name), "host%d", index);
	h->dma = dma_new();
	for (i = 0; i < MAX_VECTORS; i++)
		h->vector_fd[i] = -1;
	h->msi_fd = -1;
	h->msi = (struct msi_range){ MSI_FIRST, MSI_LAST };
	f->ops->identity(f->model, index, &h->id);
	pci_init(&h->pci, &h->id);
	h->successor = -1;
	h->patient = timer_init(&h->patience, &f->loop, patience_ends, h);
}

void host_fini(struct host *h)
{
	int fd = take_successor(h);

	if (fd >= 0)
		close(fd);
	if (h->conn)
		host_detach(h);
	if (h->patient)
		timer_fini(&h->patience);
	dma_free(h->dma);
}

bool host_connected(const struct host *h)
{
	return h->conn && vu_ready(h->conn);
}

u32 host_waiting(const struct host *h)
{
	return h->conn ? vu_dma_waiting(h->conn) : 0;
}

bool host_present(const struct host *h)
{
	return host_connected(h) && !h->dead;
}
