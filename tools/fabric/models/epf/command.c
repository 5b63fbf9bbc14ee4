// SPDX-License-Identifier: GPL-2.0-only
/* What the endpoint does when a host asks. */
#include "models/epf/epf.h"

static bool configure_bells(struct epf_side *s, u32 argument)
{
	struct epf *e = s->epf;
	struct epf_side *peer = &e->side[epf_peer(s->host)];
	u32 count = argument & DB_COUNT_MASK;
	u32 i;

	/* The function has MSI-X only. */
	if (!count || count > e->layout.vectors || !(argument & DB_MSIX))
		return false;
	for (i = 0; i < count; i++) {
		if (!epf_map(s, EPF_BAR_BELLS, (u64)i * e->layout.align,
			     e->layout.align, 0, (int)i))
			return false;
		epf_put(peer, EPF_DB_DATA(i), epf_bell_data(i), 4);
		epf_put(peer, EPF_DB_OFFSET(i), epf_bell_offset(e, i), 4);
	}
	s->msix = true;
	return true;
}

static bool is_window(const struct epf_side *s, u32 window)
{
	if (window < s->epf->layout.windows)
		return true;
	fabric_stats(s->epf->fabric, s->host)->bad_accesses++;
	return false;
}

static bool configure_window(struct epf_side *s, u32 window)
{
	const struct epf_layout *l = &s->epf->layout;
	u64 size = reg_get(s->regs, EPF_SIZE, 8);

	return is_window(s, window) && size && size <= l->window_size[window] &&
	       epf_map(s, epf_window_bar(window), epf_window_offset(l, window),
		       size, reg_get(s->regs, EPF_ADDR, 8), EPF_NO_VECTOR);
}

static void teardown_window(struct epf_side *s, u32 window)
{
	if (is_window(s, window))
		epf_unmap(s, epf_window_bar(window),
			  epf_window_offset(&s->epf->layout, window));
}

void epf_command(void *ctx)
{
	struct epf_side *s = ctx;
	u32 command = epf_get(s, EPF_COMMAND, 4);
	u32 argument = epf_get(s, EPF_ARGUMENT, 4);
	bool good = true;

	epf_put(s, EPF_COMMAND, 0, 4);
	epf_put(s, EPF_ARGUMENT, 0, 4);
	switch (command) {
	case CMD_CONFIGURE_DB:
		good = configure_bells(s, argument);
		break;
	case CMD_TEARDOWN_DB:
		/* The others stay: pci-epf-ntb takes away the first one only. */
		epf_unmap(s, EPF_BAR_BELLS, 0);
		break;
	case CMD_CONFIGURE_MW:
		good = configure_window(s, argument);
		break;
	case CMD_TEARDOWN_MW:
		teardown_window(s, argument);
		break;
	case CMD_LINK_UP:
	case CMD_LINK_DOWN:
		good = epf_link_asked(s->epf, s->host, command == CMD_LINK_UP);
		break;
	default:
		/* It gets no answer. */
		fabric_stats(s->epf->fabric, s->host)->bad_accesses++;
		return;
	}
	epf_put(s, EPF_STATUS, good ? STATUS_OK : STATUS_ERROR, 2);
}
