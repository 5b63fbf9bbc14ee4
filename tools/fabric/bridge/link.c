// SPDX-License-Identifier: GPL-2.0-only
#include "bridge/link.h"

static void trained(void *ctx)
{
	struct link *k = ctx;

	k->up = true;
	k->changed(k->m);
}

bool link_init(struct link *k, struct loop *l, u64 delay_ms,
	       bool (*wanted)(void *m), void (*changed)(void *m), void *m)
{
	*k = (struct link){
		.delay_ms = (u32)delay_ms,
		.wanted = wanted,
		.changed = changed,
		.m = m,
	};
	return timer_init(&k->training, l, trained, k);
}

void link_fini(struct link *k)
{
	timer_fini(&k->training);
}

void link_drop(struct link *k)
{
	timer_stop(&k->training);
	if (!k->up)
		return;
	k->up = false;
	k->changed(k->m);
}

void link_update(struct link *k)
{
	if (!k->wanted(k->m))
		link_drop(k);
	else if (!k->up)
		timer_start(&k->training, k->delay_ms);
}
