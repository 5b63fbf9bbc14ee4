/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FABRIC_LOG_H
#define FABRIC_LOG_H

#include "bridge/types.h"

/* No more sentences; for tests that provoke a lot of them. */
extern bool log_quiet;

/* One sentence on standard error; the newline is added here. */
void log_line(const char *fmt, ...) __printf(1, 2);

/* Allocation that cannot fail: it ends the program with a sentence instead. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);

#endif
