/* SPDX-License-Identifier: GPL-2.0-only */
/* Two hosts at a bridge made of registers, with an eventfd for every vector. */
#ifndef FABRIC_REG_GUEST_H
#define FABRIC_REG_GUEST_H

#include "tests/guest.h"

/* The link trains for a millisecond unless changes say otherwise. */
struct rig *reg_rig(const char *model, const struct change *changes);
void reg_rig_free(struct rig *r);

/* After guest_start(): its vectors are asked for again. */
void vectors_on(struct guest *g);
/* How often a vector fired since the last look. */
u64 vec_fired(struct guest *g, u32 vector);
/* Forget what fired. */
void vec_drain(struct rig *r);

/* Give a BAR an address, as firmware does. */
void place_bar(struct guest *g, int bar, u64 address);

/* Wait until (register & mask) is want; false after two seconds. */
bool wait_reg(struct guest *g, u32 region, u64 offset, u32 size, u64 mask,
	      u64 want);

u64 ram64(struct guest *g, u64 at);

/* Random accesses by both hosts; offsets in BAR 0 are mostly below room. */
void make_noise(struct rig *r, u32 rounds, u32 room);

#endif
