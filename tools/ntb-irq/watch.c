// SPDX-License-Identifier: GPL-2.0-only
/* ntb-irq watch: how often each interrupt comes in a second, and what peers offer. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "samples.h"

/* Rows of a terminal that does not say how many it has, and those that are no interrupt. */
#define ROWS	24
#define OTHERS	6

/* Returns how many interrupts fit on the screen, all of them where there is none. */
static unsigned int screen_begin(void)
{
	struct winsize size = {};

	if (as_json || !isatty(STDOUT_FILENO))
		return UINT_MAX;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_row <= OTHERS)
		size.ws_row = ROWS;
	/* To the upper left corner, and all below away. */
	printf("\033[H\033[J");
	return size.ws_row - OTHERS;
}

static void show_interrupts(const struct samples *samples, unsigned int room)
{
	double sum = 0;
	unsigned int i;

	if (as_json)
		json_open("interrupts", '[');
	else
		note("%-32s %6s %6s %14s %12s", "domain", "index", "irq", "total", "per second");
	for (i = 0; i < samples->count; i++) {
		const struct sample *one = &samples->list[i];

		sum += one->rate;
		if (as_json) {
			json_open(NULL, '{');
			json_string("domain", one->domain);
			json_number("index", one->index);
			json_number("irq", one->irq);
			json_number("total", one->total);
			json_decimal("rate", one->rate);
			json_close('}');
		} else if (i < room) {
			note("%-32s %6u %6u %14llu %12.1f", one->domain, one->index, one->irq,
			     one->total, one->rate);
		}
	}
	if (as_json)
		json_close(']');
	else
		note("%u interrupts, %.1f per second in all", samples->count, sum);
}

static void show_function(const struct function *func)
{
	char path[PATH];
	static struct peer peer;
	unsigned int i;
	int fd;

	if (!*func->node)
		return;
	snprintf(path, sizeof(path), "/dev/%s", func->node);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	/* The last is the one that is not there. */
	for (i = 0; !device_peer(fd, i, &peer); i++) {
		bool connected = peer.arg.state & NTB_IRQ_PEER_CONNECTED;

		if (as_json) {
			json_open(NULL, '{');
			json_string("function", func->pci);
			json_number("peer", i);
			json_bool("connected", connected);
			json_number("offers", peer.arg.count);
			json_close('}');
		} else {
			note("%s peer %u: %s, offers %u", func->pci, i,
			     connected ? "connected" : "not connected", peer.arg.count);
		}
	}
	close(fd);
}

static void show_peers(void)
{
	struct function *found;
	int i, count;

	count = functions_find(&found);
	if (as_json)
		json_open("peers", '[');
	for (i = 0; i < count; i++)
		show_function(&found[i]);
	if (as_json)
		json_close(']');
	free(found);
}

int cmd_watch(int argc, char *argv[])
{
	unsigned int interval = 1000, count = 0, done = 0;
	const struct option_spec specs[] = {
		{ "interval", OPTION_SECONDS, &interval, 0, 0,
		  "time between two looks, 1 without" },
		{ "count", OPTION_NUMBER, &count, 1, INT_MAX,
		  "end after so many, never without" },
	};
	struct samples before, now;
	struct pollfd stop;

	options_parse(argc, argv, specs, ARRAY_SIZE(specs), 0, 0);
	if (!interval)
		refuse("--interval is 0, and a rate needs some time");
	stop = (struct pollfd) { .fd = stop_new(), .events = POLLIN };
	samples_take(&before);
	while ((!count || done < count) && poll(&stop, 1, interval) <= 0) {
		unsigned int room;

		samples_take(&now);
		samples_rate(&now, &before);
		room = screen_begin();
		if (as_json)
			json_open(NULL, '{');
		show_interrupts(&now, room);
		show_peers();
		if (as_json)
			json_end();
		samples_free(&before);
		before = now;
		done++;
	}
	samples_free(&before);
	return WELL;
}
