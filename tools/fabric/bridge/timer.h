/* SPDX-License-Identifier: GPL-2.0-only */
/* Something to be done once, some milliseconds from now, by the poll loop. */
#ifndef FABRIC_TIMER_H
#define FABRIC_TIMER_H

#include "bridge/loop.h"

struct timer {
	struct watch watch;
	struct loop *loop;
	void (*expired)(void *ctx);
	void *ctx;
	bool running;
};

/* False when the system or the loop has no room for one more. */
bool timer_init(struct timer *t, struct loop *l, void (*expired)(void *ctx),
		void *ctx);
void timer_fini(struct timer *t);

/* Starting a timer that runs lets it run as long as it was to. */
void timer_start(struct timer *t, u32 ms);
void timer_stop(struct timer *t);

#endif
