// SPDX-License-Identifier: GPL-2.0-only
/* ntb-irq ring: ring an interrupt of a peer. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "ntb-irq.h"

int cmd_ring(int argc, char *argv[])
{
	int at = options_parse(argc, argv, NULL, 0, 3, 4);
	unsigned int index = number_parse("the index", argv[at + 2], 0, INT_MAX);
	unsigned int count = 1, rung = 0, refused = 0;
	struct ntb_irq_ioc_info info;
	static struct peer peer;
	int fd, ret, why = 0;
	char path[PATH];

	if (at + 3 < argc)
		count = number_parse("the count", argv[at + 3], 1, INT_MAX);
	fd = device_open(argv[at], O_RDWR, path);
	peer_parse(fd, argv[at + 1], &info, &peer);
	while (rung + refused < count) {
		ret = device_ring(fd, peer.arg.peer, index);
		if (!ret) {
			rung++;
			continue;
		}
		refused++;
		why = -ret;
		/* It cannot come back in this file. */
		if (why == ENODEV)
			refused = count - rung;
	}
	close(fd);
	if (as_json) {
		json_open(NULL, '{');
		device_which(&info, path);
		peer_which(&peer);
		json_number("index", index);
		json_number("rung", rung);
		json_number("refused", refused);
		json_string("why", why ? ring_error(why) : "");
		json_end();
		return refused ? WRONG : WELL;
	}
	note("Interrupt %u of peer %u: rung %u times, refused %u times.", index,
	     peer.arg.peer, rung, refused);
	if (refused)
		note("The last refusal: %s.", ring_error(why));
	return refused ? WRONG : WELL;
}
