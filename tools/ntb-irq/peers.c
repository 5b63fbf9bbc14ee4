// SPDX-License-Identifier: GPL-2.0-only
/* Why a function that is attached to does not ring. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"

#define LOOK_MS		50
#define SILENT		"no response for"

#define LINK_ADVICE \
	"Bring the other host up, and load the hardware driver, a backend and a client there."
#define REJECTED_ADVICE \
	"Install the same library on both hosts, and look at dmesg | grep rejected."

/* What is known of a peer; @session is empty where debugfs cannot be read. */
struct state {
	char session[NAME];
	bool up;
	unsigned long long unreachable, rejected;
};

/* The value of @key in the part of @text that is about one peer. */
static void value_of(const char *text, const char *key, char value[NAME])
{
	char line[NAME];
	const char *at;

	snprintf(line, sizeof(line), "\n%s: ", key);
	at = strstr(text, line);
	value[0] = '\0';
	if (at)
		snprintf(value, NAME, "%.*s", (int)strcspn(at + strlen(line), "\n"),
			 at + strlen(line));
}

static unsigned long long count_of(const char *text, const char *key)
{
	char value[NAME];

	value_of(text, key, value);
	return strtoull(value, NULL, 10);
}

/* Set @state by @text, which is cut behind the peer. Returns false without such a peer. */
static bool state_parse(char *text, unsigned int peer, struct state *state)
{
	char line[NAME], *at, *end;

	snprintf(line, sizeof(line), "peer: %u\n", peer);
	at = text;
	while (at && strncmp(at, line, strlen(line))) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return false;
	end = strstr(at, "\npeer: ");
	if (end)
		*end = '\0';
	value_of(at, "session", state->session);
	state->up = !strcmp(state->session, "up");
	state->unreachable = count_of(at, "unreachable");
	state->rejected = count_of(at, "rejected");
	return true;
}

/*
 * Set @state to that of a peer. Returns 0; -EINVAL when there is no such peer, as the device
 * does; -EACCES without debugfs and device; -ENODEV when the function has gone.
 */
static int state_read(const struct function *func, int fd, unsigned int peer,
		      struct state *state)
{
	struct peer offers;
	char *text;
	int ret;

	*state = (struct state) {};
	if (file_read(&text, DEBUGFS "/%s/peers", func->pci)) {
		/* A file that is open when the function goes has nothing in it. */
		ret = !*text ? -ENODEV : state_parse(text, peer, state) ? 0 : -EINVAL;
		free(text);
		return ret;
	}
	if (fd < 0)
		return -EACCES;
	ret = device_peer(fd, peer, &offers);
	if (ret)
		return ret;
	state->up = offers.arg.state & NTB_IRQ_PEER_CONNECTED;
	state->unreachable = !!(offers.arg.state & NTB_IRQ_PEER_UNREACHABLE);
	return 0;
}

static bool check_session(const struct function *func, unsigned int peer,
			  const struct state *state)
{
	struct klog log;
	bool any;

	klog_read(func->pci, &log);
	any = *log.peer.sentence;
	if (!strcmp(state->session, "down"))
		return wrong("link", LINK_ADVICE,
			     "the link to peer %u is down", peer);
	if (*state->session || strstr(log.peer.sentence, SILENT))
		return wrong("session", any ? log.peer.advice :
			     "Load the library and a client on the other host, and compare the versions.",
			     "the link to peer %u is up, and the peer is silent: there is no session%s%s",
			     peer, any ? "; the library says: " : "", log.peer.sentence);
	return wrong("session", "Run this as root, to see in debugfs whether the link is up.",
		     "there is no session with peer %u", peer);
}

static bool check_reach(const struct function *func, unsigned int peer)
{
	struct klog log;

	klog_read(func->pci, &log);
	return wrong("windows", "Leave more windows, or larger ones, to the library.",
		     "interrupts of this host cannot be reached by peer %u%s%s", peer,
		     *log.peer.sentence ? "; the library says: " : "", log.peer.sentence);
}

/* Returns the errno of state_read(), with which nothing is said. */
static int check_peer(const struct function *func, int fd, unsigned int peer, uint64_t end,
		      bool *is_well)
{
	struct state state;
	int ret = state_read(func, fd, peer, &state);

	while (!ret && !state.up && now_ns() < end) {
		poll(NULL, 0, LOOK_MS);
		ret = state_read(func, fd, peer, &state);
	}
	if (ret)
		return ret;
	if (!state.up)
		*is_well &= check_session(func, peer, &state);
	else if (state.unreachable)
		*is_well &= check_reach(func, peer);
	else if (state.rejected)
		*is_well &= wrong("session", REJECTED_ADVICE,
				  "%llu records of peer %u were rejected", state.rejected, peer);
	else
		*is_well &= well("session", "there is a session with peer %u", peer);
	return 0;
}

/* All peers, so that one that is down hides no other. */
bool check_peers(const struct function *func, unsigned int timeout)
{
	uint64_t end = now_ns() + timeout * 1000000ULL;
	unsigned int peer = 0;
	bool is_well = true;
	struct state state;
	char path[PATH];
	int fd = function_open(func, O_RDONLY, path);
	int ret = state_read(func, fd, 0, &state);

	if (ret == -EACCES)
		return wrong("session", "Run this as root, with debugfs at /sys/kernel/debug.",
			     "the peers cannot be queried");
	while (!ret) {
		ret = check_peer(func, fd, peer, end, &is_well);
		peer += !ret;
	}
	if (fd >= 0)
		close(fd);
	if (ret == -EINVAL && peer)
		return is_well;
	return wrong("session", "Run this again, in case it has just been attached to anew.",
		     "the function has gone after %u of its peers were looked at", peer);
}
