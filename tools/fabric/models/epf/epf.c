// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two hosts, each plugged into an endpoint controller of one system on a chip,
 * whose software shows both of them an NTB: what pci-epf-ntb of the kernel does
 * on the controllers of a J721E. A host leaves its wishes in registers and the
 * software comes by to look.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/epf/epf.h"
#include "bridge/log.h"

enum {
	SET_VECTORS,
	SET_PADS,
	SET_WINDOWS,
	SET_MW1,
	SET_MW2,
	SET_MW3,
	SET_MW4,
	SET_ALIGN,
	SET_REGIONS,
	SET_POLL,
	SET_WATCH,
};

static const struct setting settings[] = {
	[SET_VECTORS] = { "vectors", 4, 1, EPF_MAX_VECTORS,
			  "MSI-X vectors: link, one unused, doorbells" },
	[SET_PADS] = { "spads", 64, 1, EPF_MAX_PADS,
		       "scratchpads of each host" },
	[SET_WINDOWS] = { "windows", 2, 1, EPF_WINDOWS, "memory windows" },
	[SET_MW1] = { "mw1_size", 1 << 20, 1 << 12, 1 << 28,
		      "bytes of window 1, a power of two" },
	[SET_MW2] = { "mw2_size", 1 << 20, 1 << 12, 1 << 28, "of window 2" },
	[SET_MW3] = { "mw3_size", 1 << 20, 1 << 12, 1 << 28, "of window 3" },
	[SET_MW4] = { "mw4_size", 1 << 20, 1 << 12, 1 << 28, "of window 4" },
	[SET_ALIGN] = { "align", 256, 256, 1 << 16,
			"bytes a doorbell takes in its BAR, a power of two" },
	[SET_REGIONS] = { "regions", 128, 1, 4096,
			  "translations a controller can hold" },
	[SET_POLL] = { "poll", 5, 1, 10000,
		       "milliseconds until a command is looked at" },
	[SET_WATCH] = { "watch_link", 1, 0, 1,
			"1: the endpoint tells a host when the other one is gone" },
	{ NULL }
};

static void destroy(void *m)
{
	struct epf *e = m;
	int i;

	for (i = 0; i < EPF_HOSTS; i++) {
		/* the second one has none when there was no timer for it */
		if (e->side[i].epf)
			timer_fini(&e->side[i].poll);
		free(e->side[i].regions);
	}
	free(e);
}

static bool init_side(struct epf *e, int host)
{
	struct epf_side *s = &e->side[host];

	s->host = host;
	s->regions = xcalloc(e->num_regions, sizeof(*s->regions));
	if (!timer_init(&s->poll, fabric_loop(e->fabric), epf_command, s))
		return false;
	s->epf = e;
	return true;
}

static void *create(struct fabric *f, const u64 *values, char *err,
		    size_t err_len)
{
	struct epf *e;
	int i;

	e = xcalloc(1, sizeof(*e));
	e->fabric = f;
	e->num_regions = (u32)values[SET_REGIONS];
	e->poll_ms = (u32)values[SET_POLL];
	e->watch = values[SET_WATCH];
	e->layout.vectors = (u32)values[SET_VECTORS];
	e->layout.pads = (u32)values[SET_PADS];
	e->layout.windows = (u32)values[SET_WINDOWS];
	e->layout.align = (u32)values[SET_ALIGN];
	for (i = 0; i < EPF_WINDOWS; i++)
		e->layout.window_size[i] = values[SET_MW1 + i];
	if (!epf_layout(&e->layout, err, err_len)) {
		free(e);
		return NULL;
	}
	for (i = 0; i < EPF_HOSTS; i++) {
		if (init_side(e, i))
			continue;
		snprintf(err, err_len, "no timer is left for host %d", i);
		destroy(e);
		return NULL;
	}
	epf_regs_init(e);
	return e;
}

static void identity(void *m, int host, struct pci_identity *id)
{
	const struct epf_layout *l = &((struct epf *)m)->layout;
	int i;

	(void)host;
	*id = (struct pci_identity){
		.vendor = 0x104c,
		.device = 0xb00d,
		.class_code = 0x050000,
		.link_speed = 3,
		.link_width = 2,
		.vectors = l->vectors,
		.msix_bar = EPF_BAR_CONFIG,
		.msix_table = l->msix_table,
		.msix_pba = l->msix_pba,
	};
	memcpy(id->bar_size, l->bar_size, sizeof(id->bar_size));
	for (i = 0; i < NUM_BARS; i++)
		id->bar_narrow[i] = true;
}

/* The endpoint goes on, with all its settings. */
static void reset(void *m, int host)
{
	epf_link_reset(m, host);
}

static void link_event(void *m, int host)
{
	(void)host;
	epf_link_watched(m);
}

static bool window(void *m, int host, u32 n, struct window *w)
{
	struct epf *e = m;
	const struct epf_layout *l = &e->layout;
	const struct epf_region *r;

	if (n >= l->windows)
		return false;
	*w = (struct window){
		.kind = "region",
		.bar = epf_window_bar(n),
		.index = n,
		.offset = epf_window_offset(l, n),
		.size = l->window_size[n],
		.target_host = epf_peer(host),
	};
	r = epf_find(&e->side[epf_peer(host)], w->bar, w->offset);
	if (r) {
		w->size = r->size;
		w->target = r->target;
		w->enabled = true;
	}
	return true;
}

static bool is_memory(const struct epf_region *r)
{
	return r && r->vector == EPF_NO_VECTOR;
}

static struct target target(int host, const struct epf_region *r, u64 offset)
{
	return (struct target){ .host = epf_peer(host),
				.address = r->target + offset - r->offset };
}

static u64 bar_read(void *m, int host, int bar, u64 offset, u32 size)
{
	struct epf *e = m;
	const struct epf_region *r;
	struct target to;

	if (bar < EPF_BAR_BELLS)
		return epf_regs_read(e, host, bar, (u32)offset, size);
	r = epf_find(&e->side[epf_peer(host)], bar, offset);
	if (!is_memory(r))
		return UINT64_MAX;
	to = target(host, r, offset);
	return fabric_window_read(e->fabric, host, &to, size);
}

static void bar_write(void *m, int host, int bar, u64 offset, u64 value,
		      u32 size)
{
	struct epf *e = m;
	const struct epf_region *r;
	struct target to;

	if (bar < EPF_BAR_BELLS) {
		epf_regs_write(e, host, bar, (u32)offset, value, size);
		return;
	}
	r = epf_find(&e->side[epf_peer(host)], bar, offset);
	if (!r) {
		fabric_stats(e->fabric, host)->dropped++;
		return;
	}
	if (!is_memory(r)) {
		epf_ring(e, host, r, offset, value, size);
		return;
	}
	to = target(host, r, offset);
	fabric_window_write(e->fabric, host, &to, value, size);
}

static const struct model_ops ops = {
	.create = create,
	.destroy = destroy,
	.identity = identity,
	.bar_read = bar_read,
	.bar_write = bar_write,
	.word_arrives = epf_word_arrives,
	.reset = reset,
	.link_event = link_event,
	.window = window,
	.register_name = epf_register_name,
	.value_name = epf_value_name,
};

static struct model epf = {
	.name = "epf",
	.settings = settings,
	.hosts = EPF_HOSTS,
	.ops = &ops,
};

REGISTER_MODEL(epf);
