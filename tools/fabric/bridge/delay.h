/* SPDX-License-Identifier: GPL-2.0-only */
/* What is held back, in the order of the time at which it goes on. */
#ifndef FABRIC_DELAY_H
#define FABRIC_DELAY_H

#include "bridge/types.h"

/* A due time that never comes: it goes on when delay_move() takes it. */
#define DELAY_NEVER	UINT64_MAX

struct delayed;

struct delays {
	struct delayed *first;
	u32 count;
};

/*
 * Keep a copy of the len bytes at what until the clock shows due_ms, then pass
 * it to go_on(). Those of the same time keep their order. False when too many
 * are held.
 */
bool delay_add(struct delays *d, u64 due_ms,
	       void (*go_on)(void *ctx, const void *what), const void *what,
	       size_t len);

/*
 * Let those go on now that go on by this function and that match() the key, in their
 * order, and no others.
 */
void delay_hasten(struct delays *d, void *ctx,
		  void (*go_on)(void *ctx, const void *what),
		  bool (*match)(const void *what, const void *key),
		  const void *key);

/* Everything in one queue becomes due in another. */
void delay_move(struct delays *from, struct delays *to, u64 due_ms);

/* When the first one is due, DELAY_NEVER when there is none. */
u64 delay_due_ms(const struct delays *d);

/* Let all go on that are due now. What they add again waits for the next call. */
void delay_release(struct delays *d, void *ctx);

/* Forget all. */
void delay_clear(struct delays *d);

#endif
