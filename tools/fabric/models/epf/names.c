// SPDX-License-Identifier: GPL-2.0-only
/* For the trace. */
#include <stdio.h>

#include "bridge/names.h"
#include "models/epf/epf.h"

static void window_name(const struct epf_layout *l, int bar, u64 offset,
			char *buf, size_t len)
{
	u32 window = (u32)(bar - EPF_BAR_BELLS);
	u64 first = epf_window_offset(l, window);

	if (offset >= first)
		snprintf(buf, len, "mw%u+%#llx", window + 1,
			 (unsigned long long)(offset - first));
	else
		snprintf(buf, len, "DB[%llu]+%#llx",
			 (unsigned long long)(offset / l->align),
			 (unsigned long long)(offset % l->align));
}

void epf_register_name(void *m, int host, int bar, u64 offset, char *buf,
		       size_t len)
{
	struct epf *e = m;
	int n;

	(void)host;
	switch (bar) {
	case EPF_BAR_CONFIG:
		reg_name(e->bar0, (u32)offset, buf, len);
		break;
	case EPF_BAR_PADS:
		n = snprintf(buf, len, "peer ");
		reg_name(e->bar1, (u32)offset, buf + n, len - (size_t)n);
		break;
	default:
		window_name(&e->layout, bar, offset, buf, len);
		break;
	}
}

const char *epf_value_name(void *m, int host, int bar, u64 offset, u64 value)
{
	static const char *const commands[] = {
		[CMD_CONFIGURE_DB] = "CONFIGURE_DOORBELL",
		[CMD_TEARDOWN_DB] = "TEARDOWN_DOORBELL",
		[CMD_CONFIGURE_MW] = "CONFIGURE_MW",
		[CMD_TEARDOWN_MW] = "TEARDOWN_MW",
		[CMD_LINK_UP] = "LINK_UP",
		[CMD_LINK_DOWN] = "LINK_DOWN",
	};
	static const char *const statuses[] = {
		"-", [STATUS_OK] = "OK", [STATUS_ERROR] = "ERROR",
	};
	static const char *const links[] = { "down", [LINK_UP] = "up" };

	(void)m;
	(void)host;
	if (bar != EPF_BAR_CONFIG)
		return NULL;
	switch (offset) {
	case EPF_COMMAND:
		return name_of(commands, ARRAY_SIZE(commands), value);
	case EPF_STATUS:
		return name_of(statuses, ARRAY_SIZE(statuses), value);
	case EPF_LINK:
		return name_of(links, ARRAY_SIZE(links), value);
	default:
		return NULL;
	}
}
