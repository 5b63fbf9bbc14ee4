// SPDX-License-Identifier: GPL-2.0-only
/*
 * A Switchtec switch with two NT partitions, one per host: what its register
 * space (the "GAS", BAR 0) looks like, and how BAR 2 and 4 reach the other
 * side. The blocks of registers have files of their own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/log.h"
#include "models/switchtec/switchtec.h"

enum {
	SET_DEVICE,
	SET_LUT_ENTRIES,
	SET_REQ_ID_ENTRIES,
	SET_REQUESTER_ID,
	SET_BAR2,
	SET_BAR4,
	SET_MSIX,
};

static const struct setting settings[] = {
	[SET_DEVICE] = { "device", 0x8532, 0x4000, 0x8576,
			 "PCI device id; 0x85xx is Gen3, the rest later" },
	[SET_LUT_ENTRIES] = { "lut_entries", 32, 0, MAX_LUT,
			      "LUT windows of 64 KiB per partition" },
	[SET_REQ_ID_ENTRIES] = { "req_id_entries", 8, 0, MAX_REQ_IDS,
				 "entries of a partition's requester id table" },
	[SET_REQUESTER_ID] = { "requester_id", 0, 0, 0xffff,
			       "requester id of a host's own accesses" },
	[SET_BAR2] = { "bar2_size", 4 << 20, 1 << 16, 1ull << 36,
		       "bytes of window BAR 2, a power of two" },
	[SET_BAR4] = { "bar4_size", 4 << 20, 0, 1ull << 36,
		       "bytes of window BAR 4, a power of two or 0" },
	[SET_MSIX] = { "msix", 4, 1, MAX_VECTORS, "MSI-X table entries" },
	{ NULL }
};

static bool gen3(const struct switchtec *s)
{
	return s->p.device >= 0x8500;
}

static void reset_part(void *m, int part)
{
	struct switchtec *s = m;

	ctrl_reset(s, part);
	dbmsg_reset(s, part);
	s->mrpc_event[part] = 0;
	memset(s->link_event[part], 0, sizeof(s->link_event[part]));
}

static void *create(struct fabric *f, const u64 *values, char *err,
		    size_t err_len)
{
	u64 lut_bytes = values[SET_LUT_ENTRIES] << LUT_SHIFT;
	struct switchtec *s;
	int i;

	if (!is_power_of_two(values[SET_BAR2]) ||
	    (values[SET_BAR4] && !is_power_of_two(values[SET_BAR4]))) {
		snprintf(err, err_len,
			 "BAR sizes %llu and %llu are not powers of two",
			 (unsigned long long)values[SET_BAR2],
			 (unsigned long long)values[SET_BAR4]);
		return NULL;
	}
	if (lut_bytes >= values[SET_BAR2]) {
		snprintf(err, err_len,
			 "%llu bytes of LUT windows leave no room in a BAR 2 of %llu",
			 (unsigned long long)lut_bytes,
			 (unsigned long long)values[SET_BAR2]);
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->fabric = f;
	s->p.device = (u16)values[SET_DEVICE];
	s->p.requester_id = (u16)values[SET_REQUESTER_ID];
	s->p.lut_entries = (u32)values[SET_LUT_ENTRIES];
	s->p.req_id_entries = (u32)values[SET_REQ_ID_ENTRIES];
	s->p.vectors = (u32)values[SET_MSIX];
	s->p.bar_size[0] = GAS_BYTES;
	s->p.bar_size[2] = values[SET_BAR2];
	s->p.bar_size[4] = values[SET_BAR4];
	for (i = 0; i < PARTITIONS; i++) {
		s->ctrl[i].owner = -1;
		reset_part(s, i);
	}
	return s;
}

static void identity(void *m, int host, struct pci_identity *id)
{
	struct switchtec *s = m;

	*id = (struct pci_identity){
		.vendor = 0x11f8,
		.device = s->p.device,
		.class_code = 0x068000,
		.link_speed = 3,
		.link_width = 8,
		.bar_prefetch = { [2] = true, [4] = true },
		.vectors = s->p.vectors,
		.msix_bar = 0,
		.msix_table = DBMSG + DBMSG_STRIDE * (u32)host + DM_MSIX,
		.msix_pba = DBMSG + DBMSG_STRIDE * (u32)host + DM_PBA,
	};
	memcpy(id->bar_size, s->p.bar_size, sizeof(id->bar_size));
}

static u32 read_part_cfg(struct switchtec *s, u32 offset)
{
	u32 part = offset / PART_CFG_STRIDE;

	if (part >= PARTITIONS)
		return 0;
	offset %= PART_CFG_STRIDE;
	switch (offset) {
	case PC_USP_PFF:
		return 2 * part;
	case PC_VEP_PFF:
		return 2 * part + 1;
	case PC_VECTORS:
		/* The event interrupt is vector 0 of the function. */
		return 0;
	case PC_MRPC_EVENT:
		return s->mrpc_event[part];
	}
	if (offset >= PC_DSP_PFF && offset < PC_DSP_PFF_END)
		return ~0u;
	if (offset >= PC_RESET_EVENT && offset <= PC_EVENT_LAST &&
	    (offset - PC_RESET_EVENT) % EVENT_STRIDE == 0)
		return EVENT_UNSUPPORTED;
	return 0;
}

