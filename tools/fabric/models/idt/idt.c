// SPDX-License-Identifier: GPL-2.0-only
/*
 * A switch of the IDT 89HPES..NT..G2 family with one NT function per host, set
 * up as its EEPROM would: BAR 0 is the function's configuration space, BAR 2
 * and BAR 4 are windows. The blocks of registers have files of their own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/idt/idt.h"
#include "bridge/log.h"

enum {
	SET_DEVICE,
	SET_BAR2_MODE,
	SET_BAR2_SIZE,
	SET_BAR4_MODE,
	SET_BAR4_SIZE,
	SET_REQUESTER_ID,
	SET_DOORBELL_ECHO,
};

static const struct setting settings[] = {
	[SET_DEVICE] = { "device", 0x808e, 0x8088, 0x8092,
			 "PCI device id, which decides the ports" },
	[SET_BAR2_MODE] = { "bar2_mode", MODE_LUT12, 0, NUM_MODES - 1,
			    "0 direct, 1 twelve LUT windows of 1/16, 2 twenty-four of 1/32" },
	[SET_BAR2_SIZE] = { "bar2_size", 16 << 20, 1 << 16, 1ull << 36,
			    "bytes of window BAR 2, a power of two" },
	[SET_BAR4_MODE] = { "bar4_mode", MODE_DIRECT, 0, NUM_MODES - 1,
			    "the same for BAR 4; 24 LUT windows are the most" },
	[SET_BAR4_SIZE] = { "bar4_size", 4 << 20, 0, 1ull << 36,
			    "bytes of window BAR 4, a power of two or 0" },
	[SET_REQUESTER_ID] = { "requester_id", 0, 0, 0xffff,
			       "requester id of a host's own accesses" },
	[SET_DOORBELL_ECHO] = { "doorbell_echo", 0, 0, 1,
				"1: who rings also gets it himself" },
	{ NULL }
};

static const struct idt_chip chips[] = {
	{ 0x8088, "89HPES32NT8BG2", 8, { 0, 2, 4, 6, 8, 12, 16, 20 } },
	{ 0x808a, "89HPES32NT24BG2", 8, { 0, 2, 4, 6, 8, 12, 16, 20 } },
	{ 0x808c, "89HPES32NT24AG2", 8, { 0, 2, 4, 6, 8, 12, 16, 20 } },
	{ 0x808e, "89HPES24NT24G2", 8, { 0, 2, 4, 6, 8, 12, 16, 20 } },
	{ 0x808f, "89HPES32NT8AG2", 8, { 0, 2, 4, 6, 8, 12, 16, 20 } },
	{ 0x8090, "89HPES16NT16G2", 4, { 0, 8, 12, 16 } },
	{ 0x8091, "89HPES24NT6AG2", 6, { 0, 2, 4, 6, 8, 12 } },
	{ 0x8092, "89HPES12NT12G2", 3, { 0, 8, 16 } },
};

static const struct idt_chip *find_chip(u64 device)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chips); i++)
		if (chips[i].device == device)
			return &chips[i];
	return NULL;
}

static u32 window_setup(u64 size, u64 mode)
{
	u32 shift = 0;

	if (!size)
		return 0;
	while (size >> (shift + 1))
		shift++;
	return SETUP_ENABLE | SETUP_64 | SETUP_PREFETCH |
	       shift << SETUP_SIZE_SHIFT | (u32)mode << SETUP_MODE_SHIFT;
}

static bool possible(int hosts, const u64 *v, char *err, size_t err_len)
{
	const struct idt_chip *chip = find_chip(v[SET_DEVICE]);
	u32 luts = lut_slots(window_setup(v[SET_BAR2_SIZE], v[SET_BAR2_MODE])) +
		   lut_slots(window_setup(v[SET_BAR4_SIZE], v[SET_BAR4_MODE]));

	if (!chip)
		snprintf(err, err_len, "no chip has device id %#llx",
			 (unsigned long long)v[SET_DEVICE]);
	else if (hosts > chip->ports)
		snprintf(err, err_len, "an %s has %d NT ports, not %d",
			 chip->name, chip->ports, hosts);
	else if (!is_power_of_two(v[SET_BAR2_SIZE]) ||
		 (v[SET_BAR4_SIZE] && !is_power_of_two(v[SET_BAR4_SIZE])))
		snprintf(err, err_len,
			 "BAR sizes %llu and %llu are not powers of two",
			 (unsigned long long)v[SET_BAR2_SIZE],
			 (unsigned long long)v[SET_BAR4_SIZE]);
	else if (v[SET_BAR4_SIZE] && v[SET_BAR4_SIZE] < 1 << 16)
		snprintf(err, err_len, "a BAR 4 of %llu bytes is below 65536",
			 (unsigned long long)v[SET_BAR4_SIZE]);
	else if (luts > MAX_SLOTS)
		snprintf(err, err_len,
			 "%u LUT windows are more than the %d of a function",
			 luts, MAX_SLOTS);
	else
		return true;
	return false;
}

static void *create(struct fabric *f, const u64 *values, char *err,
		    size_t err_len)
{
	struct idt *s;
	int hosts = fabric_hosts(f);
	int i;

	if (!possible(hosts, values, err, err_len))
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->fabric = f;
	s->hosts = hosts;
	s->p.chip = find_chip(values[SET_DEVICE]);
	s->p.requester_id = (u16)values[SET_REQUESTER_ID];
	s->p.doorbell_echo = values[SET_DOORBELL_ECHO];
	s->p.bar_size[0] = NT_BYTES;
	s->p.bar_size[2] = values[SET_BAR2_SIZE];
	s->p.bar_size[4] = values[SET_BAR4_SIZE];
	s->p.bar_setup[0] = SETUP_ENABLE | SETUP_CONFIG |
			    12 << SETUP_SIZE_SHIFT;
	s->p.bar_setup[2] = window_setup(values[SET_BAR2_SIZE],
					 values[SET_BAR2_MODE]);
	s->p.bar_setup[4] = window_setup(values[SET_BAR4_SIZE],
					 values[SET_BAR4_MODE]);
	s->event_mask = ~0u;
	s->event_part_mask = ~0u;
	s->link_up.mask = ~0u;
	s->link_down.mask = ~0u;
	s->signal.mask = ~0u;
	for (i = 0; i < hosts; i++)
		nt_reset(s, i);
	return s;
}

static void identity(void *m, int host, struct pci_identity *id)
{
	struct idt *s = m;

	(void)host;
	*id = (struct pci_identity){
		.vendor = 0x111d,
		.device = s->p.chip->device,
		.class_code = 0x068000,
		.revision = 2,
		.link_speed = 2,
		.link_width = 8,
		.bar_narrow = { [0] = true },
		.bar_prefetch = { [2] = true, [4] = true },
		.msi = true,
	};
	memcpy(id->bar_size, s->p.bar_size, sizeof(id->bar_size));
}

static u64 window_read(struct idt *s, int host, int bar, u64 offset, u32 size)
{
	struct target to;

	if (!window_allowed(s, host)) {
		fabric_stats(s->fabric, host)->requester_drops++;
		return UINT64_MAX;
	}
	/* The answer has to come back through both functions. */
	if (!window_translate(s, host, bar, offset, size, &to) ||
	    !(s->part[host].ctl & s->part[to.host].ctl & CTL_COMPLETIONS))
		return UINT64_MAX;
	return fabric_window_read(s->fabric, host, &to, size);
}

