/* SPDX-License-Identifier: GPL-2.0-only */
/* Faults that were armed: which host, which kind, how often still. */
#ifndef FABRIC_FAULT_H
#define FABRIC_FAULT_H

#include "bridge/types.h"

enum fault_kind {
	/* on window writes to an interrupt address */
	FAULT_DROP,
	FAULT_ADDR_XOR,
	FAULT_DATA_XOR,
	FAULT_LATE,
	/* on window writes to memory; a read of the same host behind them brings them in */
	FAULT_MEMORY_LATE,
	/* on writes to the other's scratchpads or its reserved window */
	FAULT_SPAD_DROP,
	FAULT_SPAD_XOR,
	FAULT_SPAD_REPEAT,
	FAULT_SPAD_LATE,
	/* on words sent by message registers */
	FAULT_MSG_DROP,
	FAULT_MSG_XOR,
	FAULT_MSG_REPEAT,
	FAULT_MSG_LATE,
	NUM_FAULTS,
};

struct fault {
	bool armed;
	u64 arg;
	u64 left;		/* 0: until cleared */
};

struct faults {
	struct fault of[MAX_HOSTS][NUM_FAULTS];
};

/* -1 when there is no such kind. */
int fault_kind(const char *name, bool *takes_arg);
void fault_arm(struct faults *f, int host, int kind, u64 arg, u64 count);
void fault_clear(struct faults *f);
/* Does it strike now? Counts it when it does. */
bool fault_strikes(struct faults *f, int host, int kind, u64 *arg);

#endif
