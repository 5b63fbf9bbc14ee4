// SPDX-License-Identifier: GPL-2.0-only
/* The way of an access through a window, from one host's BAR to another's bus. */
#include "bridge/clock.h"
#include "bridge/fabric.h"

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

static void count_drop(struct fabric *f, const struct window_write *w)
{
	f->host[w->from].stats.dropped++;
	record_done(&f->record, w->number, RECORD_DROPPED);
}

/*
 * The end of a write's way: into the memory of the machine, or as a message
 * to it for everything that is not plain memory. Interrupts always go as
 * messages; only the machine can interpret them.
 */
static void arrive(struct fabric *f, const struct window_write *w)
{
	struct host *h = &f->host[w->to.host];
	u64 address = w->to.address;
	void *p = NULL;

	if (!fabric_path(f, w->from, w->to.host) || !pci_bus_master(&h->pci)) {
		count_drop(f, w);
		return;
	}
	/* A fault may have bent the address out of its alignment. */
	if (!is_msi(&h->msi, address) && address % w->size == 0)
		p = dma_ptr(h->dma, address, w->size, true);
	record_left(&f->record, w->number);
	if (p) {
		store(p, w->value, w->size);
		record_done(&f->record, w->number, RECORD_DONE);
	} else if (!vu_dma_write(h->conn, address, &w->value, w->size,
				 w->number)) {
		count_drop(f, w);
	}
}

static void arrive_late(void *ctx, const void *what)
{
	arrive(ctx, what);
}

/* The same; a read may bring these in early. */
static void arrive_behind(void *ctx, const void *what)
{
	arrive(ctx, what);
}

static bool same_way(const void *what, const void *key)
{
	const struct window_write *w = what, *read = key;

	return w->from == read->from && w->to.host == read->to.host;
}

static void hold_back(struct fabric *f, const struct window_write *w, u64 ms,
		      void (*go_on)(void *ctx, const void *what))
{
	if (!delay_add(&f->delays, clock_now_ms() + ms, go_on, w, sizeof(*w)))
		count_drop(f, w);
}

static void write_msi(struct fabric *f, struct window_write *w)
{
	u64 arg;

	if (fault_strikes(&f->faults, w->from, FAULT_DROP, NULL)) {
		count_drop(f, w);
		return;
	}
	if (fault_strikes(&f->faults, w->from, FAULT_ADDR_XOR, &arg))
		w->to.address ^= arg;
	if (fault_strikes(&f->faults, w->from, FAULT_DATA_XOR, &arg))
		w->value ^= arg;
	if (fault_strikes(&f->faults, w->from, FAULT_LATE, &arg))
		hold_back(f, w, arg, arrive_late);
	else
		arrive(f, w);
}

static void write_reserved(struct fabric *f, struct window_write *w)
{
	int from = w->from;
	u64 arg;

	if (fault_strikes(&f->faults, from, FAULT_SPAD_DROP, NULL)) {
		count_drop(f, w);
		return;
	}
	if (fault_strikes(&f->faults, from, FAULT_SPAD_XOR, &arg))
		w->value ^= arg;
	if (fault_strikes(&f->faults, from, FAULT_SPAD_LATE, &arg)) {
		hold_back(f, w, arg, arrive_late);
		return;
	}
	arrive(f, w);
	/* A stale copy of an earlier write comes in behind this one. */
	if (f->again[from].armed) {
		f->again[from].armed = false;
		arrive(f, &f->again[from].write);
	}
	if (fault_strikes(&f->faults, from, FAULT_SPAD_REPEAT, NULL)) {
		f->again[from].armed = true;
		f->again[from].write = *w;
	}
}

static void write_memory(struct fabric *f, struct window_write *w)
{
	u64 arg;

	if (fault_strikes(&f->faults, w->from, FAULT_MEMORY_LATE, &arg))
		hold_back(f, w, arg, arrive_behind);
	else
		arrive(f, w);
}

/* The window that is there in the BAR; its index is 0 when the model knows none. */
static const char *window_at(struct fabric *f, int from, int bar, u64 offset,
			     u32 *index)
{
	struct window w;
	u32 n;

	for (n = 0; f->ops->window(f->model, from, n, &w); n++) {
		if (w.enabled && w.bar == bar && offset >= w.offset &&
		    offset - w.offset < w.size) {
			*index = w.index;
			return w.kind;
		}
	}
	*index = 0;
	return "unknown";
}

static u64 record_write(struct fabric *f, const struct window_write *w,
			enum record_kind kind)
{
	const struct host *h = &f->host[w->from];
	struct record_entry e = {
		.kind = kind,
		.from = w->from,
		.to = w->to.host,
		.bar = h->access.bar,
		.offset = h->access.offset,
		.address = w->to.address,
		.value = w->value,
	};

	/* Finding the window takes time, which only those that have room are worth. */
	if (f->record.count < f->record.room)
		e.way = window_at(f, w->from, e.bar, e.offset, &e.index);
	return record_add(&f->record, &e);
}

void fabric_window_write(struct fabric *f, int from, const struct target *to,
			 u64 value, u32 size)
{
	struct window_write w = {
		.from = from,
		.to = *to,
		.value = value,
		.size = size,
	};

	f->host[from].stats.window_writes++;
	trace_line(&f->trace, "host%d -> host%d write%u %#llx = %#llx", from,
		   to->host, size * 8, (unsigned long long)to->address,
		   (unsigned long long)value);
	if (is_msi(&f->host[to->host].msi, to->address)) {
		w.number = record_write(f, &w, RECORD_MESSAGE);
		write_msi(f, &w);
	} else if (to->reserved) {
		w.number = record_write(f, &w, RECORD_WORD);
		write_reserved(f, &w);
	} else {
		write_memory(f, &w);
	}
}

/*
 * Reads never become messages: the machine that would answer may itself wait
 * for one of our replies.
 */
u64 fabric_window_read(struct fabric *f, int from, const struct target *to,
		       u32 size)
{
	struct host *h = &f->host[to->host];
	struct window_write read = {
		.from = from,
		.to = *to,
	};
	const void *p;

	f->host[from].stats.window_reads++;
	/* On PCI, too, a read pushes the posted writes before it. */
	delay_hasten(&f->delays, f, arrive_behind, same_way, &read);
	if (!fabric_path(f, from, to->host) || !pci_bus_master(&h->pci))
		return UINT64_MAX;
	p = dma_ptr(h->dma, to->address, size, false);
	if (!p) {
		h->stats.dma_errors++;
		return UINT64_MAX;
	}
	return load(p, size);
}
