// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a ring and a wake-up cost a process, for the bench. The clock is the cycle counter,
 * as there; what the clock itself costs is among the answers.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "user.h"

#ifdef __x86_64__
#include <x86intrin.h>

/* The value that a statement takes the clock on by, in its lower bits. */
#define ticks(statement)			\
({						\
	uint64_t began_ = __rdtsc();		\
						\
	statement;				\
	(uint32_t)(__rdtsc() - began_);		\
})

static uint32_t *samples_new(unsigned int count)
{
	uint32_t *samples = calloc(count, sizeof(*samples));

	if (!samples)
		die("no memory for %u samples", count);
	/* No page of it is missing later. */
	memset(samples, 1, count * sizeof(*samples));
	return samples;
}

static void samples_say(const char *name, uint32_t *samples, unsigned int count)
{
	unsigned int i;

	printf("%s:", name);
	for (i = 0; i < count; i++)
		printf(" %u", samples[i]);
	putchar('\n');
	fflush(stdout);
	free(samples);
}

/* Rings an interrupt of a peer over and over; beside it a call that does nothing. */
int ring_cost(char *argv[])
{
	unsigned int peer = number(argv[1]), index = number(argv[2]), count = number(argv[3]), i;
	uint32_t *empty = samples_new(count), *call = samples_new(count);
	uint32_t *rings = samples_new(count);
	int device = device_open(argv[0]), ret;

	for (i = 0; i < count; i++) {
		empty[i] = ticks();
		call[i] = ticks(syscall(SYS_getppid));
		rings[i] = ticks(ret = device_ring(device, peer, index));
		if (ret)
			die("ringing %u of peer %u: %s", index, peer, strerror(-ret));
	}
	samples_say("empty", empty, count);
	samples_say("call", call, count);
	samples_say("ring", rings, count);
	return 0;
}

/* Sleeps until an interrupt comes, by read() or by poll(), and notes when it is awake. */
int wake_cost(char *argv[])
{
	unsigned int index = number(argv[1]), count = number(argv[2]), i;
	int device = device_open(argv[0]), eventfd = signal_new(), ret;
	bool polls = !strcmp(argv[3], "poll");
	uint32_t *woken = samples_new(count);
	struct ntb_irq_ioc_alloc alloc;
	__u64 times;

	ret = device_alloc(device, eventfd, index, &alloc);
	if (ret)
		die("interrupt %u: %s", index, strerror(-ret));
	say("irq %u", alloc.irq);
	for (i = 0; i < count; i++) {
		if (polls) {
			poll_one(eventfd, -1);
			woken[i] = __rdtsc();
		}
		if (read(eventfd, &times, sizeof(times)) != sizeof(times))
			die("reading an eventfd: %s", strerror(errno));
		if (!polls)
			woken[i] = __rdtsc();
		if (times != 1)
			die("%llu interrupts came as one", times);
	}
	samples_say("woken", woken, count);
	return 0;
}
#else
int ring_cost(char *argv[])
{
	die("%s: the clock of this machine is not read", argv[0]);
}

int wake_cost(char *argv[])
{
	die("%s: the clock of this machine is not read", argv[0]);
}
#endif
