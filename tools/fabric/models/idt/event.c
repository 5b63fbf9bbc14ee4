// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switch events, and the one interrupt a function has. A status bit interrupts
 * when it comes to count and did not before; a bit that stays set, as the
 * doorbell's does until all doorbells are cleared, hides what follows it.
 */
#include "models/idt/idt.h"

u32 int_status(const struct idt *s, int part)
{
	const struct idt_part *p = &s->part[part];
	u32 sts = 0;

	if (p->msg_sts & ~p->msg_mask)
		sts |= INT_MESSAGE;
	if (p->dbell & ~p->dbell_mask)
		sts |= INT_DOORBELL;
	if (p->event)
		sts |= INT_EVENT;
	return sts;
}

void int_update(struct idt *s, int part)
{
	struct idt_part *p = &s->part[part];
	u32 now = int_status(s, part) & ~p->int_mask;
	u32 fresh = now & ~p->raised;

	p->raised = now;
	if (fresh)
		fabric_interrupt(s->fabric, part, 0);
}

u32 event_status(const struct idt *s)
{
	u32 sts = 0;

	if (s->link_up.sts & ~s->link_up.mask)
		sts |= EVENT_LINK_UP;
	if (s->link_down.sts & ~s->link_down.mask)
		sts |= EVENT_LINK_DOWN;
	if (s->signal.sts & ~s->signal.mask)
		sts |= EVENT_SIGNAL;
	return sts;
}

static void happen(struct idt *s, struct idt_event *e, u32 kind, u32 bit)
{
	bool fresh = !(e->sts & bit);
	int i;

	e->sts |= bit;
	if (!fresh || e->mask & bit || s->event_mask & kind)
		return;
	for (i = 0; i < s->hosts; i++) {
		if (s->event_part_mask & BIT(i))
			continue;
		s->part[i].event = true;
		int_update(s, i);
	}
}

void event_signal(struct idt *s, int part)
{
	happen(s, &s->signal, EVENT_SIGNAL, BIT(part));
}

/* A link that is up before and after went down in between. */
void event_link(struct idt *s, int part)
{
	bool up = fabric_path(s->fabric, part, part);
	u32 bit = BIT(s->p.chip->port[part]);

	if (s->was_up[part])
		happen(s, &s->link_down, EVENT_LINK_DOWN, bit);
	if (up)
		happen(s, &s->link_up, EVENT_LINK_UP, bit);
	s->was_up[part] = up;
}
