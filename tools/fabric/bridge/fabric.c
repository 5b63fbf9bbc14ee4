// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>

#include "bridge/clock.h"
#include "bridge/fabric.h"
#include "bridge/log.h"

struct fabric *fabric_new(const struct model *type, int hosts,
			  const u64 *values, char *err, size_t err_len)
{
	struct fabric *f;
	int i;

	if (type->hosts && hosts != type->hosts) {
		snprintf(err, err_len, "%s joins exactly %d hosts, not %d",
			 type->name, type->hosts, hosts);
		return NULL;
	}
	f = xcalloc(1, sizeof(*f));
	f->type = type;
	f->ops = type->ops;
	f->hosts = hosts;
	f->link_up = true;
	f->model = f->ops->create(f, values, err, err_len);
	if (!f->model) {
		free(f);
		return NULL;
	}
	for (i = 0; i < hosts; i++)
		host_init(&f->host[i], f, i);
	return f;
}

void fabric_free(struct fabric *f)
{
	int i;

	for (i = 0; i < f->hosts; i++)
		host_fini(&f->host[i]);
	delay_clear(&f->delays);
	words_clear(f);
	f->ops->destroy(f->model);
	trace_close(&f->trace);
	record_start(&f->record, 0);
	free(f);
}

void fabric_set_link(struct fabric *f, bool up)
{
	int i;

	if (f->link_up == up)
		return;
	f->link_up = up;
	trace_line(&f->trace, "link %s", up ? "up" : "down");
	for (i = 0; i < f->hosts; i++)
		host_link_event(&f->host[i]);
}

/* How long the loop may wait before something held back is due. */
static int until_due(const struct fabric *f, int timeout_ms)
{
	u64 due = delay_due_ms(&f->delays);
	u64 now;

	if (due == DELAY_NEVER)
		return timeout_ms;
	now = clock_now_ms();
	if (due <= now)
		return 0;
	if (timeout_ms < 0 || due - now < (u64)timeout_ms)
		return (int)(due - now);
	return timeout_ms;
}

void fabric_turn(struct fabric *f, int timeout_ms)
{
	timeout_ms = until_due(f, timeout_ms);
	trace_flush(&f->trace);
	loop_once(&f->loop, timeout_ms);
	delay_release(&f->delays, f);
}
