// SPDX-License-Identifier: GPL-2.0-only
/* What the library has logged of a function, and what to do about it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "ntb-irq.h"

#define SYSLOG_ACTION_READ_ALL		3
#define SYSLOG_ACTION_SIZE_BUFFER	10

/* In front of all that the library says. */
#define PREFIX		": ntb_irq: "

/* A sentence of the library, and what to do about it. */
struct sentence {
	const char *begins;
	/* What it has further on, or NULL. */
	const char *has;
	/* Whether attaching fails with it. */
	bool refuses;
	const char *advice;
};

/* As in Documentation/log.rst, which says more about each. */
static const struct sentence sentences[] = {
	{ "", "of devices from each other, so", true,
	  "Turn on the IOMMU in the firmware's settings and in the kernel, and boot again." },
	{ "peer ", "would expose", true,
	  "Boot with iommu.passthrough=0, or see Documentation/log.rst for the reason it gives." },
	{ "peer ", "windows (usable:", true,
	  "Make windows larger, or leave one of 1 MiB or more to the library, on both hosts." },
	{ "interrupt domain ", "cannot be the parent", true,
	  "Use a machine with VT-d, AMD-Vi, or a GICv3 that has an ITS." },
	{ "parent domain ", "refused a domain", true,
	  "Look at the line above it in the log, and load ntb_irq_user with a smaller max_irqs." },
	{ "MSI region of parent domain ", NULL, true,
	  "Use a machine with one of the interrupt parents that Documentation/limits.rst names." },
	{ "the parent domain has no interrupt left", NULL, true,
	  "Use a driver of the hardware that reserves interrupts in its probe." },
	{ "parent domain ", "allocates no interrupt", true,
	  "Look up the errno, which is that of the parent domain; with -12 memory is short." },
	{ "the NTB device has a client context already", NULL, true,
	  "Unload the other client of the function, then load ntb_irq_user again." },
	{ "the interrupt domain of the function is in use", NULL, true,
	  "Unload the other client of the function, then load ntb_irq_user again." },
	{ "", "interrupts requested, the limit is", true,
	  "Load ntb_irq_user with a smaller max_irqs." },
	{ "the function has ", "peers, supported are", true,
	  "Set up the bridge with a peer." },
	{ "the last ", "scratchpads are needed", true,
	  "Set up the bridge with more scratchpads, or use a client with its own mailbox." },
	{ "one doorbell bit is needed", NULL, true,
	  "Leave a doorbell bit to the library." },
	{ "message registers ", "are needed", true,
	  "Leave all message registers to the library." },
	{ "the mailbox of scratchpads serves one peer", NULL, true,
	  "Use a backend that has a mailbox for more than one peer." },
	{ "peer ", "no response for", false,
	  "Load the modules on the other host; where they are, compare their versions." },
	{ "peer ", "incompatible:", false,
	  "Install the same version of the library on both hosts." },
	{ "peer ", "cannot be reached: no window", false,
	  "Leave more windows, or larger ones, to the library." },
	{ "peer ", "opening window", false,
	  "Look at what the hardware driver has logged; it is tried again with the next session." },
	{ "peer ", "a window stays open", false,
	  "Take the link down, or remove the driver of the hardware." },
	{ "peer ", "no frame can be sent", false,
	  "Look at the hardware driver of the peer: it does not read what arrives." },
	{ "peer ", "the function does not respond", false,
	  "Put the function in again, or take it out of reset." },
	{ "peer ", ": rejected ", false,
	  "Install the same version of the library and of its client on both hosts." },
};

static const struct sentence *find(const char *sentence)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sentences); i++) {
		const struct sentence *known = &sentences[i];

		if (!strncmp(sentence, known->begins, strlen(known->begins)) &&
		    (!known->has || strstr(sentence, known->has)))
			return known;
	}
	return NULL;
}

/* Returns what to do about a sentence that klog_read() has found. */
const char *klog_advice(const char *sentence)
{
	return find(sentence)->advice;
}

static void klog_line(struct klog *log, const char *sentence)
{
	const struct sentence *known;

	if (!strncmp(sentence, "domain ", 7)) {
		log->refused[0] = '\0';
		log->peer[0] = '\0';
		return;
	}
	known = find(sentence);
	if (known && known->refuses)
		snprintf(log->refused, sizeof(log->refused), "%s", sentence);
	else if (known)
		snprintf(log->peer, sizeof(log->peer), "%s", sentence);
}

/* Set @log to the last sentences about @pci since a client has attached to it. */
void klog_read(const char *pci, struct klog *log)
{
	int size = klogctl(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0);
	char prefix[NAME + sizeof(PREFIX) + 1], *text, *line, *rest, *found;

	*log = (struct klog) {};
	snprintf(prefix, sizeof(prefix), " %s" PREFIX, pci);
	text = calloc(1, (size > 0 ? size : 0) + 1);
	if (!text)
		die("there is no memory for the kernel log");
	if (size < 0 || klogctl(SYSLOG_ACTION_READ_ALL, text, size) < 0)
		log->error = errno;
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		found = strstr(line, prefix);
		if (found)
			klog_line(log, found + strlen(prefix));
	}
	free(text);
}
