/* SPDX-License-Identifier: GPL-2.0-only */
/* What drivers do to an Intel function, by generation. */
#ifndef FABRIC_INTEL_GUEST_H
#define FABRIC_INTEL_GUEST_H

#include "tests/reg_guest.h"

struct intel_way {
	const char *model;
	void (*start)(struct guest *g);
	void (*enable)(struct guest *g);
	void (*disable)(struct guest *g);
	u32 link_region;
	u64 link_status;
	u32 link_vector;
	/* where the peer's scratchpads are, and the own ones */
	u32 peer_region;
	u64 peer_spad;
	u64 spad;
	void (*ring)(struct guest *g, u32 bell);
	u32 bell_vector;	/* of doorbell 7 */
	u64 status;
	u64 mask;
	u32 bell_bytes;
};

#define INTEL_WAYS 3
extern const struct intel_way intel_ways[INTEL_WAYS];

/* Both drivers started; BARs 2 and 4 are at BAR_AT(bar). */
struct rig *intel_rig(const struct intel_way *w, const struct change *changes);
bool intel_link(const struct intel_way *w, struct guest *g, bool up);
/* Both enable the link, and it comes up; what fired is forgotten. */
void intel_join(const struct intel_way *w, struct rig *r);

#define BAR_AT(bar) (0x100000000ull * (bar))

#endif
