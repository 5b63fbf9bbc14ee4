// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "vfio/pci.h"

#define PCI_COMMAND		0x04
#define   COMMAND_MASTER	0x04
#define   COMMAND_WRITABLE	0x0446u	/* memory, master, parity, INTx off */
#define PCI_STATUS		0x06
#define   STATUS_CAP_LIST	0x10
#define PCI_CACHE_LINE		0x0c
#define PCI_LATENCY		0x0d
#define PCI_BAR0		0x10
#define   BAR_MEM64		0x04u
#define   BAR_PREFETCH		0x08u
#define PCI_CAP_POINTER		0x34
#define PCI_INT_LINE		0x3c

#define CAP_EXP			0x40
#define CAP_MSI			0x90

static void put(u8 *p, u32 offset, u64 value, u32 bytes)
{
	memcpy(p + offset, &value, bytes);
}

static void init_bars(struct pci_config *c, const struct pci_identity *id)
{
	u32 at;
	int i;

	for (i = 0; i < NUM_BARS; i++) {
		if (!id->bar_size[i])
			continue;
		at = PCI_BAR0 + 4u * (u32)i;
		put(c->data, at, (id->bar_narrow[i] ? 0 : BAR_MEM64) |
		    (id->bar_prefetch[i] ? BAR_PREFETCH : 0), 4);
		put(c->writable, at, ~(id->bar_size[i] - 1),
		    id->bar_narrow[i] ? 4 : 8);
	}
}

static void init_express(struct pci_config *c, const struct pci_identity *id)
{
	u32 link = id->link_speed | (u32)id->link_width << 4;

	c->data[CAP_EXP] = 0x10;
	put(c->data, CAP_EXP + 0x02, 0x0002, 2);	/* version 2, endpoint */
	put(c->data, CAP_EXP + 0x04, 0x8000, 4);	/* role-based errors */
	put(c->writable, CAP_EXP + 0x08, 0x7fff, 2);	/* device control */
	put(c->data, CAP_EXP + 0x0c, link, 4);		/* link capabilities */
	put(c->writable, CAP_EXP + 0x10, 0x01c3, 2);	/* link control */
	put(c->data, CAP_EXP + 0x12, link, 2);		/* link status */
	put(c->data, CAP_EXP + 0x2c, 0x0e, 4);		/* 2.5 to 8 GT/s */
	put(c->data, CAP_EXP + 0x30, id->link_speed, 2);
	put(c->writable, CAP_EXP + 0x30, 0x000f, 2);
}

static void init_msi(struct pci_config *c)
{
	c->data[CAP_MSI] = 0x05;
	put(c->data, CAP_MSI + 2, 0x0080, 2);		/* 64-bit address */
	put(c->writable, CAP_MSI + 2, 0x0001, 2);
	put(c->writable, CAP_MSI + 4, ~3ull, 8);
	put(c->writable, CAP_MSI + 12, 0xffff, 2);
}

static void init_msix(struct pci_config *c, const struct pci_identity *id)
{
	c->data[PCI_CAP_MSIX] = 0x11;
	put(c->data, PCI_CAP_MSIX + 2, id->vectors - 1, 2);
	put(c->writable, PCI_CAP_MSIX + 2, 0xc000, 2);
	put(c->data, PCI_CAP_MSIX + 4, id->msix_table | id->msix_bar, 4);
	put(c->data, PCI_CAP_MSIX + 8, id->msix_pba | id->msix_bar, 4);
}

/* Each new one goes to the end of the list. */
static u32 link_cap(struct pci_config *c, u32 last, u32 cap)
{
	c->data[last + 1] = (u8)cap;
	return cap;
}

void pci_init(struct pci_config *c, const struct pci_identity *id)
{
	u32 last = CAP_EXP;

	memset(c, 0, sizeof(*c));
	put(c->data, 0x00, id->vendor, 2);
	put(c->data, 0x02, id->device, 2);
	put(c->writable, PCI_COMMAND, COMMAND_WRITABLE, 2);
	put(c->data, PCI_STATUS, STATUS_CAP_LIST, 2);
	put(c->data, 0x08, id->revision, 1);
	put(c->data, 0x09, id->class_code, 3);
	c->writable[PCI_CACHE_LINE] = 0xff;
	c->writable[PCI_LATENCY] = 0xff;
	put(c->data, 0x2c, id->vendor, 2);
	put(c->data, 0x2e, id->device, 2);
	c->data[PCI_CAP_POINTER] = CAP_EXP;
	c->writable[PCI_INT_LINE] = 0xff;
	init_bars(c, id);
	init_express(c, id);
	if (id->vectors) {
		init_msix(c, id);
		last = link_cap(c, last, PCI_CAP_MSIX);
	}
	if (id->msi) {
		init_msi(c);
		link_cap(c, last, CAP_MSI);
	}
}

void pci_read(const struct pci_config *c, u32 offset, void *buf, u32 count)
{
	memcpy(buf, c->data + offset, count);
}

void pci_write(struct pci_config *c, u32 offset, const void *buf, u32 count)
{
	const u8 *from = buf;
	u32 i, at;

	for (i = 0; i < count; i++) {
		at = offset + i;
		c->data[at] = (u8)((c->data[at] & ~c->writable[at]) |
				   (from[i] & c->writable[at]));
	}
}

bool pci_bus_master(const struct pci_config *c)
{
	return c->data[PCI_COMMAND] & COMMAND_MASTER;
}
