// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest model, to be copied. No hardware is like it and no driver exists
 * for it. Each of two hosts has one function: registers in BAR 0, and in BAR 2 a
 * window into the memory of the other host, its peer.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/device.h"
#include "bridge/log.h"
#include "bridge/regfile.h"

#define TARGET	0x00
#define PAD	0x10

/* What writing a register does; regfile only carries the number. */
enum { STORE, RING, SEND };

static const struct reg regs[] = {
	{ TARGET, 8, 1, STORE, "TARGET" },	/* where the peer's window leads */
	{ 0x08, 4, 1, RING, "BELL" },		/* n fires vector n of the peer */
	{ PAD, 4, 4, SEND, "PAD" },		/* goes to the peer's pad */
	{ 0 }
};

/* Values that --set KEY=VALUE can change: this model has none. */
static const struct setting settings[] = { { NULL } };

static const struct pci_identity function = {
	.vendor = 0x1234, .device = 1, .class_code = 0x068000, .link_speed = 3, .link_width = 8,
	.bar_size = { 0x1000, [2] = 1 << 20 },
	.vectors = 4, .msix_bar = 0, .msix_table = 0x800, .msix_pba = 0xc00,
};

struct plain {
	struct fabric *fabric;
	u8 regs[2][0x20];
};

static void *create(struct fabric *f, const u64 *values, char *err, size_t err_len)
{
	struct plain *p = xcalloc(1, sizeof(*p));

	(void)values;
	(void)err;
	(void)err_len;
	p->fabric = f;
	return p;
}

static void identity(void *m, int host, struct pci_identity *id)
{
	(void)m;
	(void)host;
	*id = function;
}

static void reset(void *m, int host)
{
	struct plain *p = m;

	memset(p->regs[host], 0, sizeof(p->regs[host]));
}

/* The nth window through which a host writes; TARGET 0 closes it. */
static bool window(void *m, int host, u32 n, struct window *w)
{
	struct plain *p = m;

	*w = (struct window){ .kind = "direct", .bar = 2, .size = function.bar_size[2] };
	w->target_host = !host;
	w->target = reg_get(p->regs[!host], TARGET, 8);
	w->enabled = w->target;
	return !n;
}

static bool translate(struct plain *p, int host, u64 offset, struct target *to)
{
	u64 base = reg_get(p->regs[!host], TARGET, 8);

	*to = (struct target){ .host = !host, .address = base + offset };
	return base;
}

static u64 bar_read(void *m, int host, int bar, u64 offset, u32 size)
{
	struct plain *p = m;
	struct reg_piece at = reg_cut(regs, (u32)offset, size);
	struct target to;

	if (!bar)
		return at.reg ? reg_get(p->regs[host], (u32)offset, at.bytes) : 0;
	return translate(p, host, offset, &to) ?
	       fabric_window_read(p->fabric, host, &to, size) : UINT64_MAX;
}

static void bar_write(void *m, int host, int bar, u64 offset, u64 value, u32 size)
{
	struct plain *p = m;
	struct reg_piece at = reg_cut(regs, (u32)offset, size);
	struct word w = { WORD_SPAD, host, !host, at.index, (u32)value };
	struct target to;

	if (bar && translate(p, host, offset, &to))
		fabric_window_write(p->fabric, host, &to, value, size);
	else if (bar)
		fabric_stats(p->fabric, host)->dropped++;
	else if (!at.reg || size != at.reg->bytes)
		fabric_stats(p->fabric, host)->bad_accesses++;
	else if (at.reg->kind == STORE)
		reg_put(p->regs[host], at.first, value, size);
	else if (at.reg->kind == RING)
		fabric_interrupt(p->fabric, !host, (u32)value);
	else
		fabric_send_word(p->fabric, &w);
}

/* A word that was sent has come; faults may have held it back or changed it. */
static enum arrival word_arrives(void *m, const struct word *w)
{
	struct plain *p = m;

	reg_put(p->regs[w->to], PAD + 4 * w->reg, w->value, 4);
	return WORD_TAKEN;
}

static const struct model_ops ops = {
	.create = create,
	.destroy = free,
	.identity = identity,
	.bar_read = bar_read,
	.bar_write = bar_write,
	.word_arrives = word_arrives,
	.reset = reset,
	.window = window,
};

static struct model plain = { .name = "plain", .settings = settings, .hosts = 2, .ops = &ops };

REGISTER_MODEL(plain);
