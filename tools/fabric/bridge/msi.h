/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FABRIC_MSI_H
#define FABRIC_MSI_H

#include "types.h"

/* Is it an address at which a write is an interrupt? */
bool is_msi(u64 address);

#endif
