// SPDX-License-Identifier: GPL-2.0-only
/* What there is to say of a peer and of a device, the same way in every command. */
#include <stdio.h>

#include "ntb-irq.h"

/* Which peer it is: members of the object that is open, as are the following. */
void peer_which(const struct peer *peer)
{
	json_number("peer", peer->arg.peer);
	json_number("port", peer->arg.port);
}

/* The same, and its state. */
void peer_members(const struct peer *peer)
{
	const struct ntb_irq_ioc_peer *arg = &peer->arg;

	peer_which(peer);
	json_bool("connected", arg->state & NTB_IRQ_PEER_CONNECTED);
	json_bool("synced", arg->state & NTB_IRQ_PEER_SYNCED);
	json_bool("unreachable", arg->state & NTB_IRQ_PEER_UNREACHABLE);
	json_number("offers", arg->count);
}

/* A line that begins with @where. */
void peer_words(char line[PATH], const char *where, const struct peer *peer)
{
	const struct ntb_irq_ioc_peer *arg = &peer->arg;

	snprintf(line, PATH, "%s peer %u: port %u, %s%s%s, offers %u", where, arg->peer, arg->port,
		 arg->state & NTB_IRQ_PEER_CONNECTED ? "connected" : "not connected",
		 arg->state & NTB_IRQ_PEER_SYNCED ? ", synced" : "",
		 arg->state & NTB_IRQ_PEER_UNREACHABLE ? ", some interrupts unreachable" : "",
		 arg->count);
}

/* What a command has worked with. */
void device_which(const struct ntb_irq_ioc_info *info, const char *path)
{
	json_string("function", (const char *)info->device);
	json_string("device", path);
}
