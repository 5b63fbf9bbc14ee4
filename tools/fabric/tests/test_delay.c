// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "bridge/clock.h"
#include "bridge/delay.h"
#include "tests/tap.h"

#define SUITE "delay"

struct went_on {
	struct delays *again;
	char order[8];
};

static void go_on(void *ctx, const void *what)
{
	struct went_on *w = ctx;

	strncat(w->order, what, 1);
	/* what is added meanwhile must wait for the next call */
	if (w->again)
		delay_add(w->again, 0, go_on, what, 1);
}

static void add(struct delays *d, u64 due_ms, char what)
{
	CHECK(delay_add(d, due_ms, go_on, &what, 1));
}

TEST(keeps_time, "the order is that of time, then of adding")
{
	struct delays d = { 0 };
	struct went_on w = { 0 };
	u64 now = clock_now_ms();

	CHECK_EQ(delay_due_ms(&d), DELAY_NEVER);
	add(&d, now + 60000, 'z');
	add(&d, now, 'c');
	add(&d, now - 1, 'a');
	add(&d, now, 'd');
	add(&d, now - 1, 'b');
	CHECK_EQ(delay_due_ms(&d), now - 1);
	delay_release(&d, &w);
	CHECK(!strcmp(w.order, "abcd"));
	CHECK_EQ(delay_due_ms(&d), now + 60000);
	delay_clear(&d);
	CHECK_EQ(delay_due_ms(&d), DELAY_NEVER);
	CHECK_EQ(d.count, 0);
}

TEST(goes_on_once, "what is added by what goes on waits")
{
	struct delays d = { 0 };
	struct went_on w = { .again = &d };

	add(&d, 0, 'a');
	delay_release(&d, &w);
	CHECK(!strcmp(w.order, "a"));
	CHECK_EQ(d.count, 1);
	w.again = NULL;
	delay_release(&d, &w);
	CHECK(!strcmp(w.order, "aa"));
	CHECK_EQ(d.count, 0);
}

TEST(moves_all, "a queue that is never due moves to one that is")
{
	struct delays waiting = { 0 }, d = { 0 };
	struct went_on w = { 0 };

	add(&d, 5, 'a');
	add(&waiting, DELAY_NEVER, 'b');
	add(&waiting, DELAY_NEVER, 'c');
	delay_release(&waiting, &w);
	CHECK(!strcmp(w.order, ""));
	delay_move(&waiting, &d, 5);
	CHECK_EQ(waiting.count, 0);
	delay_release(&d, &w);
	CHECK(!strcmp(w.order, "abc"));
}

static bool is_letter(const void *what, const void *key)
{
	return *(const char *)what == *(const char *)key;
}

static void go_on_otherwise(void *ctx, const void *what)
{
	go_on(ctx, what);
}

TEST(hastens_some, "those that match need not wait, and others do")
{
	struct delays d = { 0 };
	struct went_on w = { 0 };
	u64 now = clock_now_ms();

	add(&d, now + 60000, 'a');
	add(&d, now + 60000, 'b');
	add(&d, now + 60000, 'a');
	CHECK(delay_add(&d, now, go_on_otherwise, "a", 1));
	delay_hasten(&d, &w, go_on, is_letter, "a");
	CHECK(!strcmp(w.order, "aa"));
	CHECK_EQ(d.count, 2);
	CHECK_EQ(delay_due_ms(&d), now);
	delay_release(&d, &w);
	CHECK(!strcmp(w.order, "aaa"));
	CHECK_EQ(delay_due_ms(&d), now + 60000);
	delay_clear(&d);
}

TEST(is_bounded, "a queue is full at 65536")
{
	struct delays d = { 0 };
	u32 i;

	/* each goes in front, so that finding its place takes no time */
	for (i = 0; i < 65536; i++)
		add(&d, 65536 - i, 'a');
	CHECK(!delay_add(&d, 0, go_on, "a", 1));
	delay_clear(&d);
}
