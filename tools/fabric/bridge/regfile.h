/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers described by a table: finding them, cutting accesses to their
 * sizes, naming them. What reading and writing one does is the model's.
 */
#ifndef FABRIC_REGFILE_H
#define FABRIC_REGFILE_H

#include "bridge/types.h"

/* count registers of the same size, one behind the other. */
struct reg {
	u32 offset;
	u8 bytes;		/* 0 ends a table */
	u8 count;
	u8 kind;		/* what the model makes of it */
	const char *name;
};

/* The part of an access that is in one register, or in none. */
struct reg_piece {
	const struct reg *reg;
	u32 first;		/* where that register begins */
	u32 index;		/* among those of its entry */
	u32 bytes;		/* of the access */
	u32 shift;		/* of the access in the register, in bits */
	u64 mask;		/* the bits of the register it covers */
};

struct reg_piece reg_cut(const struct reg *table, u32 offset, u32 size);
/* Bytes of an access to a value of the piece's register, and back. */
u64 reg_take(const struct reg_piece *p, u64 value);
u64 reg_give(const struct reg_piece *p, u64 value);

void reg_name(const struct reg *table, u32 offset, char *buf, size_t len);

u64 reg_get(const u8 *memory, u32 offset, u32 bytes);
void reg_put(u8 *memory, u32 offset, u64 value, u32 bytes);

#endif
