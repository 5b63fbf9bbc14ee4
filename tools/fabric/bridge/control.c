// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge/control.h"
#include "bridge/log.h"

#define MAX_CLIENTS	8
#define MAX_LINE	256
#define MAX_WORDS	8

struct client {
	struct control *control;
	struct watch watch;
	bool used;
	char in[MAX_LINE];
	size_t in_len;
	char *out;
	size_t out_len;
};

struct control {
	struct fabric *fabric;
	struct watch watch;
	struct client clients[MAX_CLIENTS];
};

static void do_stats(struct fabric *f, FILE *out)
{
	const struct host_stats *s;
	size_t i;
	int h;
	static const struct {
		const char *name;
		size_t offset;
	} fields[] = {
		{ "window_writes", offsetof(struct host_stats, window_writes) },
		{ "window_reads", offsetof(struct host_stats, window_reads) },
		{ "msi_writes", offsetof(struct host_stats, msi_writes) },
		{ "msi_blocked", offsetof(struct host_stats, msi_blocked) },
		{ "dma_errors", offsetof(struct host_stats, dma_errors) },
		{ "doorbells", offsetof(struct host_stats, doorbells) },
		{ "messages", offsetof(struct host_stats, messages) },
		{ "dropped", offsetof(struct host_stats, dropped) },
		{ "bad_accesses", offsetof(struct host_stats, bad_accesses) },
		{ "requester_drops",
		  offsetof(struct host_stats, requester_drops) },
		{ "msix_overruns", offsetof(struct host_stats, msix_overruns) },
	};

	fputs("ok {\"hosts\":[", out);
	for (h = 0; h < f->hosts; h++) {
		s = &f->host[h].stats;
		fprintf(out, "%s{\"host\":%d,\"connected\":%s,\"waiting\":%u", h ? "," : "", h,
			host_connected(&f->host[h]) ? "true" : "false",
			host_waiting(&f->host[h]));
		for (i = 0; i < ARRAY_SIZE(fields); i++)
			fprintf(out, ",\"%s\":%llu", fields[i].name,
				*(const unsigned long long *)
				((const char *)s + fields[i].offset));
		fputc('}', out);
	}
	fputs("]}\n", out);
}

static void do_windows(struct fabric *f, FILE *out)
{
	struct window w;
	int h;
	u32 n;

	fputs("ok {\"hosts\":[", out);
	for (h = 0; h < f->hosts; h++) {
		fprintf(out, "%s{\"host\":%d,\"windows\":[", h ? "," : "", h);
		for (n = 0; f->ops->window(f->model, h, n, &w); n++)
			fprintf(out,
				"%s{\"kind\":\"%s\",\"bar\":%d,\"index\":%u,\"offset\":%llu,\"size\":%llu,\"target_host\":%d,\"target\":\"%#llx\",\"enabled\":%s}",
				n ? "," : "", w.kind, w.bar, w.index,
				(unsigned long long)w.offset,
				(unsigned long long)w.size, w.target_host,
				(unsigned long long)w.target,
				w.enabled ? "true" : "false");
		fputs("]}", out);
	}
	fputs("]}\n", out);
}

static bool number(const char *word, u64 *value)
{
	char *end;

	if (*word < '0' || *word > '9')
		return false;
	errno = 0;
	*value = strtoull(word, &end, 0);
	return !*end && !errno;
}

static bool host_number(struct fabric *f, const char *word, int *host, FILE *out)
{
	u64 value;

	if (!number(word, &value) || value >= (u64)f->hosts) {
		fprintf(out, "error '%s' is no host below %d\n", word, f->hosts);
		return false;
	}
	*host = (int)value;
	return true;
}

static void do_fault(struct fabric *f, char **words, int n, FILE *out)
{
	u64 count, arg = 0;
	bool takes_arg = false;
	int host, kind;

	if (n == 2 && !strcmp(words[1], "clear")) {
		fault_clear(&f->faults);
		fputs("ok\n", out);
		return;
	}
	kind = n > 1 ? fault_kind(words[1], &takes_arg) : -1;
	if (kind < 0) {
		fprintf(out, "error no fault is called '%s'\n",
			n > 1 ? words[1] : "");
		return;
	}
	/* Kinds without an argument may be given one; it has no effect. */
	if (n != 5 && !(n == 4 && !takes_arg)) {
		fprintf(out, "error fault %s wants HOST%s COUNT\n", words[1],
			takes_arg ? " ARG" : "");
		return;
	}
	if (!host_number(f, words[2], &host, out))
		return;
	if ((n == 5 && !number(words[3], &arg)) ||
	    !number(words[n - 1], &count)) {
		fputs("error ARG and COUNT must be numbers\n", out);
		return;
	}
	fault_arm(&f->faults, host, kind, arg, count);
	fputs("ok\n", out);
}

static void do_interrupts(struct fabric *f, char **words, FILE *out)
{
	u64 first, last;
	int host;

	if (!host_number(f, words[1], &host, out))
		return;
	if (!number(words[2], &first) || !number(words[3], &last) || first > last) {
		fputs("error FIRST and LAST must be numbers, in this order\n", out);
		return;
	}
	f->host[host].msi = (struct msi_range){ first, last };
	fputs("ok\n", out);
}

/* "record COUNT", "record off", "record" */
static void do_record(struct fabric *f, char **words, int n, FILE *out)
{
	u64 room = 0;

	if (n == 1) {
		fputs("ok ", out);
		record_show(&f->record, out);
		fputc('\n', out);
		return;
	}
	if (strcmp(words[1], "off") &&
	    (!number(words[1], &room) || !room || room > RECORD_MAX)) {
		fprintf(out, "error '%s' is neither off nor a number from 1 to %u\n",
			words[1], RECORD_MAX);
		return;
	}
	record_start(&f->record, (u32)room);
	fputs("ok\n", out);
}

