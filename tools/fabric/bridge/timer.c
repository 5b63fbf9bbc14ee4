// SPDX-License-Identifier: GPL-2.0-only
#include <sys/timerfd.h>
#include <unistd.h>

#include "bridge/timer.h"

static void set(struct timer *t, u32 ms)
{
	struct itimerspec when = {
		.it_value = { ms / 1000, (long)(ms % 1000) * 1000000 },
	};

	timerfd_settime(t->watch.fd, 0, &when, NULL);
}

static void ready(void *ctx, short revents)
{
	struct timer *t = ctx;
	u64 times;

	(void)revents;
	/* It may have been stopped after poll() saw it. */
	if (read(t->watch.fd, &times, sizeof(times)) != sizeof(times) ||
	    !t->running)
		return;
	t->running = false;
	t->expired(t->ctx);
}

bool timer_init(struct timer *t, struct loop *l, void (*expired)(void *ctx),
		void *ctx)
{
	*t = (struct timer){ .loop = l, .expired = expired, .ctx = ctx };
	t->watch.fd = timerfd_create(CLOCK_MONOTONIC,
				     TFD_NONBLOCK | TFD_CLOEXEC);
	t->watch.ready = ready;
	t->watch.ctx = t;
	if (t->watch.fd < 0)
		return false;
	if (loop_add(l, &t->watch))
		return true;
	close(t->watch.fd);
	return false;
}

void timer_fini(struct timer *t)
{
	loop_remove(t->loop, &t->watch);
	close(t->watch.fd);
}

void timer_start(struct timer *t, u32 ms)
{
	if (t->running)
		return;
	t->running = true;
	/* Zero would mean never. */
	set(t, ms ? ms : 1);
}

void timer_stop(struct timer *t)
{
	t->running = false;
	set(t, 0);
}
