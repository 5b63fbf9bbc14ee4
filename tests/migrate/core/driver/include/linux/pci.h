/* SPDX-License-Identifier: GPL-2.0-only */
/* report core: its definition */
#define PCI_IRQ_MSIX		(1 << 2)
#define PCI_IRQ_VIRTUAL		(1 << 4)
