// SPDX-License-Identifier: GPL-2.0-only
/*
 * An AMD NTB: a primary and a secondary side that see each other's registers.
 * A host's window BARs translate by registers of its own side; the receiver
 * writes them, from the other one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/amd/amd.h"
#include "bridge/log.h"

#define PAGE		4096ull

enum {
	SET_DEVICE,
	SET_BAR1,
	SET_BAR2,
	SET_BAR4,
	SET_LINK_DELAY,
};

static const struct setting settings[] = {
	[SET_DEVICE] = { "device", 0x145b, 0x145b, 0x148b,
			 "PCI device id: 0x145b (3 windows) or 0x148b (2)" },
	[SET_BAR1] = { "bar1_size", 1 << 20, 1 << 16, 1 << 28,
		       "bytes of window BAR 1 (0x145b), a power of two" },
	[SET_BAR2] = { "bar2_size", 1 << 20, 1 << 16, 1ull << 36,
		       "bytes of window BAR 2, a power of two" },
	[SET_BAR4] = { "bar4_size", 1 << 20, 1 << 16, 1ull << 36,
		       "bytes of window BAR 4, a power of two" },
	[SET_LINK_DELAY] = { "link_delay", 200, 0, 10000,
			     "milliseconds that link training takes" },
	{ NULL }
};

/* The window BARs in the order of their index. */
static const struct {
	int bar;
	u32 xlat;
	u32 limit;
	u32 limit_bytes;
} windows[] = {
	{ 1, AMD_XLAT1, AMD_LIMIT1, 4 },
	{ 2, AMD_XLAT23, AMD_LIMIT23, 8 },
	{ 4, AMD_XLAT45, AMD_LIMIT45, 8 },
};

static bool link_wanted(void *m)
{
	const struct amd *a = m;

	return fabric_path(a->fabric, 0, 1);
}

static void *create(struct fabric *f, const u64 *values, char *err,
		    size_t err_len)
{
	u64 device = values[SET_DEVICE];
	struct amd *a;
	int i;

	if (device != 0x145b && device != 0x148b) {
		snprintf(err, err_len, "device %#llx is neither 0x145b nor 0x148b",
			 (unsigned long long)device);
		return NULL;
	}
	a = xcalloc(1, sizeof(*a));
	a->fabric = f;
	a->device = (u16)device;
	a->bar_size[0] = AMD_BAR0;
	a->bar_size[1] = device == 0x145b ? values[SET_BAR1] : 0;
	a->bar_size[2] = values[SET_BAR2];
	a->bar_size[4] = values[SET_BAR4];
	if (!model_bars_fit(a->bar_size, err, err_len))
		goto fail;
	if (!link_init(&a->link, fabric_loop(f), values[SET_LINK_DELAY],
		       link_wanted, amd_link_changed, a)) {
		snprintf(err, err_len, "no timer is left for the link");
		goto fail;
	}
	for (i = 0; i < AMD_HOSTS; i++)
		amd_reset_side(a, i);
	return a;

fail:
	free(a);
	return NULL;
}

static void destroy(void *m)
{
	struct amd *a = m;

	link_fini(&a->link);
	free(a);
}

static void identity(void *m, int host, struct pci_identity *id)
{
	struct amd *a = m;

	(void)host;
	*id = (struct pci_identity){
		.vendor = 0x1022,
		.device = a->device,
		.class_code = 0x068000,
		.link_speed = 3,
		.link_width = 8,
		.bar_prefetch = { [2] = true, [4] = true },
		.bar_narrow = { true, true },
		.vectors = AMD_VECTORS,
		.msix_bar = 0,
		.msix_table = AMD_MSIX,
		.msix_pba = AMD_PBA,
	};
	memcpy(id->bar_size, a->bar_size, sizeof(id->bar_size));
}

/* The other side sees a reset as a link that goes away and comes back. */
static void reset(void *m, int host)
{
	struct amd *a = m;

	link_drop(&a->link);
	amd_reset_side(a, host);
}

static void link_event(void *m, int host)
{
	struct amd *a = m;

	(void)host;
	link_update(&a->link);
}

static bool window(void *m, int host, u32 n, struct window *w)
{
	struct amd *a = m;
	u32 i, index = 0;
	u64 limit;

	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		if (!a->bar_size[windows[i].bar] || index++ != n)
			continue;
		limit = reg_get(a->regs[host], windows[i].limit,
				windows[i].limit_bytes);
		*w = (struct window){
			.kind = "direct",
			.bar = windows[i].bar,
			.index = n,
			.size = a->bar_size[windows[i].bar],
			.target_host = amd_peer(host),
			.target = reg_get(a->regs[host], windows[i].xlat, 8) &
				  ~(PAGE - 1),
		};
		if (limit < w->size)
			w->size = limit;
		w->enabled = w->size && a->link.up;
		return true;
	}
	return false;
}

static bool translate(struct amd *a, int host, int bar, u64 offset,
		      struct target *to)
{
	struct window w;
	u32 n;

	for (n = 0; window(a, host, n, &w); n++) {
		if (w.bar != bar || !w.enabled || offset >= w.size)
			continue;
		*to = (struct target){ .host = w.target_host,
				       .address = w.target + offset };
		return true;
	}
	return false;
}

static u64 bar_read(void *m, int host, int bar, u64 offset, u32 size)
{
	struct amd *a = m;
	struct target to;

	if (!bar)
		return amd_regs_read(a, host, (u32)offset, size);
	if (!translate(a, host, bar, offset, &to))
		return UINT64_MAX;
	return fabric_window_read(a->fabric, host, &to, size);
}

static void bar_write(void *m, int host, int bar, u64 offset, u64 value,
		      u32 size)
{
	struct amd *a = m;
	struct target to;

	if (bar && translate(a, host, bar, offset, &to))
		fabric_window_write(a->fabric, host, &to, value, size);
	else if (bar)
		fabric_stats(a->fabric, host)->dropped++;
	else if (offset >= AMD_MSIX)
		/* the real table is QEMU's: this is beyond its end */
		fabric_stats(a->fabric, host)->msix_overruns++;
	else
		amd_regs_write(a, host, (u32)offset, value, size);
}

static const struct model_ops ops = {
	.create = create,
	.destroy = destroy,
	.identity = identity,
	.bar_read = bar_read,
	.bar_write = bar_write,
	.word_arrives = amd_word_arrives,
	.reset = reset,
	.link_event = link_event,
	.window = window,
	.register_name = amd_register_name,
	.value_name = amd_value_name,
};

static struct model amd = {
	.name = "amd",
	.settings = settings,
	.hosts = AMD_HOSTS,
	.ops = &ops,
};

REGISTER_MODEL(amd);
