// SPDX-License-Identifier: GPL-2.0-only
/* Why no client is attached to a function. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "doctor.h"

#define PCI		"/sys/bus/pci"

static bool attached(const struct function *func)
{
	return *func->node || file_exists(DEBUGFS "/%s", func->pci);
}

/* A module is not loaded; @load is the one that brings it along. */
static bool missing(const char *check, const char *what, const char *module, const char *load)
{
	const char *rule = module_rule();
	char advice[PATH];

	if (!module_installed(module))
		return wrong(check,
			     "Install it for this kernel: dkms autoinstall, or see Documentation/install.rst.",
			     "%s %s is not loaded, nor is it installed for this kernel", what,
			     module);
	snprintf(advice, sizeof(advice), "Load it: modprobe %s.%s", load, !*rule ? "" :
		 " Where that is refused, have it signed: Documentation/install.rst, Secure Boot.");
	return wrong(check, advice, "%s %s is not loaded%s%s", what, module,
		     *rule ? ", and the kernel takes signed modules only: " : "", rule);
}

/* How to bind the driver of the hardware, when another is bound or wanted. */
static void advise_binding(const struct function *func, char advice[PATH])
{
	const char *pci = func->pci;
	int len;

	len = snprintf(advice, PATH, "In " PCI ": echo >devices/%s/driver_override; ", pci);
	if (*func->driver)
		len += snprintf(advice + len, PATH - len, "echo %s >devices/%s/driver/unbind; ",
				pci, pci);
	snprintf(advice + len, PATH - len, "echo %s >drivers_probe", pci);
}

/* Why the driver of the hardware is not bound. */
static bool unbound(const struct function *func)
{
	const struct bridge *bridge = func->bridge;
	char advice[PATH], override[NAME];

	file_word(override, PCI "/devices/%s/driver_override", func->pci);
	if (*override && strcmp(override, "(null)") && strcmp(override, bridge->driver)) {
		advise_binding(func, advice);
		return wrong("driver", advice,
			     "its driver_override is %s, which keeps driver %s away", override,
			     bridge->driver);
	}
	snprintf(advice, sizeof(advice),
		 "In " PCI ": echo %s >drivers_probe, then look at dmesg | grep %s",
		 func->pci, func->pci);
	return wrong("driver", advice, "driver %s is loaded and not bound to it",
		     bridge->driver);
}

bool check_driver(const struct function *func)
{
	const struct bridge *bridge = func->bridge;
	char advice[PATH];

	if (*func->ntb)
		return well("driver", "it is bound to %s and has an NTB device", func->driver);
	if (*func->driver && strcmp(func->driver, bridge->driver)) {
		advise_binding(func, advice);
		return wrong("driver", advice, "it is bound to driver %s, expected %s",
			     func->driver, bridge->driver);
	}
	if (!module_there(bridge->hardware))
		return missing("driver", "the hardware driver", bridge->hardware,
			       bridge->hardware);
	if (!*func->driver)
		return unbound(func);
	snprintf(advice, sizeof(advice), "Look at dmesg | grep -e %s -e %s", func->pci,
		 bridge->driver);
	return wrong("driver", advice, "driver %s is bound to it and has made no NTB device",
		     bridge->driver);
}

bool check_library(const struct function *func)
{
	const struct bridge *bridge = func->bridge;

	if (attached(func))
		return well("library", "the library and a backend serve it");
	if (!bridge)
		return wrong("library", "Write a backend: Documentation/backend.rst.",
			     "no backend of this version serves it");
	/* The backend brings the library along. */
	if (!module_there("ntb_irq"))
		return missing("library", "the library", "ntb_irq", bridge->backend);
	if (!module_there(bridge->backend))
		return missing("library", "the backend", bridge->backend, bridge->backend);
	return well("library", "the library and the backend %s are loaded", bridge->backend);
}

bool check_client(const struct function *func)
{
	char advice[PATH];

	if (attached(func))
		return well("client", "client %s is attached",
			    *func->client ? func->client : "(unknown)");
	if (*func->client) {
		snprintf(advice, sizeof(advice),
			 "Unload it, then load " USER_CLIENT " anew: modprobe -r %s " USER_CLIENT
			 "; modprobe " USER_CLIENT, func->client);
		return wrong("client", advice,
			     "client %s holds the NTB device and does not use the library",
			     func->client);
	}
	if (!module_there(USER_CLIENT))
		return missing("client", "no client is bound, and", USER_CLIENT, USER_CLIENT);
	return well("client", USER_CLIENT " is loaded");
}

static bool is_x86(void)
{
	struct utsname kernel;

	return !uname(&kernel) && (!strcmp(kernel.machine, "x86_64") ||
				   (kernel.machine[0] == 'i' && !strcmp(kernel.machine + 2, "86")));
}

/*
 * Whether VT-d, which calls itself isolated all the same, remaps for any device: "nosid" is
 * one of the words of intremap=.
 */
static bool sources_unchecked(void)
{
	char *text, *rest, *options, *option;
	bool found = false;

	if (!file_exists("/sys/class/iommu/dmar0") || !file_read(&text, "/proc/cmdline"))
		return false;
	rest = text;
	while (!found && (options = strsep(&rest, "\n "))) {
		if (strncmp(options, "intremap=", strlen("intremap=")))
			continue;
		options += strlen("intremap=");
		while (!found && (option = strsep(&options, ",")))
			found = !strcmp(option, "nosid");
	}
	free(text);
	return found;
}

static bool unsafe_allowed(void)
{
	return file_has("/sys/module/ntb_irq/parameters/allow_unsafe_interrupts", "Y");
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
	if (file_has("/proc/interrupts", " IR-") && sources_unchecked()) {
		if (unsafe_allowed())
			return well("remapping",
				    "it is for any device (intremap=nosid), which allow_unsafe_interrupts accepts");
		return wrong("remapping", "Boot without nosid.",
			     "the kernel was booted with intremap=nosid: a peer can raise any interrupt, which the library cannot see");
	}
	if (file_has("/proc/interrupts", " IR-"))
		return well("remapping", "interrupts are remapped, and there are %d IOMMU groups",
			    ngroups);
	if (attached(func) || unsafe_allowed())
		return well("remapping",
			    "it is off, which allow_unsafe_interrupts accepts: a peer can raise any");
	return wrong("remapping",
		     "Turn on the IOMMU in the firmware, and in the kernel as Documentation/log.rst has it.",
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
	if (*log.refused.sentence)
		return wrong("attached", log.refused.advice, "the library has refused: %s",
			     log.refused.sentence);
	if (deferred(func))
		return false;
	if (log.error)
		return wrong("attached", "Run this as root.",
			     "no client is attached, and the kernel log cannot be read: %s",
			     strerror(log.error));
	return wrong("attached", "Load " USER_CLIENT " again, then look at dmesg | grep ntb_irq.",
		     "no client is attached, and the kernel log does not say why");
}
