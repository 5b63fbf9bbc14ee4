// SPDX-License-Identifier: GPL-2.0-only
/* What the fabric does for a model, as far as it needs no more than the hosts. */
#include "bridge/fabric.h"

const void *fabric_model_data(const struct fabric *f)
{
	return f->type->data;
}

int fabric_hosts(const struct fabric *f)
{
	return f->hosts;
}

struct host_stats *fabric_stats(struct fabric *f, int host)
{
	return &f->host[host].stats;
}

bool fabric_path(struct fabric *f, int from, int to)
{
	return f->link_up && host_present(&f->host[from]) &&
	       host_present(&f->host[to]);
}

struct loop *fabric_loop(struct fabric *f)
{
	return &f->loop;
}

void fabric_interrupt(struct fabric *f, int host, u32 vector)
{
	host_interrupt(&f->host[host], vector);
}

u32 fabric_config(struct fabric *f, int host, u32 offset)
{
	u32 value;

	pci_read(&f->host[host].pci, offset, &value, sizeof(value));
	return value;
}
