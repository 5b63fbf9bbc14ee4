/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the registers of an IDT NT function and of its switch are. */
#ifndef FABRIC_IDT_REGS_H
#define FABRIC_IDT_REGS_H

#define NT_BYTES		0x1000u		/* of BAR 0 */
#define NUM_MSGS		4
#define MAPPING_ENTRIES		64
#define MAX_PORTS		24

/* NT function registers: BAR 0 and configuration space alike */
#define NT_COMMAND		0x004u
#define NT_LINK_CAP		0x04cu
#define   LINK_CAP_PORT_SHIFT	24
#define NT_FIRST		0x400u		/* of the vendor's own */
#define NT_CTL			0x400u
#define   CTL_ID_PROT_OFF	0x1u
#define   CTL_COMPLETIONS	0x2u
#define   CTL_WRITABLE		0xfu
#define NT_INT_STS		0x404u
#define   INT_MESSAGE		0x01u
#define   INT_DOORBELL		0x02u
#define   INT_EVENT		0x08u
#define   INT_TEMPERATURE	0x80u
#define   INT_ALL		0x8bu
#define NT_INT_MASK		0x408u
#define NT_SIGNAL		0x410u
#define NT_OUT_DBELL		0x420u
#define NT_IN_DBELL		0x428u
#define NT_IN_DBELL_MASK	0x42cu
#define NT_OUT_MSG		0x430u
#define NT_IN_MSG		0x440u
#define NT_IN_MSG_SRC		0x450u
#define NT_MSG_STS		0x460u
#define   MSG_FAILED(n)		BIT(n)
#define   MSG_ARRIVED(n)	BIT(16 + (n))
#define   MSG_ALL		0x000f000fu
#define NT_MSG_MASK		0x464u
#define NT_BAR			0x470u
#define NT_BAR_STRIDE		0x10u
#define   BAR_SETUP		0x0u
#define     SETUP_64		0x4u
#define     SETUP_PREFETCH	0x8u
#define     SETUP_SIZE_SHIFT	4
#define     SETUP_CONFIG	0x400u
#define     SETUP_MODE_SHIFT	11
#define     SETUP_PART_SHIFT	13
#define     SETUP_PART		0xe000u
#define     SETUP_ENABLE	0x80000000u
#define   BAR_LIMIT		0x4u
#define     LIMIT_ONES		0x3ffu
#define   BAR_LOW		0x8u
#define   BAR_HIGH		0xcu
#define NT_MTBL_ADDR		0x4d0u
#define NT_MTBL_STS		0x4d4u
#define NT_MTBL_DATA		0x4d8u
#define   MTBL_VALID		0x1u
#define   MTBL_ID_SHIFT		1
#define   MTBL_PART_SHIFT	17
#define   MTBL_WRITABLE		0xe00fffffu
#define NT_REQ_ID		0x4dcu
#define NT_LUT_OFFSET		0x4e0u
#define   LUT_INDEX		0x1fu
#define   LUT_BAR_SHIFT		8
#define   LUT_OFFSET_WRITABLE	0x71fu
#define NT_LUT_LOW		0x4e4u
#define NT_LUT_MIDDLE		0x4e8u
#define NT_LUT_UPPER		0x4ecu
#define   LUT_PART		0xfu
#define   LUT_VALID		0x80000000u
#define NT_GASA_ADDR		0xff8u
#define NT_GASA_DATA		0xffcu

/* The global address space, behind the GASA pair */
#define GASA_BYTES		0x40000u
#define GAS_PORT		0x01000u
#define GAS_PORT_STRIDE		0x02000u
#define GAS_PORT_END		0x31000u
#define GAS_PART_CTL		0x3e100u
#define GAS_PART_STRIDE		0x20u
#define   PART_STS		0x4u
#define     PART_ACTIVE		0x20u
#define     PART_NT		0x4000u
#define GAS_PORT_CTL		0x3e200u
#define GAS_PORT_CTL_STRIDE	0x20u
#define   PORT_STS		0x4u
#define     PORT_LINK_UP	0x10u
#define     PORT_MODE_NT	0xc0u
#define     PORT_PART_SHIFT	10
#define GAS_EVENT_STS		0x3ec00u
#define   EVENT_LINK_UP		0x01u
#define   EVENT_LINK_DOWN	0x02u
#define   EVENT_SIGNAL		0x20u
#define GAS_EVENT_MASK		0x3ec04u
#define GAS_EVENT_PART_MASK	0x3ec08u
#define GAS_LINK_UP_STS		0x3ec0cu
#define GAS_LINK_UP_MASK	0x3ec10u
#define GAS_LINK_DOWN_STS	0x3ec14u
#define GAS_LINK_DOWN_MASK	0x3ec18u
#define GAS_SIGNAL_STS		0x3ec30u
#define GAS_SIGNAL_MASK		0x3ec34u
#define GAS_DBELL_STS		0x3ec3cu
#define GAS_MSG_CTL		0x3ee00u
#define GAS_MSG_CTL_STRIDE	0x20u
#define   MSG_CTL_REG		0x03u
#define   MSG_CTL_PART_SHIFT	4
#define   MSG_CTL_WRITABLE	0x73u
#define GAS_TEMPERATURE		0x3f1d4u
#define GAS_TEMPERATURE_END	0x3f1e8u

#endif
