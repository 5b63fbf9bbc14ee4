/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables of names, for the trace. A table of registers has its own in regfile. */
#ifndef FABRIC_NAMES_H
#define FABRIC_NAMES_H

#include "bridge/types.h"

struct name {
	u32 offset;
	const char *name;
};

/* The name at exactly this offset, or NULL. */
const char *name_at(const struct name *table, size_t n, u32 offset);

/* The name of a value, or NULL. */
const char *name_of(const char *const *names, size_t n, u64 value);

/* An offset in a BAR that has no names. */
void name_in_bar(char *buf, size_t len, int bar, u64 offset);

#endif
