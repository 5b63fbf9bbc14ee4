// SPDX-License-Identifier: GPL-2.0-only
/*
 * The third generation (Skylake): BAR-aligned windows with a limit on either
 * side of the bridge. Topology and link status are in configuration space.
 */
#include "intel.h"

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

enum {
	SET_BAR2,
	SET_BAR4,
	SET_LINK_DELAY,
};

static const struct setting settings[] = {
	[SET_BAR2] = { "bar2_size", 1 << 20, 1 << 16, 1ull << 36,
		       "bytes of window BAR 2, a power of two" },
	[SET_BAR4] = { "bar4_size", 1 << 20, 1 << 16, 1ull << 36,
		       "bytes of window BAR 4, a power of two" },
	[SET_LINK_DELAY] = { "link_delay", 200, 0, 10000,
			     "milliseconds that link training takes" },
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
	/* Vector 0 is the link's, until a driver says otherwise. */
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

static const struct intel_gen gen3 = {
	.regs = regs,
	.status = IM_INT_STATUS,
	.mask = IM_INT_DISABLE,
	.link_bit = LINK_BIT,
	.spad = IM_SPAD,
	.reset = reset,
	.link_wanted = link_wanted,
	.vector = intel_table_vector,
	.vectors = INTVEC,
	.route = intel_route_inbound,
	.inbound = inbound,
};

static void *create(struct fabric *f, int hosts, const u64 *values, char *err,
		    size_t err_len)
{
	u64 bar_size[NUM_BARS] = {
		INTEL_BAR0, [2] = values[SET_BAR2], [4] = values[SET_BAR4],
	};
	struct intel *x;

	x = intel_create(f, &gen3, hosts, bar_size, values[SET_LINK_DELAY],
			 err, err_len);
	return x ? intel_ready(x) : NULL;
}

static void identity(void *m, int host, struct pci_identity *id)
{
	(void)host;
	intel_identity(m, id);
	id->device = 0x201c;
	id->vectors = VECTORS;
}

static bool config_byte(const struct intel *x, int host, u32 offset, u8 *value)
{
	if (offset != CFG_PPD)
		return intel_link_byte(x, offset - CFG_LINK_STATUS, value);
	*value = PPD_B2B | (host ? PPD_DSD : 0);
	return true;
}

static bool config_read(void *m, int host, u32 offset, u32 size, u64 *value)
{
	return intel_config_read(m, config_byte, host, offset, size, value);
}

static const struct model_ops intel_gen3_model = {
	.name = "intel-gen3",
	.settings = settings,
	.create = create,
	.destroy = intel_destroy,
	.identity = identity,
	.bar_read = intel_bar_read,
	.bar_write = intel_bar_write,
	.config_read = config_read,
	.word_arrives = intel_word_arrives,
	.reset = intel_reset,
	.link_event = intel_link_event,
	.window = intel_inbound_window,
	.register_name = intel_register_name,
	.value_name = intel_value_name,
};

REGISTER_MODEL(intel_gen3_model)
