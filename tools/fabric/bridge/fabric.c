// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "fabric.h"
#include "log.h"
#include "msi.h"

struct late_write {
	struct delayed delayed;
	int from;
	struct target to;
	u64 value;
	u32 size;
};

struct fabric *fabric_new(const struct model_ops *ops, int hosts,
			  const u64 *values, char *err, size_t err_len)
{
	struct fabric *f = xcalloc(1, sizeof(*f));
	int i;

	f->ops = ops;
	f->hosts = hosts;
	f->link_up = true;
	f->model = ops->create(f, hosts, values, err, err_len);
	if (!f->model) {
		free(f);
		return NULL;
	}
	for (i = 0; i < hosts; i++)
		host_init(&f->host[i], f, i);
	return f;
}

void fabric_free(struct fabric *f)
{
	int i;

	for (i = 0; i < f->hosts; i++)
		host_fini(&f->host[i]);
	delay_clear(&f->late);
	delay_clear(&f->words.held);
	f->ops->destroy(f->model);
	trace_close(&f->trace);
	free(f);
}

struct host_stats *fabric_stats(struct fabric *f, int host)
{
	return &f->host[host].stats;
}

bool fabric_path(struct fabric *f, int from, int to)
{
	return f->link_up && host_connected(&f->host[from]) &&
	       host_connected(&f->host[to]);
}

struct loop *fabric_loop(struct fabric *f)
{
	return &f->loop;
}

void fabric_interrupt(struct fabric *f, int host, u32 vector)
{
	host_interrupt(&f->host[host], vector);
}

u32 fabric_config(struct fabric *f, int host, u32 offset)
{
	u32 value;

	pci_read(&f->host[host].pci, offset, &value, sizeof(value));
	return value;
}

/* One bus access to memory is one store, as wide as the access. */
static void store(void *p, u64 value, u32 size)
{
	switch (size) {
	case 1:
		__atomic_store_n((u8 *)p, (u8)value, __ATOMIC_RELEASE);
		break;
	case 2:
		__atomic_store_n((u16 *)p, (u16)value, __ATOMIC_RELEASE);
		break;
	case 4:
		__atomic_store_n((u32 *)p, (u32)value, __ATOMIC_RELEASE);
		break;
	default:
		__atomic_store_n((u64 *)p, value, __ATOMIC_RELEASE);
		break;
	}
}

static u64 load(const void *p, u32 size)
{
	switch (size) {
	case 1:
		return __atomic_load_n((const u8 *)p, __ATOMIC_ACQUIRE);
	case 2:
		return __atomic_load_n((const u16 *)p, __ATOMIC_ACQUIRE);
	case 4:
		return __atomic_load_n((const u32 *)p, __ATOMIC_ACQUIRE);
	default:
		return __atomic_load_n((const u64 *)p, __ATOMIC_ACQUIRE);
	}
}

/*
 * The end of a write's way: into the memory of the machine, or as a message
 * to it for everything that is not plain memory. Interrupts always go as
 * messages; only the machine knows what they mean.
 */
static void arrive(struct fabric *f, int from, const struct target *to,
		   u64 value, u32 size)
{
	struct host *h = &f->host[to->host];
	void *p = NULL;

	if (!fabric_path(f, from, to->host) || !pci_bus_master(&h->pci)) {
		f->host[from].stats.dropped++;
		return;
	}
	/* A fault may have bent the address out of its alignment. */
	if (!is_msi(to->address) && to->address % size == 0)
		p = dma_ptr(h->dma, to->address, size, true);
	if (p)
		store(p, value, size);
	else if (!vu_dma_write(h->conn, to->address, &value, size))
		f->host[from].stats.dropped++;
}

static void hold_back(struct fabric *f, int from, const struct target *to,
		      u64 value, u32 size, u64 ms)
{
	struct late_write *w = xcalloc(1, sizeof(*w));

	w->from = from;
	w->to = *to;
	w->value = value;
	w->size = size;
	if (delay_add(&f->late, &w->delayed, now_ms() + ms))
		return;
	f->host[from].stats.dropped++;
	free(w);
}

