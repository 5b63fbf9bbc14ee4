// SPDX-License-Identifier: GPL-2.0-only
/* How often each interrupt of NTB functions has come, and what that is in a second. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samples.h"

/* What the name of a domain has, behind the prefix of its parent. */
#define MARK	"NTB-"

/* Returns false when the line is about another interrupt. */
static bool sample_parse(struct sample *sample, const char *line)
{
	char *end, chip[NAME];

	*sample = (struct sample) {};
	sample->irq = strtoul(line, &end, 10);
	if (*end != ':')
		return false;
	/* A number for each CPU, and then the name. */
	for (line = end + 1; ; line = end) {
		while (*line == ' ')
			line++;
		if (!isdigit(*line))
			break;
		sample->total += strtoull(line, &end, 10);
	}
	if (sscanf(line, "%63s %u-", chip, &sample->index) != 2 || !strstr(chip, MARK))
		return false;
	name_copy(sample->domain, chip);
	return true;
}

/* Set @samples to what there is now, for samples_free(). */
void samples_take(struct samples *samples)
{
	char *text, *rest, *line;
	unsigned int room = 1;

	*samples = (struct samples) { .when = now_ns() };
	if (!file_read(&text, "/proc/interrupts"))
		die("/proc/interrupts cannot be read");
	for (line = text; *line; line++)
		room += *line == '\n';
	samples->list = calloc(room, sizeof(*samples->list));
	if (!samples->list)
		die("there is no memory for %u interrupts", room);
	rest = text;
	while ((line = strsep(&rest, "\n")))
		samples->count += sample_parse(&samples->list[samples->count], line);
	free(text);
}

static int by_irq(const void *a, const void *b)
{
	const struct sample *left = a, *right = b;

	return (left->irq > right->irq) - (left->irq < right->irq);
}

/* The busiest first, then by number. */
static int busier(const void *a, const void *b)
{
	const struct sample *left = a, *right = b;

	if (left->rate != right->rate)
		return left->rate < right->rate ? 1 : -1;
	return by_irq(a, b);
}

/* Set the rates since @before, whose order is lost, and sort by them. */
void samples_rate(struct samples *samples, const struct samples *before)
{
	double seconds = (samples->when - before->when) / 1e9;
	const struct sample *old;
	unsigned int i;

	qsort(before->list, before->count, sizeof(*before->list), by_irq);
	for (i = 0; i < samples->count; i++) {
		struct sample *now = &samples->list[i];

		old = bsearch(now, before->list, before->count, sizeof(*before->list), by_irq);
		/* A number that was given to another interrupt begins anew. */
		if (old && (strcmp(old->domain, now->domain) || old->index != now->index ||
			    old->total > now->total))
			old = NULL;
		now->rate = (now->total - (old ? old->total : 0)) / seconds;
	}
	qsort(samples->list, samples->count, sizeof(*samples->list), busier);
}

void samples_free(struct samples *samples)
{
	free(samples->list);
	samples->list = NULL;
}
