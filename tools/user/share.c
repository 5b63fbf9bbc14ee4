// SPDX-License-Identifier: GPL-2.0-only
/* Open files that go from process to process, and many of them at once. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "user.h"

union control {
	struct cmsghdr	align;
	char		bytes[CMSG_SPACE(sizeof(int))];
};

static void file_send(int socket, int fd)
{
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	union control control = { };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(socket, &msg, 0) != 1)
		die("sending a file: %s", strerror(errno));
}

static int file_receive(int socket)
{
	char byte;
	struct iovec iov = { &byte, 1 };
	union control control = { };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header;
	int fd;

	if (recvmsg(socket, &msg, 0) != 1)
		die("receiving a file: %s", strerror(errno));
	header = CMSG_FIRSTHDR(&msg);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		die("no file was received");
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* Wait for the end of the process that had the file before: it closes this end. */
static void await_end(int socket)
{
	char byte;

	if (read(socket, &byte, 1))
		die("the first process did not end");
}

/* The file is in this process only, and still has the interrupt, and serves for more. */
static void use_inherited(int device, unsigned int index)
{
	struct ntb_irq_ioc_info info;
	struct ntb_irq_ioc_alloc alloc;
	int ret;

	device_info(device, &info);
	if (info.held != 1)
		die("the file has %u interrupts, expected 1", info.held);
	ret = device_free(device, index);
	if (ret)
		die("freeing interrupt %u: %s", index, strerror(-ret));
	do
		ret = device_alloc(device, signal_new(), index, &alloc);
	while (ret == -EBUSY);
	if (ret)
		die("interrupt %u again: %s", index, strerror(-ret));
	say("heir %d", getpid());
	rest();
}

static int begin(char *argv[], unsigned int *index)
{
	int device = device_open(argv[0]), ret;
	struct ntb_irq_ioc_alloc alloc;

	*index = number(argv[1]);
	ret = device_alloc(device, signal_new(), *index, &alloc);
	if (ret)
		die("interrupt %u: %s", *index, strerror(-ret));
	return device;
}

/* A process that has never opened the device gets the file by SCM_RIGHTS. */
int pass(char *argv[])
{
	unsigned int index = number(argv[1]);
	int ends[2], device;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		die("no sockets: %s", strerror(errno));
	if (!fork()) {
		close(ends[0]);
		device = file_receive(ends[1]);
		await_end(ends[1]);
		use_inherited(device, index);
	}
	close(ends[1]);
	file_send(ends[0], begin(argv, &index));
	return 0;
}

/* A child inherits the file, and its parent ends. */
int heir(char *argv[])
{
	unsigned int index;
	int ends[2], device = begin(argv, &index);

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		die("no sockets: %s", strerror(errno));
	if (!fork()) {
		close(ends[0]);
		await_end(ends[1]);
		use_inherited(device, index);
	}
	return 0;
}

/* So many open files at once, of which some have an interrupt. */
int opens(char *argv[])
{
	unsigned int count = number(argv[1]), i, held = 0;
	struct rlimit files = { count + 16, count + 16 };
	struct ntb_irq_ioc_alloc alloc;
	int eventfd = signal_new(), device, ret;

	if (setrlimit(RLIMIT_NOFILE, &files))
		die("%u files: %s", count, strerror(errno));
	for (i = 0; i < count; i++) {
		device = device_open(argv[0]);
		if (i % 50)
			continue;
		ret = device_alloc(device, eventfd, ANY, &alloc);
		if (ret)
			die("an interrupt for file %u: %s", i, strerror(-ret));
		held++;
	}
	say("%u files, %u interrupts", count, held);
	return 0;
}
