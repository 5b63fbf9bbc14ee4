/* SPDX-License-Identifier: GPL-2.0-only */
/* rewrite: its attribute */
struct pci_msi_desc {
	struct {
		u8	is_msix		: 1;
		u8	is_virtual	: 1;
	} msi_attrib;
};
