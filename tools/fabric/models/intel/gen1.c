// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first generation, as Haswell has it, back to back. An access goes
 * through two translations: the sender's outbound one turns a BAR offset into
 * an address on the wire, and the receiver's BARs there decide what it hits:
 * memory, through the inbound translation, or the receiver's own registers.
 * The latter is how drivers ring, as the doorbells made for it have an
 * erratum; it costs them a memory window.
 */
#include <stdio.h>
#include <string.h>

#include "models/intel/intel.h"

#define CFG_PPD		0x0d4
#define   PPD_B2B	0x01
#define   PPD_DSD	0x10
#define   PPD_SPLIT	0x40
#define CFG_LINK_STATUS	0x1a2

#define SBAR0BASE	0x0040
#define   SBAR0_BYTES	0x8000u
#define NTBCNTL		0x0058
#define   CNTL_LOCK	0x0001
#define   CNTL_DISABLE	0x0002
#define PDOORBELL	0x0060
#define PDBMSK		0x0062
#define SPAD		0x0080
#define SPCICMD		0x0504
#define   CMD_MEMORY	0x0002
#define   CMD_MASTER	0x0004

#define LINK_BIT	15
#define VECTORS		4
#define BITS_PER_VECTOR	5
#define ADDRESS_MASK	(~0xfull)

enum {
	SET_SPLIT = INTEL_SETTINGS,
	SET_BAR5,
};

static const struct setting settings[] = {
	INTEL_BAR_SETTING(2, 1 << 20, 1 << 16),
	INTEL_BAR_SETTING(4, 1 << 20, 1 << 15),
	INTEL_LINK_SETTING,
	[SET_SPLIT] = { "split", 0, 0, 1,
			"1: BAR 4 and 5 are two windows of 32 bits" },
	[SET_BAR5] = { "bar5_size", 1 << 20, 1 << 15, 1 << 28,
		       "bytes of window BAR 5, a power of two" },
	{ NULL }
};

static const struct reg regs[] = {
	{ 0x0000, 8, 1, REG_STORED, "PBAR23LMT" },
	{ 0x0008, 8, 1, REG_STORED, "PBAR45LMT" },
	{ 0x0010, 8, 1, REG_STORED, "PBAR23XLAT" },
	{ 0x0018, 8, 1, REG_STORED, "PBAR45XLAT" },
	{ 0x0020, 8, 1, REG_STORED, "SBAR23LMT" },
	{ 0x0028, 8, 1, REG_STORED, "SBAR45LMT" },
	{ 0x0030, 8, 1, REG_STORED, "SBAR23XLAT" },
	{ 0x0038, 8, 1, REG_STORED, "SBAR45XLAT" },
	{ SBAR0BASE, 8, 1, REG_STORED, "SBAR0BASE" },
	{ 0x0048, 8, 1, REG_STORED, "SBAR23BASE" },
	{ 0x0050, 8, 1, REG_STORED, "SBAR45BASE" },
	{ NTBCNTL, 4, 1, REG_STORED, "NTBCNTL" },
	{ PDOORBELL, 2, 1, REG_CLEAR, "PDOORBELL" },
	{ PDBMSK, 2, 1, REG_STORED, "PDBMSK" },
	{ 0x0070, 2, 1, REG_FIXED, "USMEMMISS" },
	{ SPAD, 4, INTEL_SPADS, REG_STORED, "SPAD" },
	{ 0x0144, 4, 2, REG_STORED, "B2B_XLAT" },
	{ SPCICMD, 2, 1, REG_STORED, "SPCICMD" },
	{ 0 }
};

/* The registers of one window BAR and of its counterpart on the wire. */
struct window_regs {
	int bar;
	u32 bytes;		/* of each register */
	u32 outer_limit;
	u32 outer_xlat;
	u32 base;
	u32 limit;
	u32 xlat;
	/* configuration space: log2 of the sizes */
	u32 cfg_outer_size;
	u32 cfg_size;
};

