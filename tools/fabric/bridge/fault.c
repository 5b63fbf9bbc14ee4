// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "bridge/fault.h"

static const struct {
	const char *name;
	bool takes_arg;
} kinds[NUM_FAULTS] = {
	[FAULT_DROP] = { "drop", false },
	[FAULT_ADDR_XOR] = { "addr-xor", true },
	[FAULT_DATA_XOR] = { "data-xor", true },
	[FAULT_LATE] = { "late", true },
	[FAULT_MEMORY_LATE] = { "memory-late", true },
	[FAULT_SPAD_DROP] = { "spad-drop", false },
	[FAULT_SPAD_XOR] = { "spad-xor", true },
	[FAULT_SPAD_REPEAT] = { "spad-repeat", false },
	[FAULT_SPAD_LATE] = { "spad-late", true },
	[FAULT_MSG_DROP] = { "msg-drop", false },
	[FAULT_MSG_XOR] = { "msg-xor", true },
	[FAULT_MSG_REPEAT] = { "msg-repeat", false },
	[FAULT_MSG_LATE] = { "msg-late", true },
};

int fault_kind(const char *name, bool *takes_arg)
{
	int i;

	for (i = 0; i < NUM_FAULTS; i++) {
		if (strcmp(kinds[i].name, name))
			continue;
		*takes_arg = kinds[i].takes_arg;
		return i;
	}
	return -1;
}

void fault_arm(struct faults *f, int host, int kind, u64 arg, u64 count)
{
	f->of[host][kind] = (struct fault){
		.armed = true,
		.arg = arg,
		.left = count,
	};
}

void fault_clear(struct faults *f)
{
	memset(f, 0, sizeof(*f));
}

bool fault_strikes(struct faults *f, int host, int kind, u64 *arg)
{
	struct fault *one = &f->of[host][kind];

	if (!one->armed)
		return false;
	if (arg)
		*arg = one->arg;
	if (one->left && !--one->left)
		one->armed = false;
	return true;
}
