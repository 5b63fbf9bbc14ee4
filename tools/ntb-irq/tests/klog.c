// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sentences that klog.c finds about the function in the first argument. Each other one is
 * what one read() of /dev/kmsg gives: an errno or a record.
 */
#include <fcntl.h>
#include <unistd.h>

#include "stub.h"

/* The argument that is next. */
static char **next;

/* It is compiled with these names in the place of those of the system calls. */
int fake_open(const char *path, int flags, ...)
{
	errno = *next && !strncmp(*next, "open ", 5) ? atoi(*next + 5) : 0;
	return errno ? -1 : 0;
}

ssize_t fake_read(int fd, void *buf, size_t count)
{
	const char *what = *next;

	if (!what)
		errno = EAGAIN;
	else if (!strncmp(what, "errno ", 6))
		errno = atoi(what + 6);
	else
		errno = strlen(what) > count ? EINVAL : 0;
	/* As the kernel does, also with one that does not fit. */
	next += !!what;
	if (errno)
		return -1;
	memcpy(buf, what, strlen(what));
	return strlen(what);
}

int main(int argc, char *argv[])
{
	struct klog log;

	next = argv + 2;
	klog_read(argv[1], &log);
	printf("%d\n%s\n%s\n%s\n%s\n", log.error, log.refused.sentence,
	       log.refused.advice ?: "", log.peer.sentence, log.peer.advice ?: "");
	return 0;
}
