// SPDX-License-Identifier: GPL-2.0-only
#include <time.h>

#include "bridge/clock.h"

u64 clock_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

u64 clock_now_ms(void)
{
	return clock_now_ns() / 1000000;
}
