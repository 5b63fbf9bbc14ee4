// SPDX-License-Identifier: GPL-2.0-only
/* report core: a core in the manner of 5.10, in one file */
struct msi_desc;

static u32 writes(struct msi_desc *desc)
{
	if (desc->msi_attrib.is_virtual)
		return 0;
	return 1;
}

static void setup(struct pci_dev *dev, struct msi_desc *entry, int nvec, int vec_count)
{
	entry->msi_attrib.is_virtual = entry->msi_attrib.entry_nr >= vec_count;
	entry->msi_attrib.can_mask = !pci_msi_ignore_mask && !entry->msi_attrib.is_virtual;
}

static int range(struct pci_dev *dev, int nvec, int hwsize, int flags)
{
	if (nvec > hwsize) {
		if (flags & PCI_IRQ_VIRTUAL)
			return -EINVAL;
		nvec = hwsize;
	}
	return nvec;
}
