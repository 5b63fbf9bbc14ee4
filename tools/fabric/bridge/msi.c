// SPDX-License-Identifier: GPL-2.0-only
#include "msi.h"

#define MSI_FIRST	0xfee00000ull
#define MSI_LAST	0xfeefffffull

bool is_msi(u64 address)
{
	return address >= MSI_FIRST && address <= MSI_LAST;
}
