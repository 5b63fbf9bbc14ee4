// SPDX-License-Identifier: GPL-2.0-only
#include "tests/noise.h"

static u64 state;

void seed_noise(u64 seed)
{
	state = seed;
}

u64 noise(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
