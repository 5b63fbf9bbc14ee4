/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FABRIC_CLOCK_H
#define FABRIC_CLOCK_H

#include "bridge/types.h"

/* Milliseconds on a clock that never goes back. */
u64 clock_now_ms(void);
/* The same in nanoseconds. */
u64 clock_now_ns(void);

#endif
