/* SPDX-License-Identifier: GPL-2.0-only */
/* One poll() loop: files that are watched, and their handlers. */
#ifndef FABRIC_LOOP_H
#define FABRIC_LOOP_H

#include "bridge/types.h"

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
/* Wait at most this long, call the handler of each file that is ready once. */
void loop_once(struct loop *l, int timeout_ms);

#endif
