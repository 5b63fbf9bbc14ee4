/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the IDT model, for its own files only. */
#ifndef FABRIC_IDT_H
#define FABRIC_IDT_H

#include "bridge/device.h"
#include "models/idt/regs.h"

#define PARTITIONS	8
#define NO_PARTITION	(-1)
#define LUT_BARS	2		/* BAR 2 and BAR 4 */
#define MAX_SLOTS		24

enum bar_mode { MODE_DIRECT, MODE_LUT12, MODE_LUT24, NUM_MODES };

/* A model of the family: what it is called and where it can have NT ports. */
struct idt_chip {
	u16 device;
	const char *name;
	int ports;
	u8 port[PARTITIONS];
};

struct idt_params {
	const struct idt_chip *chip;
	u16 requester_id;
	bool doorbell_echo;
	u64 bar_size[NUM_BARS];
	u32 bar_setup[NUM_BARS];
};

struct idt_lut {
	u32 low;
	u32 middle;
	u32 upper;
};

/*
 * One partition: the NT function of one host. Host, partition and index into
 * the chip's list of ports are the same number.
 */
struct idt_part {
	u32 ctl;
	u32 int_mask;
	bool event;
	/* unmasked status bits that have had their interrupt */
	u32 raised;

	u32 dbell;
	u32 dbell_mask;
	u32 msg_out[NUM_MSGS];
	u32 msg_in[NUM_MSGS];
	u32 msg_src[NUM_MSGS];
	u32 msg_sts;
	u32 msg_mask;

	struct {
		u32 setup;
		u32 limit;
		u32 low;
		u32 high;
	} bar[NUM_BARS];
	u32 lut_offset;
	struct idt_lut lut_next;
	struct idt_lut lut[LUT_BARS][MAX_SLOTS];

	u32 mtbl_addr;
	u32 gasa_addr;
};

/* A kind of switch event: which ports or partitions had it. */
struct idt_event {
	u32 sts;
	u32 mask;
};

struct idt {
	struct fabric *fabric;
	int hosts;
	struct idt_params p;
	struct idt_part part[PARTITIONS];

	/* shared by all partitions; only a power cycle resets them */
	u32 mapping[MAPPING_ENTRIES];
	u32 msg_ctl[PARTITIONS][NUM_MSGS];
	u32 event_mask;
	u32 event_part_mask;
	struct idt_event link_up;
	struct idt_event link_down;
	struct idt_event signal;
	bool was_up[PARTITIONS];
};

/* A register after a write to the bytes in bits. */
static inline u32 merge(u32 old, u32 value, u32 bits)
{
	return (old & ~bits) | (value & bits);
}

/* nt.c: the registers of one NT function */
void nt_reset(struct idt *s, int part);
u32 nt_read(struct idt *s, int part, u32 offset);
void nt_write(struct idt *s, int part, u32 offset, u32 value, u32 bits);

/* gas.c: the registers of the switch, and the way to the others' */
u32 gas_read(struct idt *s, int part, u32 address);
void gas_write(struct idt *s, int part, u32 address, u32 value, u32 bits);
/* The partition behind a port, or NO_PARTITION. */
int gas_port_part(const struct idt *s, u32 port);

/* event.c: switch events, and the one interrupt for everything */
u32 int_status(const struct idt *s, int part);
void int_update(struct idt *s, int part);
u32 event_status(const struct idt *s);
void event_signal(struct idt *s, int part);
void event_link(struct idt *s, int part);

/* dbmsg.c: doorbells and messages */
void dbell_ring(struct idt *s, int from, u32 bits);
u32 dbell_global(const struct idt *s);
void msg_send(struct idt *s, int from, u32 reg, u32 value);
void msg_clear(struct idt *s, int part, u32 bits);
enum arrival idt_word_arrives(void *m, const struct word *w);

/* window.c: translation, and which requesters may use it */
u32 lut_slots(u32 setup);
bool window_allowed(struct idt *s, int part);
bool window_translate(struct idt *s, int part, int bar, u64 offset, u32 size,
		      struct target *to);
bool idt_window(void *m, int host, u32 n, struct window *w);
struct idt_lut *lut_selected(struct idt *s, int part);

/* names.c: for people */
void idt_register_name(void *m, int host, int bar, u64 offset, char *buf,
		       size_t len);
const char *idt_value_name(void *m, int host, int bar, u64 offset, u64 value);

#endif
