// SPDX-License-Identifier: GPL-2.0-only
/* ntb-irq watch: how often each interrupt comes in a second, and what peers offer. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "samples.h"

/* Lines beside those of interrupts and peers. */
#define OTHERS		2

/* A peer of one of the functions. */
struct watched {
	char pci[NAME];
	struct peer peer;
};

/* What is shown at one time. */
struct look {
	struct samples samples;
	struct watched *peers;
	unsigned int npeers;
};

static void peers_of(struct look *look, const struct function *func)
{
	char path[PATH];
	int fd = function_open(func, O_RDONLY, path);

	if (fd < 0)
		return;
	for (unsigned int i = 0; ; i++) {
		struct watched *one;

		look->peers = reallocarray(look->peers, look->npeers + 1, sizeof(*look->peers));
		if (!look->peers)
			die("there is no memory for %u peers", look->npeers + 1);
		one = &look->peers[look->npeers];
		/* The last is the one that is not there. */
		if (device_peer(fd, i, &one->peer))
			break;
		name_copy(one->pci, func->pci);
		look->npeers++;
	}
	close(fd);
}

static void look_take(struct look *look)
{
	struct function *found;
	int i, count;

	*look = (struct look) {};
	samples_take(&look->samples);
	count = functions_find(&found);
	for (i = 0; i < count; i++)
		peers_of(look, &found[i]);
	free(found);
}

static void look_free(struct look *look)
{
	samples_free(&look->samples);
	free(look->peers);
}

static void show_json(const struct look *look)
{
	unsigned int i;

	json_open(NULL, '{');
	json_open("interrupts", '[');
	for (i = 0; i < look->samples.count; i++) {
		const struct sample *one = &look->samples.list[i];

		json_open(NULL, '{');
		json_string("domain", one->domain);
		json_number("index", one->index);
		json_number("irq", one->irq);
		json_number("total", one->total);
		json_decimal("rate", one->rate);
		json_close('}');
	}
	json_close(']');
	json_open("peers", '[');
	for (i = 0; i < look->npeers; i++) {
		json_open(NULL, '{');
		json_string("function", look->peers[i].pci);
		peer_members(&look->peers[i].peer);
		json_close('}');
	}
	json_close(']');
	json_end();
}

/* The interrupts that @room is there for, in columns as wide as they need. */
static void show_interrupts(const struct samples *samples, unsigned int room)
{
	unsigned int i, shown = samples->count < room ? samples->count : room;
	int width = strlen("domain");
	char left[NAME] = "";
	double sum = 0;

	for (i = 0; i < samples->count; i++) {
		int len = strlen(samples->list[i].domain);

		width = len > width ? len : width;
		sum += samples->list[i].rate;
	}
	screen_line("%-*s %6s %6s %14s %12s", width, "domain", "index", "irq", "total",
		    "per second");
	for (i = 0; i < shown; i++) {
		const struct sample *one = &samples->list[i];

		screen_line("%-*s %6u %6u %14llu %12.1f", width, one->domain, one->index,
			    one->irq, one->total, one->rate);
	}
	if (shown < samples->count)
		snprintf(left, sizeof(left), ", %u not shown", samples->count - shown);
	screen_line("%u interrupt%s%s, %.1f per second in all", samples->count,
		    samples->count == 1 ? "" : "s", left, sum);
}

/* @anew when the screen has other things on it, or another size. */
static void show(const struct look *look, bool anew)
{
	unsigned int i, room;
	char line[PATH];

	if (as_json) {
		show_json(look);
		return;
	}
	room = screen_begin(anew);
	show_interrupts(&look->samples, room > OTHERS + look->npeers ?
			room - OTHERS - look->npeers : 0);
	for (i = 0; i < look->npeers && OTHERS + i < room; i++) {
		peer_words(line, look->peers[i].pci, &look->peers[i].peer);
		screen_line("%s", line);
	}
	screen_end();
}

/* Wait for the next look, and show the last one again on a terminal of a new size. */
static bool wait_for_next(int signals, unsigned int interval, const struct look *last)
{
	uint64_t end = now_ns() + interval * 1000000ULL, now;
	struct pollfd file = { .fd = signals, .events = POLLIN };
	struct signalfd_siginfo signal;

	while ((now = now_ns()) < end) {
		if (poll(&file, 1, (end - now) / 1000000 + 1) <= 0)
			continue;
		if (read(signals, &signal, sizeof(signal)) != sizeof(signal) ||
		    signal.ssi_signo != SIGWINCH)
			return false;
		if (last->samples.list && !as_json)
			show(last, true);
	}
	return true;
}

int cmd_watch(int argc, char *argv[])
{
	unsigned int interval = 1000, count = 0, done;
	const struct option_spec specs[] = {
		{ "interval", OPTION_SECONDS, &interval, 0, 0,
		  "time between two looks, 1 without" },
		{ "count", OPTION_NUMBER, &count, 1, INT_MAX,
		  "end after so many, never without" },
	};
	struct look now, last = {};
	struct samples first;
	int signals;

	options_parse(argc, argv, specs, ARRAY_SIZE(specs), 0, 0);
	if (!interval)
		refuse("--interval is 0, and a rate needs some time");
	signals = stop_new(isatty(STDOUT_FILENO) ? SIGWINCH : 0);
	samples_take(&first);
	for (done = 0; (!count || done < count) && wait_for_next(signals, interval, &last);
	     done++) {
		look_take(&now);
		samples_rate(&now.samples, done ? &last.samples : &first);
		show(&now, !done);
		look_free(&last);
		last = now;
	}
	look_free(&last);
	samples_free(&first);
	return WELL;
}
