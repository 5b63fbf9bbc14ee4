// SPDX-License-Identifier: GPL-2.0-only
#include "tests/idt_guest.h"

#define BAR4_ADDRESS 0x7c0000000ull

u32 nt_rd(struct guest *g, u32 offset)
{
	return (u32)rd(g, 0, offset, 4);
}

void nt_wr(struct guest *g, u32 offset, u32 value)
{
	wr(g, 0, offset, value, 4);
}

u32 gas_rd(struct guest *g, u32 address)
{
	nt_wr(g, NT_GASA_ADDR, address);
	return nt_rd(g, NT_GASA_DATA);
}

void gas_wr(struct guest *g, u32 address, u32 value)
{
	nt_wr(g, NT_GASA_ADDR, address);
	nt_wr(g, NT_GASA_DATA, value);
}

u32 idt_port(int host)
{
	static const u32 ports[] = { 0, 2, 4, 6, 8, 12, 16, 20 };

	return ports[host];
}

void idt_link_enable(struct guest *g)
{
	u32 part = (u32)g->index;
	u32 id = nt_rd(g, NT_REQ_ID);

	nt_wr(g, NT_CTL, CTL_COMPLETIONS);
	nt_wr(g, NT_MTBL_ADDR, part);
	nt_wr(g, NT_MTBL_DATA, MTBL_VALID | id << MTBL_ID_SHIFT |
	      part << MTBL_PART_SHIFT);
	nt_wr(g, NT_SIGNAL, 1);
	gas_wr(g, GAS_SIGNAL_STS, BIT(part));
}

void idt_link_disable(struct guest *g)
{
	nt_wr(g, NT_CTL, 0);
	nt_wr(g, NT_MTBL_ADDR, (u32)g->index);
	nt_wr(g, NT_MTBL_DATA, 0);
	nt_wr(g, NT_SIGNAL, 1);
	gas_wr(g, GAS_SIGNAL_STS, BIT(g->index));
}

void idt_listen(struct guest *g)
{
	gas_wr(g, GAS_LINK_UP_STS, ~0u);
	gas_wr(g, GAS_LINK_DOWN_STS, ~0u);
	gas_wr(g, GAS_SIGNAL_STS, ~0u);
	gas_wr(g, GAS_EVENT_PART_MASK, 0);
	gas_wr(g, GAS_LINK_UP_MASK, 0);
	gas_wr(g, GAS_LINK_DOWN_MASK, 0);
	gas_wr(g, GAS_SIGNAL_MASK, 0);
	gas_wr(g, GAS_EVENT_MASK,
	       ~(EVENT_LINK_UP | EVENT_LINK_DOWN | EVENT_SIGNAL));
	nt_wr(g, NT_INT_MASK, INT_TEMPERATURE);
}

struct rig *idt_rig(int hosts, const struct change *changes)
{
	struct rig *r = rig_model("idt", hosts, changes);
	int i;

	for (i = 0; i < hosts; i++)
		idt_listen(&r->g[i]);
	for (i = 0; i < hosts; i++)
		idt_link_enable(&r->g[i]);
	for (i = 0; i < hosts; i++) {
		nt_wr(&r->g[i], NT_INT_STS, INT_EVENT);
		fired(&r->g[i], 0);
	}
	return r;
}

void idt_send(struct guest *g, u32 reg, int to, u32 to_reg, u32 value)
{
	gas_wr(g, GAS_MSG_CTL + GAS_MSG_CTL_STRIDE * reg + 4 * (u32)g->index,
	       to_reg | (u32)to << MSG_CTL_PART_SHIFT);
	nt_wr(g, NT_OUT_MSG + 4 * reg, value);
}

void idt_lut(struct guest *g, int bar, u32 index, int to, u64 address)
{
	nt_wr(g, NT_LUT_OFFSET, index | (u32)bar << LUT_BAR_SHIFT);
	nt_wr(g, NT_LUT_LOW, (u32)address);
	nt_wr(g, NT_LUT_MIDDLE, (u32)(address >> 32));
	nt_wr(g, NT_LUT_UPPER, (u32)to | LUT_VALID);
}

void idt_direct(struct guest *g, int bar, int to, u64 address, u64 size)
{
	u32 at = NT_BAR + NT_BAR_STRIDE * (u32)bar;
	u64 limit = BAR4_ADDRESS + size;

	wr(g, VU_REGION_CONFIG, 0x10 + 4 * (u64)bar, BAR4_ADDRESS, 8);
	nt_wr(g, at + BAR_SETUP, (nt_rd(g, at + BAR_SETUP) & ~SETUP_PART) |
	      (u32)to << SETUP_PART_SHIFT);
	nt_wr(g, at + BAR_LOW, (u32)address);
	nt_wr(g, at + BAR_HIGH, (u32)(address >> 32));
	nt_wr(g, at + BAR_LIMIT, (u32)limit);
	nt_wr(g, at + NT_BAR_STRIDE + BAR_LIMIT, (u32)(limit >> 32));
}
