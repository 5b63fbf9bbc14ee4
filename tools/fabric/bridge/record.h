/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What moved from host to host, with the time of each step: messages of interrupts,
 * and the words by which drivers talk. It has room for so many and no more; those that
 * come later are counted, so that what is there is whole up to its end.
 */
#ifndef FABRIC_RECORD_H
#define FABRIC_RECORD_H

#include <stdio.h>

#include "bridge/types.h"

#define RECORD_MAX	65536u

enum record_kind {
	RECORD_MESSAGE,
	RECORD_WORD,
};

enum record_fate {
	RECORD_WAITS,		/* on its way, or never answered */
	RECORD_DONE,
	RECORD_DROPPED,		/* nothing left for the other host */
	RECORD_REFUSED,		/* by the machine */
	RECORD_FULL,		/* its register was, so the sender has to repeat it */
	RECORD_LOST,		/* there was no way to the other host */
};

struct record_entry {
	enum record_kind kind;
	enum record_fate fate;
	int from;
	int to;
	/* a kind of window or of register; bar is -1 for a register of no window */
	const char *way;
	int bar;
	u32 index;
	u64 offset;
	/* as it came; a fault may bend it afterwards */
	u64 address;
	u64 value;
	/* CLOCK_MONOTONIC; 0: has not happened */
	u64 came_ns;
	u64 left_ns;
	u64 done_ns;
};

struct record {
	struct record_entry *entries;
	u32 room;
	u32 count;
	u64 lost;
	/* the number of entries[0]; numbers are never used again */
	u64 first;
};

/* Forget what is there and begin with room for so many; with 0 it ends. */
void record_start(struct record *r, u32 room);

/* Its time is now. Returns the entry's number, 0 when it was not recorded. */
u64 record_add(struct record *r, const struct record_entry *entry);
/* A step of the entry of that number, if there still is one. */
void record_left(struct record *r, u64 number);
void record_done(struct record *r, u64 number, enum record_fate fate);

/* As JSON. */
void record_show(const struct record *r, FILE *out);

#endif
