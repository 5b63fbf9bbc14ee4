// SPDX-License-Identifier: GPL-2.0-only
#include <poll.h>

#include "bridge/loop.h"

bool loop_add(struct loop *l, struct watch *w)
{
	int i;

	for (i = 0; i < LOOP_MAX; i++) {
		if (l->watches[i])
			continue;
		l->watches[i] = w;
		return true;
	}
	return false;
}

void loop_remove(struct loop *l, struct watch *w)
{
	int i;

	for (i = 0; i < LOOP_MAX; i++)
		if (l->watches[i] == w)
			l->watches[i] = NULL;
}

void loop_once(struct loop *l, int timeout_ms)
{
	struct pollfd fds[LOOP_MAX];
	struct watch *asked[LOOP_MAX];
	int slot[LOOP_MAX];
	struct watch *w;
	int i, n = 0;

	for (i = 0; i < LOOP_MAX; i++) {
		w = l->watches[i];
		if (!w)
			continue;
		asked[n] = w;
		slot[n] = i;
		fds[n].fd = w->fd;
		fds[n].events = w->events ? w->events(w->ctx) : POLLIN;
		fds[n++].revents = 0;
	}
	if (poll(fds, (nfds_t)n, timeout_ms) <= 0)
		return;
	for (i = 0; i < n; i++) {
		/* It may have been removed by one before it. */
		if (fds[i].revents && l->watches[slot[i]] == asked[i])
			asked[i]->ready(asked[i]->ctx, fds[i].revents);
	}
}
