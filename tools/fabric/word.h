/* SPDX-License-Identifier: GPL-2.0-only */
/* Words between the registers of two hosts, some of them held by faults. */
#ifndef FABRIC_WORD_H
#define FABRIC_WORD_H

#include "device.h"

#define WORD_KINDS 2

struct held_word;

struct words {
	/* by time; those that wait for room come last */
	struct held_word *held;
	u32 count;
	/* delivered once, to come in again behind the next one */
	struct {
		bool armed;
		struct word word;
	} again[MAX_HOSTS][WORD_KINDS];
};

/* When to look again; UINT64_MAX when nothing is held for a time. */
u64 words_due_ms(const struct fabric *f);
void words_release(struct fabric *f);
void words_free(struct fabric *f);

#endif
