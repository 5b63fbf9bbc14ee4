/* SPDX-License-Identifier: GPL-2.0-only */
/* report form: the legacy library itself */
struct ntb_msi_desc {
	u32 addr_offset;
	u32 data;
};

int ntb_msi_init(struct ntb_dev *ntb, void (*desc_changed)(void *ctx));
int ntb_msi_setup_mws(struct ntb_dev *ntb);
