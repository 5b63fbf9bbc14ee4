// SPDX-License-Identifier: GPL-2.0-only
/* Why no client is attached to a function. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "doctor.h"

/* What is built in may have no folder in sysfs. */
static bool module_there(const char *name)
{
	char word[NAME + 8], *list;
	struct utsname kernel;
	bool found;

	if (file_exists("/sys/module/%s", name))
		return true;
	if (uname(&kernel) ||
	    !file_read(&list, "/lib/modules/%s/modules.builtin", kernel.release))
		return false;
	snprintf(word, sizeof(word), "/%s.ko\n", name);
	found = strstr(list, word);
	free(list);
	return found;
}

static bool attached(const struct function *func)
{
	return *func->node || file_exists(DEBUGFS "/%s", func->pci);
}

/* Whether text that is read from a file has a word. */
static bool file_has(const char *path, const char *word)
{
	bool found;
	char *text;

	if (!file_read(&text, "%s", path))
		return false;
	found = strstr(text, word);
	free(text);
	return found;
}

bool check_driver(const struct function *func)
{
	const struct bridge *bridge = func->bridge;
	char advice[PATH];

	if (*func->ntb)
		return well("driver", "it is bound to %s and has an NTB device", func->driver);
	if (*func->driver && strcmp(func->driver, bridge->driver))
		return wrong("driver", "Bind it to the other driver, in /sys/bus/pci/drivers.",
			     "it is bound to driver %s, expected %s", func->driver,
			     bridge->driver);
	if (!module_there(bridge->hardware)) {
		snprintf(advice, sizeof(advice),
			 "Load it: modprobe %s; for kernels without it see Documentation/install.rst.",
			 bridge->hardware);
		return wrong("driver", advice, "the hardware driver %s is not loaded",
			     bridge->hardware);
	}
	snprintf(advice, sizeof(advice),
		 "Look at dmesg | grep %s, and at driver_override of the function in sysfs.",
		 func->pci);
	if (!*func->driver)
		return wrong("driver", advice, "driver %s is loaded and not bound to it",
			     bridge->hardware);
	return wrong("driver", advice, "driver %s is bound to it and has made no NTB device",
		     bridge->driver);
}

bool check_library(const struct function *func)
{
	const struct bridge *bridge = func->bridge;
	char advice[PATH];

	if (attached(func))
		return well("library", "the library and a backend serve it");
	if (!bridge)
		return wrong("library", "Write a backend: Documentation/backend.rst.",
			     "no backend of this version serves it");
	snprintf(advice, sizeof(advice),
		 "Load the backend, which brings the library along: modprobe %s", bridge->backend);
	if (!module_there("ntb_irq"))
		return wrong("library", advice, "the library ntb_irq is not loaded");
	if (!module_there(bridge->backend))
		return wrong("library", advice, "the backend %s is not loaded", bridge->backend);
	return well("library", "the library and the backend %s are loaded", bridge->backend);
}

bool check_client(const struct function *func)
{
	char advice[PATH];

	if (attached(func))
		return well("client", "client %s is attached",
			    *func->client ? func->client : "(unknown)");
	if (*func->client) {
		snprintf(advice, sizeof(advice), "Unload %s, then load " USER_CLIENT " again.",
			 func->client);
		return wrong("client", advice,
			     "client %s holds the NTB device and does not use the library",
			     func->client);
	}
	if (!module_there(USER_CLIENT))
		return wrong("client", "Load one: modprobe " USER_CLIENT,
			     "no client is bound, and " USER_CLIENT " is not loaded");
	return well("client", USER_CLIENT " is loaded");
}

static bool is_x86(void)
{
	struct utsname kernel;

	return !uname(&kernel) && (!strcmp(kernel.machine, "x86_64") ||
				   (kernel.machine[0] == 'i' && !strcmp(kernel.machine + 2, "86")));
}

/* The names of remapped interrupts begin so on x86; elsewhere only the library knows. */
bool check_remapping(const struct function *func)
{
	char **groups;
	int ngroups;

	if (!is_x86())
		return true;
	ngroups = folder_names("/sys/kernel/iommu_groups", &groups);
	folder_free(groups, ngroups);
	if (file_has("/proc/interrupts", " IR-"))
		return well("remapping", "interrupts are remapped, and there are %d IOMMU groups",
			    ngroups);
	if (attached(func) ||
	    file_has("/sys/module/ntb_irq/parameters/allow_unsafe_interrupts", "Y"))
		return well("remapping",
			    "it is off, which allow_unsafe_interrupts accepts: a peer can raise any");
	return wrong("remapping",
		     "Turn on the IOMMU in the firmware's settings and in the kernel, and boot again.",
		     "interrupt remapping is off: %s has no IR-, and there are %d IOMMU groups",
		     "/proc/interrupts", ngroups);
}

/* The reason why the probe of a client was put off, as the kernel has it. */
static bool deferred(const struct function *func)
{
	char *text, *line, *rest, *found = NULL;
	size_t len = strlen(func->ntb);

	if (!file_read(&text, "/sys/kernel/debug/devices_deferred"))
		return false;
	rest = text;
	while (!found && (line = strsep(&rest, "\n"))) {
		if (!strncmp(line, func->ntb, len) && line[len] == '\t')
			found = line + len + 1;
	}
	if (found)
		wrong("attached", "Bind the function to the driver that its backend is for.",
		      "the client waits: %s", found);
	free(text);
	return found;
}

bool check_attached(const struct function *func)
{
	struct klog log;

	if (attached(func))
		return well("attached", "a client is attached%s%s",
			    *func->node ? " and has the device /dev/" : "", func->node);
	klog_read(func->pci, &log);
	if (*log.refused)
		return wrong("attached", klog_advice(log.refused), "the library has refused: %s",
			     log.refused);
	if (deferred(func))
		return false;
	if (log.error)
		return wrong("attached", "Run this as root.",
			     "no client is attached, and the kernel log cannot be read: %s",
			     strerror(log.error));
	return wrong("attached", "Load " USER_CLIENT " again, then look at dmesg | grep ntb_irq.",
		     "no client is attached, and the kernel log does not say why");
}
