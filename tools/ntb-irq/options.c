// SPDX-License-Identifier: GPL-2.0-only
/* The command line: options and numbers, each of which is refused with one sentence. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntb-irq.h"

/* What every command knows, and no command has more options than that. */
#define COMMON		3
#define MOST		8
/* Where an option is explained, in a line. */
#define HANG		23
/* The longest time, a day. */
#define MAX_SECONDS	86400

bool as_json;

unsigned int number_parse(const char *what, const char *text, unsigned int min, unsigned int max)
{
	unsigned long value;
	char *end;

	/* strtoul() takes blanks and signs. */
	if (*text < '0' || *text > '9')
		refuse("%s is \"%s\", which is not a number", what, text);
	errno = 0;
	value = strtoul(text, &end, 0);
	if (*end)
		refuse("%s is \"%s\", which is not a number", what, text);
	if (errno || value < min || value > max)
		refuse("%s is %s, expected %u to %u", what, text, min, max);
	return value;
}

/* Returns milliseconds: at least one for any time, since none may stand for no end. */
static unsigned int seconds_parse(const char *what, const char *text)
{
	unsigned int rounded;
	double value;
	char *end;

	value = strtod(text, &end);
	if (end == text || *end || !isfinite(value))
		refuse("%s is \"%s\", which is not a number of seconds", what, text);
	if (value < 0 || value > MAX_SECONDS)
		refuse("%s is %s seconds, expected 0 to %d", what, text, MAX_SECONDS);
	rounded = value * 1000;
	return rounded + (rounded < value * 1000);
}

static void option_set(const struct option_spec *spec, const char *text)
{
	char what[NAME];

	snprintf(what, sizeof(what), "--%s", spec->name);
	switch (spec->type) {
	case OPTION_FLAG:
		*(bool *)spec->value = true;
		break;
	case OPTION_NUMBER:
		*(unsigned int *)spec->value = number_parse(what, text, spec->min, spec->max);
		break;
	case OPTION_SECONDS:
		*(unsigned int *)spec->value = seconds_parse(what, text);
		break;
	}
}

__attribute__((noreturn))
static void help(const struct option_spec *specs, unsigned int nspecs)
{
	static const char * const values[] = { "", " N", " SECONDS" };
	char name[NAME];
	unsigned int i;

	/* It is in words, whatever the answer would be. */
	as_json = false;
	note("usage: ntb-irq %s [OPTION]...%s%s", running->name, *running->args ? " " : "",
	     running->args);
	note("%s", running->what);
	note("%s", "");
	for (i = 0; i < nspecs; i++) {
		snprintf(name, sizeof(name), "--%s%s", specs[i].name, values[specs[i].type]);
		note_hanging(HANG, "  %-20s %s", name, specs[i].what);
	}
	note_hanging(HANG, "  %-20s %s", "--json", "answer with one JSON object");
	exit(WELL);
}

/*
 * Set what the options of @specs point to. Returns where in @argv the other words
 * begin, of which there are @min to @max.
 */
int options_parse(int argc, char *argv[], const struct option_spec *specs, unsigned int nspecs,
		  int min, int max)
{
	struct option known[MOST + COMMON + 1] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
	};
	int option, at;
	unsigned int i;

	for (i = 0; i < nspecs; i++)
		known[COMMON + i] = (struct option) {
			.name		= specs[i].name,
			.has_arg	= specs[i].type == OPTION_FLAG ? no_argument :
					  required_argument,
		};
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", known, &at)) != -1) {
		switch (option) {
		case 'j':
			as_json = true;
			break;
		case 'h':
			help(specs, nspecs);
		case 'v':
			printf("ntb-irq " VERSION ", interface version %d\n",
			       NTB_IRQ_IOC_VERSION);
			exit(WELL);
		case 0:
			option_set(&specs[at - COMMON], optarg);
			break;
		case ':':
			refuse("%s needs a value", argv[optind - 1]);
		default:
			refuse("%s is no option, or takes no value", argv[optind - 1]);
		}
	}
	if (argc - optind < min || argc - optind > max)
		refuse("%d arguments were given, expected: %s", argc - optind,
		       *running->args ? running->args : "none");
	return optind;
}
