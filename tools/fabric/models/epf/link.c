// SPDX-License-Identifier: GPL-2.0-only
#include "models/epf/epf.h"

static bool both_want(const struct epf *e)
{
	return e->side[0].wants_link && e->side[1].wants_link;
}

static bool tell(struct epf_side *s, bool up)
{
	epf_put(s, EPF_LINK, up ? LINK_UP : 0, 2);
	if (!epf_can_interrupt(s))
		return false;
	fabric_interrupt(s->epf->fabric, s->host, 0);
	return true;
}

/*
 * A host asked. The other one, when it comes second, learns nothing if the first
 * could not be interrupted: so does pci-epf-ntb.
 */
bool epf_link_asked(struct epf *e, int host, bool up)
{
	e->side[host].wants_link = up;
	if (up && (!both_want(e) || (e->watch && !e->path)))
		return true;
	return tell(&e->side[0], up) && tell(&e->side[1], up);
}

static void tell_all(struct epf *e, bool up)
{
	int i;

	for (i = 0; i < EPF_HOSTS; i++)
		tell(&e->side[i], up);
}

void epf_link_watched(struct epf *e)
{
	bool path = fabric_path(e->fabric, 0, 1);

	if (!e->watch || path == e->path)
		return;
	e->path = path;
	if (both_want(e))
		tell_all(e, path);
}

void epf_link_reset(struct epf *e, int host)
{
	bool was = both_want(e);

	if (!e->watch)
		return;
	e->side[host].wants_link = false;
	if (was)
		tell_all(e, false);
}
