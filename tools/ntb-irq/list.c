// SPDX-License-Identifier: GPL-2.0-only
/* ntb-irq list: the NTB functions, their devices and their peers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ntb-irq.h"

static void show_peer(int fd, unsigned int number)
{
	static struct peer peer;
	char line[PATH];

	/* The function may go at any time. */
	if (device_peer(fd, number, &peer))
		return;
	if (!as_json) {
		peer_words(line, " ", &peer);
		note("%s", line);
		return;
	}
	json_open(NULL, '{');
	peer_members(&peer);
	json_close('}');
}

static void show_device(int fd)
{
	struct ntb_irq_ioc_info info;
	unsigned int i, held;

	if (device_info(fd, &info))
		return;
	held = function_held((char *)info.domain);
	if (as_json) {
		json_string("domain", (char *)info.domain);
		json_string("parent", (char *)info.parent);
		json_number("port", info.port);
		json_number("held", held);
		json_number("limit", info.max_irqs);
		json_number("limit_per_file", info.max_file);
		json_open("peers", '[');
	} else {
		note("  domain %s below %s, port %u, %u of %u interrupts in use", info.domain,
		     info.parent, info.port, held, info.max_irqs);
	}
	for (i = 0; i < info.peers; i++)
		show_peer(fd, i);
	if (as_json)
		json_close(']');
}

static void show_function(const struct function *func)
{
	char path[PATH];
	int fd = function_open(func, O_RDONLY, path);

	if (as_json) {
		json_open(NULL, '{');
		json_string("function", func->pci);
		json_string("driver", func->driver);
		json_string("client", func->client);
		json_string("device", path);
		json_bool("accessible", fd >= 0);
	} else {
		note("%s: driver %s, client %s, %s%s", func->pci,
		     *func->driver ? func->driver : "(none)",
		     *func->client ? func->client : "(none)", *path ? path : "no device",
		     *path && fd < 0 ? ", which cannot be opened" : "");
	}
	if (fd >= 0) {
		show_device(fd);
		close(fd);
	}
	if (as_json)
		json_close('}');
}

int cmd_list(int argc, char *argv[])
{
	int i, count, shown = 0;
	struct function *found;

	options_parse(argc, argv, NULL, 0, 0, 0);
	count = functions_find(&found);
	if (as_json) {
		json_open(NULL, '{');
		json_open("functions", '[');
	}
	for (i = 0; i < count; i++) {
		if (!*found[i].ntb)
			continue;
		show_function(&found[i]);
		shown++;
	}
	free(found);
	if (as_json) {
		json_close(']');
		json_end();
	}
	if (!shown)
		note("There is no NTB device: ntb-irq doctor says why.");
	return WELL;
}
