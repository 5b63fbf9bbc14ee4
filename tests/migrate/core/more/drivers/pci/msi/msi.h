/* SPDX-License-Identifier: GPL-2.0-only */
/* report core: its prototype */
int __pci_enable_msix_range(struct pci_dev *dev, struct msix_entry *entries, int minvec,
			    int maxvec, struct irq_affinity *affd, int flags);
