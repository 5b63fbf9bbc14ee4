// SPDX-License-Identifier: GPL-2.0-only
/* Fields of a host's registers, without what accesses of the driver cause. */
#include "intel.h"

u64 intel_get(const struct intel *x, int host, u32 offset, u32 bytes)
{
	return reg_get(x->regs[host], offset, bytes);
}

void intel_put(struct intel *x, int host, u32 offset, u64 value, u32 bytes)
{
	reg_put(x->regs[host], offset, value, bytes);
}
