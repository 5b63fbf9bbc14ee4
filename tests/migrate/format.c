// SPDX-License-Identifier: GPL-2.0-only
/* The same in the hands of people who care for other things. */
#include <linux/pci.h>
static int format(struct pci_dev *pdev,int n)
{
  int nvecs=-1;unsigned flags=0;
  if(n) {
    nvecs=pci_alloc_irq_vectors( pdev , 1 , n ,
        /* all there are */ PCI_IRQ_MSIX
        | PCI_IRQ_VIRTUAL /* and more */ );
  }
  if(nvecs<0)nvecs=pci_alloc_irq_vectors(pdev,1,n,(PCI_IRQ_MSI)|(PCI_IRQ_VIRTUAL));
  flags=(flags|PCI_IRQ_VIRTUAL)|PCI_IRQ_MSI; // both
  if(nvecs<0)nvecs=pci_alloc_irq_vectors(pdev,1,n,flags);
  flags |=
      PCI_IRQ_VIRTUAL;
  if ((nvecs = pci_alloc_irq_vectors(pdev, 1, n,
                                     flags)) < 0) {
    return nvecs;
  }
  return pci_alloc_irq_vectors(pdev, 1, n, PCI_IRQ_MSI | (unsigned int)PCI_IRQ_VIRTUAL);
}
