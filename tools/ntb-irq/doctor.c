// SPDX-License-Identifier: GPL-2.0-only
/* ntb-irq doctor: the causes why a function does not work, in the order in which to look. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

/* Where it is said what was found, in a line. */
#define HANG	20

static void report(const char *check, bool is_well, const char *found, const char *advice)
{
	if (as_json) {
		json_open(NULL, '{');
		json_string("check", check);
		json_bool("well", is_well);
		json_string("found", found);
		json_string("advice", advice);
		json_close('}');
		return;
	}
	note_hanging(HANG, "  %-10s %s  %s", check, is_well ? "well " : "WRONG", found);
	if (*advice)
		note_hanging(HANG, "%*s%s", HANG, "", advice);
}

bool well(const char *check, const char *fmt, ...)
{
	char found[2 * PATH];
	va_list args;

	va_start(args, fmt);
	vsnprintf(found, sizeof(found), fmt, args);
	va_end(args);
	report(check, true, found, "");
	return true;
}

bool wrong(const char *check, const char *advice, const char *fmt, ...)
{
	char found[2 * PATH];
	va_list args;

	va_start(args, fmt);
	vsnprintf(found, sizeof(found), fmt, args);
	va_end(args);
	report(check, false, found, advice);
	return false;
}

static bool examine(const struct function *func, unsigned int timeout)
{
	bool is_well;

	if (as_json) {
		json_open(NULL, '{');
		json_string("function", func->pci);
		json_open("checks", '[');
	} else {
		note("%s:", func->pci);
	}
	is_well = check_driver(func) && check_library(func) && check_client(func) &&
		  check_remapping(func) && check_attached(func) && check_device(func) &&
		  check_peers(func, timeout);
	if (as_json) {
		json_close(']');
		json_bool("well", is_well);
		json_close('}');
	} else {
		note("%s is %s.", func->pci, is_well ? "well" : "not well");
	}
	return is_well;
}

/* What there is to say without a function. */
static void none(const char *asked)
{
	const char *advice =
		"Look for class 0680 or 0500 in lspci -nn; Documentation/start.rst has vendors.";

	if (as_json)
		json_open("checks", '[');
	else
		note("This host:");
	if (asked)
		wrong("function", advice, "%s is no NTB function that a backend serves", asked);
	else
		wrong("function", advice, "there is no NTB function that a backend serves");
	if (as_json)
		json_close(']');
}

static bool is_address(const char *text)
{
	unsigned int domain, bus, device, function;
	int end = 0;

	return sscanf(text, "%x:%x:%x.%x%n", &domain, &bus, &device, &function, &end) == 4 &&
	       !text[end];
}

int cmd_doctor(int argc, char *argv[])
{
	unsigned int timeout = 3000;
	const struct option_spec specs[] = {
		{ "timeout", OPTION_SECONDS, &timeout, 0, 0,
		  "wait so long for sessions with the peers, 3 without" },
	};
	int at = options_parse(argc, argv, specs, ARRAY_SIZE(specs), 0, 1);
	const char *asked = at < argc ? argv[at] : NULL;
	int i, count, examined = 0, bad = 0;
	struct function *found;

	if (asked && !is_address(asked))
		refuse("\"%s\" is no address of a PCI function, as 0000:01:00.0 is", asked);
	count = functions_find(&found);
	if (as_json) {
		json_open(NULL, '{');
		json_open("functions", '[');
	}
	for (i = 0; i < count; i++) {
		if (asked && strcmp(asked, found[i].pci))
			continue;
		examined++;
		bad += !examine(&found[i], timeout);
	}
	free(found);
	if (as_json)
		json_close(']');
	if (!examined)
		none(asked);
	if (as_json) {
		json_bool("well", examined && !bad);
		json_end();
	}
	return examined && !bad ? WELL : WRONG;
}
