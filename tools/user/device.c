// SPDX-License-Identifier: GPL-2.0-only
/* Calls of the device, and what every command needs. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "user.h"

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* One line, which a reader of the file sees at once. */
void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (!*text || *end)
		die("%s has other characters than digits", text);
	return value;
}

int device_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

int device_call(int fd, unsigned int cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? -errno : 0;
}

void device_info(int fd, struct ntb_irq_ioc_info *info)
{
	int ret;

	*info = (struct ntb_irq_ioc_info) { .size = sizeof(*info) };
	ret = device_call(fd, NTB_IRQ_IOC_GET_INFO, info);
	if (ret)
		die("the function cannot be queried: %s", strerror(-ret));
}

/* @bitmap has room for every interrupt, or is NULL. */
int device_peer(int fd, unsigned int peer, __u64 *bitmap, struct ntb_irq_ioc_peer *arg)
{
	*arg = (struct ntb_irq_ioc_peer) {
		.size	= sizeof(*arg),
		.peer	= peer,
		.words	= bitmap ? NTB_IRQ_IOC_WORDS : 0,
		.bitmap	= (uintptr_t)bitmap,
	};
	return device_call(fd, NTB_IRQ_IOC_GET_PEER, arg);
}

int device_alloc(int fd, int eventfd, int index, struct ntb_irq_ioc_alloc *arg)
{
	*arg = (struct ntb_irq_ioc_alloc) {
		.size		= sizeof(*arg),
		.flags		= index == ANY ? 0 : NTB_IRQ_ALLOC_INDEX,
		.eventfd	= eventfd,
		.index		= index,
	};
	return device_call(fd, NTB_IRQ_IOC_ALLOC, arg);
}

int device_free(int fd, unsigned int index)
{
	struct ntb_irq_ioc_free arg = { .size = sizeof(arg), .index = index };

	return device_call(fd, NTB_IRQ_IOC_FREE, &arg);
}

int device_ring(int fd, unsigned int peer, unsigned int index)
{
	struct ntb_irq_ioc_ring arg = { .size = sizeof(arg), .peer = peer, .index = index };

	return device_call(fd, NTB_IRQ_IOC_RING, &arg);
}

int signal_new(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (fd < 0)
		die("no eventfd: %s", strerror(errno));
	return fd;
}

/* Returns what poll() reports for one file, 0 after the time. */
int poll_one(int fd, int timeout_ms)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	return poll(&one, 1, timeout_ms) > 0 ? one.revents : 0;
}

/* Stay as it is until a signal ends it. */
void rest(void)
{
	for (;;)
		pause();
}
