/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands for the rest of ntb-irq where one of its files is tested alone. */
#ifndef NTB_IRQ_TOOL_STUB_H
#define NTB_IRQ_TOOL_STUB_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../doctor.h"

/* The status to exit with where the program would die. */
#define DIED	99

const struct command *running = &(const struct command) { .name = "test", .args = "" };

void die(const char *fmt, ...)
{
	exit(DIED);
}

#endif /* NTB_IRQ_TOOL_STUB_H */
