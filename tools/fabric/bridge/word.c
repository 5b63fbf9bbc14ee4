// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "fabric.h"
#include "log.h"

struct held_word {
	struct delayed delayed;
	/* it came in time and found no room */
	bool full;
	struct word word;
};

enum { DROP, XOR, REPEAT, LATE };

static bool strikes(struct fabric *f, const struct word *w, int what, u64 *arg)
{
	static const int kinds[WORD_KINDS][LATE + 1] = {
		[WORD_MESSAGE] = { FAULT_MSG_DROP, FAULT_MSG_XOR,
				   FAULT_MSG_REPEAT, FAULT_MSG_LATE },
		[WORD_SPAD] = { FAULT_SPAD_DROP, FAULT_SPAD_XOR,
				FAULT_SPAD_REPEAT, FAULT_SPAD_LATE },
	};
	int kind = kinds[w->kind][what];

	return fault_strikes(&f->faults, w->from, kind, arg);
}

static void hold(struct fabric *f, const struct word *w, u64 due_ms, bool full)
{
	struct held_word *h = xcalloc(1, sizeof(*h));

	h->full = full;
	h->word = *w;
	if (delay_add(&f->words.held, &h->delayed, due_ms))
		return;
	f->host[w->from].stats.dropped++;
	free(h);
}

/* A held word has no sender to try again: it waits until there is room. */
static void bring(struct fabric *f, const struct word *w)
{
	switch (f->ops->word_arrives(f->model, w)) {
	case WORD_TAKEN:
		break;
	case WORD_FULL:
		hold(f, w, UINT64_MAX, true);
		break;
	case WORD_LOST:
		f->host[w->from].stats.dropped++;
		break;
	}
}

enum arrival fabric_send_word(struct fabric *f, const struct word *word)
{
	struct word stale, w = *word;
	enum arrival a;
	bool again;
	u64 arg;

	if (strikes(f, &w, DROP, NULL)) {
		f->host[w.from].stats.dropped++;
		return WORD_TAKEN;
	}
	if (strikes(f, &w, XOR, &arg))
		w.value ^= (u32)arg;
	if (strikes(f, &w, LATE, &arg)) {
		hold(f, &w, now_ms() + arg, false);
		return WORD_TAKEN;
	}
	a = f->ops->word_arrives(f->model, &w);
	if (a != WORD_TAKEN)
		return a;
	again = f->words.again[w.from][w.kind].armed;
	stale = f->words.again[w.from][w.kind].word;
	f->words.again[w.from][w.kind].armed = false;
	if (again)
		bring(f, &stale);
	if (strikes(f, &w, REPEAT, NULL)) {
		f->words.again[w.from][w.kind].armed = true;
		f->words.again[w.from][w.kind].word = w;
	}
	return a;
}

void fabric_word_room(struct fabric *f, int host)
{
	struct delayed *d;

	for (d = f->words.held.first; d; d = d->next) {
		struct held_word *h = (struct held_word *)d;

		if (h->full && h->word.to == host)
			d->due_ms = 0;
	}
}

void words_release(struct fabric *f)
{
	/* Bringing one may hold it, or another, again. */
	struct delayed *due = delay_take(&f->words.held);
	struct held_word *h;

	while (due) {
		h = (struct held_word *)due;
		due = due->next;
		bring(f, &h->word);
		free(h);
	}
}
