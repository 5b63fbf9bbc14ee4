// SPDX-License-Identifier: GPL-2.0-only
/* Every file calls those below it only; what lies above is reached by pointer. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/tap.h"

#define SUITE "call graph"

TEST(has_no_circle, "no file calls itself by way of others")
{
	/* the script with the objects of this program, given by make */
	const char *command = getenv("CALL_GRAPH");
	char line[1024];
	FILE *out;

	CHECK(command);
	if (!command)
		return;
	out = popen(command, "r");
	CHECK(out);
	if (!out)
		return;
	while (fgets(line, sizeof(line), out))
		printf("# %s", line);
	CHECK_EQ(pclose(out), 0);
}