static void release_late(struct fabric *f)
{
	struct delayed *due = delay_take(&f->late);
	struct late_write *w;

	while (due) {
		w = (struct late_write *)due;
		due = due->next;
		arrive(f, w->from, &w->to, w->value, w->size);
		free(w);
	}
}

static void write_msi(struct fabric *f, int from, struct target to, u64 value,
		      u32 size)
{
	u64 arg;

	if (fault_strikes(&f->faults, from, FAULT_DROP, NULL)) {
		f->host[from].stats.dropped++;
		return;
	}
	if (fault_strikes(&f->faults, from, FAULT_ADDR_XOR, &arg))
		to.address ^= arg;
	if (fault_strikes(&f->faults, from, FAULT_DATA_XOR, &arg))
		value ^= arg;
	if (fault_strikes(&f->faults, from, FAULT_LATE, &arg))
		hold_back(f, from, &to, value, size, arg);
	else
		arrive(f, from, &to, value, size);
}

static void write_reserved(struct fabric *f, int from, const struct target *to,
			   u64 value, u32 size)
{
	u64 arg;

	if (fault_strikes(&f->faults, from, FAULT_SPAD_DROP, NULL)) {
		f->host[from].stats.dropped++;
		return;
	}
	if (fault_strikes(&f->faults, from, FAULT_SPAD_XOR, &arg))
		value ^= arg;
	if (fault_strikes(&f->faults, from, FAULT_SPAD_LATE, &arg)) {
		hold_back(f, from, to, value, size, arg);
		return;
	}
	arrive(f, from, to, value, size);
	/* A stale copy of an earlier write comes in behind this one. */
	if (f->again[from].armed) {
		f->again[from].armed = false;
		arrive(f, from, &f->again[from].to, f->again[from].value,
		       f->again[from].size);
	}
	if (fault_strikes(&f->faults, from, FAULT_SPAD_REPEAT, NULL)) {
		f->again[from].armed = true;
		f->again[from].to = *to;
		f->again[from].value = value;
		f->again[from].size = size;
	}
}

void fabric_window_write(struct fabric *f, int from, const struct target *to,
			 u64 value, u32 size)
{
	f->host[from].stats.window_writes++;
	trace_line(&f->trace, "host%d -> host%d write%u %#llx = %#llx", from,
		   to->host, size * 8, (unsigned long long)to->address,
		   (unsigned long long)value);
	if (is_msi(to->address))
		write_msi(f, from, *to, value, size);
	else if (to->reserved)
		write_reserved(f, from, to, value, size);
	else
		arrive(f, from, to, value, size);
}

/*
 * Reads never become messages: the machine that would answer may itself wait
 * for one of our replies.
 */
u64 fabric_window_read(struct fabric *f, int from, const struct target *to,
		       u32 size)
{
	struct host *h = &f->host[to->host];
	const void *p;

	if (!fabric_path(f, from, to->host) || !pci_bus_master(&h->pci))
		return UINT64_MAX;
	p = dma_ptr(h->dma, to->address, size, false);
	if (!p) {
		h->stats.dma_errors++;
		return UINT64_MAX;
	}
	return load(p, size);
}

void fabric_set_link(struct fabric *f, bool up)
{
	int i;

	if (f->link_up == up)
		return;
	f->link_up = up;
	trace_line(&f->trace, "link %s", up ? "up" : "down");
	for (i = 0; i < f->hosts; i++)
		f->ops->link_event(f->model, i);
}

void fabric_turn(struct fabric *f, int timeout_ms)
{
	u64 words = delay_due_ms(&f->words.held);
	u64 due = delay_due_ms(&f->late);
	u64 now;

	if (words < due)
		due = words;
	if (due != UINT64_MAX) {
		now = now_ms();
		if (due <= now)
			timeout_ms = 0;
		else if (timeout_ms < 0 || due - now < (u64)timeout_ms)
			timeout_ms = (int)(due - now);
	}
	trace_flush(&f->trace);
	loop_once(&f->loop, timeout_ms);
	release_late(f);
	words_release(f);
}
