// SPDX-License-Identifier: GPL-2.0-only
/*
 * The third generation (Skylake): BAR-aligned windows with a limit on either
 * side of the bridge. Topology and link status are in configuration space.
 */
#include "models/intel/intel.h"

#define CFG_PPD		0x0d4
#define   PPD_B2B	0x01
#define   PPD_DSD	0x10
#define CFG_LINK_STATUS	0x1a2

#define NTBCNTL		0x0000
#define   CNTL_LOCK	0x0001
#define   CNTL_DISABLE	0x0002
#define IM_XBASE(i)	(0x0010 + 0x10 * (u32)(i))
#define IM_XLMT(i)	(0x0018 + 0x10 * (u32)(i))
#define IM_INT_STATUS	0x0040
#define IM_INT_DISABLE	0x0048
#define IM_SPAD		0x0080
#define INTVEC		0x00d0
#define IM_DOORBELL	0x0100
#define B2B_SPAD	0x0180
#define EM_XLMT(i)	(0x4018 + 0x10 * (u32)(i))
#define SPCICMD		0x4504
#define   CMD_MEMORY	0x0002
#define EM_BAR(i)	(0x4518 + 8 * (u32)(i))

#define DOORBELLS	(INTEL_TABLE_VECTORS - 1)
#define LINK_BIT	DOORBELLS
#define VECTORS		INTEL_TABLE_VECTORS

static const struct setting settings[] = {
	INTEL_BAR_SETTING(2, 1 << 20, 1 << 16),
	INTEL_BAR_SETTING(4, 1 << 20, 1 << 16),
	INTEL_LINK_SETTING,
	{ NULL }
};

static const struct reg regs[] = {
	{ NTBCNTL, 4, 1, REG_STORED, "NTBCNTL" },
	{ IM_XBASE(0), 8, 1, REG_STORED, "IMBAR1XBASE" },
	{ IM_XLMT(0), 8, 1, REG_STORED, "IMBAR1XLMT" },
	{ IM_XBASE(1), 8, 1, REG_STORED, "IMBAR2XBASE" },
	{ IM_XLMT(1), 8, 1, REG_STORED, "IMBAR2XLMT" },
	{ IM_INT_STATUS, 8, 1, REG_CLEAR, "IM_INT_STATUS" },
	{ IM_INT_DISABLE, 8, 1, REG_STORED, "IM_INT_DISABLE" },
	{ 0x0070, 2, 1, REG_FIXED, "USMEMMISS" },
	{ IM_SPAD, 4, INTEL_SPADS, REG_STORED, "IM_SPAD" },
	{ INTVEC, 1, VECTORS, REG_STORED, "INTVEC" },
	{ IM_DOORBELL, 4, DOORBELLS, REG_BELL, "IM_DOORBELL" },
	{ B2B_SPAD, 4, INTEL_SPADS, REG_PEER_SPAD, "B2B_SPAD" },
	{ 0x4010, 8, 1, REG_STORED, "EMBAR1XBASE" },
	{ EM_XLMT(0), 8, 1, REG_STORED, "EMBAR1XLMT" },
	{ 0x4020, 8, 1, REG_STORED, "EMBAR2XBASE" },
	{ EM_XLMT(1), 8, 1, REG_STORED, "EMBAR2XLMT" },
	{ SPCICMD, 2, 1, REG_STORED, "SPCICMD" },
	{ 0x4510, 8, 1, REG_FIXED, "EMBAR0" },
	{ EM_BAR(0), 8, 1, REG_FIXED, "EMBAR1" },
	{ EM_BAR(1), 8, 1, REG_FIXED, "EMBAR2" },
	{ 0 }
};

/* Where the peer-facing BARs are; 64 bits wide and prefetchable. */
static const u64 em_bar[] = { 0x200000000000000cull, 0x400000000000000cull };

static void reset(struct intel *x, int host)
{
	u32 i;

	intel_put(x, host, NTBCNTL, CNTL_LOCK | CNTL_DISABLE, 4);
	for (i = 0; i < ARRAY_SIZE(em_bar); i++)
		intel_put(x, host, EM_BAR(i), em_bar[i], 8);
	/* Vector 0 is the link's, until a driver changes it. */
	for (i = 0; i < DOORBELLS; i++)
		intel_put(x, host, INTVEC + i, i + 1, 1);
}

static bool link_wanted(const struct intel *x, int host)
{
	return !(intel_get(x, host, NTBCNTL, 4) & CNTL_DISABLE);
}

static void inbound(const struct intel *x, int host, int bar, u64 *address,
		    u64 *bytes)
{
	u64 size = x->bar_size[bar];
	int i = bar / 2 - 1;
	u64 outer;

	*address = intel_get(x, host, IM_XBASE(i), 8) & ~(size - 1);
	*bytes = intel_window_bytes(intel_bar_address(x, host, bar), size,
				    intel_get(x, host, IM_XLMT(i), 8));
	outer = intel_window_bytes(em_bar[i] & ~0xfull, size,
				   intel_get(x, host, EM_XLMT(i), 8));
	if (outer < *bytes)
		*bytes = outer;
	if (!(intel_get(x, host, SPCICMD, 2) & CMD_MEMORY))
		*bytes = 0;
}

static bool config_byte(const struct intel *x, int host, u32 offset, u8 *value)
{
	if (offset != CFG_PPD)
		return intel_link_byte(x, offset - CFG_LINK_STATUS, value);
	*value = PPD_B2B | (host ? PPD_DSD : 0);
	return true;
}

static const struct intel_gen gen3 = {
	.device = 0x201c,
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
	.config_byte = config_byte,
	.inbound = inbound,
};

static struct model intel_gen3 = {
	.name = "intel-gen3",
	.settings = settings,
	.hosts = INTEL_HOSTS,
	.ops = &intel_ops,
	.data = &gen3,
};

REGISTER_MODEL(intel_gen3);
