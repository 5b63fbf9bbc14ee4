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

/* What tells the generations apart. */
struct intel_gen {
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

	/* For intel_table_vector(): where the table is. */
	u32 vectors;
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

/* intel_common.c: what every generation gives to the fabric */
/* Not ready yet: the generation adds what is its own. */
struct intel *intel_create(struct fabric *f, const struct intel_gen *gen,
			   int hosts, const u64 *bar_size, u64 link_delay_ms,
			   char *err, size_t err_len);
/* Everything at its reset values; returns x. */
void *intel_ready(struct intel *x);
void intel_destroy(void *m);
void intel_identity(const struct intel *x, struct pci_identity *id);
u64 intel_bar_read(void *m, int host, int bar, u64 offset, u32 size);
void intel_bar_write(void *m, int host, int bar, u64 offset, u64 value,
		     u32 size);
enum arrival intel_word_arrives(void *m, const struct word *w);
void intel_reset(void *m, int host);
void intel_register_name(void *m, int host, int bar, u64 offset, char *buf,
			 size_t len);
const char *intel_value_name(void *m, int host, int bar, u64 offset,
			     u64 value);

/* intel_regs.c: the registers of one host, by offset */
u64 intel_get(const struct intel *x, int host, u32 offset, u32 bytes);
void intel_put(struct intel *x, int host, u32 offset, u64 value, u32 bytes);
u64 intel_regs_read(struct intel *x, int host, u32 offset, u32 size);
void intel_regs_write(struct intel *x, int host, u32 offset, u64 value,
		      u32 size);
/* The same when it comes from the peer, through a window. */
u64 intel_regs_peer_read(struct intel *x, int from, u32 offset, u32 size);
void intel_regs_peer_write(struct intel *x, int from, u32 offset, u64 value,
			   u32 size);

/* intel_bells.c: status bits and the interrupts they make */
void intel_raise(struct intel *x, int host, u64 bits);
void intel_unmasked(struct intel *x, int host, u64 old_mask);
u32 intel_table_vector(const struct intel *x, int host, u32 bit);
/* The host rings its peer. */
void intel_ring(struct intel *x, int from, u64 bits);

/* intel_link.c */
bool intel_link_init(struct intel *x, u64 delay_ms);
void intel_link_event(void *m, int host);
/* As a PCIe link status register has it. */
u16 intel_link_status(const struct intel *x);

/* intel_config.c: vendor registers in configuration space */
/* Byte n of the link status. */
bool intel_link_byte(const struct intel *x, u32 n, u8 *value);
bool intel_config_read(struct intel *x,
		       bool (*byte)(const struct intel *x, int host, u32 offset,
				    u8 *value),
		       int host, u32 offset, u32 size, u64 *value);

/* intel_window.c: windows that open at a base and end at a limit */
u64 intel_bar_address(const struct intel *x, int host, int bar);
u64 intel_window_bytes(u64 base, u64 size, u64 limit);
enum intel_route intel_route_inbound(struct intel *x, int from, int bar,
				     u64 offset, struct target *to);
bool intel_inbound_window(void *m, int host, u32 n, struct window *w);

#endif
