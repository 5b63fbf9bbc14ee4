// SPDX-License-Identifier: GPL-2.0-only
#include "models/intel/intel.h"

#define LINK_ACTIVE	0x2000u
#define LINK_SPEED	3u
#define LINK_WIDTH	8u

static bool wanted(void *m)
{
	const struct intel *x = m;

	return x->gen->link_wanted(x, 0) && x->gen->link_wanted(x, 1) &&
	       fabric_path(x->fabric, 0, 1);
}

static void changed(void *m)
{
	struct intel *x = m;
	int i;

	for (i = 0; i < INTEL_HOSTS; i++)
		intel_raise(x, i, BIT_ULL(x->gen->link_bit));
}

bool intel_link_init(struct intel *x, u64 delay_ms)
{
	return link_init(&x->link, fabric_loop(x->fabric), delay_ms, wanted,
			 changed, x);
}

void intel_link_event(void *m, int host)
{
	struct intel *x = m;

	(void)host;
	link_update(&x->link);
}

u16 intel_link_status(const struct intel *x)
{
	return x->link.up ? LINK_ACTIVE | LINK_WIDTH << 4 | LINK_SPEED : 0;
}
