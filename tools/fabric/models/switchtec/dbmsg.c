// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doorbells and messages. There are 64 doorbells between two partitions; the
 * drivers share them out. A message goes to the host that maps its sender's register
 * to one of his inbound ones.
 */
#include <string.h>

#include "models/switchtec/switchtec.h"

void dbmsg_reset(struct switchtec *s, int part)
{
	memset(&s->dbmsg[part], 0, sizeof(s->dbmsg[part]));
}

static int peer_of(int part)
{
	return 1 - part;
}

/* One interrupt per vector for the bits that now count and did not before. */
static void raise_doorbells(struct switchtec *s, int part, u64 fresh)
{
	struct switchtec_dbmsg *d = &s->dbmsg[part];
	u64 vectors = 0;
	u32 i;

	for (i = 0; i < FIRST_MESSAGE_VECTOR; i++)
		if (fresh & BIT_ULL(i) && d->vec_map[i] < MAX_VECTORS)
			vectors |= BIT_ULL(d->vec_map[i]);
	for (i = 0; i < MAX_VECTORS; i++)
		if (vectors & BIT_ULL(i))
			fabric_interrupt(s->fabric, part, i);
}

static void ring(struct switchtec *s, int from, u64 bits)
{
	int to = peer_of(from);
	struct switchtec_dbmsg *d = &s->dbmsg[to];
	u64 fresh;

	bits &= s->dbmsg[from].odb_mask;
	if (!bits)
		return;
	if (!fabric_path(s->fabric, from, to)) {
		fabric_stats(s->fabric, from)->dropped++;
		return;
	}
	fresh = bits & ~d->idb;
	d->idb |= bits;
	fabric_stats(s->fabric, to)->doorbells++;
	raise_doorbells(s, to, fresh & d->idb_mask);
}

static void raise_message(struct switchtec *s, int part, u32 i)
{
	struct switchtec_dbmsg *d = &s->dbmsg[part];

	if (d->in[i].mask)
		fabric_interrupt(s->fabric, part,
				 d->vec_map[FIRST_MESSAGE_VECTOR + i]);
}

/*
 * A new message replaces one that was not acknowledged and interrupts again.
 * Drivers count on it: what comes while they start is never acknowledged.
 */
static void deliver(struct switchtec *s, int from, int to, u32 out)
{
	struct switchtec_dbmsg *d = &s->dbmsg[to];
	u32 i;

	for (i = 0; i < NUM_MESSAGES; i++) {
		if ((d->msg_map >> (8 * i) & 0xff) != (out | (u32)from << 2))
			continue;
		d->in[i].msg = s->dbmsg[from].out[out];
		d->in[i].source = (u8)from;
		d->in[i].status = true;
		fabric_stats(s->fabric, to)->messages++;
		raise_message(s, to, i);
	}
}

static void send(struct switchtec *s, int from, u32 out, u32 value)
{
	int to = peer_of(from);

	s->dbmsg[from].out[out] = value;
	if (fabric_path(s->fabric, from, to))
		deliver(s, from, to, out);
	else
		fabric_stats(s->fabric, from)->dropped++;
}

static u32 half(u64 value, u32 offset)
{
	return (u32)(value >> (offset % 8 * 8));
}

u32 dbmsg_read(struct switchtec *s, int part, u32 offset)
{
	struct switchtec_dbmsg *d = &s->dbmsg[part];
	u32 i, value;

	switch (offset & ~7u) {
	case DM_ODB_MASK:
		return half(d->odb_mask, offset);
	case DM_IDB:
		return half(d->idb, offset);
	case DM_IDB_MASK:
		return half(d->idb_mask, offset);
	}
	if (offset >= DM_VEC_MAP && offset < DM_MSG_MAP) {
		memcpy(&value, d->vec_map + (offset - DM_VEC_MAP), 4);
		return value;
	}
	if (offset == DM_MSG_MAP)
		return d->msg_map;
	if (offset >= DM_OMSG && offset < DM_IMSG) {
		i = (offset - DM_OMSG) / 8;
		return offset % 8 ? 0 : d->out[i];
	}
	if (offset >= DM_IMSG && offset < DM_IMSG_END) {
		i = (offset - DM_IMSG) / 8;
		if (offset % 8 == 0)
			return d->in[i].msg;
		return (u32)d->in[i].status | (u32)d->in[i].mask << 8 |
		       (u32)d->in[i].source << 16;
	}
	return 0;
}

static void set_half(u64 *reg, u32 offset, u32 value, u32 bits)
{
	u32 shift = offset % 8 * 8;

	*reg = (*reg & ~((u64)bits << shift)) |
	       (u64)(value & bits) << shift;
}

static void unmask(struct switchtec *s, int part, u32 offset, u32 value,
		   u32 bits)
{
	struct switchtec_dbmsg *d = &s->dbmsg[part];
	u64 before = d->idb & d->idb_mask;

	set_half(&d->idb_mask, offset, value, bits);
	raise_doorbells(s, part, d->idb & d->idb_mask & ~before);
}

static void write_inbound(struct switchtec *s, int part, u32 i, u32 value,
			  u32 bits)
{
	struct switchtec_dbmsg *d = &s->dbmsg[part];
	bool was_masked = !d->in[i].mask;

	if (bits & 0xff00)
		d->in[i].mask = value & 0x100;
	if (bits & value & 1)
		d->in[i].status = false;
	else if (was_masked && d->in[i].status)
		raise_message(s, part, i);
}

void dbmsg_write(struct switchtec *s, int part, u32 offset, u32 value,
		 u32 bits)
{
	struct switchtec_dbmsg *d = &s->dbmsg[part];
	u64 cleared = 0;
	u32 i;

	switch (offset & ~7u) {
	case DM_ODB:
		ring(s, part, (u64)(value & bits) << (offset % 8 * 8));
		return;
	case DM_ODB_MASK:
		set_half(&d->odb_mask, offset, value, bits);
		return;
	case DM_IDB:
		set_half(&cleared, offset, value, bits);
		d->idb &= ~cleared;
		return;
	case DM_IDB_MASK:
		unmask(s, part, offset, value, bits);
		return;
	}
	if (offset >= DM_VEC_MAP && offset < DM_MSG_MAP) {
		for (i = 0; i < 4; i++)
			if (bits >> (8 * i) & 0xff)
				d->vec_map[offset - DM_VEC_MAP + i] =
					(u8)(value >> (8 * i));
	} else if (offset == DM_MSG_MAP) {
		d->msg_map = (d->msg_map & ~bits) | (value & bits);
	} else if (offset >= DM_OMSG && offset < DM_IMSG) {
		/* The message half sends; the status half is for reading. */
		if (offset % 8 == 0)
			send(s, part, (offset - DM_OMSG) / 8, value & bits);
	} else if (offset >= DM_IMSG && offset < DM_IMSG_END) {
		if (offset % 8)
			write_inbound(s, part, (offset - DM_IMSG) / 8, value,
				      bits);
	} else {
		fabric_stats(s->fabric, part)->bad_accesses++;
	}
}
