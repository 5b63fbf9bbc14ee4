// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doorbells, which ring in all partitions at once, and messages, which go
 * where the switch's routing of their register sends them.
 */
#include "models/idt/idt.h"

void dbell_ring(struct idt *s, int from, u32 bits)
{
	int i;

	for (i = 0; bits && i < s->hosts; i++) {
		if (i == from && !s->p.doorbell_echo)
			continue;
		if (!fabric_path(s->fabric, from, i)) {
			fabric_stats(s->fabric, from)->dropped++;
			continue;
		}
		s->part[i].dbell |= bits;
		fabric_stats(s->fabric, i)->doorbells++;
		int_update(s, i);
	}
}

u32 dbell_global(const struct idt *s)
{
	u32 bits = 0;
	int i;

	for (i = 0; i < s->hosts; i++)
		bits |= s->part[i].dbell;
	return bits;
}

enum arrival idt_word_arrives(void *m, const struct word *w)
{
	struct idt *s = m;
	struct idt_part *p = &s->part[w->to];

	if (!fabric_path(s->fabric, w->from, w->to))
		return WORD_LOST;
	if (p->msg_sts & MSG_ARRIVED(w->reg))
		return WORD_FULL;
	p->msg_in[w->reg] = w->value;
	p->msg_src[w->reg] = (u32)w->from;
	p->msg_sts |= MSG_ARRIVED(w->reg);
	fabric_stats(s->fabric, w->to)->messages++;
	int_update(s, w->to);
	return WORD_TAKEN;
}

void msg_send(struct idt *s, int from, u32 reg, u32 value)
{
	u32 route = s->msg_ctl[from][reg];
	struct word w = {
		.kind = WORD_MESSAGE,
		.from = from,
		.to = (int)(route >> MSG_CTL_PART_SHIFT),
		.reg = route & MSG_CTL_REG,
		.value = value,
	};
	enum arrival a = WORD_LOST;

	s->part[from].msg_out[reg] = value;
	if (w.to < s->hosts)
		a = fabric_send_word(s->fabric, &w);
	if (a == WORD_TAKEN)
		return;
	if (a == WORD_LOST)
		fabric_stats(s->fabric, from)->dropped++;
	s->part[from].msg_sts |= MSG_FAILED(reg);
	int_update(s, from);
}

void msg_clear(struct idt *s, int part, u32 bits)
{
	s->part[part].msg_sts &= ~bits;
	fabric_word_room(s->fabric, part);
}
