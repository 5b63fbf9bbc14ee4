// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <time.h>

#include "delay.h"

#define MAX_DELAYED 65536u

u64 now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000 + (u64)t.tv_nsec / 1000000;
}

bool delay_add(struct delay_queue *q, struct delayed *d, u64 due_ms)
{
	struct delayed **at = &q->first;

	if (q->count == MAX_DELAYED)
		return false;
	d->due_ms = due_ms;
	while (*at && (*at)->due_ms <= due_ms)
		at = &(*at)->next;
	d->next = *at;
	*at = d;
	q->count++;
	return true;
}

/* An entry's time may have been changed in place, so the first need not be next. */
u64 delay_due_ms(const struct delay_queue *q)
{
	const struct delayed *d;
	u64 due = UINT64_MAX;

	for (d = q->first; d; d = d->next)
		if (d->due_ms < due)
			due = d->due_ms;
	return due;
}

struct delayed *delay_take(struct delay_queue *q)
{
	struct delayed **at = &q->first;
	struct delayed *due = NULL;
	struct delayed **end = &due;
	struct delayed *d;
	u64 now;

	if (!q->first)
		return NULL;
	now = now_ms();
	while (*at) {
		d = *at;
		if (d->due_ms > now) {
			at = &d->next;
			continue;
		}
		*at = d->next;
		d->next = NULL;
		*end = d;
		end = &d->next;
		q->count--;
	}
	return due;
}

void delay_clear(struct delay_queue *q)
{
	struct delayed *d;

	while (q->first) {
		d = q->first;
		q->first = d->next;
		free(d);
	}
	q->count = 0;
}
