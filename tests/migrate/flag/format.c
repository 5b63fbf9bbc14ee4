// SPDX-License-Identifier: GPL-2.0-only
/* rewrite: other spacing, and no space at all */
#include <linux/module.h>
#include <linux/pci.h>
int vnd_setup(struct pci_dev *pdev){
  int nvecs=-1;
  nvecs=pci_alloc_irq_vectors( pdev ,1, 9 ,
      (PCI_IRQ_MSIX)|(PCI_IRQ_VIRTUAL)|
      (unsigned int)PCI_IRQ_MSI);
  if(nvecs<0)return nvecs;
  return 0;
}
