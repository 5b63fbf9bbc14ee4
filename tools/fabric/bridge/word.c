// SPDX-License-Identifier: GPL-2.0-only
/* The way of a word from one host's registers to another's. */
#include "bridge/clock.h"
#include "bridge/fabric.h"

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

static void count_drop(struct fabric *f, const struct word *w)
{
	f->host[w->from].stats.dropped++;
}

static u64 record_word(struct fabric *f, const struct word *w)
{
	struct record_entry e = {
		.kind = RECORD_WORD,
		.from = w->from,
		.to = w->to,
		.way = w->kind == WORD_MESSAGE ? "register" : "scratchpad",
		.bar = -1,
		.index = w->reg,
		.value = w->value,
	};

	return record_add(&f->record, &e);
}

static enum record_fate fate(enum arrival a)
{
	return a == WORD_TAKEN ? RECORD_DONE : a == WORD_FULL ? RECORD_FULL :
								RECORD_LOST;
}

/* Its sender is done with it: it waits until there is room. */
static void bring(void *ctx, const void *what)
{
	struct fabric *f = ctx;
	const struct word *w = what;

	switch (f->ops->word_arrives(f->model, w)) {
	case WORD_TAKEN:
		break;
	case WORD_FULL:
		if (!delay_add(&f->words.full[w->to], DELAY_NEVER, bring, w,
			       sizeof(*w)))
			count_drop(f, w);
		break;
	case WORD_LOST:
		count_drop(f, w);
		break;
	}
}

enum arrival fabric_send_word(struct fabric *f, const struct word *word)
{
	struct word stale, w = *word;
	u64 number = record_word(f, word);
	enum arrival a;
	bool again;
	u64 arg;

	if (strikes(f, &w, DROP, NULL)) {
		count_drop(f, &w);
		record_done(&f->record, number, RECORD_DROPPED);
		return WORD_TAKEN;
	}
	if (strikes(f, &w, XOR, &arg))
		w.value ^= (u32)arg;
	if (strikes(f, &w, LATE, &arg)) {
		if (!delay_add(&f->delays, clock_now_ms() + arg, bring, &w,
			       sizeof(w)))
			count_drop(f, &w);
		return WORD_TAKEN;
	}
	a = f->ops->word_arrives(f->model, &w);
	record_done(&f->record, number, fate(a));
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
	delay_move(&f->words.full[host], &f->delays, clock_now_ms());
}

void words_clear(struct fabric *f)
{
	int i;

	for (i = 0; i < MAX_HOSTS; i++)
		delay_clear(&f->words.full[i]);
}
