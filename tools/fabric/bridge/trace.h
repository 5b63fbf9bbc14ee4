/* SPDX-License-Identifier: GPL-2.0-only */
/* A readable record of what the guests do to the function. */
#ifndef FABRIC_TRACE_H
#define FABRIC_TRACE_H

#include <stdio.h>

#include "bridge/types.h"

struct trace {
	FILE *file;
	bool on;
	bool dirty;
};

/* NULL is standard error. Returns 0 or a negative errno. */
int trace_open(struct trace *t, const char *path);
void trace_close(struct trace *t);
void trace_line(struct trace *t, const char *fmt, ...) __printf(2, 3);
/* Called when there is nothing else to do. */
void trace_flush(struct trace *t);

#endif
