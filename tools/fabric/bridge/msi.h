/* SPDX-License-Identifier: GPL-2.0-only */
/* The bus addresses at which a write is an interrupt. */
#ifndef FABRIC_MSI_H
#define FABRIC_MSI_H

#include "bridge/types.h"

/* Until the control socket says otherwise: those of x86. */
#define MSI_FIRST	0xfee00000ull
#define MSI_LAST	0xfeefffffull

struct msi_range {
	u64 first;
	u64 last;
};

static inline bool is_msi(const struct msi_range *range, u64 address)
{
	return address >= range->first && address <= range->last;
}

#endif
