// SPDX-License-Identifier: GPL-2.0-only
/* The functions of this host: PCI functions that a backend serves, or with an NTB device. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ntb-irq.h"

#define PCI_DEVICES	"/sys/bus/pci/devices"
#define NTB_DEVICES	"/sys/bus/ntb/devices"

/* The NTB device that has @pci as its parent. */
static void function_ntb(struct function *func, char **ntbs, int count)
{
	char path[PATH], real[PATH_MAX], parent[NAME], **nodes;
	int i, nnodes;

	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), NTB_DEVICES "/%s", ntbs[i]);
		if (!realpath(path, real))
			continue;
		name_parent(parent, real);
		if (strcmp(parent, func->pci))
			continue;
		name_copy(func->ntb, ntbs[i]);
		link_name(func->client, NTB_DEVICES "/%s/driver", ntbs[i]);
		snprintf(path, sizeof(path), NTB_DEVICES "/%s/ntb_irq", ntbs[i]);
		nnodes = folder_names(path, &nodes);
		if (nnodes)
			name_copy(func->node, nodes[0]);
		folder_free(nodes, nnodes);
		return;
	}
}

/* Set @found to the functions, to be freed. Returns how many there are. */
int functions_find(struct function **found)
{
	char **pcis, **ntbs;
	int i, npcis, nntbs, count = 0;

	npcis = folder_names(PCI_DEVICES, &pcis);
	nntbs = folder_names(NTB_DEVICES, &ntbs);
	*found = calloc(npcis + 1, sizeof(**found));
	if (!*found)
		die("there is no memory");
	for (i = 0; i < npcis; i++) {
		struct function *func = &(*found)[count];

		memset(func, 0, sizeof(*func));
		name_copy(func->pci, pcis[i]);
		func->bridge = bridge_of(file_hex(0, PCI_DEVICES "/%s/vendor", pcis[i]),
					 file_hex(0, PCI_DEVICES "/%s/device", pcis[i]),
					 file_hex(0, PCI_DEVICES "/%s/class", pcis[i]));
		link_name(func->driver, PCI_DEVICES "/%s/driver", pcis[i]);
		function_ntb(func, ntbs, nntbs);
		if (func->bridge || *func->ntb)
			count++;
	}
	folder_free(pcis, npcis);
	folder_free(ntbs, nntbs);
	return count;
}

/* How many interrupts of a domain /proc/interrupts has. */
unsigned int function_held(const char *domain)
{
	size_t len = strlen(domain);
	unsigned int count = 0;
	const char *at;
	char *text;

	if (!len || !file_read(&text, "/proc/interrupts"))
		return 0;
	for (at = text; (at = strstr(at, domain)); at += len) {
		if (at > text && at[-1] == ' ' && at[len] == ' ')
			count++;
	}
	free(text);
	return count;
}
