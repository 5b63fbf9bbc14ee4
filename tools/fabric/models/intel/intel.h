/* SPDX-License-Identifier: GPL-2.0-only */
/* What the Intel models share, for their own files only. */
#ifndef FABRIC_INTEL_H
#define FABRIC_INTEL_H

#include "bridge/device.h"
#include "bridge/link.h"
#include "bridge/regfile.h"

#define INTEL_HOSTS	2
/* All generations: BAR 0 holds registers, then the MSI-X table. */
#define INTEL_BAR0	0x10000u
#define INTEL_MSIX	0xf000u
#define INTEL_PBA	0xf800u
#define INTEL_SPADS	16
/* Of the generations that have a table of vector numbers. */
#define INTEL_TABLE_VECTORS	33

/* What reading and writing a register does. */
enum intel_kind {
	REG_STORED,		/* keeps what is written */
	REG_FIXED,		/* keeps what the model put there */
	REG_CLEAR,		/* a written 1 clears the bit */
	REG_BELL,		/* writing rings the peer */
	REG_PEER_SPAD,		/* the peer's scratchpad of the same number */
	REG_LINK,		/* the state of the link */
};

enum intel_route {
	ROUTE_NONE,
	ROUTE_MEMORY,		/* a bus address of the peer */
	ROUTE_REGISTERS,	/* an offset in the peer's BAR 0 */
};

struct intel;

/* The settings that all generations have; those of its own come behind. */
enum {
	INTEL_SET_BAR2,
	INTEL_SET_BAR4,
	INTEL_SET_LINK_DELAY,
	INTEL_SETTINGS,
};

#define INTEL_BAR_SETTING(n, bytes, least)				\
	[INTEL_SET_BAR##n] = { "bar" #n "_size", bytes, least, 1ull << 36, \
			       "bytes of window BAR " #n ", a power of two" }
#define INTEL_LINK_SETTING						\
	[INTEL_SET_LINK_DELAY] = { "link_delay", 200, 0, 10000,		\
				   "milliseconds that link training takes" }

/* Where the generations differ; it is the data of their models. */
struct intel_gen {
	u16 device;
	u32 vectors;
	const struct reg *regs;
	/* interrupt status, its mask and the status bit that means the link */
	u32 status;
	u32 mask;
	u32 link_bit;
	u32 spad;

	/* Registers are all zero; put in what is not. */
	void (*reset)(struct intel *x, int host);
	/* Does the host's side want the link? */
	bool (*link_wanted)(const struct intel *x, int host);
	/* The MSI-X vector of a status bit. */
	u32 (*vector)(const struct intel *x, int host, u32 bit);
	/* Where an access of a host through a window BAR ends. */
	enum intel_route (*route)(struct intel *x, int from, int bar,
				  u64 offset, struct target *to);

	/* The nth window through which the host writes; false at the end. */
	bool (*window)(struct intel *x, int host, u32 n, struct window *w);

	/*
	 * The rest may be NULL. Take the settings of its own; on false, a
	 * sentence is in err.
	 */
	bool (*set_up)(struct intel *x, const u64 *values, char *err,
		       size_t err_len);
	/* Change what is different from intel.c's identity. */
	void (*identity)(const struct intel *x, struct pci_identity *id);
	/* A byte of configuration space, false: not a vendor register. */
	bool (*config_byte)(const struct intel *x, int host, u32 offset,
			    u8 *value);
	/* A write to a byte that is one. */
	void (*config_put)(struct intel *x, int host, u32 offset, u8 value);

	/* For intel_table_vector(): where the table is. */
	u32 vector_table;
	/*
	 * For intel_route_inbound(): the window through which a host is
	 * reached, as that host set it up.
	 */
	void (*inbound)(const struct intel *x, int host, int bar, u64 *address,
			u64 *bytes);
};

struct intel {
	struct fabric *fabric;
	const struct intel_gen *gen;
	u64 bar_size[NUM_BARS];
	u8 regs[INTEL_HOSTS][INTEL_BAR0];
	struct link link;
	/* of the generation's own */
	bool icx;
	bool split;
	/* log2 of the sizes on the wire */
	u8 wire_bits[INTEL_HOSTS][NUM_BARS];
};

static inline int intel_peer(int host)
{
	return INTEL_HOSTS - 1 - host;
}

/* A register of one host, by offset */
static inline u64 intel_get(const struct intel *x, int host, u32 offset,
			    u32 bytes)
{
	return reg_get(x->regs[host], offset, bytes);
}

static inline void intel_put(struct intel *x, int host, u32 offset, u64 value,
			     u32 bytes)
{
	reg_put(x->regs[host], offset, value, bytes);
}

/* intel.c: what every generation gives to the fabric */
extern const struct model_ops intel_ops;

/* regs.c: accesses to the registers of one host */
u64 intel_regs_read(struct intel *x, int host, u32 offset, u32 size);
void intel_regs_write(struct intel *x, int host, u32 offset, u64 value,
		      u32 size);
/* The same when it comes from the peer, through a window. */
u64 intel_regs_peer_read(struct intel *x, int from, u32 offset, u32 size);
void intel_regs_peer_write(struct intel *x, int from, u32 offset, u64 value,
			   u32 size);

/* bells.c: status bits and the interrupts they make */
void intel_raise(struct intel *x, int host, u64 bits);
void intel_unmasked(struct intel *x, int host, u64 old_mask);
u32 intel_table_vector(const struct intel *x, int host, u32 bit);
/* The host rings its peer. */
void intel_ring(struct intel *x, int from, u64 bits);

/* link.c */
bool intel_link_init(struct intel *x, u64 delay_ms);
void intel_link_event(void *m, int host);
/* As a PCIe link status register has it. */
u16 intel_link_status(const struct intel *x);

/* config.c: vendor registers in configuration space */
/* Byte n of the link status. */
bool intel_link_byte(const struct intel *x, u32 n, u8 *value);
bool intel_config_read(void *m, int host, u32 offset, u32 size, u64 *value);
bool intel_config_write(void *m, int host, u32 offset, u64 value, u32 size);

/* window.c: windows that open at a base and end at a limit */
u64 intel_bar_address(const struct intel *x, int host, int bar);
u64 intel_window_bytes(u64 base, u64 size, u64 limit);
enum intel_route intel_route_inbound(struct intel *x, int from, int bar,
				     u64 offset, struct target *to);
bool intel_inbound_window(struct intel *x, int host, u32 n, struct window *w);

#endif
