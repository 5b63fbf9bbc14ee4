// SPDX-License-Identifier: GPL-2.0-only
/*
 * A rally on every interrupt, as the kernel's test client plays it: one of two hosts rings
 * first, and an interrupt that has come has its partner rung. No two rings of an interrupt
 * are under way, so that none merge and counts are exact. SERVE is 1 or 0 for a host that
 * rings first, or does not; and 2 for one that rings those of a higher port number first.
 *
 * "ready" is said when the interrupts are allocated, "playing" when all partners are
 * offered, and "done" when all balls have come. SIGTERM ends it, with the counts.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "user.h"

struct ball {
	int		fd;
	unsigned int	index;
	unsigned int	irq;
	unsigned int	peer;
	unsigned int	partner;
	bool		serving;
	unsigned long	received;
	unsigned long	sent;
};

struct game {
	int			device;
	unsigned int		nballs;
	unsigned int		rounds;
	unsigned int		npeers;
	struct ball		*balls;
	/* Interrupts that have come as often as they should. */
	unsigned int		finished;
};

/* That a wait was interrupted is all there is to know. */
static void on_term(int signal)
{
	(void)signal;
}

/* The place of this host among the peers of a peer: they are counted by port number. */
static unsigned int place_at(unsigned int port, const unsigned int *ports, unsigned int npeers,
			     unsigned int peer)
{
	unsigned int i, place = 0;

	for (i = 0; i < npeers; i++)
		place += i != peer && ports[i] < port;
	return place;
}

static void game_begin(struct game *game, unsigned int first, unsigned int count,
		       unsigned int serve)
{
	struct ntb_irq_ioc_info info;
	struct ntb_irq_ioc_peer peer;
	unsigned int *ports, i;
	int ret;

	device_info(game->device, &info);
	game->npeers = info.peers;
	game->nballs = count * info.peers;
	game->balls = calloc(game->nballs, sizeof(*game->balls));
	ports = calloc(info.peers, sizeof(*ports));
	if (!game->balls || !ports)
		die("no memory for %u interrupts", game->nballs);
	for (i = 0; i < info.peers; i++) {
		ret = device_peer(game->device, i, NULL, &peer);
		if (ret)
			die("peer %u cannot be queried: %s", i, strerror(-ret));
		ports[i] = peer.port;
	}
	for (i = 0; i < game->nballs; i++) {
		struct ball *ball = &game->balls[i];
		struct ntb_irq_ioc_alloc alloc;

		ball->peer = i / count;
		ball->partner = first + i % count +
				count * place_at(info.port, ports, info.peers, ball->peer);
		ball->serving = serve == 2 ? info.port < ports[ball->peer] : serve;
		ball->fd = signal_new();
		ret = device_alloc(game->device, ball->fd, first + i, &alloc);
		if (ret)
			die("interrupt %u of %u: %s", i, game->nballs, strerror(-ret));
		ball->index = alloc.index;
		ball->irq = alloc.irq;
	}
	free(ports);
}

static bool all_offered(struct game *game)
{
	static __u64 bitmap[NTB_IRQ_IOC_WORDS];
	struct ntb_irq_ioc_peer peer;
	unsigned int i, at;

	for (at = 0; at < game->npeers; at++) {
		if (device_peer(game->device, at, bitmap, &peer))
			die("peer %u cannot be queried", at);
		for (i = 0; i < game->nballs; i++) {
			struct ball *ball = &game->balls[i];

			if (ball->peer == at &&
			    !(bitmap[ball->partner / 64] >> ball->partner % 64 & 1))
				return false;
		}
	}
	return true;
}

static void ball_ring(struct game *game, struct ball *ball)
{
	int ret = device_ring(game->device, ball->peer, ball->partner);

	if (ret)
		die("ringing %u of peer %u: %s", ball->partner, ball->peer, strerror(-ret));
	ball->sent++;
}

static void ball_came(struct game *game, struct ball *ball)
{
	__u64 times;

	if (read(ball->fd, &times, sizeof(times)) != sizeof(times))
		die("reading an eventfd: %s", strerror(errno));
	ball->received += times;
	if (ball->received == game->rounds)
		game->finished++;
	if (ball->sent < game->rounds)
		ball_ring(game, ball);
}

/* Returns a file that polls all eventfds. */
static int game_poll(struct game *game)
{
	int all = epoll_create1(EPOLL_CLOEXEC);
	unsigned int i;

	for (i = 0; i < game->nballs; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

		if (epoll_ctl(all, EPOLL_CTL_ADD, game->balls[i].fd, &event))
			die("polling an eventfd: %s", strerror(errno));
	}
	return all;
}

static void game_play(struct game *game, const sigset_t *mask)
{
	struct epoll_event events[64];
	bool said = false;
	int all = game_poll(game);
	unsigned int i;
	int got;

	for (i = 0; i < game->nballs; i++) {
		if (game->balls[i].serving)
			ball_ring(game, &game->balls[i]);
	}
	while ((got = epoll_pwait(all, events, ARRAY_SIZE(events), -1, mask)) > 0) {
		for (i = 0; i < (unsigned int)got; i++)
			ball_came(game, &game->balls[events[i].data.u32]);
		if (game->finished == game->nballs && !said) {
			say("done");
			said = true;
		}
	}
}

/* Every interrupt has a file. */
static void raise_files(void)
{
	struct rlimit files = { 4096, 4096 };

	setrlimit(RLIMIT_NOFILE, &files);
}

int rally(char *argv[])
{
	struct game game = { .device = device_open(argv[0]), .rounds = number(argv[3]) };
	struct sigaction action = { .sa_handler = on_term };
	struct pollfd device = { .fd = game.device, .events = POLLIN };
	sigset_t term, old;
	unsigned int i;

	/* It comes where it is waited for, and nowhere else. */
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &old);
	sigaction(SIGTERM, &action, NULL);

	raise_files();
	game_begin(&game, number(argv[1]), number(argv[2]), number(argv[4]));
	say("ready");
	while (!all_offered(&game)) {
		if (ppoll(&device, 1, NULL, &old) < 0)
			return 1;
	}
	say("playing");
	game_play(&game, &old);
	for (i = 0; i < game.nballs; i++) {
		struct ball *ball = &game.balls[i];

		say("%u %u %lu %lu", ball->index, ball->irq, ball->received, ball->sent);
	}
	return 0;
}
