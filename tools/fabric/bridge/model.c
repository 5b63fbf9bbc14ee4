// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/device.h"
#include "bridge/log.h"

static struct model *models;

/* Kept in the order of their names, whatever the order of the constructors. */
void model_register(struct model *type)
{
	struct model **at = &models;

	while (*at && strcmp((*at)->name, type->name) < 0)
		at = &(*at)->next;
	if (*at && !strcmp((*at)->name, type->name)) {
		log_line("two models are called '%s'", type->name);
		exit(1);
	}
	type->next = *at;
	*at = type;
}

const struct model *model_next(const struct model *type)
{
	return type ? type->next : models;
}

const struct model *model_find(const char *name)
{
	const struct model *type = NULL;

	while ((type = model_next(type)))
		if (!strcmp(type->name, name))
			break;
	return type;
}

bool model_bars_fit(const u64 *bar_size, char *err, size_t err_len)
{
	int i;

	for (i = 0; i < NUM_BARS; i++) {
		if (!bar_size[i] || is_power_of_two(bar_size[i]))
			continue;
		snprintf(err, err_len, "BAR %d of %llu bytes is no power of two",
			 i, (unsigned long long)bar_size[i]);
		return false;
	}
	return true;
}
