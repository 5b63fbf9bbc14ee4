// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "bridge/clock.h"
#include "bridge/log.h"
#include "bridge/record.h"

void record_start(struct record *r, u32 room)
{
	/* Answers to what was recorded before must not hit what is recorded now. */
	u64 next = r->first + r->count;

	free(r->entries);
	*r = (struct record){
		.entries = room ? xcalloc(room, sizeof(*r->entries)) : NULL,
		.room = room,
		.first = next ? next : 1,
	};
}

u64 record_add(struct record *r, const struct record_entry *entry)
{
	struct record_entry *e;

	if (!r->room)
		return 0;
	if (r->count == r->room) {
		r->lost++;
		return 0;
	}
	e = &r->entries[r->count];
	*e = *entry;
	e->came_ns = clock_now_ns();
	return r->first + r->count++;
}

static struct record_entry *find(struct record *r, u64 number)
{
	if (number < r->first || number - r->first >= r->count)
		return NULL;
	return &r->entries[number - r->first];
}

void record_left(struct record *r, u64 number)
{
	struct record_entry *e = find(r, number);

	if (e && !e->left_ns)
		e->left_ns = clock_now_ns();
}

void record_done(struct record *r, u64 number, enum record_fate fate)
{
	struct record_entry *e = find(r, number);

	/* A fault may repeat it; what counts is the first time. */
	if (!e || e->done_ns)
		return;
	e->fate = fate;
	e->done_ns = clock_now_ns();
}

void record_show(const struct record *r, FILE *out)
{
	static const char * const kinds[] = {
		[RECORD_MESSAGE] = "message",
		[RECORD_WORD] = "word",
	};
	static const char * const fates[] = {
		[RECORD_WAITS] = "waits",
		[RECORD_DONE] = "done",
		[RECORD_DROPPED] = "dropped",
		[RECORD_REFUSED] = "refused",
		[RECORD_FULL] = "full",
		[RECORD_LOST] = "lost",
	};
	const struct record_entry *e;
	u32 i;

	fprintf(out, "{\"room\":%u,\"lost\":%llu,\"columns\":[", r->room,
		(unsigned long long)r->lost);
	fputs("\"kind\",\"fate\",\"from\",\"to\",\"way\",\"bar\",\"index\",\"offset\",", out);
	fputs("\"address\",\"value\",\"came\",\"left\",\"done\"],\"rows\":[", out);
	for (i = 0; i < r->count; i++) {
		e = &r->entries[i];
		fprintf(out, "%s[\"%s\",\"%s\",%d,%d,\"%s\",%d,%u,%llu,%llu,%llu,%llu,%llu,%llu]",
			i ? "," : "", kinds[e->kind], fates[e->fate], e->from, e->to,
			e->way, e->bar, e->index, (unsigned long long)e->offset,
			(unsigned long long)e->address, (unsigned long long)e->value,
			(unsigned long long)e->came_ns, (unsigned long long)e->left_ns,
			(unsigned long long)e->done_ns);
	}
	fputs("]}", out);
}
