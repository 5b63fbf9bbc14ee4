// SPDX-License-Identifier: GPL-2.0-only
/* The character device of a function, and what its errors mean. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ntb-irq.h"

static int device_call(int fd, unsigned int cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? -errno : 0;
}

/*
 * Open the device of a function, and set @path to it, which is empty where there is none.
 * Returns -1, with errno, when it cannot be opened.
 */
int function_open(const struct function *func, int flags, char path[PATH])
{
	path[0] = '\0';
	if (!*func->node) {
		errno = ENODEV;
		return -1;
	}
	snprintf(path, PATH, "/dev/%s", func->node);
	return open(path, flags | O_CLOEXEC);
}

/* Set @path to the device that @name means: a path, its last part, or a PCI address. */
static void device_path(const char *name, char path[PATH])
{
	struct function *found;
	int i, count;

	snprintf(path, PATH, "%s%s", strchr(name, '/') ? "" : "/dev/", name);
	if (strchr(name, '/') || !strchr(name, ':'))
		return;
	count = functions_find(&found);
	for (i = 0; i < count && strcmp(found[i].pci, name); i++)
		;
	if (i == count)
		die("%s is no NTB function", name);
	if (!*found[i].node)
		die("%s has no device: ntb-irq doctor says why", name);
	snprintf(path, PATH, "/dev/%s", found[i].node);
	free(found);
}

int device_open(const char *name, int flags, char path[PATH])
{
	struct ntb_irq_ioc_info info;
	int fd;

	device_path(name, path);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		die("%s does not exist: ntb-irq doctor says why", path);
	if (fd < 0)
		die("%s cannot be opened: %s", path, strerror(errno));
	if (device_info(fd, &info) == -ENOTTY)
		die("%s is no device of an NTB function", path);
	return fd;
}

int device_info(int fd, struct ntb_irq_ioc_info *info)
{
	*info = (struct ntb_irq_ioc_info) { .size = sizeof(*info) };
	return device_call(fd, NTB_IRQ_IOC_GET_INFO, info);
}

int device_peer(int fd, unsigned int number, struct peer *peer)
{
	peer->arg = (struct ntb_irq_ioc_peer) {
		.size	= sizeof(peer->arg),
		.peer	= number,
		.words	= NTB_IRQ_IOC_WORDS,
		.bitmap	= (uintptr_t)peer->bitmap,
	};
	return device_call(fd, NTB_IRQ_IOC_GET_PEER, &peer->arg);
}

bool peer_offers(const struct peer *peer, unsigned int index)
{
	return index < NTB_IRQ_IOC_WORDS * 64 && peer->bitmap[index / 64] >> index % 64 & 1;
}

int device_ring(int fd, unsigned int peer, unsigned int index)
{
	struct ntb_irq_ioc_ring arg = { .size = sizeof(arg), .peer = peer, .index = index };

	return device_call(fd, NTB_IRQ_IOC_RING, &arg);
}

const char *ring_error(int error)
{
	switch (error) {
	case EPERM:
		return "the device may not be written to";
	case ENOTCONN:
		return "there is no session with the peer";
	case ENOENT:
		return "the peer does not offer the interrupt";
	case ENODEV:
		return "the function has gone";
	default:
		return strerror(error);
	}
}

/* Returns the index, or dies with the reason. */
unsigned int device_alloc(int fd, int signal, unsigned int index)
{
	struct ntb_irq_ioc_alloc arg = {
		.size		= sizeof(arg),
		.flags		= index == ANY_INDEX ? 0 : NTB_IRQ_ALLOC_INDEX,
		.eventfd	= signal,
		.index		= index,
	};
	struct ntb_irq_ioc_info info;
	char which[NAME] = "an interrupt";
	int ret;

	ret = device_call(fd, NTB_IRQ_IOC_ALLOC, &arg);
	if (!ret)
		return arg.index;
	if (index != ANY_INDEX)
		snprintf(which, sizeof(which), "interrupt %u", index);
	if (device_info(fd, &info))
		die("%s cannot be allocated: the function has gone", which);
	switch (-ret) {
	case EINVAL:
		die("%s cannot be allocated: the function has %u at most", which, info.max_irqs);
	case EBUSY:
		die("%s cannot be allocated: it is in use", which);
	case EDQUOT:
		die("%s cannot be allocated: this file has %u, which is the most", which,
		    info.held);
	case ENOSPC:
		die("%s cannot be allocated: all %u are in use, or no vector is left", which,
		    info.max_irqs);
	default:
		die("%s cannot be allocated: %s", which, strerror(-ret));
	}
}

int signal_new(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		die("there is no eventfd: %s", strerror(errno));
	return fd;
}

/* A file that is readable once the user wants an end, or @more has come if that is a signal. */
int stop_new(int more)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (more)
		sigaddset(&set, more);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		die("signals cannot be read: %s", strerror(errno));
	return fd;
}

/* Set @peer to the one that @text means, and @info to the function. */
void peer_parse(int fd, const char *text, struct ntb_irq_ioc_info *info, struct peer *peer)
{
	unsigned int number = number_parse("the peer", text, 0, UINT_MAX);
	int ret = device_info(fd, info);

	if (!ret && number >= info->peers)
		refuse("there is no peer %u: the function has %u, numbered from 0", number,
		       info->peers);
	if (!ret)
		ret = device_peer(fd, number, peer);
	if (ret)
		die("peer %u cannot be queried: %s", number, ring_error(-ret));
}