static u32 read_info(struct switchtec *s, int part, u32 offset)
{
	u32 i;

	switch (offset) {
	case NI_PARTITIONS:
		return PARTITIONS | (u32)part << 8;
	case NI_EP_MAP_LOW:
		return (u32)BIT_ULL(PARTITIONS) - 1;
	case NI_REQUESTER_ID:
		return s->p.requester_id;
	}
	if (offset >= NI_TARGETS && offset < NI_END) {
		i = (offset - NI_TARGETS) / NI_TARGET_STRIDE;
		/* Each partition's only target is the other one. */
		if (offset % NI_TARGET_STRIDE == 4 && i < PARTITIONS)
			return (u32)BIT(PARTITIONS - 1 - i);
	}
	return 0;
}

static u32 read_pff(struct switchtec *s, int viewer, u32 offset)
{
	u32 port = offset / PFF_STRIDE;

	offset %= PFF_STRIDE;
	if (port >= 2 * PARTITIONS)
		return offset == PF_ID ? ~0u : 0;
	switch (offset) {
	case PF_ID:
		return (u32)s->p.device << 16 | 0x11f8;
	case PF_LINK:
		return 8 << 20 | 3 << 16;
	case PF_LINK_EVENT:
		return s->link_event[viewer][port] |
		       (u32)s->link_count[port / 2] << EVENT_COUNT_SHIFT;
	}
	if (offset >= PF_EVENT_FIRST && offset <= PF_EVENT_LAST &&
	    (offset - PF_EVENT_FIRST) % EVENT_STRIDE == 0)
		return EVENT_UNSUPPORTED;
	return 0;
}

static u32 gas_read(struct switchtec *s, int host, u32 offset)
{
	u32 part;

	if (offset >= SW_EVENT_FIRST && offset <= SW_EVENT_LAST)
		return (offset - SW_EVENT_FIRST) % EVENT_STRIDE ?
		       0 : EVENT_UNSUPPORTED;
	if (offset == (gen3(s) ? GEN3_PARTITION_ID : GEN4_PARTITION_ID))
		return (u32)host;
	if (offset >= PART_CFG && offset < NT_INFO)
		return read_part_cfg(s, offset - PART_CFG);
	if (offset >= NT_INFO && offset < CTRL)
		return read_info(s, host, offset - NT_INFO);
	if (offset >= CTRL && offset < DBMSG) {
		part = (offset - CTRL) / CTRL_STRIDE;
		return part < PARTITIONS ?
		       ctrl_read(s, host, (int)part, offset % CTRL_STRIDE) : 0;
	}
	if (offset >= DBMSG && offset < PFF) {
		part = (offset - DBMSG) / DBMSG_STRIDE;
		return part == (u32)host ?
		       dbmsg_read(s, host, offset % DBMSG_STRIDE) : 0;
	}
	if (offset >= PFF && offset < PFF + MAX_PFF * PFF_STRIDE)
		return read_pff(s, host, offset - PFF);
	return 0;
}

static u32 event_after_write(u32 event, u32 value)
{
	if (value & EVENT_OCCURRED)
		event &= ~EVENT_OCCURRED;
	return (event & ~EVENT_ENABLE) | (value & EVENT_ENABLE);
}

static void write_event(struct switchtec *s, int host, u32 offset, u32 value)
{
	u32 port;

	if (offset == PART_CFG + PART_CFG_STRIDE * (u32)host + PC_MRPC_EVENT) {
		s->mrpc_event[host] = event_after_write(s->mrpc_event[host],
							value);
		return;
	}
	if (offset < PFF || (offset - PFF) % PFF_STRIDE != PF_LINK_EVENT)
		return;
	port = (offset - PFF) / PFF_STRIDE;
	if (port < 2 * PARTITIONS)
		s->link_event[host][port] =
			event_after_write(s->link_event[host][port], value);
}

