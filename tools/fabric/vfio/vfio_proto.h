/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vfio-user wire format: what is on the socket, nothing about how it is
 * handled. All fields are little-endian, as is every machine this runs on.
 */
#ifndef FABRIC_VFIO_PROTO_H
#define FABRIC_VFIO_PROTO_H

#include <assert.h>

#include "bridge/types.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	      "the wire format is used as it is in memory");

enum vfio_user_command {
	VU_VERSION = 1,
	VU_DMA_MAP = 2,
	VU_DMA_UNMAP = 3,
	VU_DEVICE_GET_INFO = 4,
	VU_DEVICE_GET_REGION_INFO = 5,
	VU_DEVICE_GET_IRQ_INFO = 7,
	VU_DEVICE_SET_IRQS = 8,
	VU_REGION_READ = 9,
	VU_REGION_WRITE = 10,
	VU_DMA_WRITE = 12,
	VU_DEVICE_RESET = 13,
	VU_REGION_WRITE_MULTI = 15,
};

#define VU_FLAG_TYPE		0xfu
#define VU_FLAG_REPLY		0x1u
#define VU_FLAG_NO_REPLY	0x10u
#define VU_FLAG_ERROR		0x20u

struct vu_header {
	u16 id;
	u16 command;
	u32 size;
	u32 flags;
	u32 error;
};

struct vu_version {
	u16 major;
	u16 minor;
};

#define VU_MAP_READ		0x1u
#define VU_MAP_WRITE		0x2u
#define VU_UNMAP_ALL		0x2u

struct vu_dma_map {
	u32 argsz;
	u32 flags;
	u64 offset;
	u64 iova;
	u64 size;
};

struct vu_dma_unmap {
	u32 argsz;
	u32 flags;
	u64 iova;
	u64 size;
};

#define VU_DEVICE_RESETTABLE	0x1u
#define VU_DEVICE_PCI		0x2u

struct vu_device_info {
	u32 argsz;
	u32 flags;
	u32 num_regions;
	u32 num_irqs;
};

/* Regions: six BARs, then these. */
enum {
	VU_REGION_ROM = 6,
	VU_REGION_CONFIG = 7,
	VU_REGION_VGA = 8,
	VU_NUM_REGIONS,
};

#define VU_REGION_READABLE	0x1u
#define VU_REGION_WRITABLE	0x2u

struct vu_region_info {
	u32 argsz;
	u32 flags;
	u32 index;
	u32 cap_offset;
	u64 size;
	u64 offset;
};

enum {
	VU_IRQ_INTX,
	VU_IRQ_MSI,
	VU_IRQ_MSIX,
	VU_IRQ_ERR,
	VU_IRQ_REQ,
	VU_NUM_IRQS,
};

#define VU_IRQ_EVENTFD		0x1u
#define VU_IRQ_NORESIZE		0x8u

struct vu_irq_info {
	u32 argsz;
	u32 flags;
	u32 index;
	u32 count;
};

#define VU_SET_DATA_NONE	0x1u
#define VU_SET_DATA_EVENTFD	0x4u
#define VU_SET_ACTION_TRIGGER	0x20u

struct vu_set_irqs {
	u32 argsz;
	u32 flags;
	u32 index;
	u32 start;
	u32 count;
};

struct vu_region_access {
	u64 offset;
	u32 region;
	u32 count;
};

#define VU_MULTI_MAX		200

struct vu_multi_record {
	u64 offset;
	u32 region;
	u32 count;
	u8 data[8];
};

struct vu_dma_access {
	u64 address;
	u64 count;
};

#endif
