// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bridge/control.h"
#include "bridge/fabric.h"
#include "bridge/log.h"

#define MAX_SETTINGS 32

struct listener {
	struct watch watch;
	struct host *host;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
};

static void usage(FILE *out)
{
	const struct model *type = NULL;
	const struct setting *s;

	fputs("Usage: fabric --vendor NAME --hosts N --dir DIR\n"
	      "              [--set KEY=VALUE]... [--trace FILE]\n"
	      "\n"
	      "Gives each of N machines an NTB function over vfio-user and joins them.\n"
	      "Listens on DIR/host<n>.sock and DIR/control.sock, then prints \"ready\".\n"
	      "\n"
	      "Control commands, one a line, each answered by \"ok[ JSON]\" or \"error TEXT\":\n"
	      "  stats                       counters of every host\n"
	      "  windows                     the windows through which every host writes\n"
	      "  link down|up                the physical link of all hosts\n"
	      "  interrupts HOST FIRST LAST  where writes to HOST's memory are interrupts,\n"
	      "                              at first 0xfee00000 to 0xfeefffff\n"
	      "  fault KIND HOST [ARG] COUNT arm a fault; COUNT 0 is until cleared\n"
	      "     on HOST's window writes to an interrupt address:\n"
	      "        drop, addr-xor BITS, data-xor BITS, late MILLISECONDS\n"
	      "     on HOST's window writes to memory:\n"
	      "        memory-late MILLISECONDS (or until HOST reads from the same peer)\n"
	      "     on HOST's writes to scratchpads or through the reserved window:\n"
	      "        spad-drop, spad-xor BITS, spad-late MILLISECONDS,\n"
	      "        spad-repeat (comes in again behind the write after it)\n"
	      "     on words HOST sends by message registers:\n"
	      "        msg-drop, msg-xor BITS, msg-late MILLISECONDS,\n"
	      "        msg-repeat (comes in again behind the word after it)\n"
	      "  fault clear\n"
	      "  trace on|off\n"
	      "  record COUNT                so many messages and words from now on, each with\n"
	      "                              the times at which it came, left and was answered\n"
	      "  record                      those that came since\n"
	      "  record off\n"
	      "  quit\n", out);
	while ((type = model_next(type))) {
		fprintf(out, "\nSettings of --vendor %s:\n", type->name);
		for (s = type->settings; s->key; s++)
			fprintf(out, "  %-15s %s (%#llx)\n", s->key, s->help,
				(unsigned long long)s->value);
	}
}

static bool apply_setting(const struct model *type, u64 *values, char *text)
{
	char *eq = strchr(text, '=');
	const struct setting *s;
	char *end;
	u64 value;

	if (!eq || !eq[1]) {
		log_line("--set wants KEY=VALUE, not '%s'", text);
		return false;
	}
	*eq = '\0';
	errno = 0;
	value = strtoull(eq + 1, &end, 0);
	for (s = type->settings; s->key; s++) {
		if (strcmp(s->key, text))
			continue;
		if (*end || errno || value < s->min || value > s->max) {
			log_line("%s=%s is not a number from %#llx to %#llx",
				 text, eq + 1, (unsigned long long)s->min,
				 (unsigned long long)s->max);
			return false;
		}
		values[s - type->settings] = value;
		return true;
	}
	log_line("%s has no setting '%s'", type->name, text);
	return false;
}

