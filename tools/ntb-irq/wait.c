// SPDX-License-Identifier: GPL-2.0-only
/* ntb-irq wait: allocate an interrupt and wait until it comes. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "ntb-irq.h"

/* How long poll() has to wait until @end, forever when that is 0. */
static int left_ms(uint64_t end)
{
	uint64_t now = now_ns();

	if (!end)
		return -1;
	return end > now ? (int)((end - now) / 1000000 + 1) : 0;
}

/* Returns how often the interrupt came, @count times unless the time ends before. */
static uint64_t wait_for(int fd, int signal, unsigned int count, unsigned int timeout)
{
	struct pollfd files[] = { { .fd = signal, .events = POLLIN }, { .fd = fd } };
	uint64_t end = timeout ? now_ns() + timeout * 1000000ULL : 0;
	uint64_t times, came = 0;

	while (came < count) {
		int ready = poll(files, ARRAY_SIZE(files), left_ms(end));

		if (ready < 0 && errno != EINTR)
			die("poll() failed: %s", strerror(errno));
		if (!ready)
			break;
		/* What came before the function went still counts. */
		if (read(signal, &times, sizeof(times)) == sizeof(times)) {
			came += times;
			note("%llu more, %llu in all", (unsigned long long)times,
			     (unsigned long long)came);
		} else if (ready > 0 && files[1].revents) {
			die("the function has gone after %llu of %u", (unsigned long long)came,
			    count);
		}
	}
	return came;
}

int cmd_wait(int argc, char *argv[])
{
	unsigned int index = ANY_INDEX, count = 1, timeout = 0;
	const struct option_spec specs[] = {
		{ "index", OPTION_NUMBER, &index, 0, NTB_IRQ_IOC_WORDS * 64 - 1,
		  "the index, instead of the lowest that is free" },
		{ "count", OPTION_NUMBER, &count, 1, INT_MAX,
		  "end when it has come so often, once without" },
		{ "timeout", OPTION_SECONDS, &timeout, 0, 0,
		  "end with status 1 after so long, never without" },
	};
	int at = options_parse(argc, argv, specs, ARRAY_SIZE(specs), 1, 1);
	struct ntb_irq_ioc_info info;
	uint64_t came, start;
	char path[PATH];
	int fd, signal;

	fd = device_open(argv[at], O_RDWR, path);
	if (device_info(fd, &info))
		die("the function has gone");
	signal = signal_new();
	index = device_alloc(fd, signal, index);
	note("Waiting for interrupt %u of %s.", index, path);
	start = now_ns();
	came = wait_for(fd, signal, count, timeout);
	if (as_json) {
		json_open(NULL, '{');
		device_which(&info, path);
		json_number("index", index);
		json_number("expected", count);
		json_number("came", came);
		json_decimal("seconds", (now_ns() - start) / 1e9);
		json_end();
	} else if (came < count) {
		note("Interrupt %u came %llu of %u times in %.3f s.", index,
		     (unsigned long long)came, count, timeout / 1e3);
	}
	close(fd);
	return came < count ? WRONG : WELL;
}
