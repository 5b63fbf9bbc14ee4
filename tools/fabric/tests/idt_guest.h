/* SPDX-License-Identifier: GPL-2.0-only */
/* What a driver does to an IDT function, step by step. */
#ifndef FABRIC_IDT_GUEST_H
#define FABRIC_IDT_GUEST_H

#include "tests/guest.h"
#include "models/idt/regs.h"

/* Hosts whose links are enabled and whose interrupts are not masked. */
struct rig *idt_rig(int hosts, const struct change *changes);
void idt_link_enable(struct guest *g);
void idt_link_disable(struct guest *g);
/* What the driver does at its start, so that events interrupt. */
void idt_listen(struct guest *g);

u32 nt_rd(struct guest *g, u32 offset);
void nt_wr(struct guest *g, u32 offset, u32 value);
u32 gas_rd(struct guest *g, u32 address);
void gas_wr(struct guest *g, u32 address, u32 value);

u32 idt_port(int host);
/* Route a message register and write it. */
void idt_send(struct guest *g, u32 reg, int to, u32 to_reg, u32 value);
void idt_lut(struct guest *g, int bar, u32 index, int to, u64 address);
/* A direct window of size bytes of the BAR, which is given an address. */
void idt_direct(struct guest *g, int bar, int to, u64 address, u64 size);

#endif
