// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other end of ntb-irq ping. An interrupt does not say who rang it, so there is one
 * for each port: the peer at port p rings interrupt first + p, and is answered at
 * first + PING_PORTS + the port of this host. With one peer, where ports may be equal,
 * both stand for port 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntb-irq.h"

/* In front of those of the peers. */
enum { DEVICE, SIGNAL, PEERS };

/* A peer, and what has come of its rings. */
struct asker {
	struct peer peer;
	unsigned int answered, refused;
};

struct answers {
	struct ntb_irq_ioc_info info;
	struct asker *askers;
	struct pollfd *files;
	unsigned int answer;
	/* Of all of them. */
	unsigned int answered, refused;
	int why;
};

unsigned int ping_slot(unsigned int peers, unsigned int port)
{
	if (peers == 1)
		return 0;
	if (port >= PING_PORTS)
		die("port %u is above %u, the highest that can ping", port, PING_PORTS - 1);
	return port;
}

static void answer_peer(struct answers *answers, unsigned int peer)
{
	uint64_t times;
	int ret;

	if (read(answers->files[PEERS + peer].fd, &times, sizeof(times)) != sizeof(times))
		return;
	ret = device_ring(answers->files[DEVICE].fd, peer, answers->answer);
	if (!ret) {
		answers->askers[peer].answered++;
		answers->answered++;
		return;
	}
	answers->askers[peer].refused++;
	answers->refused++;
	answers->why = -ret;
	note("Peer %u is not answered: %s.", peer, ring_error(-ret));
}

static void answer_all(struct answers *answers, unsigned int count)
{
	unsigned int i, npeers = answers->info.peers;

	while (!count || answers->answered < count) {
		if (poll(answers->files, PEERS + npeers, -1) < 0 && errno != EINTR)
			die("poll() failed: %s", strerror(errno));
		if (answers->files[SIGNAL].revents)
			return;
		if (answers->files[DEVICE].revents)
			die("the function has gone after %u answers", answers->answered);
		for (i = 0; i < npeers; i++)
			answer_peer(answers, i);
	}
}

static void offer(struct answers *answers, unsigned int first)
{
	unsigned int i, npeers = answers->info.peers;
	int device = answers->files[DEVICE].fd;
	int ret;

	for (i = 0; i < npeers; i++) {
		struct pollfd *file = &answers->files[PEERS + i];
		struct peer *peer = &answers->askers[i].peer;

		ret = device_peer(device, i, peer);
		if (ret)
			die("peer %u cannot be queried: %s", i, ring_error(-ret));
		file->fd = signal_new();
		file->events = POLLIN;
		device_alloc(device, file->fd, first + ping_slot(npeers, peer->arg.port));
	}
	answers->answer = first + PING_PORTS + ping_slot(npeers, answers->info.port);
}

static void show(const struct answers *answers, const char *path)
{
	unsigned int i;

	if (as_json) {
		json_open(NULL, '{');
		device_which(&answers->info, path);
		json_number("answered", answers->answered);
		json_number("refused", answers->refused);
		json_string("why", answers->refused ? ring_error(answers->why) : "");
		json_open("peers", '[');
	}
	for (i = 0; i < answers->info.peers; i++) {
		const struct asker *asker = &answers->askers[i];

		if (as_json) {
			json_open(NULL, '{');
			peer_which(&asker->peer);
			json_number("answered", asker->answered);
			json_number("refused", asker->refused);
			json_close('}');
		} else if (answers->info.peers > 1) {
			note("peer %u: %u answered, %u refused", i, asker->answered,
			     asker->refused);
		}
	}
	if (as_json) {
		json_close(']');
		json_end();
	}
	note("%u answered, %u refused", answers->answered, answers->refused);
}

/* Answer until a signal comes, or @count times when that is not 0. */
int ping_answer(const char *device, unsigned int first, unsigned int count)
{
	struct answers answers = {};
	char path[PATH];
	int fd;

	fd = device_open(device, O_RDWR, path);
	if (device_info(fd, &answers.info))
		die("the function has gone");
	answers.files = calloc(PEERS + answers.info.peers, sizeof(*answers.files));
	answers.askers = calloc(answers.info.peers, sizeof(*answers.askers));
	if (!answers.files || !answers.askers)
		die("there is no memory for %u peers", answers.info.peers);
	answers.files[DEVICE].fd = fd;
	answers.files[SIGNAL] = (struct pollfd) { .fd = stop_new(0), .events = POLLIN };
	offer(&answers, first);
	note("Answering %u peers at %s.", answers.info.peers, path);
	answer_all(&answers, count);
	show(&answers, path);
	close(fd);
	free(answers.files);
	free(answers.askers);
	return answers.refused ? WRONG : WELL;
}