static void window_write(struct idt *s, int host, int bar, u64 offset,
			 u64 value, u32 size)
{
	struct target to;

	if (!window_allowed(s, host))
		fabric_stats(s->fabric, host)->requester_drops++;
	else if (window_translate(s, host, bar, offset, size, &to))
		fabric_window_write(s->fabric, host, &to, value, size);
	else
		fabric_stats(s->fabric, host)->dropped++;
}

static u32 read_register(struct idt *s, int host, u32 offset)
{
	if (offset == NT_GASA_DATA)
		return gas_read(s, host, s->part[host].gasa_addr);
	return nt_read(s, host, offset);
}

static void write_register(struct idt *s, int host, u32 offset, u32 value,
			   u32 bits)
{
	if (offset == NT_GASA_DATA)
		gas_write(s, host, s->part[host].gasa_addr, value, bits);
	else
		nt_write(s, host, offset, value, bits);
}

static u64 read_registers(struct idt *s, int host, u32 offset, u32 size)
{
	u32 at = offset & ~3u;
	u64 value = read_register(s, host, at);

	if (size == 8)
		value |= (u64)read_register(s, host, at + 4) << 32;
	return value >> (offset % 4 * 8);
}

static void write_registers(struct idt *s, int host, u32 offset, u64 value,
			    u32 size)
{
	u32 at = offset & ~3u;
	u32 shift = offset % 4 * 8;
	u32 bits = size >= 4 ? ~0u : (BIT(size * 8) - 1) << shift;

	write_register(s, host, at, (u32)value << shift, bits);
	if (size == 8)
		write_register(s, host, at + 4, (u32)(value >> 32), ~0u);
}

static u64 bar_read(void *m, int host, int bar, u64 offset, u32 size)
{
	if (bar)
		return window_read(m, host, bar, offset, size);
	return read_registers(m, host, (u32)offset, size);
}

static void bar_write(void *m, int host, int bar, u64 offset, u64 value,
		      u32 size)
{
	if (bar)
		window_write(m, host, bar, offset, value, size);
	else
		write_registers(m, host, (u32)offset, value, size);
}

static bool config_read(void *m, int host, u32 offset, u32 size, u64 *value)
{
	if (offset < NT_FIRST && (offset & ~3u) != NT_LINK_CAP)
		return false;
	*value = read_registers(m, host, offset, size);
	return true;
}

static bool config_write(void *m, int host, u32 offset, u64 value, u32 size)
{
	if (offset < NT_FIRST)
		return false;
	write_registers(m, host, offset, value, size);
	return true;
}

static void reset(void *m, int host)
{
	struct idt *s = m;

	nt_reset(s, host);
	fabric_word_room(s->fabric, host);
}

static void link_event(void *m, int host)
{
	event_link(m, host);
}

static const struct model_ops ops = {
	.create = create,
	.destroy = free,
	.identity = identity,
	.bar_read = bar_read,
	.bar_write = bar_write,
	.config_read = config_read,
	.config_write = config_write,
	.word_arrives = idt_word_arrives,
	.reset = reset,
	.link_event = link_event,
	.window = idt_window,
	.register_name = idt_register_name,
	.value_name = idt_value_name,
};

static struct model idt = {
	.name = "idt",
	.settings = settings,
	.ops = &ops,
};

REGISTER_MODEL(idt);
