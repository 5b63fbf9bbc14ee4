// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/log.h"
#include "bridge/names.h"
#include "models/intel/intel.h"

static void reset(void *m, int host)
{
	struct intel *x = m;

	memset(x->regs[host], 0, sizeof(x->regs[host]));
	x->gen->reset(x, host);
}

static void *create(struct fabric *f, const u64 *values, char *err,
		    size_t err_len)
{
	const struct intel_gen *gen = fabric_model_data(f);
	struct intel *x;
	int i;

	x = xcalloc(1, sizeof(*x));
	x->fabric = f;
	x->gen = gen;
	x->bar_size[0] = INTEL_BAR0;
	x->bar_size[2] = values[INTEL_SET_BAR2];
	x->bar_size[4] = values[INTEL_SET_BAR4];
	if (gen->set_up && !gen->set_up(x, values, err, err_len))
		goto fail;
	if (!model_bars_fit(x->bar_size, err, err_len))
		goto fail;
	if (!intel_link_init(x, values[INTEL_SET_LINK_DELAY])) {
		snprintf(err, err_len, "no timer is left for the link");
		goto fail;
	}
	for (i = 0; i < INTEL_HOSTS; i++)
		reset(x, i);
	return x;

fail:
	free(x);
	return NULL;
}

static void destroy(void *m)
{
	struct intel *x = m;

	link_fini(&x->link);
	free(x);
}

static void identity(void *m, int host, struct pci_identity *id)
{
	struct intel *x = m;

	(void)host;
	*id = (struct pci_identity){
		.vendor = 0x8086,
		.device = x->gen->device,
		.class_code = 0x068000,
		.link_speed = 3,
		.link_width = 8,
		.bar_prefetch = { true, [2] = true, [4] = true },
		.vectors = x->gen->vectors,
		.msix_bar = 0,
		.msix_table = INTEL_MSIX,
		.msix_pba = INTEL_PBA,
	};
	memcpy(id->bar_size, x->bar_size, sizeof(id->bar_size));
	if (x->gen->identity)
		x->gen->identity(x, id);
}

static enum arrival word_arrives(void *m, const struct word *w)
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

static u64 bar_read(void *m, int host, int bar, u64 offset, u32 size)
{
	if (bar)
		return window_read(m, host, bar, offset, size);
	return intel_regs_read(m, host, (u32)offset, size);
}

static void bar_write(void *m, int host, int bar, u64 offset, u64 value,
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

static void register_name(void *m, int host, int bar, u64 offset, char *buf,
			  size_t len)
{
	struct intel *x = m;

	(void)host;
	if (bar)
		name_in_bar(buf, len, bar, offset);
	else
		reg_name(x->gen->regs, (u32)offset, buf, len);
}

static const char *value_name(void *m, int host, int bar, u64 offset, u64 value)
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

static bool window(void *m, int host, u32 n, struct window *w)
{
	struct intel *x = m;

	return x->gen->window(x, host, n, w);
}

const struct model_ops intel_ops = {
	.create = create,
	.destroy = destroy,
	.identity = identity,
	.bar_read = bar_read,
	.bar_write = bar_write,
	.config_read = intel_config_read,
	.config_write = intel_config_write,
	.word_arrives = word_arrives,
	.reset = reset,
	.link_event = intel_link_event,
	.window = window,
	.register_name = register_name,
	.value_name = value_name,
};