static const struct window_regs wide[] = {
	{ 2, 8, 0x00, 0x10, 0x48, 0x20, 0x30, 0xd0, 0xd2 },
	{ 4, 8, 0x08, 0x18, 0x50, 0x28, 0x38, 0xd1, 0xd3 },
	{ 0 }
};

static const struct window_regs split[] = {
	{ 2, 8, 0x00, 0x10, 0x48, 0x20, 0x30, 0xd0, 0xd2 },
	{ 4, 4, 0x08, 0x18, 0x50, 0x28, 0x38, 0xd1, 0xd3 },
	{ 5, 4, 0x0c, 0x1c, 0x54, 0x2c, 0x3c, 0xd5, 0xd6 },
	{ 0 }
};

static const struct window_regs *windows(const struct intel *x)
{
	return x->split ? split : wide;
}

static u8 log2_of(u64 size)
{
	return size ? (u8)(63 - __builtin_clzll(size)) : 0;
}

static void reset(struct intel *x, int host)
{
	const struct window_regs *r;

	intel_put(x, host, NTBCNTL, CNTL_LOCK | CNTL_DISABLE, 4);
	for (r = windows(x); r->bar; r++)
		x->wire_bits[host][r->bar] = log2_of(x->bar_size[r->bar]);
}

static bool link_wanted(const struct intel *x, int host)
{
	return !(intel_get(x, host, NTBCNTL, 4) & CNTL_DISABLE);
}

static u32 vector(const struct intel *x, int host, u32 bit)
{
	(void)x;
	(void)host;
	return bit / BITS_PER_VECTOR;
}

/* No limit, or one past the end, leaves the whole of it open. */
static u64 open_bytes(u64 base, u64 size, u64 limit)
{
	if (!limit)
		return size;
	if (limit <= base)
		return 0;
	return limit - base < size ? limit - base : size;
}

static u64 reg(const struct intel *x, int host, const struct window_regs *r,
	       u32 offset)
{
	return intel_get(x, host, offset, r->bytes) & ADDRESS_MASK;
}

/* What a host shows on the wire: size 0 is nothing. */
struct wire_bar {
	u64 base;
	u64 size;
	u64 open;
	u64 target;
};

static void wire_bar(const struct intel *x, int host,
		     const struct window_regs *r, struct wire_bar *w)
{
	u32 bits = x->wire_bits[host][r->bar];

	*w = (struct wire_bar){ .base = reg(x, host, r, r->base) };
	if (bits < 12 || bits > 63)
		return;
	w->size = BIT_ULL(bits);
	w->open = open_bytes(w->base, w->size,
			     intel_get(x, host, r->limit, r->bytes));
	w->target = intel_get(x, host, r->xlat, r->bytes) & ~(w->size - 1);
}

static bool may_pass(const struct intel *x, int from)
{
	return x->link.up &&
	       intel_get(x, from, SPCICMD, 2) & CMD_MASTER &&
	       intel_get(x, intel_peer(from), SPCICMD, 2) & CMD_MEMORY;
}

static enum intel_route arrive(const struct intel *x, u64 wire,
			       struct target *to)
{
	u64 base = intel_get(x, to->host, SBAR0BASE, 8) & ADDRESS_MASK;
	const struct window_regs *r;
	struct wire_bar w;

	if (wire - base < SBAR0_BYTES) {
		to->address = wire - base;
		return ROUTE_REGISTERS;
	}
	for (r = windows(x); r->bar; r++) {
		wire_bar(x, to->host, r, &w);
		if (wire - w.base >= w.open)
			continue;
		to->address = w.target + (wire - w.base);
		return ROUTE_MEMORY;
	}
	return ROUTE_NONE;
}

static enum intel_route route(struct intel *x, int from, int bar, u64 offset,
			      struct target *to)
{
	const struct window_regs *r;
	u64 limit;

