/* SPDX-License-Identifier: GPL-2.0-only */
/* Short type names and the few macros every file wants. */
#ifndef FABRIC_TYPES_H
#define FABRIC_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n) (1u << (n))
#define BIT_ULL(n) (1ull << (n))

static inline bool is_power_of_two(u64 v)
{
	return v && !(v & (v - 1));
}

#define MAX_HOSTS 8
#define MAX_VECTORS 64
#define NUM_BARS 6

#define __printf(a, b) __attribute((format(printf, a, b)))

#endif
