// SPDX-License-Identifier: GPL-2.0-only
/* The clock, and figures about round trips. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ntb-irq.h"

/* Buckets of the histogram: below 1 us, then twice as much each; the last has the rest. */
#define BUCKETS		24
#define BAR		40

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

void times_sort(uint64_t *times, unsigned int count)
{
	qsort(times, count, sizeof(*times), compare);
}

static unsigned int bucket_of(uint64_t ns)
{
	unsigned int bucket = 0;

	for (ns /= 1000; ns && bucket < BUCKETS - 1; ns /= 2)
		bucket++;
	return bucket;
}

/* Buckets between the first and the last that hold something. */
static void histogram_show(const uint64_t *times, unsigned int count)
{
	static const char bar[] = "########################################";
	unsigned int held[BUCKETS] = {}, i, most = 0;

	for (i = 0; i < count; i++)
		held[bucket_of(times[i])]++;
	for (i = 0; i < BUCKETS; i++)
		most = held[i] > most ? held[i] : most;
	if (as_json)
		json_open("histogram", '[');
	for (i = bucket_of(times[0]); i <= bucket_of(times[count - 1]); i++) {
		unsigned int from = i ? 1U << (i - 1) : 0;

		if (as_json) {
			json_open(NULL, '{');
			json_number("from_us", from);
			json_number("count", held[i]);
			json_close('}');
		} else {
			note("%9u us | %-*.*s %u", from, BAR,
			     (int)((uint64_t)held[i] * BAR / most), bar, held[i]);
		}
	}
	if (as_json)
		json_close(']');
}

/* Smallest, median and largest of @times, which are sorted, and how they are spread. */
void times_show(const uint64_t *times, unsigned int count)
{
	double min, median, max;

	if (!count)
		return;
	min = times[0] / 1e3;
	median = (times[(count - 1) / 2] + times[count / 2]) / 2e3;
	max = times[count - 1] / 1e3;
	if (as_json) {
		json_decimal("min_us", min);
		json_decimal("median_us", median);
		json_decimal("max_us", max);
	} else {
		note("min/median/max = %.1f/%.1f/%.1f us", min, median, max);
	}
	histogram_show(times, count);
}
