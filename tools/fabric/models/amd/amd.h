/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the AMD model, for its own files only. */
#ifndef FABRIC_AMD_H
#define FABRIC_AMD_H

#include "bridge/device.h"
#include "bridge/link.h"
#include "bridge/regfile.h"

#define AMD_HOSTS	2
#define AMD_BAR0	0x10000u
#define AMD_MSIX	0xf000u
#define AMD_PBA		0xf800u

/* Each side's registers; the peer's are in sight this much further up. */
#define AMD_FIRST	0x200u
#define AMD_END		0x600u
#define AMD_PEER	0x400u

#define AMD_SPAD	0x210u
#define AMD_SPADS	16
#define AMD_SIDEINFO	0x408u
#define   SIDE_SECONDARY	0x1u
#define   SIDE_READY	0x2u
#define AMD_LIMIT1	0x414u
#define AMD_LIMIT23	0x418u
#define AMD_LIMIT45	0x420u
#define AMD_XLAT1	0x430u
#define AMD_XLAT23	0x438u
#define AMD_XLAT45	0x440u
#define AMD_DBREQ	0x454u
#define AMD_DBMASK	0x45cu
#define AMD_DBSTAT	0x460u
#define AMD_INTMASK	0x470u
#define AMD_INTSTAT	0x474u
#define   EVENT_LINK_UP	0x20u
#define   EVENT_LINK_DOWN	0x40u
#define   EVENTS	0x7fu
#define AMD_SMUACK	0x4a0u

#define AMD_VECTORS	24
#define AMD_FIRST_EVENT_VECTOR	16

/* What reading and writing a register does. */
enum amd_kind {
	AMD_STORED,		/* keeps what its own side writes */
	AMD_SHARED,		/* keeps what either side writes */
	AMD_FIXED,
	AMD_CLEAR,		/* a written 1 clears the bit */
	AMD_PADS,		/* scratchpads, one set for both sides */
	AMD_SIDE,		/* which side it is, and whether its driver is */
	AMD_BELL,		/* written bits ring the peer */
	AMD_ACK,		/* an event was seen */
};

struct amd {
	struct fabric *fabric;
	u16 device;
	u64 bar_size[NUM_BARS];
	u8 regs[AMD_HOSTS][AMD_END];
	u32 pads[AMD_SPADS];
	struct link link;
	/* the driver had a link-up event and has not acknowledged it */
	bool unseen[AMD_HOSTS];
};

extern const struct reg amd_regs[];

static inline int amd_peer(int host)
{
	return AMD_HOSTS - 1 - host;
}

static inline u32 amd_get(const struct amd *a, int host, u32 offset, u32 bytes)
{
	return (u32)reg_get(a->regs[host], offset, bytes);
}

/* regs.c */
void amd_reset_side(struct amd *a, int host);
u64 amd_regs_read(struct amd *a, int host, u32 offset, u32 size);
void amd_regs_write(struct amd *a, int host, u32 offset, u64 value, u32 size);
enum arrival amd_word_arrives(void *m, const struct word *w);
void amd_register_name(void *m, int host, int bar, u64 offset, char *buf,
		       size_t len);
const char *amd_value_name(void *m, int host, int bar, u64 offset, u64 value);

/* events.c: doorbells and link events, and the interrupts they make */
void amd_ring(struct amd *a, int from, u32 bits);
void amd_bells_unmasked(struct amd *a, int host, u32 old_mask);
void amd_link_changed(void *m);

#endif
