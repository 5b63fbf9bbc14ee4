// SPDX-License-Identifier: GPL-2.0-only
/*
 * The global address space: the switch's own registers, and a view of every
 * port's NT function. Each partition changes its own function and routes only;
 * the switch events belong to all.
 */
#include "models/idt/idt.h"

int gas_port_part(const struct idt *s, u32 port)
{
	int i;

	for (i = 0; i < s->hosts; i++)
		if (s->p.chip->port[i] == port)
			return i;
	return NO_PARTITION;
}

static u32 read_port(struct idt *s, u32 offset)
{
	int part = gas_port_part(s, offset / GAS_PORT_STRIDE);

	offset %= GAS_PORT_STRIDE;
	if (part == NO_PARTITION)
		return 0;
	return nt_read(s, part, offset);
}

static u32 port_status(struct idt *s, u32 port)
{
	int part = gas_port_part(s, port);
	u32 sts;

	if (part == NO_PARTITION)
		return 0;
	sts = PORT_MODE_NT | (u32)part << PORT_PART_SHIFT;
	return fabric_path(s->fabric, part, part) ? sts | PORT_LINK_UP : sts;
}

static u32 *event_register(struct idt *s, u32 address)
{
	switch (address) {
	case GAS_EVENT_MASK:
		return &s->event_mask;
	case GAS_EVENT_PART_MASK:
		return &s->event_part_mask;
	case GAS_LINK_UP_MASK:
		return &s->link_up.mask;
	case GAS_LINK_DOWN_MASK:
		return &s->link_down.mask;
	case GAS_SIGNAL_MASK:
		return &s->signal.mask;
	}
	return NULL;
}

static u32 *event_bits(struct idt *s, u32 address)
{
	switch (address) {
	case GAS_LINK_UP_STS:
		return &s->link_up.sts;
	case GAS_LINK_DOWN_STS:
		return &s->link_down.sts;
	case GAS_SIGNAL_STS:
		return &s->signal.sts;
	}
	return NULL;
}

static u32 *route(struct idt *s, u32 address)
{
	u32 at = address - GAS_MSG_CTL;

	if (address < GAS_MSG_CTL ||
	    at >= NUM_MSGS * GAS_MSG_CTL_STRIDE)
		return NULL;
	return &s->msg_ctl[at % GAS_MSG_CTL_STRIDE / 4]
			  [at / GAS_MSG_CTL_STRIDE];
}

u32 gas_read(struct idt *s, int part, u32 address)
{
	u32 *reg = event_register(s, address);
	u32 at;

	(void)part;
	if (!reg)
		reg = event_bits(s, address);
	if (!reg)
		reg = route(s, address);
	if (reg)
		return *reg;
	if (address == GAS_EVENT_STS)
		return event_status(s);
	if (address == GAS_DBELL_STS)
		return dbell_global(s);
	if (address >= GAS_PORT && address < GAS_PORT_END)
		return read_port(s, address - GAS_PORT);
	at = address - GAS_PART_CTL;
	if (address >= GAS_PART_CTL && at < PARTITIONS * GAS_PART_STRIDE)
		return at % GAS_PART_STRIDE == PART_STS &&
		       at / GAS_PART_STRIDE < (u32)s->hosts ?
		       PART_ACTIVE | PART_NT : 0;
	at = address - GAS_PORT_CTL;
	if (address >= GAS_PORT_CTL && at < MAX_PORTS * GAS_PORT_CTL_STRIDE)
		return at % GAS_PORT_CTL_STRIDE == PORT_STS ?
		       port_status(s, at / GAS_PORT_CTL_STRIDE) : 0;
	return 0;
}

void gas_write(struct idt *s, int part, u32 address, u32 value, u32 bits)
{
	u32 *reg = event_register(s, address);

	if (reg) {
		*reg = merge(*reg, value, bits);
		return;
	}
	reg = event_bits(s, address);
	if (reg) {
		*reg &= ~(value & bits);
		return;
	}
	reg = route(s, address);
	if (reg && address % GAS_MSG_CTL_STRIDE / 4 == (u32)part) {
		*reg = merge(*reg, value, bits & MSG_CTL_WRITABLE);
		return;
	}
	/* The sensor takes its settings and always reads 0. */
	if (address >= GAS_TEMPERATURE && address < GAS_TEMPERATURE_END)
		return;
	fabric_stats(s->fabric, part)->bad_accesses++;
}