static int listen_at(char *path, size_t len, const char *dir, const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if ((size_t)snprintf(path, len, "%s/%s", dir, name) >= len) {
		log_line("%s/%s is too long for a socket path (%zu bytes)", dir,
			 name, len - 1);
		return -1;
	}
	memcpy(addr.sun_path, path, strlen(path) + 1);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    listen(fd, 4)) {
		log_line("cannot listen on %s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static void accept_host(void *ctx, short revents)
{
	struct listener *l = ctx;
	int fd = accept4(l->watch.fd, NULL, NULL, SOCK_CLOEXEC);

	(void)revents;
	if (fd >= 0)
		host_attach(l->host, fd);
}

static bool listen_hosts(struct fabric *f, struct listener *listeners,
			 const char *dir)
{
	char name[32];
	int i;

	for (i = 0; i < f->hosts; i++) {
		struct listener *l = &listeners[i];

		snprintf(name, sizeof(name), "host%d.sock", i);
		l->watch.fd = listen_at(l->path, sizeof(l->path), dir, name);
		if (l->watch.fd < 0)
			return false;
		l->host = &f->host[i];
		l->watch.ready = accept_host;
		l->watch.ctx = l;
		loop_add(&f->loop, &l->watch);
	}
	return true;
}

static void on_signal(void *ctx, short revents)
{
	struct fabric *f = ctx;

	(void)revents;
	f->quit = true;
}

static bool watch_signals(struct fabric *f, struct watch *w)
{
	sigset_t set;

	/* A vector may turn out to be a pipe without a reader. */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	w->ready = on_signal;
	w->ctx = f;
	return w->fd >= 0 && loop_add(&f->loop, w);
}

static int serve(struct fabric *f, const char *dir)
{
	struct listener listeners[MAX_HOSTS] = { 0 };
	char path[sizeof(listeners[0].path)];
	struct watch signals = { .fd = -1 };
	struct control *control = NULL;
	int fd, i;
	int rc = 1;

	if (!watch_signals(f, &signals)) {
		log_line("cannot watch for signals: %s", strerror(errno));
		return rc;
	}
	if (listen_hosts(f, listeners, dir)) {
		fd = listen_at(path, sizeof(path), dir, "control.sock");
		if (fd >= 0) {
			control = control_new(f, fd);
			puts("ready");
			fflush(stdout);
			while (!f->quit)
				fabric_turn(f, -1);
			control_free(control);
			unlink(path);
			rc = 0;
		}
	}
	for (i = 0; i < f->hosts; i++) {
		if (listeners[i].watch.fd <= 0)
			continue;
		close(listeners[i].watch.fd);
		unlink(listeners[i].path);
	}
	close(signals.fd);
	return rc;
}

struct options {
	const struct model *type;
	u64 hosts;
	const char *dir;
	const char *trace;
	u64 values[MAX_SETTINGS];
};

static bool parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "vendor", required_argument, NULL, 'v' },
		{ "hosts", required_argument, NULL, 'n' },
		{ "dir", required_argument, NULL, 'd' },
		{ "set", required_argument, NULL, 's' },
		{ "trace", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	char *sets[MAX_SETTINGS];
	const struct setting *s;
	int i, opt, n = 0;
	char *end = "";

	while ((opt = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (opt) {
		case 'v':
			o->type = model_find(optarg);
			if (!o->type) {
				log_line("no vendor '%s', see --help", optarg);
				return false;
			}
			break;
		case 'n':
			o->hosts = strtoull(optarg, &end, 10);
			break;
		case 'd':
			o->dir = optarg;
			break;
		case 's':
			if (n == MAX_SETTINGS) {
				log_line("more than %d --set", MAX_SETTINGS);
				return false;
			}
			sets[n++] = optarg;
			break;
		case 't':
			o->trace = optarg;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			return false;
		}
	}
	if (!o->type || !o->dir || optind != argc) {
		usage(stderr);
		return false;
	}
	if (*end || o->hosts < 2 || o->hosts > MAX_HOSTS) {
		log_line("--hosts must be from 2 to %d", MAX_HOSTS);
		return false;
	}
	for (s = o->type->settings; s->key; s++)
		o->values[s - o->type->settings] = s->value;
	for (i = 0; i < n; i++)
		if (!apply_setting(o->type, o->values, sets[i]))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct options o = { .hosts = 2 };
	struct fabric *f;
	char err[256];
	int rc;

	if (!parse(argc, argv, &o))
		return 2;
	f = fabric_new(o.type, (int)o.hosts, o.values, err, sizeof(err));
	if (!f) {
		log_line("%s", err);
		return 2;
	}
	f->trace.on = o.trace;
	rc = trace_open(&f->trace, o.trace);
	if (rc) {
		log_line("cannot write %s: %s", o.trace, strerror(-rc));
		fabric_free(f);
		return 1;
	}
	rc = serve(f, o.dir);
	fabric_free(f);
	return rc;
}
