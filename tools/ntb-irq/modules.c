// SPDX-License-Identifier: GPL-2.0-only
/* Modules of the kernel: which are there, which could be, and what is asked of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "doctor.h"

/* Whether text that is read from a file has a word. */
bool file_has(const char *path, const char *word)
{
	bool found;
	char *text;

	if (!file_read(&text, "%s", path))
		return false;
	found = strstr(text, word);
	free(text);
	return found;
}

/* Whether a list of the kernel has a module; @none when there is no list. */
static bool listed(const char *list, const char *name, bool none)
{
	char path[PATH], word[NAME + 8];
	struct utsname kernel;

	if (uname(&kernel))
		return none;
	snprintf(path, sizeof(path), "/lib/modules/%s/%s", kernel.release, list);
	if (!file_exists("%s", path))
		return none;
	snprintf(word, sizeof(word), "/%s.ko", name);
	return file_has(path, word);
}

/* What is built in may have no folder in sysfs. */
bool module_there(const char *name)
{
	return file_exists("/sys/module/%s", name) || listed("modules.builtin", name, false);
}

/* Whether modprobe can find it; a list that is not there says nothing. */
bool module_installed(const char *name)
{
	return listed("modules.dep", name, true);
}

/* Why the kernel refuses modules without a signature that it knows; empty when it does not. */
const char *module_rule(void)
{
	if (file_has("/sys/module/module/parameters/sig_enforce", "Y"))
		return "sig_enforce";
	if (file_has("/sys/kernel/security/lockdown", "[integrity]") ||
	    file_has("/sys/kernel/security/lockdown", "[confidentiality]"))
		return "lockdown";
	return "";
}
