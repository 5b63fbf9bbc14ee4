// SPDX-License-Identifier: GPL-2.0-only
/* ntb-irq: look at, ring and wait for interrupts of NTB functions. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntb-irq.h"

static const struct command commands[] = {
	{ "list", "", "show the NTB functions of this host and their peers", cmd_list },
	{ "ring", "DEVICE PEER INDEX [COUNT]", "ring an interrupt of a peer", cmd_ring },
	{ "wait", "DEVICE", "allocate an interrupt and wait until it comes", cmd_wait },
	{ "ping", "DEVICE PEER | DEVICE --answer", "measure round trips to a peer", cmd_ping },
	{ "watch", "", "show how often each interrupt comes in a second", cmd_watch },
	{ "doctor", "[FUNCTION]", "find out why a function does not work", cmd_doctor },
};

const struct command *running;

FORMAT(1, 0) static void complain(const char *fmt, va_list args)
{
	char text[4 * PATH];

	vsnprintf(text, sizeof(text), fmt, args);
	screen_printable(text);
	/* What was printed before comes first where both go to one file. */
	fflush(stdout);
	fprintf(stderr, "ntb-irq%s%s: %s\n", running ? " " : "", running ? running->name : "",
		text);
}

/* Something is wrong with the function or the peer. */
void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(fmt, args);
	va_end(args);
	exit(WRONG);
}

/* Something is wrong with the command line. */
void refuse(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(fmt, args);
	va_end(args);
	exit(USAGE);
}

FORMAT(2, 0) static void show(unsigned int hang, const char *fmt, va_list args)
{
	char text[4 * PATH];

	if (as_json)
		return;
	vsnprintf(text, sizeof(text), fmt, args);
	screen_printable(text);
	screen_words(text, hang ?: strspn(text, " ") + 2);
	fflush(stdout);
}

/* A line of the answer in words, which a reader of a file sees at once. */
void note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	show(0, fmt, args);
	va_end(args);
}

/* The same; what does not fit into a line of a terminal is moved in by @hang. */
void note_hanging(unsigned int hang, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	show(hang, fmt, args);
	va_end(args);
}

static void usage(void)
{
	unsigned int i;

	printf("Usage: ntb-irq COMMAND [OPTION]... [ARGUMENT]...\n\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].what);
	printf("\nDEVICE is a path as /dev/ntb_irq0, or the PCI address of the function.\n"
	       "\"ntb-irq COMMAND --help\" has the options of a command.\n");
}

int main(int argc, char *argv[])
{
	unsigned int i;

	if (argc < 2)
		refuse("a command is missing: list, ring, wait, ping, watch or doctor");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		usage();
		return WELL;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("ntb-irq " VERSION ", interface version %d\n", NTB_IRQ_IOC_VERSION);
		return WELL;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(argv[1], commands[i].name)) {
			running = &commands[i];
			return running->run(argc - 1, argv + 1);
		}
	}
	refuse("there is no command %s: list, ring, wait, ping, watch or doctor", argv[1]);
}
