// SPDX-License-Identifier: GPL-2.0-only
/* report core: the core in the manner of 6.12 and later */
int msix_setup_msi_descs(struct pci_dev *dev, struct msix_entry *entries, int nvec)
{
	int ret = 0, i, vec_count = pci_msix_vec_count(dev);
	struct msi_desc desc;

	for (i = 0; i < nvec; i++) {
		desc.msi_index = entries ? entries[i].entry : i;
		desc.pci.msi_attrib.is_virtual = desc.msi_index >= vec_count;
		ret = msi_insert_msi_desc(&dev->dev, &desc);
		if (ret)
			break;
	}
	return ret;
}

int __pci_enable_msix_range(struct pci_dev *dev, struct msix_entry *entries, int minvec,
			    int maxvec, struct irq_affinity *affd, int flags)
{
	int hwsize = pci_msix_vec_count(dev), nvec = maxvec;

	if (hwsize < nvec) {
		if (flags & PCI_IRQ_VIRTUAL)
			hwsize = nvec;
		else
			nvec = hwsize;
	}
	return msix_setup_msi_descs(dev, entries, nvec);
}
