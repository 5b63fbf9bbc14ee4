/* SPDX-License-Identifier: GPL-2.0-only */
/* Where messages go, for a kernel whose architectures do not report that. */
#ifndef _NTB_IRQ_COMPAT_REGION_H
#define _NTB_IRQ_COMPAT_REGION_H

#include <linux/msi.h>
#include <linux/range.h>
#include <linux/sizes.h>

/* On x86 a device cannot write to memory here: this is a message, whatever remaps it. */
static inline bool ntb_irq_compat_arch_msi_region(struct range *range)
{
#ifdef CONFIG_X86
	range->start = X86_MSI_BASE_ADDRESS_LOW << 20;
	range->end = range->start + SZ_1M - 1;
	return true;
#else
	return false;
#endif
}

#define arch_msi_region		ntb_irq_compat_arch_msi_region

#endif /* _NTB_IRQ_COMPAT_REGION_H */
