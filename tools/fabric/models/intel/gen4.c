// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fourth generation: Ice Lake (BAR-aligned windows) and Sapphire Rapids
 * (page-aligned ones). Everything is in BAR 0, nothing in configuration space.
 */
#include "models/intel/intel.h"

#define NTBCNTL		0x0000
#define IM_XBASE(i)	(0x0010 + 0x10 * (u32)(i))
#define IM_XLMT(i)	(0x0018 + 0x10 * (u32)(i))
#define IM_INT_STATUS	0x0040
#define IM_INT_DISABLE	0x0048
#define INTVEC		0x0050
#define IM_XBASEIDX	0x0074
#define IM_SPAD		0x0080
#define IM_DOORBELL	0x0100
#define LINK_CTRL	0xb050
#define   LINK_DISABLE	0x0010
#define LINK_STATUS	0xb052
#define PPD0		0xb0d4
#define   PPD0_TRAIN	0x0008
#define PPD1		0xb4c0
#define   PPD1_B2B	0x0200
#define   PPD1_DSD_ICX	0x1000
#define   PPD1_DSD_SPR	0x4000

#define DOORBELLS	(INTEL_TABLE_VECTORS - 1)
#define LINK_BIT	DOORBELLS
#define VECTORS		INTEL_TABLE_VECTORS
#define PAGE		4096ull

enum {
	SET_ICX = INTEL_SETTINGS,
};

static const struct setting settings[] = {
	INTEL_BAR_SETTING(2, 4 << 20, 1 << 16),
	INTEL_BAR_SETTING(4, 4 << 20, 1 << 16),
	INTEL_LINK_SETTING,
	[SET_ICX] = { "icx", 0, 0, 1,
		      "1: Ice Lake, whose windows are aligned to their BAR" },
	{ NULL }
};

static const struct reg regs[] = {
	{ NTBCNTL, 4, 1, REG_STORED, "NTBCNTL" },
	{ IM_XBASE(0), 8, 1, REG_STORED, "IM23XBASE" },
	{ IM_XLMT(0), 8, 1, REG_STORED, "IM23XLMT" },
	{ IM_XBASE(1), 8, 1, REG_STORED, "IM45XBASE" },
	{ IM_XLMT(1), 8, 1, REG_STORED, "IM45XLMT" },
	{ IM_INT_STATUS, 8, 1, REG_CLEAR, "IM_INT_STATUS" },
	{ IM_INT_DISABLE, 8, 1, REG_STORED, "IM_INT_DISABLE" },
	{ INTVEC, 1, VECTORS, REG_STORED, "INTVEC" },
	{ IM_XBASEIDX, 2, 2, REG_STORED, "IMXBASEIDX" },
	{ IM_SPAD, 4, INTEL_SPADS, REG_STORED, "IM_SPAD" },
	{ IM_DOORBELL, 4, DOORBELLS, REG_BELL, "IM_DOORBELL" },
	{ 0x30ec, 1, 1, REG_STORED, "LTR_SWSEL" },
	{ 0x30f0, 4, 1, REG_STORED, "LTR_ACTIVE" },
	{ 0x30f4, 4, 1, REG_STORED, "LTR_IDLE" },
	{ 0x8080, 4, INTEL_SPADS, REG_PEER_SPAD, "EM_SPAD" },
	{ LINK_CTRL, 2, 1, REG_STORED, "LINK_CTRL" },
	{ LINK_STATUS, 2, 1, REG_LINK, "LINK_STATUS" },
	{ 0xb05a, 2, 1, REG_CLEAR, "SLOTSTS" },
	{ PPD0, 4, 1, REG_STORED, "PPD0" },
	{ PPD1, 4, 1, REG_FIXED, "PPD1" },
	{ 0 }
};

static void reset(struct intel *x, int host)
{
	u32 ppd1 = PPD1_B2B;
	u32 i;

	if (host)
		ppd1 |= x->icx ? PPD1_DSD_ICX : PPD1_DSD_SPR;
	intel_put(x, host, PPD1, ppd1, 4);
	/* Vector 0 is the link's, until a driver changes it. */
	for (i = 0; i < DOORBELLS; i++)
		intel_put(x, host, INTVEC + i, i + 1, 1);
}

static bool link_wanted(const struct intel *x, int host)
{
	return !(intel_get(x, host, LINK_CTRL, 2) & LINK_DISABLE) &&
	       intel_get(x, host, PPD0, 4) & PPD0_TRAIN;
}

static void inbound(const struct intel *x, int host, int bar, u64 *address,
		    u64 *bytes)
{
	u64 align = x->icx ? x->bar_size[bar] : PAGE;
	int i = bar / 2 - 1;

	*address = intel_get(x, host, IM_XBASE(i), 8) & ~(align - 1);
	*bytes = intel_window_bytes(intel_bar_address(x, host, bar),
				    x->bar_size[bar],
				    intel_get(x, host, IM_XLMT(i), 8));
}

static bool set_up(struct intel *x, const u64 *values, char *err,
		   size_t err_len)
{
	(void)err;
	(void)err_len;
	x->icx = values[SET_ICX];
	return true;
}

static void identity(const struct intel *x, struct pci_identity *id)
{
	id->revision = x->icx ? 0x04 : 0x10;
}

static const struct intel_gen gen4 = {
	.device = 0x347e,
	.vectors = VECTORS,
	.regs = regs,
	.status = IM_INT_STATUS,
	.mask = IM_INT_DISABLE,
	.link_bit = LINK_BIT,
	.spad = IM_SPAD,
	.reset = reset,
	.link_wanted = link_wanted,
	.vector = intel_table_vector,
	.vector_table = INTVEC,
	.route = intel_route_inbound,
	.window = intel_inbound_window,
	.set_up = set_up,
	.identity = identity,
	.inbound = inbound,
};

static struct model intel_gen4 = {
	.name = "intel-gen4",
	.settings = settings,
	.hosts = INTEL_HOSTS,
	.ops = &intel_ops,
	.data = &gen4,
};

REGISTER_MODEL(intel_gen4);