static void gas_write(struct switchtec *s, int host, u32 offset, u32 value,
		      u32 bits)
{
	u32 part;

	if (offset >= CTRL && offset < DBMSG) {
		part = (offset - CTRL) / CTRL_STRIDE;
		if (part < PARTITIONS)
			ctrl_write(s, host, (int)part, offset % CTRL_STRIDE,
				   value, bits);
		else
			fabric_stats(s->fabric, host)->bad_accesses++;
		return;
	}
	if (offset >= DBMSG && offset < PFF) {
		part = (offset - DBMSG) / DBMSG_STRIDE;
		offset %= DBMSG_STRIDE;
		if (part != (u32)host)
			fabric_stats(s->fabric, host)->bad_accesses++;
		else if (offset >= DM_MSIX)
			/* the real table is QEMU's: this is beyond its end */
			fabric_stats(s->fabric, host)->msix_overruns++;
		else
			dbmsg_write(s, host, offset, value, bits);
		return;
	}
	write_event(s, host, offset, value & bits);
}

/* Requests of a requester that is not in the table are dropped. */
static bool may_request(struct switchtec *s, int host)
{
	if (ctrl_may_request(s, host))
		return true;
	fabric_stats(s->fabric, host)->requester_drops++;
	return false;
}

static u64 window_read(struct switchtec *s, int host, int bar, u64 offset,
		       u32 size)
{
	struct target to;

	if (!may_request(s, host) ||
	    !ctrl_translate(s, host, bar, offset, &to))
		return UINT64_MAX;
	return fabric_window_read(s->fabric, host, &to, size);
}

static void window_write(struct switchtec *s, int host, int bar, u64 offset,
			 u64 value, u32 size)
{
	struct target to;

	if (!may_request(s, host))
		return;
	if (ctrl_translate(s, host, bar, offset, &to))
		fabric_window_write(s->fabric, host, &to, value, size);
	else
		fabric_stats(s->fabric, host)->dropped++;
}

static u64 bar_read(void *m, int host, int bar, u64 offset, u32 size)
{
	struct switchtec *s = m;
	u32 at = (u32)offset & ~3u;
	u64 value;

	if (bar)
		return window_read(s, host, bar, offset, size);
	value = gas_read(s, host, at);
	if (size == 8)
		value |= (u64)gas_read(s, host, at + 4) << 32;
	return value >> (offset % 4 * 8);
}

static void bar_write(void *m, int host, int bar, u64 offset, u64 value,
		      u32 size)
{
	struct switchtec *s = m;
	u32 at = (u32)offset & ~3u;
	u32 shift = offset % 4 * 8;
	u32 bits;

	if (bar) {
		window_write(s, host, bar, offset, value, size);
		return;
	}
	bits = size >= 4 ? ~0u : (BIT(size * 8) - 1) << shift;
	gas_write(s, host, at, (u32)value << shift, bits);
	if (size == 8)
		gas_write(s, host, at + 4, (u32)(value >> 32), ~0u);
}

static void link_event(void *m, int host)
{
	struct switchtec *s = m;
	bool enabled;
	u32 *port;
	int viewer;

	s->link_count[host]++;
	for (viewer = 0; viewer < PARTITIONS; viewer++) {
		port = &s->link_event[viewer][2 * host];
		enabled = (port[0] | port[1]) & EVENT_ENABLE;
		port[0] |= EVENT_OCCURRED;
		port[1] |= EVENT_OCCURRED;
		if (enabled)
			fabric_interrupt(s->fabric, viewer, 0);
	}
}

static bool window(void *m, int host, u32 n, struct window *w)
{
	return ctrl_window(m, host, n, w);
}

static const struct model_ops ops = {
	.create = create,
	.destroy = free,
	.identity = identity,
	.bar_read = bar_read,
	.bar_write = bar_write,
	.reset = reset_part,
	.link_event = link_event,
	.window = window,
	.register_name = switchtec_register_name,
	.value_name = switchtec_value_name,
};

static struct model switchtec = {
	.name = "switchtec",
	.settings = settings,
	.hosts = PARTITIONS,
	.ops = &ops,
};

REGISTER_MODEL(switchtec);
