// SPDX-License-Identifier: GPL-2.0-only
/* report form: code decides by the flag */
#include <linux/module.h>
#include <linux/pci.h>

int vnd_setup(struct pci_dev *pdev, unsigned int flags)
{
	if (flags & PCI_IRQ_VIRTUAL)
		pci_info(pdev, "virtual\n");
	switch (flags) {
	case PCI_IRQ_VIRTUAL:
		return 1;
	}
	return flags == PCI_IRQ_VIRTUAL;
}
