/* SPDX-License-Identifier: GPL-2.0-only */
/* The hosts, and what moves between them. */
#ifndef FABRIC_FABRIC_H
#define FABRIC_FABRIC_H

#include "bridge/delay.h"
#include "bridge/device.h"
#include "bridge/fault.h"
#include "bridge/host.h"
#include "bridge/loop.h"
#include "bridge/record.h"
#include "bridge/trace.h"
#include "bridge/word.h"

/* A write on its way through a window. */
struct window_write {
	int from;
	struct target to;
	u64 value;
	u32 size;
	/* its number in the record, or 0 */
	u64 number;
};

struct fabric {
	const struct model *type;
	const struct model_ops *ops;
	void *model;
	int hosts;
	struct host host[MAX_HOSTS];
	struct loop loop;
	struct trace trace;
	struct record record;
	struct faults faults;
	bool link_up;
	bool quit;

	/* writes and words that a fault holds back */
	struct delays delays;
	struct words words;
	/* the last write a spad-repeat fault will do once more, per host */
	struct {
		bool armed;
		struct window_write write;
	} again[MAX_HOSTS];
};

/* NULL, and a sentence in err, when the model refuses. */
struct fabric *fabric_new(const struct model *type, int hosts,
			  const u64 *values, char *err, size_t err_len);
void fabric_free(struct fabric *f);

/* One turn of the loop, waiting at most this long. */
void fabric_turn(struct fabric *f, int timeout_ms);

/* The physical link of all hosts. */
void fabric_set_link(struct fabric *f, bool up);

#endif
