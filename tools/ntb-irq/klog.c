// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the library has logged of a function, and what to do about it.
 *
 * Much in the kernel log has words of users in it: names of their processes, of devices
 * they plug in, what they write to /dev/kmsg. A record of /dev/kmsg says what it is of in
 * lines that cannot be had otherwise: its facility, which is that of the kernel for no
 * other than the kernel, and the device, where it is about one. What is not printable is
 * escaped there, newlines included.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntb-irq.h"

#define KMSG		"/dev/kmsg"
/* The dictionary of a record has a line with the device. */
#define DEVICE		"\n DEVICE=+pci:%s\n"
/* In front of all that the library says, behind the driver. */
#define PREFIX		" %s: ntb_irq: "
/* Priorities from there on are of other facilities than the kernel. */
#define OTHERS		8
/* The kernel has records of 2 KiB, or had 8 KiB; larger ones end the search for room. */
#define RECORD		8192
#define RECORD_MOST	(1 << 20)
/* More than a log can hold: one that grows as fast as it is read has an end, too. */
#define RECORDS		(1 << 20)

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
	{ "interrupts of an earlier user are kept", NULL, true,
	  "Unbind the driver of the hardware from the function, and bind it again." },
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

/* A longer sentence is cut, and its advice stays. */
static void said_set(struct said *said, const char *sentence, const char *advice)
{
	snprintf(said->sentence, sizeof(said->sentence), "%s", sentence);
	said->advice = advice;
}

static void klog_sentence(struct klog *log, const char *sentence)
{
	const struct sentence *known;

	if (!strncmp(sentence, "domain ", 7)) {
		log->refused = (struct said) {};
		log->peer = (struct said) {};
		return;
	}
	known = find(sentence);
	if (known)
		said_set(known->refuses ? &log->refused : &log->peer, sentence, known->advice);
}

/* A record is "priority,number,time,flags;text", and lines of the dictionary. */
static void klog_record(struct klog *log, char *record, const char *pci)
{
	char device[NAME + sizeof(DEVICE)], prefix[NAME + sizeof(PREFIX)], *text, *found;

	snprintf(device, sizeof(device), DEVICE, pci);
	snprintf(prefix, sizeof(prefix), PREFIX, pci);
	text = strchr(record, ';');
	if (!text || strtoul(record, NULL, 10) >= OTHERS || !strstr(text, device))
		return;
	text[strcspn(text, "\n")] = '\0';
	found = strstr(text, prefix);
	if (found)
		klog_sentence(log, found + strlen(prefix));
}

/* Read a record, as a string. Returns false at the end, or with the reason in @error. */
static bool record_read(int fd, char **record, size_t *size, int *error)
{
	for (;;) {
		ssize_t len = read(fd, *record, *size - 1);

		if (len > 0) {
			(*record)[len] = '\0';
			return true;
		}
		if (!len || errno == EAGAIN)
			return false;
		/* Records were overwritten before they were read: those behind them follow. */
		if (errno == EPIPE || errno == EINTR)
			continue;
		if (errno != EINVAL || *size >= RECORD_MOST) {
			*error = errno;
			return false;
		}
		/* One that does not fit may have been skipped, if it can be had at all. */
		*size *= 2;
		*record = realloc(*record, *size);
		if (!*record)
			die("there is no memory for the kernel log");
	}
}

/* Set @log to the last sentences about @pci since a client has attached to it. */
void klog_read(const char *pci, struct klog *log)
{
	unsigned int left = RECORDS;
	size_t size = RECORD;
	char *record;
	int fd;

	*log = (struct klog) {};
	fd = open(KMSG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		log->error = errno;
		return;
	}
	record = malloc(size);
	if (!record)
		die("there is no memory for the kernel log");
	while (left-- && record_read(fd, &record, &size, &log->error))
		klog_record(log, record, pci);
	free(record);
	close(fd);
}
