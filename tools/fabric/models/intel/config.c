// SPDX-License-Identifier: GPL-2.0-only
/* Vendor registers in configuration space lie among generic ones, by byte. */
#include "models/intel/intel.h"

bool intel_link_byte(const struct intel *x, u32 n, u8 *value)
{
	if (n >= sizeof(u16))
		return false;
	*value = (u8)(intel_link_status(x) >> (8 * n));
	return true;
}

bool intel_config_read(void *m, int host, u32 offset, u32 size, u64 *value)
{
	struct intel *x = m;
	u64 generic = fabric_config(x->fabric, host, offset & ~3u);
	bool mine = false;
	u32 i;
	u8 v;

	if (!x->gen->config_byte)
		return false;
	*value = 0;
	for (i = 0; i < size; i++) {
		v = (u8)(generic >> ((offset + i) % 4 * 8));
		if (x->gen->config_byte(x, host, offset + i, &v))
			mine = true;
		*value |= (u64)v << (8 * i);
	}
	return mine;
}

bool intel_config_write(void *m, int host, u32 offset, u64 value, u32 size)
{
	struct intel *x = m;
	bool mine = false;
	u32 i;
	u8 v;

	if (!x->gen->config_put)
		return false;
	for (i = 0; i < size; i++) {
		if (!x->gen->config_byte(x, host, offset + i, &v))
			continue;
		mine = true;
		x->gen->config_put(x, host, offset + i, (u8)(value >> (8 * i)));
	}
	return mine;
}
