/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers that are the same in every run, so that a failure can be had again. */
#ifndef FABRIC_NOISE_H
#define FABRIC_NOISE_H

#include "bridge/types.h"

void seed_noise(u64 seed);
u64 noise(void);

#endif
