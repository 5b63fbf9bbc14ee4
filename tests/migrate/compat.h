/* SPDX-License-Identifier: GPL-2.0-only */
/* For kernels without PCI_IRQ_VIRTUAL. */
#ifndef PCI_IRQ_VIRTUAL
#define PCI_IRQ_VIRTUAL (1 << 4)
#endif
