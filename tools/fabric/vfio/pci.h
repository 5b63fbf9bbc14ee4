/* SPDX-License-Identifier: GPL-2.0-only */
/* The configuration space of one emulated PCIe endpoint. */
#ifndef FABRIC_PCI_H
#define FABRIC_PCI_H

#include "bridge/types.h"

#define PCI_CONFIG_BYTES 4096u
/* where the MSI-X capability is, of a function that has it */
#define PCI_CAP_MSIX	0x80u

/* The function as a vendor model describes it. */
struct pci_identity {
	u16 vendor;
	u16 device;
	u32 class_code;			/* 24 bits */
	u8 revision;
	u8 link_speed;			/* generation */
	u8 link_width;			/* lanes */
	/*
	 * A BAR of size 0 is absent. The others are 64 bits wide and take two
	 * slots, unless they are marked as narrow.
	 */
	u64 bar_size[NUM_BARS];
	bool bar_prefetch[NUM_BARS];
	bool bar_narrow[NUM_BARS];
	bool msi;			/* one MSI vector */
	u32 vectors;			/* MSI-X entries, 0: no MSI-X */
	u8 msix_bar;
	u32 msix_table;
	u32 msix_pba;
};

struct pci_config {
	u8 data[PCI_CONFIG_BYTES];
	u8 writable[PCI_CONFIG_BYTES];
};

void pci_init(struct pci_config *c, const struct pci_identity *id);
void pci_read(const struct pci_config *c, u32 offset, void *buf, u32 count);
void pci_write(struct pci_config *c, u32 offset, const void *buf, u32 count);

/* COMMAND.BME: may the function write to memory at all? */
bool pci_bus_master(const struct pci_config *c);

#endif
