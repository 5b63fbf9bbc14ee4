/* SPDX-License-Identifier: GPL-2.0-only */
/* The bus addresses at which a write is an interrupt. */
#ifndef FABRIC_MSI_H
#define FABRIC_MSI_H

#include "bridge/types.h"

#define MSI_FIRST	0xfee00000ull
#define MSI_LAST	0xfeefffffull

static inline bool is_msi(u64 address)
{
	return address >= MSI_FIRST && address <= MSI_LAST;
}

#endif
