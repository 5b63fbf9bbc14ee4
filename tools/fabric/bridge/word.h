/* SPDX-License-Identifier: GPL-2.0-only */
/* Words between the registers of two hosts, some of them held by faults. */
#ifndef FABRIC_WORD_H
#define FABRIC_WORD_H

#include "bridge/delay.h"
#include "bridge/device.h"

#define WORD_KINDS 2

struct words {
	/* those that found the registers of a host full, until it has room */
	struct delays full[MAX_HOSTS];
	/* delivered once, to come in again behind the next one */
	struct {
		bool armed;
		struct word word;
	} again[MAX_HOSTS][WORD_KINDS];
};

void words_clear(struct fabric *f);

#endif
