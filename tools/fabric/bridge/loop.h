/* SPDX-License-Identifier: GPL-2.0-only */
/* One poll() loop: who waits for what, and who is told. */
#ifndef FABRIC_LOOP_H
#define FABRIC_LOOP_H

#include "types.h"

#define LOOP_MAX 64

struct watch {
	int fd;
	/* the poll events wanted right now; NULL means POLLIN */
	short (*events)(void *ctx);
	void (*ready)(void *ctx, short revents);
	void *ctx;
};

struct loop {
	struct watch *watches[LOOP_MAX];
};

/* The watch stays the caller's. Returns false when the loop is full. */
bool loop_add(struct loop *l, struct watch *w);
/* May be called from a ready() call, for any watch. */
void loop_remove(struct loop *l, struct watch *w);
/* Wait at most this long, tell everybody who is ready once. */
void loop_once(struct loop *l, int timeout_ms);

#endif
