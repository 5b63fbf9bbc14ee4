// SPDX-License-Identifier: GPL-2.0-only
/* A program on a terminal of a given size; what it writes there is on standard output. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user.h"

__attribute__((noreturn))
static void begin(const char *name, const struct winsize *size, const char *line)
{
	int fd;

	setsid();
	/* The first terminal that is opened is that of the session. */
	fd = open(name, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSWINSZ, size))
		die("%s: %s", name, strerror(errno));
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
	execl("/bin/sh", "sh", "-c", line, NULL);
	die("no shell: %s", strerror(errno));
}

int terminal(char *argv[])
{
	struct winsize size = { .ws_col = number(argv[0]), .ws_row = number(argv[1]) };
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	const char *name = fd < 0 || grantpt(fd) || unlockpt(fd) ? NULL : ptsname(fd);
	char buffer[4096];
	ssize_t got;

	if (!name)
		die("posix_openpt(): %s", strerror(errno));
	say("%s", name);
	if (!fork())
		begin(name, &size, argv[2]);
	for (;;) {
		got = read(fd, buffer, sizeof(buffer));
		if (got > 0 && write(STDOUT_FILENO, buffer, got) != got)
			die("writing: %s", strerror(errno));
		/* It is not open, either not yet or not any more. */
		if (got <= 0 && waitpid(-1, NULL, WNOHANG))
			return 0;
		if (got <= 0)
			usleep(10000);
	}
}
