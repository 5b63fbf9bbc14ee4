// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bridge/log.h"
#include "tests/tap.h"

/* No test may hang: this is far above what all of them need. */
#define DEADLINE_S 300

static bool failed;

static struct test_case *first;
static struct test_case **last = &first;

void test_register(struct test_case *t)
{
	*last = t;
	last = &t->next;
}

void check(bool ok, const char *file, int line, const char *what)
{
	if (ok)
		return;
	printf("# %s:%d: not true: %s\n", file, line, what);
	failed = true;
}

void check_equal(u64 got, u64 want, const char *file, int line,
		 const char *what)
{
	if (got == want)
		return;
	printf("# %s:%d: %s is %#llx, not %#llx\n", file, line, what,
	       (unsigned long long)got, (unsigned long long)want);
	failed = true;
}

int main(int argc, char **argv)
{
	const struct test_case *t;
	const char *only = argc > 1 ? argv[1] : "";
	unsigned int n = 0, bad = 0;
	char name[128];

	/* A test that hangs ends the program, which the plan then betrays. */
	alarm(DEADLINE_S);
	log_quiet = true;
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("TAP version 13");
	for (t = first; t; t = t->next) {
		snprintf(name, sizeof(name), "%s: %s", t->suite, t->name);
		if (!strstr(name, only))
			continue;
		failed = false;
		t->run();
		bad += failed;
		printf("%s %u %s\n", failed ? "not ok" : "ok", ++n, name);
	}
	printf("1..%u\n", n);
	return bad || !n;
}
