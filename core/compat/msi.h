/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The per-device MSI domain interface for a kernel that has one such domain per
 * device and exports nothing of it to modules.
 *
 * The rest of core/ is written against the names below as the kernel defines
 * them. This header, and msi.c beside it, stand in for them where the kernel
 * has no second domain id or does not export the functions.
 */
#ifndef _NTB_IRQ_COMPAT_MSI_H
#define _NTB_IRQ_COMPAT_MSI_H

#include <linux/msi.h>

#ifdef CONFIG_NTB_IRQ_COMPAT

#define MSI_SECONDARY_DOMAIN			MSI_MAX_DEVICE_IRQDOMAINS
#define msi_create_device_irq_domain		ntb_irq_compat_create_domain
#define msi_remove_device_irq_domain		ntb_irq_compat_remove_domain
#define msi_domain_alloc_irq_at			ntb_irq_compat_alloc_irq_at
#define msi_domain_free_irqs_range		ntb_irq_compat_free_irqs_range

bool ntb_irq_compat_create_domain(struct device *dev, unsigned int domid,
				  const struct msi_domain_template *template,
				  unsigned int hwsize, void *domain_data, void *chip_data);
void ntb_irq_compat_remove_domain(struct device *dev, unsigned int domid);
struct msi_map ntb_irq_compat_alloc_irq_at(struct device *dev, unsigned int domid,
					   unsigned int index,
					   const struct irq_affinity_desc *affdesc,
					   union msi_instance_cookie *cookie);
void ntb_irq_compat_free_irqs_range(struct device *dev, unsigned int domid,
				    unsigned int first, unsigned int last);

#endif /* CONFIG_NTB_IRQ_COMPAT */
#endif /* _NTB_IRQ_COMPAT_MSI_H */
