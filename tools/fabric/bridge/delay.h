/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock, and a queue of what is held back until a time. */
#ifndef FABRIC_DELAY_H
#define FABRIC_DELAY_H

#include "types.h"

/* First member of an entry, which is allocated by xcalloc(). */
struct delayed {
	struct delayed *next;
	u64 due_ms;
};

struct delay_queue {
	/* of equal times, in the order they came */
	struct delayed *first;
	u32 count;
};

u64 now_ms(void);

/* False when the queue is full; then the entry stays the caller's. */
bool delay_add(struct delay_queue *q, struct delayed *d, u64 due_ms);

/* When to look again; UINT64_MAX when nothing is due at any time. */
u64 delay_due_ms(const struct delay_queue *q);

/* A list of the entries that are due now, taken out of the queue. */
struct delayed *delay_take(struct delay_queue *q);

/* Drop all that is held back. */
void delay_clear(struct delay_queue *q);

#endif
