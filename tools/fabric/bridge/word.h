/* SPDX-License-Identifier: GPL-2.0-only */
/* Words between the registers of two hosts, some of them held by faults. */
#ifndef FABRIC_WORD_H
#define FABRIC_WORD_H

#include "delay.h"
#include "device.h"

#define WORD_KINDS 2

struct words {
	/* those that wait for room come last */
	struct delay_queue held;
	/* delivered once, to come in again behind the next one */
	struct {
		bool armed;
		struct word word;
	} again[MAX_HOSTS][WORD_KINDS];
};

void words_release(struct fabric *f);

#endif
