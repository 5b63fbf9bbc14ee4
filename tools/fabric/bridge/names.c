// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "bridge/names.h"

const char *name_at(const struct name *table, size_t n, u32 offset)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (table[i].offset == offset)
			return table[i].name;
	return NULL;
}

const char *name_of(const char *const *names, size_t n, u64 value)
{
	return value < n ? names[value] : NULL;
}

void name_in_bar(char *buf, size_t len, int bar, u64 offset)
{
	snprintf(buf, len, "bar%d+%#llx", bar, (unsigned long long)offset);
}
