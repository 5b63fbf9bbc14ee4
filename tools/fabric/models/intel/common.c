// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intel.h"
#include "bridge/log.h"

static bool power_of_two(u64 v)
{
	return v && !(v & (v - 1));
}

struct intel *intel_create(struct fabric *f, const struct intel_gen *gen,
			   int hosts, const u64 *bar_size, u64 link_delay_ms,
			   char *err, size_t err_len)
{
	struct intel *x;
	int i;

	if (hosts != INTEL_HOSTS) {
		snprintf(err, err_len,
			 "an Intel NTB joins exactly %d hosts, not %d",
			 INTEL_HOSTS, hosts);
		return NULL;
	}
	for (i = 0; i < NUM_BARS; i++) {
		if (!bar_size[i] || power_of_two(bar_size[i]))
			continue;
		snprintf(err, err_len, "BAR %d of %llu bytes is no power of two",
			 i, (unsigned long long)bar_size[i]);
		return NULL;
	}
	x = xcalloc(1, sizeof(*x));
	x->fabric = f;
	x->gen = gen;
	memcpy(x->bar_size, bar_size, sizeof(x->bar_size));
	if (!intel_link_init(x, link_delay_ms)) {
		snprintf(err, err_len, "no timer is left for the link");
		free(x);
		return NULL;
	}
	return x;
}

void *intel_ready(struct intel *x)
{
	int i;

	for (i = 0; i < INTEL_HOSTS; i++)
		intel_reset(x, i);
	return x;
}

void intel_destroy(void *m)
{
	struct intel *x = m;

	link_fini(&x->link);
	free(x);
}

void intel_identity(const struct intel *x, struct pci_identity *id)
{
	*id = (struct pci_identity){
		.vendor = 0x8086,
		.class_code = 0x068000,
		.link_speed = 3,
		.link_width = 8,
		.bar_prefetch = { true, [2] = true, [4] = true },
		.msix_bar = 0,
		.msix_table = INTEL_MSIX,
		.msix_pba = INTEL_PBA,
	};
	memcpy(id->bar_size, x->bar_size, sizeof(id->bar_size));
}

void intel_reset(void *m, int host)
{
	struct intel *x = m;

	memset(x->regs[host], 0, sizeof(x->regs[host]));
	x->gen->reset(x, host);
}

enum arrival intel_word_arrives(void *m, const struct word *w)
{
	struct intel *x = m;

	if (!x->link.up)
		return WORD_LOST;
	intel_put(x, w->to, x->gen->spad + 4 * w->reg, w->value, 4);
	return WORD_TAKEN;
}

static u64 window_read(struct intel *x, int host, int bar, u64 offset, u32 size)
{
	struct target to;

	switch (x->gen->route(x, host, bar, offset, &to)) {
	case ROUTE_MEMORY:
		return fabric_window_read(x->fabric, host, &to, size);
	case ROUTE_REGISTERS:
		return intel_regs_peer_read(x, host, (u32)to.address, size);
	default:
		return UINT64_MAX;
	}
}

static void window_write(struct intel *x, int host, int bar, u64 offset,
			 u64 value, u32 size)
{
	struct target to;

	switch (x->gen->route(x, host, bar, offset, &to)) {
	case ROUTE_MEMORY:
		fabric_window_write(x->fabric, host, &to, value, size);
		break;
	case ROUTE_REGISTERS:
		intel_regs_peer_write(x, host, (u32)to.address, value, size);
		break;
	default:
		fabric_stats(x->fabric, host)->dropped++;
		break;
	}
}

u64 intel_bar_read(void *m, int host, int bar, u64 offset, u32 size)
{
	if (bar)
		return window_read(m, host, bar, offset, size);
	return intel_regs_read(m, host, (u32)offset, size);
}

void intel_bar_write(void *m, int host, int bar, u64 offset, u64 value,
		     u32 size)
{
	struct intel *x = m;

	if (bar)
		window_write(x, host, bar, offset, value, size);
	else if (offset >= INTEL_MSIX)
		/* the real table is QEMU's: this is beyond its end */
		fabric_stats(x->fabric, host)->msix_overruns++;
	else
		intel_regs_write(x, host, (u32)offset, value, size);
}

void intel_register_name(void *m, int host, int bar, u64 offset, char *buf,
			 size_t len)
{
	struct intel *x = m;

	(void)host;
	if (bar)
		snprintf(buf, len, "bar%d+%#llx", bar,
			 (unsigned long long)offset);
	else
		reg_name(x->gen->regs, (u32)offset, buf, len);
}

const char *intel_value_name(void *m, int host, int bar, u64 offset, u64 value)
{
	struct intel *x = m;
	struct reg_piece p;

	(void)host;
	if (bar)
		return NULL;
	p = reg_cut(x->gen->regs, (u32)offset, 1);
	if (!p.reg || p.reg->kind != REG_LINK)
		return NULL;
	return value ? "up" : "down";
}
