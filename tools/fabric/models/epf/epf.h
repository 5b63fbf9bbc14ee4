/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the endpoint function model, for its own files only. */
#ifndef FABRIC_EPF_H
#define FABRIC_EPF_H

#include "bridge/device.h"
#include "bridge/regfile.h"
#include "bridge/timer.h"

#define EPF_HOSTS	2
#define EPF_WINDOWS	4
#define EPF_MAX_VECTORS	32
#define EPF_MAX_PADS	128

#define EPF_BAR_CONFIG	0
#define EPF_BAR_PADS	1
/* the doorbells, and behind them the first window; then a BAR for each other */
#define EPF_BAR_BELLS	2

#define EPF_COMMAND	0x00u
#define   CMD_CONFIGURE_DB	1
#define   CMD_TEARDOWN_DB	2
#define   CMD_CONFIGURE_MW	3
#define   CMD_TEARDOWN_MW	4
#define   CMD_LINK_UP		5
#define   CMD_LINK_DOWN		6
#define EPF_ARGUMENT	0x04u
#define   DB_COUNT_MASK	0xffffu
#define   DB_MSIX	BIT(16)
#define EPF_STATUS	0x08u
#define   STATUS_OK	1
#define   STATUS_ERROR	2
#define EPF_LINK	0x0au
#define   LINK_UP	1
#define EPF_ADDR	0x10u
#define EPF_SIZE	0x18u
#define EPF_MW_COUNT	0x20u
#define EPF_MW1_OFFSET	0x24u
#define EPF_PAD_OFFSET	0x28u
#define EPF_PAD_COUNT	0x2cu
#define EPF_DB_SIZE	0x30u
#define EPF_DB_DATA(n)	(0x34u + 4 * (n))
#define EPF_DB_OFFSET(n) (0xb4u + 4 * (n))
#define EPF_END		0x134u

/* What writing a register does. */
enum epf_kind {
	EPF_STORED,		/* keeps what its host writes */
	EPF_DO,			/* the endpoint will look at it */
	EPF_TOLD,		/* only the endpoint writes it */
	EPF_PADS,
};

/* How the function's BARs are divided; both hosts see the same. */
struct epf_layout {
	u32 vectors;
	u32 align;
	u32 pads;
	u32 windows;
	u64 window_size[EPF_WINDOWS];
	u32 msix_table;
	u32 msix_pba;
	u32 pad_offset;
	u64 mw1_offset;
	u64 bar_size[NUM_BARS];
};

/* of a region that leads to memory */
#define EPF_NO_VECTOR	(-1)

/* Memory of the endpoint through which bus addresses of a host are reached. */
struct epf_region {
	bool used;
	/* where in the BARs of the other host it is */
	int bar;
	u64 offset;
	u64 size;
	u64 target;
	/* it rings this doorbell instead */
	int vector;
};

/* An endpoint controller, and the host that it is plugged into. */
struct epf_side {
	struct epf *epf;
	int host;
	u8 regs[EPF_END];
	u32 pads[EPF_MAX_PADS];
	struct epf_region *regions;
	struct timer poll;
	bool wants_link;
	bool msix;
};

struct epf {
	struct fabric *fabric;
	struct epf_layout layout;
	u32 num_regions;
	u32 poll_ms;
	bool watch;
	bool path;
	struct epf_side side[EPF_HOSTS];
	/* the registers, and the scratchpads that have a place of their own */
	struct reg bar0[24];
	struct reg bar1[2];
};

static inline int epf_peer(int host)
{
	return EPF_HOSTS - 1 - host;
}

static inline u32 epf_get(const struct epf_side *s, u32 offset, u32 bytes)
{
	return (u32)reg_get(s->regs, offset, bytes);
}

static inline void epf_put(struct epf_side *s, u32 offset, u32 value, u32 bytes)
{
	reg_put(s->regs, offset, value, bytes);
}

/* layout.c; false when it does not fit */
bool epf_layout(struct epf_layout *l, char *err, size_t err_len);
int epf_window_bar(u32 window);
u64 epf_window_offset(const struct epf_layout *l, u32 window);

/* regs.c */
void epf_regs_init(struct epf *e);
u64 epf_regs_read(struct epf *e, int host, int bar, u32 offset, u32 size);
void epf_regs_write(struct epf *e, int host, int bar, u32 offset, u64 value,
		    u32 size);
enum arrival epf_word_arrives(void *m, const struct word *w);

/* names.c */
void epf_register_name(void *m, int host, int bar, u64 offset, char *buf,
		       size_t len);
const char *epf_value_name(void *m, int host, int bar, u64 offset, u64 value);

/* region.c: the controller's translation of outbound accesses */
bool epf_map(struct epf_side *s, int bar, u64 offset, u64 size, u64 target,
	     int vector);
void epf_unmap(struct epf_side *s, int bar, u64 offset);
const struct epf_region *epf_find(const struct epf_side *s, int bar,
				  u64 offset);

/* bells.c */
u32 epf_bell_data(u32 vector);
u32 epf_bell_offset(const struct epf *e, u32 vector);
/* Can the endpoint interrupt this host? */
bool epf_can_interrupt(struct epf_side *s);
void epf_ring(struct epf *e, int from, const struct epf_region *r, u64 offset,
	      u64 value, u32 size);

/* command.c: the endpoint finds a command; ctx is the side */
void epf_command(void *ctx);

/* link.c */
bool epf_link_asked(struct epf *e, int host, bool up);
void epf_link_watched(struct epf *e);
void epf_link_reset(struct epf *e, int host);

#endif
