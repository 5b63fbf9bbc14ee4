// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "tap.h"

/* No test may hang: this is far above what all of them need. */
#define DEADLINE_S 300

static bool failed;

static const struct {
	const char *name;
	const struct test_case *cases;
} suites[] = {
	{ "dma", dma_tests },
	{ "pci", pci_tests },
	{ "protocol", protocol_tests },
	{ "lock", lock_tests },
	{ "window", window_tests },
	{ "doorbell", doorbell_tests },
	{ "link", link_tests },
	{ "fault", fault_tests },
	{ "control", control_tests },
	{ "hostile", hostile_tests },
	{ "idt switch", idt_switch_tests },
	{ "idt window", idt_window_tests },
	{ "idt message", idt_message_tests },
	{ "idt hostile", idt_hostile_tests },
	{ "intel link", intel_link_tests },
	{ "intel registers", intel_regs_tests },
	{ "intel window", intel_window_tests },
	{ "intel hostile", intel_hostile_tests },
	{ "amd", amd_tests },
	{ "epf", epf_tests },
};

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
	size_t i;

	/* A test that hangs ends the program, which the plan then betrays. */
	alarm(DEADLINE_S);
	log_quiet = true;
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("TAP version 13");
	for (i = 0; i < ARRAY_SIZE(suites); i++) {
		for (t = suites[i].cases; t->name; t++) {
			snprintf(name, sizeof(name), "%s: %s", suites[i].name,
				 t->name);
			if (!strstr(name, only))
				continue;
			failed = false;
			t->run();
			bad += failed;
			printf("%s %u %s\n", failed ? "not ok" : "ok", ++n,
			       name);
		}
	}
	printf("1..%u\n", n);
	return bad || !n;
}
