// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "bridge/regfile.h"

static u64 ones(u32 bytes)
{
	return bytes < 8 ? BIT_ULL(bytes * 8) - 1 : UINT64_MAX;
}

struct reg_piece reg_cut(const struct reg *table, u32 offset, u32 size)
{
	/* Between registers, the next byte may be one's again. */
	struct reg_piece p = { .first = offset, .bytes = 1 };
	const struct reg *r;
	u32 left;

	for (r = table; r->bytes; r++) {
		if (offset < r->offset ||
		    offset - r->offset >= (u32)r->bytes * r->count)
			continue;
		p.reg = r;
		p.index = (offset - r->offset) / r->bytes;
		p.first = r->offset + p.index * r->bytes;
		left = p.first + r->bytes - offset;
		p.bytes = size < left ? size : left;
		p.shift = (offset - p.first) * 8;
		p.mask = ones(p.bytes) << p.shift;
		break;
	}
	return p;
}

u64 reg_take(const struct reg_piece *p, u64 value)
{
	return value << p->shift & p->mask;
}

u64 reg_give(const struct reg_piece *p, u64 value)
{
	return (value & p->mask) >> p->shift;
}

void reg_name(const struct reg *table, u32 offset, char *buf, size_t len)
{
	struct reg_piece p = reg_cut(table, offset, 1);
	char index[16] = "";
	char inner[16] = "";

	if (!p.reg) {
		snprintf(buf, len, "bar0+%#x", offset);
		return;
	}
	if (p.reg->count > 1)
		snprintf(index, sizeof(index), "[%u]", p.index);
	if (offset > p.first)
		snprintf(inner, sizeof(inner), "+%u", offset - p.first);
	snprintf(buf, len, "%s%s%s", p.reg->name, index, inner);
}

u64 reg_get(const u8 *memory, u32 offset, u32 bytes)
{
	u64 value = 0;

	memcpy(&value, memory + offset, bytes);
	return value;
}

void reg_put(u8 *memory, u32 offset, u64 value, u32 bytes)
{
	memcpy(memory + offset, &value, bytes);
}
