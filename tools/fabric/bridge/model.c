// SPDX-License-Identifier: GPL-2.0-only
/* The list of models. */
#include <string.h>

#include "device.h"

struct model *models;

void model_register(struct model *m)
{
	struct model **at = &models;

	while (*at && strcmp((*at)->ops->name, m->ops->name) < 0)
		at = &(*at)->next;
	m->next = *at;
	*at = m;
}

const struct model_ops *model_find(const char *name)
{
	const struct model *m;

	for (m = models; m; m = m->next)
		if (!strcmp(m->ops->name, name))
			return m->ops;
	return NULL;
}
