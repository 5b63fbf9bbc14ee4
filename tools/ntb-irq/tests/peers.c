// SPDX-License-Identifier: GPL-2.0-only
/* What peers.c says. Each argument is the state of a peer at one look. */
#include "stub.h"

/* The argument that is next. */
static char **next;

bool file_read(char **text, const char *fmt, ...)
{
	if (!*next || strncmp(*next, "file ", 5))
		return false;
	*text = strdup(*next++ + 5);
	return true;
}

int function_open(const struct function *func, int flags, char path[PATH])
{
	return *next && !strcmp(*next, "closed") ? -1 : 1000;
}

int device_peer(int fd, unsigned int number, struct peer *peer)
{
	const char *what = *next++;

	if (!what || !strcmp(what, "gone"))
		return -ENODEV;
	if (!strcmp(what, "none"))
		return -EINVAL;
	peer->arg.state = !strcmp(what, "up") ? NTB_IRQ_PEER_CONNECTED : 0;
	return 0;
}

uint64_t now_ns(void)
{
	static uint64_t now;

	return now += 1000000000;
}

void klog_read(const char *pci, struct klog *log)
{
	*log = (struct klog) {};
}

static void say(const char *how, const char *fmt, va_list args)
{
	printf("%s: ", how);
	vprintf(fmt, args);
	printf("\n");
}

bool well(const char *check, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("well", fmt, args);
	va_end(args);
	return true;
}

bool wrong(const char *check, const char *advice, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("WRONG", fmt, args);
	va_end(args);
	return false;
}

int main(int argc, char *argv[])
{
	const struct function func = { .pci = "0000:01:00.0" };

	next = argv + 1;
	printf(check_peers(&func, 1500) ? "all is well\n" : "not well\n");
	return 0;
}