static void do_dead(struct fabric *f, char **words, FILE *out)
{
	int host;

	if (!host_number(f, words[1], &host, out))
		return;
	if (strcmp(words[2], "on") && strcmp(words[2], "off")) {
		fprintf(out, "error '%s' is neither on nor off\n", words[2]);
		return;
	}
	host_set_dead(&f->host[host], !strcmp(words[2], "on"));
	fputs("ok\n", out);
}

void control_command(struct fabric *f, char *line, FILE *out)
{
	char *words[MAX_WORDS];
	char *save = NULL;
	char *word;
	int n = 0;

	for (word = strtok_r(line, " \t\r", &save); word && n < MAX_WORDS;
	     word = strtok_r(NULL, " \t\r", &save))
		words[n++] = word;
	if (n == 1 && !strcmp(words[0], "stats")) {
		do_stats(f, out);
	} else if (n == 1 && !strcmp(words[0], "windows")) {
		do_windows(f, out);
	} else if (n == 2 && !strcmp(words[0], "link") &&
		   (!strcmp(words[1], "up") || !strcmp(words[1], "down"))) {
		fabric_set_link(f, !strcmp(words[1], "up"));
		fputs("ok\n", out);
	} else if (n >= 1 && !strcmp(words[0], "fault")) {
		do_fault(f, words, n, out);
	} else if (n == 4 && !strcmp(words[0], "interrupts")) {
		do_interrupts(f, words, out);
	} else if ((n == 1 || n == 2) && !strcmp(words[0], "record")) {
		do_record(f, words, n, out);
	} else if (n == 3 && !strcmp(words[0], "dead")) {
		do_dead(f, words, out);
	} else if (n == 2 && !strcmp(words[0], "trace") &&
		   (!strcmp(words[1], "on") || !strcmp(words[1], "off"))) {
		f->trace.on = !strcmp(words[1], "on");
		fputs("ok\n", out);
	} else if (n == 1 && !strcmp(words[0], "quit")) {
		f->quit = true;
		fputs("ok\n", out);
	} else {
		fprintf(out, "error unknown command '%s'\n",
			n ? words[0] : "");
	}
}

static void drop_client(struct client *c)
{
	loop_remove(&c->control->fabric->loop, &c->watch);
	close(c->watch.fd);
	free(c->out);
	c->out = NULL;
	c->out_len = 0;
	c->in_len = 0;
	c->used = false;
}

static bool flush_client(struct client *c)
{
	ssize_t n;

	while (c->out_len) {
		n = send(c->watch.fd, c->out, c->out_len,
			 MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		memmove(c->out, c->out + n, c->out_len - (size_t)n);
		c->out_len -= (size_t)n;
	}
	return true;
}

static void answer(struct client *c, char *line)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	control_command(c->control->fabric, line, out);
	fclose(out);
	c->out = xrealloc(c->out, c->out_len + len, 1);
	memcpy(c->out + c->out_len, text, len);
	c->out_len += len;
	free(text);
}

static short client_events(void *ctx)
{
	struct client *c = ctx;

	/* One answer at a time: a client that does not read is not read from. */
	return c->out_len ? POLLOUT : POLLIN;
}

static void client_ready(void *ctx, short revents)
{
	struct client *c = ctx;
	char *end;
	ssize_t n;

	if (revents & POLLOUT) {
		if (!flush_client(c))
			drop_client(c);
		return;
	}
	n = recv(c->watch.fd, c->in + c->in_len, sizeof(c->in) - c->in_len,
		 MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop_client(c);
		return;
	}
	c->in_len += (size_t)n;
	for (;;) {
		end = memchr(c->in, '\n', c->in_len);
		if (!end)
			break;
		*end = '\0';
		answer(c, c->in);
		c->in_len -= (size_t)(end + 1 - c->in);
		memmove(c->in, end + 1, c->in_len);
	}
	if (c->in_len == sizeof(c->in)) {
		log_line("control: a line of more than %d bytes", MAX_LINE);
		drop_client(c);
	} else if (!flush_client(c)) {
		drop_client(c);
	}
}

static void accept_client(void *ctx, short revents)
{
	struct control *c = ctx;
	int fd = accept4(c->watch.fd, NULL, NULL, SOCK_CLOEXEC);
	struct client *one = NULL;
	int i;

	(void)revents;
	if (fd < 0)
		return;
	for (i = 0; i < MAX_CLIENTS && !one; i++)
		if (!c->clients[i].used)
			one = &c->clients[i];
	if (!one) {
		log_line("control: %d clients are connected already",
			 MAX_CLIENTS);
		close(fd);
		return;
	}
	one->control = c;
	one->used = true;
	one->watch.fd = fd;
	one->watch.events = client_events;
	one->watch.ready = client_ready;
	one->watch.ctx = one;
	loop_add(&c->fabric->loop, &one->watch);
}

struct control *control_new(struct fabric *f, int listen_fd)
{
	struct control *c = xcalloc(1, sizeof(*c));

	c->fabric = f;
	c->watch.fd = listen_fd;
	c->watch.ready = accept_client;
	c->watch.ctx = c;
	loop_add(&f->loop, &c->watch);
	return c;
}

void control_free(struct control *c)
{
	int i;

	for (i = 0; i < MAX_CLIENTS; i++)
		if (c->clients[i].used)
			drop_client(&c->clients[i]);
	loop_remove(&c->fabric->loop, &c->watch);
	close(c->watch.fd);
	free(c);
}
