/* SPDX-License-Identifier: GPL-2.0-only */
/* How often each interrupt of NTB functions has come, as /proc/interrupts has it. */
#ifndef NTB_IRQ_SAMPLES_H
#define NTB_IRQ_SAMPLES_H

#include "ntb-irq.h"

struct sample {
	char domain[NAME];
	unsigned int irq;
	unsigned int index;
	unsigned long long total;
	double rate;
};

struct samples {
	struct sample *list;
	unsigned int count;
	uint64_t when;
};

void samples_take(struct samples *samples);
void samples_rate(struct samples *samples, const struct samples *before);
void samples_free(struct samples *samples);

#endif /* NTB_IRQ_SAMPLES_H */
