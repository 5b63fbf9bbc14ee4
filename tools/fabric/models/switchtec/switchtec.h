/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the Switchtec model, for its own files only. */
#ifndef FABRIC_SWITCHTEC_H
#define FABRIC_SWITCHTEC_H

#include "bridge/device.h"
#include "models/switchtec/regs.h"

#define PARTITIONS 2

struct switchtec_params {
	u16 device;
	u16 requester_id;
	u32 lut_entries;
	u32 req_id_entries;
	u32 vectors;
	u64 bar_size[NUM_BARS];
};

/* What a LOCK ... CFG sequence changes as a whole. */
struct switchtec_setup {
	struct {
		u32 ctl;
		u32 win_size;
		u64 xlate;
		u32 win_size_high;
	} bar[NUM_BAR_ENTRIES];
	u32 req_id[MAX_REQ_IDS];
	u64 lut[MAX_LUT];
};

/*
 * The control block of a partition: the windows through which its host
 * reaches the others, written mostly by the others. Status is per viewer.
 */
struct switchtec_ctrl {
	int owner;			/* partition holding the lock, or -1 */
	u32 status[PARTITIONS];
	u32 bar_error;
	u32 lut_error;
	u32 req_id_error;
	struct switchtec_setup live;
	struct switchtec_setup staged;
};

/* Doorbells and messages of a partition. */
struct switchtec_dbmsg {
	u64 odb_mask;
	u64 idb;
	u64 idb_mask;
	u8 vec_map[NUM_DOORBELLS];
	u32 msg_map;
	u32 out[NUM_MESSAGES];
	struct {
		u32 msg;
		bool status;
		bool mask;
		u8 source;
	} in[NUM_MESSAGES];
};

struct switchtec {
	struct fabric *fabric;
	struct switchtec_params p;
	struct switchtec_ctrl ctrl[PARTITIONS];
	struct switchtec_dbmsg dbmsg[PARTITIONS];
	u32 mrpc_event[PARTITIONS];
	/* link state events: one count per port, seen by every partition */
	u8 link_count[PARTITIONS];
	u32 link_event[PARTITIONS][2 * PARTITIONS];
};

/* ctrl.c: the lock, the configuration, and what it translates to */
void ctrl_reset(struct switchtec *s, int part);
u32 ctrl_read(struct switchtec *s, int viewer, int part, u32 offset);
void ctrl_write(struct switchtec *s, int viewer, int part, u32 offset,
		u32 value, u32 bits);
bool ctrl_translate(struct switchtec *s, int part, int bar, u64 offset,
		    struct target *to);
bool ctrl_may_request(struct switchtec *s, int part);
bool ctrl_window(struct switchtec *s, int part, u32 n, struct window *w);
u32 ctrl_lut_slots(struct switchtec *s, int part, int bar);

/* dbmsg.c: doorbells and messages */
void dbmsg_reset(struct switchtec *s, int part);
u32 dbmsg_read(struct switchtec *s, int part, u32 offset);
void dbmsg_write(struct switchtec *s, int part, u32 offset, u32 value,
		 u32 bits);

/* names.c: for people */
void switchtec_register_name(void *m, int host, int bar, u64 offset, char *buf,
			     size_t len);
const char *switchtec_value_name(void *m, int host, int bar, u64 offset,
				 u64 value);

#endif
