// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <time.h>

#include "bridge/trace.h"

int trace_open(struct trace *t, const char *path)
{
	t->file = path ? fopen(path, "we") : stderr;
	return t->file ? 0 : -errno;
}

void trace_close(struct trace *t)
{
	if (t->file && t->file != stderr)
		fclose(t->file);
	t->file = NULL;
}

void trace_line(struct trace *t, const char *fmt, ...)
{
	struct timespec now;
	va_list ap;

	if (!t->on || !t->file)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	fprintf(t->file, "%lld.%06ld ", (long long)now.tv_sec,
		now.tv_nsec / 1000);
	va_start(ap, fmt);
	vfprintf(t->file, fmt, ap);
	va_end(ap);
	fputc('\n', t->file);
	t->dirty = true;
}

void trace_flush(struct trace *t)
{
	if (!t->dirty)
		return;
	fflush(t->file);
	t->dirty = false;
}
