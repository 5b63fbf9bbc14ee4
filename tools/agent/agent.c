// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a test guest is spoken to through: reads requests, one a line, from
 * standard input and answers on standard output.
 *
 *   N cat PATH		what is in a file
 *   N put PATH TEXT	write a line of text to a file
 *   N sh LINE		run a shell line
 *
 * The answer is "@@BEGIN N", what was read or said, and "@@RC STATUS" at the end
 * of the last line. Most requests read or write one small file, again and again,
 * and an emulated CPU takes ten times as long to start a process as to do
 * that; so these two start none.
 *
 * Two commands need no request: "agent load KERNEL INITRD" loads another kernel, with
 * the command line of this one, and "agent execute" goes over to it.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Longer than any line that the terminal's line discipline lets through. */
#define LINE_BYTES 8192

static int failed(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

static int read_file(const char *path)
{
	static char buffer[65536];
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return failed(path);
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		fwrite(buffer, 1, got, stdout);
	if (got < 0)
		failed(path);
	close(fd);
	return got < 0;
}

/* All in one call, since a file of the kernel takes each for a text of its own. */
static int write_file(const char *path, const char *text)
{
	char line[LINE_BYTES + 1];
	int length = snprintf(line, sizeof(line), "%s\n", text);
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	int status = 0;

	if (fd < 0)
		return failed(path);
	if (write(fd, line, length) != length)
		status = failed(path);
	close(fd);
	return status;
}

static int run(const char *line)
{
	int status;
	pid_t child = vfork();

	if (!child) {
		execl("/bin/sh", "sh", "-c", line, NULL);
		_exit(127);
	}
	if (child < 0)
		return failed("no process");
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int serve(char *verb)
{
	char *what = strchr(verb, ' ');
	char *text;

	if (!what) {
		printf("no request: %s\n", verb);
		return 2;
	}
	*what++ = 0;
	if (!strcmp(verb, "sh"))
		return run(what);
	if (!strcmp(verb, "cat"))
		return read_file(what);
	text = strchr(what, ' ');
	if (strcmp(verb, "put") || !text) {
		printf("no request: %s\n", verb);
		return 2;
	}
	*text++ = 0;
	return write_file(what, text);
}

static int load_kernel(const char *kernel, const char *initrd)
{
	static char cmdline[LINE_BYTES];
	int image = open(kernel, O_RDONLY | O_CLOEXEC);
	int archive = open(initrd, O_RDONLY | O_CLOEXEC);
	int line = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);

	if (image < 0)
		return failed(kernel);
	if (archive < 0)
		return failed(initrd);
	if (line < 0 || read(line, cmdline, sizeof(cmdline) - 1) < 0)
		return failed("/proc/cmdline");
	cmdline[strcspn(cmdline, "\n")] = 0;
	if (syscall(SYS_kexec_file_load, image, archive, strlen(cmdline) + 1, cmdline, 0L))
		return failed("loading the kernel");
	return 0;
}

static int execute_kernel(void)
{
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
	return failed("executing the kernel");
}

int main(int argc, char *argv[])
{
	char line[LINE_BYTES];
	char *verb;
	int status;
	FILE *requests;
	int none;

	if (argc == 4 && !strcmp(argv[1], "load"))
		return load_kernel(argv[2], argv[3]);
	if (argc == 2 && !strcmp(argv[1], "execute"))
		return execute_kernel();
	if (argc > 1) {
		printf("usage: %s [load KERNEL INITRD | execute]\n", argv[0]);
		return 2;
	}

	/* Commands must not read what is meant for us. */
	requests = fdopen(fcntl(0, F_DUPFD_CLOEXEC, 3), "r");
	none = open("/dev/null", O_RDONLY);

	if (!requests || none < 0 || dup2(none, 0) < 0) {
		perror("agent");
		return 1;
	}
	/* A terminal would get each line on its own. */
	setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
	puts("@@READY");
	for (;;) {
		fflush(stdout);
		if (!fgets(line, sizeof(line), requests)) {
			/* Nobody is connected; somebody may be again. */
			clearerr(requests);
			sleep(1);
			continue;
		}
		line[strcspn(line, "\n")] = 0;
		verb = line + strspn(line, "0123456789");
		printf("@@BEGIN %.*s\n", (int)(verb - line), line);
		/* What a command says comes after it, not before. */
		fflush(stdout);
		status = serve(verb + strspn(verb, " "));
		printf("@@RC %d\n", status);
	}
}
