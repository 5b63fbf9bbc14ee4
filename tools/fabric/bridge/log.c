// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "bridge/log.h"

bool log_quiet;

void log_line(const char *fmt, ...)
{
	va_list ap;

	if (log_quiet)
		return;
	fputs("fabric: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static void *must(void *p, size_t n, size_t size)
{
	if (p)
		return p;
	log_line("out of memory asking for %zu times %zu bytes", n, size);
	exit(1);
}

void *xcalloc(size_t n, size_t size)
{
	return must(calloc(n, size), n, size);
}

void *xrealloc(void *p, size_t n, size_t size)
{
	return must(reallocarray(p, n, size), n, size);
}
