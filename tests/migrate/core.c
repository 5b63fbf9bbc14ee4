// SPDX-License-Identifier: GPL-2.0-only
/* In the manner of the PCI/MSI core of several kernels. */
static void writes(struct msi_desc *desc, struct msi_msg *msg)
{
	void __iomem *base = pci_msix_desc_addr(desc);

	if (desc->msi_attrib.is_virtual)
		return;
	/* The entry must be masked. */
	writel(msg->data, base);
}

static int asks(struct msi_desc *desc)
{
	if (WARN_ON_ONCE(desc->pci.msi_attrib.is_virtual))
		return -EINVAL;
	if (desc->pci.msi_attrib.is_virtual || !desc->irq)
		return -ENXIO;
	if (!desc->pci.msi_attrib.is_virtual) {
		desc->pci.msi_attrib.can_mask = 1;
		touch(desc);
	}
	if (desc->pci.msi_attrib.is_virtual)
		skip(desc);
	else
		touch(desc);
	return 0;
}

static int fills(struct pci_dev *dev, struct msix_entry *entries, int nvec)
{
	int ret = 0, i, vec_count = pci_msix_vec_count(dev);
	struct msi_desc desc = {};

	for (i = 0; i < nvec; i++) {
		desc.msi_index = entries ? entries[i].entry : i;
		desc.pci.msi_attrib.is_virtual = desc.msi_index >= vec_count;
		ret = msi_insert_msi_desc(&dev->dev, &desc);
		if (ret)
			break;
	}
	return ret;
}

/* No rule knows these. */
static int odd(struct msi_desc *desc, int i)
{
	desc->pci.msi_attrib.is_virtual = i > 3;
	return desc->pci.msi_attrib.is_virtual ? 1 : i;
}
