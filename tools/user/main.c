// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes that use NTB interrupts, for the tests: each command is one that goes on
 * until a signal ends it, or that checks something and ends with status 0 or 1.
 */
#include <stdio.h>
#include <string.h>

#include "user.h"

static const struct {
	const char *name;
	const char *args;
	int count;
	int (*run)(char *argv[]);
} commands[] = {
	{ "rally", "DEVICE FIRST COUNT BALLS SERVE", 5, rally },
	{ "hold", "DEVICE FIRST COUNT", 3, hold },
	{ "wait", "DEVICE INDEX", 2, wait_for },
	{ "ask", "DEVICE PEER INDEX", 3, ask },
	{ "ring", "DEVICE PEER INDEX", 3, ring },
	{ "churn", "DEVICE INDEX", 2, churn },
	{ "watch", "DEVICE INDEX", 2, watch },
	{ "early", "DEVICE", 1, early },
	{ "pass", "DEVICE INDEX", 2, pass },
	{ "heir", "DEVICE INDEX", 2, heir },
	{ "opens", "DEVICE COUNT", 2, opens },
	{ "stall", "DEVICE", 1, stall },
	{ "late", "DEVICE INDEX", 2, late },
	{ "arguments", "DEVICE", 1, arguments },
	{ "compat", "DEVICE", 1, compat },
	{ "fuzz", "DEVICE SECONDS SEED FIRST", 4, fuzz },
	{ "ring-cost", "DEVICE PEER INDEX COUNT", 4, ring_cost },
	{ "wake-cost", "DEVICE INDEX COUNT read|poll", 4, wake_cost },
	{ "terminal", "COLUMNS ROWS LINE", 3, terminal },
};

int main(int argc, char *argv[])
{
	unsigned int i;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(argv[1], commands[i].name) && argc == commands[i].count + 2)
			return commands[i].run(argv + 2);
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stderr, "usage: user %s %s\n", commands[i].name, commands[i].args);
	return 2;
}
