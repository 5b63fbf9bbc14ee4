// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "fabric.h"
#include "log.h"

#define MAX_HELD 65536u

struct held_word {
	struct held_word *next;
	u64 due_ms;
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
	struct held_word **at = &f->words.held;
	struct held_word *h;

	if (f->words.count == MAX_HELD) {
		f->host[w->from].stats.dropped++;
		return;
	}
	h = xcalloc(1, sizeof(*h));
	h->due_ms = due_ms;
	h->full = full;
	h->word = *w;
	while (*at && (*at)->due_ms <= due_ms)
		at = &(*at)->next;
	h->next = *at;
	*at = h;
	f->words.count++;
}

/* A held word is nobody's to retry: it waits until there is room. */
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
		hold(f, &w, fabric_now_ms() + arg, false);
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
	struct held_word *h;

	for (h = f->words.held; h; h = h->next)
		if (h->full && h->word.to == host)
			h->due_ms = 0;
}

u64 words_due_ms(const struct fabric *f)
{
	const struct held_word *h;
	u64 due = UINT64_MAX;

	for (h = f->words.held; h; h = h->next)
		if (h->due_ms < due)
			due = h->due_ms;
	return due;
}

void words_release(struct fabric *f)
{
	struct held_word **at = &f->words.held;
	struct held_word *due = NULL;
	struct held_word **end = &due;
	struct held_word *h;
	u64 now;

	if (!f->words.held)
		return;
	/* Bringing one may hold it, or another, again. */
	now = fabric_now_ms();
	while (*at) {
		h = *at;
		if (h->due_ms > now) {
			at = &h->next;
			continue;
		}
		*at = h->next;
		h->next = NULL;
		*end = h;
		end = &h->next;
		f->words.count--;
	}
	while (due) {
		h = due;
		due = h->next;
		bring(f, &h->word);
		free(h);
	}
}

void words_free(struct fabric *f)
{
	struct held_word *h;

	while (f->words.held) {
		h = f->words.held;
		f->words.held = h->next;
		free(h);
	}
	f->words.count = 0;
}
