// SPDX-License-Identifier: GPL-2.0-only
/* Processes that are in one state, where the tests end them or take the function away. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user.h"

static void alloc_one(int device, int eventfd, unsigned int index)
{
	struct ntb_irq_ioc_alloc alloc;
	int ret = device_alloc(device, eventfd, index, &alloc);

	if (ret)
		die("interrupt %u: %s", index, strerror(-ret));
}

/* Has interrupts, and does nothing. */
int hold(char *argv[])
{
	unsigned int first = number(argv[1]), count = number(argv[2]), i;
	int device = device_open(argv[0]), eventfd = signal_new();

	for (i = first; i < first + count; i++)
		alloc_one(device, eventfd, i);
	say("holding");
	rest();
}

/* Sleeps until an interrupt comes, and answers it, again and again. */
int wait_for(char *argv[])
{
	int device = device_open(argv[0]), eventfd = signal_new();
	unsigned int index = number(argv[1]);
	__u64 times;

	alloc_one(device, eventfd, index);
	say("waiting");
	while (read(eventfd, &times, sizeof(times)) == sizeof(times)) {
		say("came %llu", times);
		/* The process that asked may have ended. */
		device_ring(device, 0, index);
	}
	return 1;
}

/*
 * Rings an interrupt of a peer, and waits for the answer on its own of the same index, again
 * and again. One ring is under way at a time: the emulator performs interrupts later than
 * what follows them, and many that are under way would come when theirs is freed.
 */
int ask(char *argv[])
{
	int device = device_open(argv[0]), eventfd = signal_new(), ret;
	unsigned int peer = number(argv[1]), index = number(argv[2]);
	__u64 times;

	alloc_one(device, eventfd, index);
	for (;;) {
		ret = device_ring(device, peer, index);
		if (ret && ret != -ENOENT && ret != -ENOTCONN)
			die("ringing %u of peer %u: %s", index, peer, strerror(-ret));
		/* What was asked may have ended, and something else begun in its place. */
		if (poll_one(eventfd, 100) && read(eventfd, &times, sizeof(times)) > 0)
			say("answer %llu", times);
	}
}

/* Rings an interrupt of a peer without a pause, from when it is offered on. */
int ring(char *argv[])
{
	unsigned int peer = number(argv[1]), index = number(argv[2]);
	int device = device_open(argv[0]), ret;
	struct ntb_irq_ioc_peer arg;

	while (device_ring(device, peer, index)) {
		ret = device_peer(device, peer, NULL, &arg);
		if (ret)
			die("peer %u cannot be queried: %s", peer, strerror(-ret));
		poll_one(device, -1);
	}
	say("ringing");
	do
		ret = device_ring(device, peer, index);
	while (!ret || ret == -ENOENT || ret == -ENOTCONN);
	die("ringing %u of peer %u: %s", index, peer, strerror(-ret));
}

/* Is in a call most of the time: allocates and frees an interrupt over and over. */
int churn(char *argv[])
{
	int device = device_open(argv[0]), eventfd = signal_new(), ret;
	unsigned int index = number(argv[1]);
	struct ntb_irq_ioc_alloc alloc;

	say("churning");
	for (;;) {
		ret = device_alloc(device, eventfd, index, &alloc);
		if (ret && ret != -EBUSY)
			die("interrupt %u: %s", index, strerror(-ret));
		ret = ret ? 0 : device_free(device, index);
		if (ret)
			die("freeing interrupt %u: %s", index, strerror(-ret));
	}
}

static const char *result(int ret)
{
	return ret ? strerrorname_np(-ret) : "0";
}

/* What each call gives now. */
static void say_results(int device, int eventfd, unsigned int index)
{
	struct ntb_irq_ioc_info info = { .size = sizeof(info) };
	struct ntb_irq_ioc_alloc alloc;
	struct ntb_irq_ioc_peer peer;

	say("results: info %s peer %s ring %s free %s alloc %s",
	    result(device_call(device, NTB_IRQ_IOC_GET_INFO, &info)),
	    result(device_peer(device, 0, NULL, &peer)), result(device_ring(device, 0, index)),
	    result(device_free(device, index)), result(device_alloc(device, eventfd, ANY, &alloc)));
}

/*
 * Has an interrupt, and reports what poll() does: for each change of what peers offer a
 * line of each peer, and in the end, when the function has gone, what each call gives.
 */
int watch(char *argv[])
{
	int device = device_open(argv[0]), eventfd = signal_new(), events;
	unsigned int index = number(argv[1]), i;
	struct ntb_irq_ioc_info info;
	struct ntb_irq_ioc_peer peer;

	device_info(device, &info);
	alloc_one(device, eventfd, index);
	say("watching %s", info.device);
	while (!((events = poll_one(device, -1)) & ~POLLIN)) {
		for (i = 0; i < info.peers; i++) {
			if (device_peer(device, i, NULL, &peer))
				break;
			/* One that is connected may be about to free what would be rung. */
			say("peer %u generation %llu count %u %s", i, peer.generation, peer.count,
			    peer.state & NTB_IRQ_PEER_CONNECTED ? "connected" :
			    result(device_ring(device, i, index)));
		}
	}
	say("poll:%s%s%s", events & POLLIN ? " POLLIN" : "", events & POLLERR ? " POLLERR" : "",
	    events & POLLHUP ? " POLLHUP" : "");
	say_results(device, eventfd, index);
	rest();
}

/*
 * Opens a device as soon as it can be, which may be before the probe of the function has
 * failed, has an interrupt if it gets one, and asks until the function has gone.
 */
int early(char *argv[])
{
	int device, eventfd = signal_new();
	struct ntb_irq_ioc_info info;
	struct ntb_irq_ioc_alloc alloc;

	say("trying");
	do
		device = open(argv[0], O_RDWR | O_CLOEXEC);
	while (device < 0 && errno == ENXIO);
	if (device < 0)
		die("%s: %s", argv[0], strerror(errno));
	device_alloc(device, eventfd, ANY, &alloc);
	say("opened");
	do
		info = (struct ntb_irq_ioc_info) { .size = sizeof(info) };
	while (!device_call(device, NTB_IRQ_IOC_GET_INFO, &info));
	say_results(device, eventfd, 0);
	rest();
}
