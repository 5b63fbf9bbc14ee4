// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "bridge/clock.h"
#include "bridge/delay.h"
#include "bridge/log.h"

#define MAX_DELAYED	65536u

struct delayed {
	struct delayed *next;
	u64 due_ms;
	void (*go_on)(void *ctx, const void *what);
	u64 what[];
};

static void insert(struct delays *d, struct delayed *one)
{
	struct delayed **at = &d->first;

	while (*at && (*at)->due_ms <= one->due_ms)
		at = &(*at)->next;
	one->next = *at;
	*at = one;
	d->count++;
}

static struct delayed *take_first(struct delays *d)
{
	struct delayed *one = d->first;

	d->first = one->next;
	d->count--;
	return one;
}

bool delay_add(struct delays *d, u64 due_ms,
	       void (*go_on)(void *ctx, const void *what), const void *what,
	       size_t len)
{
	struct delayed *one;

	if (d->count == MAX_DELAYED)
		return false;
	one = xcalloc(1, sizeof(*one) + len);
	one->due_ms = due_ms;
	one->go_on = go_on;
	memcpy(one->what, what, len);
	insert(d, one);
	return true;
}

void delay_move(struct delays *from, struct delays *to, u64 due_ms)
{
	struct delayed *one;

	while (from->first) {
		one = take_first(from);
		one->due_ms = due_ms;
		insert(to, one);
	}
}

u64 delay_due_ms(const struct delays *d)
{
	return d->first ? d->first->due_ms : DELAY_NEVER;
}

static void go_on_with(struct delays *due, void *ctx)
{
	struct delayed *one;

	while (due->first) {
		one = take_first(due);
		one->go_on(ctx, one->what);
		free(one);
	}
}

void delay_hasten(struct delays *d, void *ctx,
		  void (*go_on)(void *ctx, const void *what),
		  bool (*match)(const void *what, const void *key),
		  const void *key)
{
	struct delays hastened = { 0 }, rest = { 0 };
	struct delayed *one;

	while (d->first) {
		one = take_first(d);
		insert(one->go_on == go_on && match(one->what, key) ?
			       &hastened : &rest, one);
	}
	*d = rest;
	go_on_with(&hastened, ctx);
}

void delay_release(struct delays *d, void *ctx)
{
	struct delays due = { 0 };
	u64 now;

	if (!d->first)
		return;
	now = clock_now_ms();
	while (d->first && d->first->due_ms <= now)
		insert(&due, take_first(d));
	go_on_with(&due, ctx);
}

void delay_clear(struct delays *d)
{
	while (d->first)
		free(take_first(d));
}
