// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest bridge, to be copied: two hosts, one window, scratchpads and a
 * doorbell. No driver exists for it. BAR 0 has the registers below, BAR 2 is the
 * window: what a host writes there goes to the address in the other host's XLAT.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bridge/device.h"
#include "bridge/log.h"

enum {
	XLAT = 0x00,		/* where writes of the peer arrive, 8 bytes; 0: closed */
	BELL = 0x08,		/* a write fires vector 0 of the peer */
	SPAD = 0x40,		/* words of this host, 4 bytes each */
	PEER_SPAD = 0x80,	/* those of the peer */
	SPADS = 8,
	BAR0_BYTES = 0x1000,
};

/* What --set can change: key, default, smallest, largest, help. */
static const struct setting settings[] = {
	{ "window_size", 1 << 20, 1 << 12, 1 << 30, "bytes of the window, a power of two" },
	{ NULL }
};

struct plain {
	struct fabric *fabric;
	u64 window_size;
	u64 xlat[2];
	u32 spad[2][SPADS];
};

/* A combination that is not possible is refused here, with a sentence. */
static void *create(struct fabric *f, int hosts, const u64 *values, char *err, size_t err_len)
{
	struct plain *p;

	if (hosts != 2) {
		snprintf(err, err_len, "plain joins 2 hosts, not %d", hosts);
		return NULL;
	}
	p = xcalloc(1, sizeof(*p));
	p->fabric = f;
	p->window_size = values[0];
	return p;
}

static void identity(void *m, int host, struct pci_identity *id)
{
	struct plain *p = m;

	(void)host;
	*id = (struct pci_identity){
		.vendor = 0x1234, .device = 0x0001, .class_code = 0x068000,
		.link_speed = 3, .link_width = 8, .vectors = 4,
		.bar_size = { [0] = BAR0_BYTES, [2] = p->window_size },
		.msix_bar = 0, .msix_table = 0x800, .msix_pba = 0xc00,
	};
}

/* Offsets are aligned to the size and inside the BAR: the caller has checked. */
static u64 bar_read(void *m, int host, int bar, u64 offset, u32 size)
{
	struct plain *p = m;
	struct target to = { .host = !host, .address = p->xlat[!host] + offset };

	if (bar == 2)
		return p->xlat[!host] ? fabric_window_read(p->fabric, host, &to, size) : UINT64_MAX;
	if (offset == XLAT)
		return p->xlat[host];
	if (offset >= SPAD && offset < SPAD + 4 * SPADS)
		return p->spad[host][(offset - SPAD) / 4];
	if (offset >= PEER_SPAD && offset < PEER_SPAD + 4 * SPADS)
		return p->spad[!host][(offset - PEER_SPAD) / 4];
	return 0;
}

static void bar_write(void *m, int host, int bar, u64 offset, u64 value, u32 size)
{
	struct plain *p = m;
	struct target to = { .host = !host, .address = p->xlat[!host] + offset };

	if (bar == 2 && p->xlat[!host])
		fabric_window_write(p->fabric, host, &to, value, size);
	else if (bar == 2)
		fabric_stats(p->fabric, host)->dropped++;
	else if (offset == XLAT)
		p->xlat[host] = value;
	else if (offset == BELL)
		fabric_interrupt(p->fabric, !host, 0);
	else if (offset >= PEER_SPAD && offset < PEER_SPAD + 4 * SPADS)
		p->spad[!host][(offset - PEER_SPAD) / 4] = (u32)value;
}

static void reset(void *m, int host)
{
	((struct plain *)m)->xlat[host] = 0;
}

static void link_event(void *m, int host)
{
	(void)m;
	(void)host;
}

static bool window(void *m, int host, u32 n, struct window *w)
{
	struct plain *p = m;

	if (n)
		return false;
	*w = (struct window){
		.kind = "plain", .bar = 2, .size = p->window_size, .target_host = !host,
		.target = p->xlat[!host], .enabled = p->xlat[!host],
	};
	return true;
}

static void register_name(void *m, int host, int bar, u64 offset, char *buf, size_t len)
{
	(void)m;
	(void)host;
	snprintf(buf, len, "bar%d+%#llx", bar, (unsigned long long)offset);
}

static const char *value_name(void *m, int host, int bar, u64 offset, u64 value)
{
	(void)m;
	(void)host;
	(void)bar;
	(void)offset;
	(void)value;
	return NULL;
}

static const struct model_ops plain_model = {
	.name = "plain",
	.settings = settings,
	.create = create,
	.destroy = free,
	.identity = identity,
	.bar_read = bar_read,
	.bar_write = bar_write,
	.reset = reset,
	.link_event = link_event,
	.window = window,
	.register_name = register_name,
	.value_name = value_name,
};

REGISTER_MODEL(plain_model)
