// SPDX-License-Identifier: GPL-2.0-only
/* The time, in milliseconds, that options.c makes of --time. */
#include "stub.h"

void refuse(const char *fmt, ...)
{
	exit(2);
}

void note(const char *fmt, ...)
{
}

void note_hanging(unsigned int hang, const char *fmt, ...)
{
}

int main(int argc, char *argv[])
{
	unsigned int ms = 7;
	const struct option_spec specs[] = {
		{ "time", OPTION_SECONDS, &ms, 0, 0, "" },
	};

	options_parse(argc, argv, specs, ARRAY_SIZE(specs), 0, 0);
	printf("%u\n", ms);
	return 0;
}
