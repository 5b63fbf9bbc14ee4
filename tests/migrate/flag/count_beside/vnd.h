/* SPDX-License-Identifier: GPL-2.0-only */
/* nothing: what both have in common */
#include <linux/module.h>
#include <linux/pci.h>
struct vnd {
	struct pci_dev *pdev;
};
