// SPDX-License-Identifier: GPL-2.0-only
/* Vendor registers in configuration space lie among generic ones, by byte. */
#include "intel.h"

bool intel_link_byte(const struct intel *x, u32 n, u8 *value)
{
	if (n >= sizeof(u16))
		return false;
	*value = (u8)(intel_link_status(x) >> (8 * n));
	return true;
}

bool intel_config_read(struct intel *x,
		       bool (*byte)(const struct intel *x, int host, u32 offset,
				    u8 *value),
		       int host, u32 offset, u32 size, u64 *value)
{
	u64 generic = fabric_config(x->fabric, host, offset & ~3u);
	bool mine = false;
	u32 i;
	u8 v;

	*value = 0;
	for (i = 0; i < size; i++) {
		v = (u8)(generic >> ((offset + i) % 4 * 8));
		if (byte(x, host, offset + i, &v))
			mine = true;
		*value |= (u64)v << (8 * i);
	}
	return mine;
}
