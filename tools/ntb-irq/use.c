// SPDX-License-Identifier: GPL-2.0-only
/* Why a process cannot use the device of a function that a client is attached to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor.h"

static bool cannot_open(const char *path, int error)
{
	struct stat node;

	if (error == ENOENT)
		return wrong("device", "Have udev running, or mount -t devtmpfs none /dev",
			     "%s does not exist", path);
	if (error == EACCES && !stat(path, &node))
		return wrong("device",
			     "Run this as root, or give it to a group: Documentation/user.rst has a rule.",
			     "%s is of user %u, group %u and mode %04o, and not open to user %u",
			     path, node.st_uid, node.st_gid, node.st_mode & 07777, geteuid());
	return wrong("device", "Run this again, in case the function has just gone.",
		     "%s cannot be opened: %s", path, strerror(error));
}

static bool any_left(const struct function *func, const char *path, int fd)
{
	struct ntb_irq_ioc_info info;
	char advice[PATH];
	unsigned int held;

	if (device_info(fd, &info))
		return cannot_open(path, ENODEV);
	held = function_held((char *)info.domain);
	if (held < info.max_irqs)
		return well("interrupts", "%u of %u are in use", held, info.max_irqs);
	snprintf(advice, sizeof(advice),
		 "End what holds them, by fuser -v /dev/%s, or load " USER_CLIENT
		 " with a larger max_irqs.", func->node);
	return wrong("interrupts", advice, "all %u interrupts of the function are in use",
		     info.max_irqs);
}

/* Of a function with another client than ours there is none. */
bool check_device(const struct function *func)
{
	char path[PATH];
	bool is_well;
	int fd;

	if (!*func->node)
		return true;
	fd = function_open(func, O_RDWR, path);
	if (fd >= 0) {
		well("device", "%s can be opened", path);
	} else {
		/* What may only look is not wrong. */
		fd = function_open(func, O_RDONLY, path);
		if (fd < 0)
			return cannot_open(path, errno);
		well("device", "%s can be opened for reading only: nothing can be rung with it",
		     path);
	}
	is_well = any_left(func, path, fd);
	close(fd);
	return is_well;
}
