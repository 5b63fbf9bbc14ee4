/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the registers of a Switchtec NTB function are, all in BAR 0. */
#ifndef FABRIC_SWITCHTEC_REGS_H
#define FABRIC_SWITCHTEC_REGS_H

#define GAS_BYTES		0x400000u
#define NUM_BAR_ENTRIES		6
#define MAX_LUT			512
#define MAX_REQ_IDS		512
#define LUT_SHIFT		16

#define SW_EVENT_FIRST		0x1830u
#define SW_EVENT_LAST		0x1998u
#define EVENT_STRIDE		0x18u

#define GEN3_PARTITION_ID	0x2018u
#define GEN4_PARTITION_ID	0x2048u

#define PART_CFG		0x4000u
#define PART_CFG_STRIDE		0x400u
#define   PC_USP_PFF		0x010u
#define   PC_VEP_PFF		0x014u
#define   PC_DSP_PFF		0x018u
#define   PC_DSP_PFF_END	0x0d4u
#define   PC_VECTORS		0x100u
#define   PC_RESET_EVENT	0x124u
#define   PC_MRPC_EVENT		0x13cu
#define   PC_EVENT_LAST		0x184u

#define NT_INFO			0x10000u
#define   NI_PARTITIONS		0x00u
#define   NI_EP_MAP_LOW		0x04u
#define   NI_EP_MAP_HIGH	0x08u
#define   NI_REQUESTER_ID	0x0cu
#define   NI_TARGETS		0x20u
#define   NI_TARGET_STRIDE	0x10u
#define   NI_END		0x320u

#define CTRL			0x14000u
#define CTRL_STRIDE		0x2000u
#define   CT_STATUS		0x000u
#define   CT_OP			0x004u
#define   CT_BAR_ERROR		0x010u
#define   CT_LUT_ENTRIES	0x014u
#define   CT_LUT_ERROR		0x018u
#define   CT_REQ_ID_SIZE	0x01cu
#define   CT_REQ_ID_ERROR	0x020u
#define   CT_BAR_ENTRY		0x040u
#define   CT_BAR_EXT		0x0a0u
#define   CT_BAR_END		0x100u
#define   CT_REQ_ID		0x400u
#define   CT_REQ_ID_END		0xc00u
#define   CT_LUT		0x1000u

#define OP_LOCK			1u
#define OP_CFG			2u
#define OP_RESET		3u

#define STATUS_NORMAL		1u
#define STATUS_LOCKED		2u
#define STATUS_LOCKING		3u
/* Not one of the drivers: an operation this viewer was not entitled to. */
#define STATUS_REFUSED		6u

#define BAR_VALID		BIT(0)
#define BAR_DIRECT		BIT(4)
#define BAR_LUT			BIT(5)
#define BAR_CTL_WRITABLE	(~BAR_VALID)

#define REQ_ID_ENABLE		BIT(0)
#define LUT_ENABLE		BIT_ULL(0)

#define DBMSG			0x74000u
#define DBMSG_STRIDE		0x4000u
#define   DM_ODB		0x1000u
#define   DM_ODB_MASK		0x1008u
#define   DM_IDB		0x1010u
#define   DM_IDB_MASK		0x1018u
#define   DM_VEC_MAP		0x1020u
#define   DM_MSG_MAP		0x1060u
#define   DM_OMSG		0x1068u
#define   DM_IMSG		0x1088u
#define   DM_IMSG_END		0x10a8u
#define   DM_MSIX		0x2000u
#define   DM_PBA		0x3000u
#define NUM_DOORBELLS		64u
#define NUM_MESSAGES		4u
/* The last doorbells' vectors are the messages' vectors. */
#define FIRST_MESSAGE_VECTOR	(NUM_DOORBELLS - NUM_MESSAGES)

#define PFF			0x134000u
#define PFF_STRIDE		0x1000u
#define MAX_PFF			255u
#define   PF_ID			0x000u
#define   PF_LINK		0x074u
#define   PF_EVENT_FIRST	0xc10u
#define   PF_EVENT_LAST		0xd30u
#define   PF_LINK_EVENT		0xd30u

#define EVENT_OCCURRED		BIT(0)
#define EVENT_ENABLE		BIT(3)
#define EVENT_COUNT_SHIFT	5
#define EVENT_UNSUPPORTED	BIT(31)

#endif