	*to = (struct target){ .host = intel_peer(from) };
	for (r = windows(x); r->bar && r->bar != bar; r++)
		;
	if (!r->bar || !may_pass(x, from))
		return ROUTE_NONE;
	limit = intel_get(x, from, r->outer_limit, r->bytes);
	if (offset >= open_bytes(intel_bar_address(x, from, bar),
				 x->bar_size[bar], limit))
		return ROUTE_NONE;
	return arrive(x, reg(x, from, r, r->outer_xlat) + offset, to);
}

static bool set_up(struct intel *x, const u64 *values, char *err,
		   size_t err_len)
{
	if (!values[SET_SPLIT])
		return true;
	if (x->bar_size[4] > UINT32_MAX / 4) {
		snprintf(err, err_len,
			 "a BAR 4 of %llu bytes is too large for 32 bits",
			 (unsigned long long)x->bar_size[4]);
		return false;
	}
	x->bar_size[5] = values[SET_BAR5];
	x->split = true;
	return true;
}

static void identity(const struct intel *x, struct pci_identity *id)
{
	if (!x->split)
		return;
	id->bar_prefetch[4] = false;
	id->bar_narrow[4] = true;
	id->bar_narrow[5] = true;
}

static bool config_byte(const struct intel *x, int host, u32 offset, u8 *value)
{
	const struct window_regs *r;

	if (offset == CFG_PPD) {
		*value = PPD_B2B | (host ? PPD_DSD : 0) |
			 (x->split ? PPD_SPLIT : 0);
		return true;
	}
	for (r = windows(x); r->bar; r++) {
		if (offset == r->cfg_outer_size)
			*value = log2_of(x->bar_size[r->bar]);
		else if (offset == r->cfg_size)
			*value = x->wire_bits[host][r->bar];
		else
			continue;
		return true;
	}
	return intel_link_byte(x, offset - CFG_LINK_STATUS, value);
}

static void config_put(struct intel *x, int host, u32 offset, u8 value)
{
	const struct window_regs *r;

	for (r = windows(x); r->bar; r++)
		if (offset == r->cfg_size)
			x->wire_bits[host][r->bar] = value;
}

/* What starts inside [from, from + size) on the wire. */
static bool inside(u64 at, u64 from, u64 size)
{
	return at - from < size;
}

static bool window(struct intel *x, int host, u32 n, struct window *w)
{
	int peer = intel_peer(host);
	const struct window_regs *out, *in;
	struct wire_bar wire;
	u32 index = 0;
	u64 start, base;

	for (out = windows(x); out->bar; out++) {
		*w = (struct window){ .bar = out->bar, .target_host = peer };
		start = reg(x, host, out, out->outer_xlat);
		base = intel_get(x, peer, SBAR0BASE, 8) & ADDRESS_MASK;
		if (inside(base, start, x->bar_size[out->bar]) && !n--) {
			w->kind = "registers";
			w->offset = base - start;
			w->size = SBAR0_BYTES;
			w->enabled = may_pass(x, host);
			return true;
		}
		for (in = windows(x); in->bar; in++) {
			wire_bar(x, peer, in, &wire);
			if (!wire.size ||
			    !inside(wire.base, start, x->bar_size[out->bar]))
				continue;
			if (!n--) {
				w->kind = "direct";
				w->index = index;
				w->offset = wire.base - start;
				w->size = wire.open;
				w->target = wire.target;
				w->enabled = wire.open && may_pass(x, host);
				return true;
			}
			index++;
		}
	}
	return false;
}

static const struct intel_gen gen1 = {
	.device = 0x2f0d,
	.vectors = VECTORS,
	.regs = regs,
	.status = PDOORBELL,
	.mask = PDBMSK,
	.link_bit = LINK_BIT,
	.spad = SPAD,
	.reset = reset,
	.link_wanted = link_wanted,
	.vector = vector,
	.route = route,
	.window = window,
	.set_up = set_up,
	.identity = identity,
	.config_byte = config_byte,
	.config_put = config_put,
};

static struct model intel_gen1 = {
	.name = "intel-gen1",
	.settings = settings,
	.hosts = INTEL_HOSTS,
	.ops = &intel_ops,
	.data = &gen1,
};

REGISTER_MODEL(intel_gen1);
