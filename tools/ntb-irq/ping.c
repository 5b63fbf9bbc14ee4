// SPDX-License-Identifier: GPL-2.0-only
/* ntb-irq ping: round trips through user space on both hosts. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "ntb-irq.h"

#define MAX_PINGS	1000000
/* How often a state is looked at that poll() does not report. */
#define LOOK_MS		20

/* One run against a peer. */
struct ping {
	struct ntb_irq_ioc_info info;
	char path[PATH];
	struct peer peer;
	int fd, signal, stop;
	unsigned int request, answer;
	unsigned int sent, lost, refused;
	int why;
	uint64_t *times;
	unsigned int answered;
};

/* Returns whether a signal has come that ends the run, after @ms at most. */
static bool stopped(const struct ping *ping, int ms)
{
	struct pollfd stop = { .fd = ping->stop, .events = POLLIN };

	return poll(&stop, 1, ms) > 0;
}

/* Both sides know what they need of each other, or this does not return. */
static void wait_ready(struct ping *ping, unsigned int timeout)
{
	uint64_t end = now_ns() + timeout * 1000000ULL;
	struct peer *peer = &ping->peer;
	unsigned int number = peer->arg.peer;
	int ret;

	do {
		ret = device_peer(ping->fd, number, peer);
		if (ret)
			die("peer %u cannot be queried: %s", number, ring_error(-ret));
		if (peer_offers(peer, ping->request) && peer->arg.state & NTB_IRQ_PEER_SYNCED)
			return;
	} while (!stopped(ping, LOOK_MS) && now_ns() < end);
	if (!(peer->arg.state & NTB_IRQ_PEER_CONNECTED))
		die("there is no session with peer %u: ntb-irq doctor says why", number);
	if (!peer_offers(peer, ping->request))
		die("peer %u does not offer interrupt %u: run ntb-irq ping --answer there",
		    number, ping->request);
	die("peer %u has not acknowledged interrupt %u of this host", number, ping->answer);
}

static void ping_once(struct ping *ping, unsigned int timeout)
{
	struct pollfd files[] = {
		{ .fd = ping->signal, .events = POLLIN },
		{ .fd = ping->stop, .events = POLLIN },
	};
	uint64_t start, times;
	int ret;

	/* An answer that came late is none to this one. */
	ret = read(ping->signal, &times, sizeof(times));
	start = now_ns();
	ret = device_ring(ping->fd, ping->peer.arg.peer, ping->request);
	if (ret == -ENODEV)
		die("the function has gone after %u round trips", ping->answered);
	ping->sent++;
	if (ret) {
		ping->refused++;
		ping->why = -ret;
	} else if (poll(files, ARRAY_SIZE(files), timeout) > 0 && files[0].revents) {
		ping->times[ping->answered++] = now_ns() - start;
		note("%u: %.1f us", ping->sent, ping->times[ping->answered - 1] / 1e3);
	} else if (files[1].revents) {
		/* It was not waited for to the end. */
		ping->sent--;
	} else {
		ping->lost++;
		note("%u: no answer in %.3f s", ping->sent, timeout / 1e3);
	}
}

static void show(struct ping *ping)
{
	times_sort(ping->times, ping->answered);
	if (as_json) {
		json_open(NULL, '{');
		device_which(&ping->info, ping->path);
		peer_which(&ping->peer);
		json_number("index", ping->request);
		json_number("sent", ping->sent);
		json_number("answered", ping->answered);
		json_number("lost", ping->lost);
		json_number("refused", ping->refused);
		json_string("why", ping->refused ? ring_error(ping->why) : "");
		times_show(ping->times, ping->answered);
		json_end();
		return;
	}
	note("%u sent, %u answered, %u lost, %u refused", ping->sent, ping->answered, ping->lost,
	     ping->refused);
	if (ping->refused)
		note("The last refusal: %s.", ring_error(ping->why));
	times_show(ping->times, ping->answered);
}

static int ping_peer(const char *device, const char *peer, unsigned int first, unsigned int count,
		     unsigned int interval, unsigned int timeout)
{
	static struct ping ping;

	ping.fd = device_open(device, O_RDWR, ping.path);
	peer_parse(ping.fd, peer, &ping.info, &ping.peer);
	ping.times = calloc(count, sizeof(*ping.times));
	if (!ping.times)
		die("there is no memory for %u times", count);
	ping.request = first + ping_slot(ping.info.peers, ping.info.port);
	ping.signal = signal_new();
	ping.answer = device_alloc(ping.fd, ping.signal,
				   first + PING_PORTS +
				   ping_slot(ping.info.peers, ping.peer.arg.port));
	ping.stop = stop_new(0);
	wait_ready(&ping, timeout);
	while (!stopped(&ping, ping.sent ? interval : 0)) {
		ping_once(&ping, timeout);
		if (ping.sent == count)
			break;
	}
	show(&ping);
	close(ping.fd);
	free(ping.times);
	return ping.sent && ping.answered == ping.sent ? WELL : WRONG;
}

int cmd_ping(int argc, char *argv[])
{
	unsigned int count = 0, interval = 1000, timeout = 5000, first = PING_INDEX;
	bool answer = false;
	const struct option_spec specs[] = {
		{ "answer", OPTION_FLAG, &answer, 0, 0,
		  "answer the peers, until a signal ends it" },
		{ "count", OPTION_NUMBER, &count, 1, MAX_PINGS,
		  "round trips, 10 without; of --answer, as many answers" },
		{ "interval", OPTION_SECONDS, &interval, 0, 0,
		  "pause between two, 1 without" },
		{ "timeout", OPTION_SECONDS, &timeout, 0, 0,
		  "wait so long for the peer and for each answer, 5 without" },
		{ "index", OPTION_NUMBER, &first, 0, NTB_IRQ_IOC_WORDS * 64 - 2 * PING_PORTS,
		  "first index of both sides, 768 without" },
	};
	int at = options_parse(argc, argv, specs, ARRAY_SIZE(specs), 1, 2);

	if (answer && argc - at == 2)
		refuse("--answer takes no peer: it answers all");
	if (!answer && argc - at == 1)
		refuse("a peer is missing: give its number, or --answer on the other host");
	if (answer)
		return ping_answer(argv[at], first, count);
	return ping_peer(argv[at], argv[at + 1], first, count ?: 10, interval, timeout);
}
