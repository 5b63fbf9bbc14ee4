/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The link of two hosts. It comes up after a while of training, as hardware
 * does and as drivers expect; it goes down at once.
 */
#ifndef FABRIC_LINK_H
#define FABRIC_LINK_H

#include "bridge/timer.h"

struct link {
	struct timer training;
	u32 delay_ms;
	bool up;
	/* Does the model want it up now? */
	bool (*wanted)(void *m);
	/* It went up or down. */
	void (*changed)(void *m);
	void *m;
};

/* False when no timer is to be had. */
bool link_init(struct link *k, struct loop *l, u64 delay_ms,
	       bool (*wanted)(void *m), void (*changed)(void *m), void *m);
void link_fini(struct link *k);

/* Something about what is wanted may have changed. */
void link_update(struct link *k);
/* Lost, whatever is wanted; it may train anew. */
void link_drop(struct link *k);

#endif
