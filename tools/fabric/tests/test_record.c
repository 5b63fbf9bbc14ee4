// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "bridge/control.h"
#include "tests/guest.h"
#include "tests/reg_guest.h"

#define SUITE "record"

static struct rig *ready(const char *room)
{
	struct rig *r = rig_new();

	open_lut(&r->g[1], 3, 0x10000);
	open_direct(&r->g[1], 4, 0xfee00000, 0x100000);
	CHECK(!strcmp(rig_ask(r, room), "ok\n"));
	return r;
}

static void msi(struct rig *r, u64 offset, u64 data)
{
	wr_posted(&r->g[0], 4, offset, data, 4);
	settle(&r->g[0]);
}

TEST(has_steps, "a message has its window and the times of its steps, in order")
{
	struct rig *r = ready("record 4");
	struct record_entry *e = r->f->record.entries;

	/* memory is neither a message nor a word */
	wr(&r->g[0], 2, 3 * 0x10000, 5, 4);
	CHECK_EQ(r->f->record.count, 0);
	msi(r, 0x340, 7);
	CHECK_EQ(r->f->record.count, 1);
	CHECK_EQ(e->kind, RECORD_MESSAGE);
	CHECK_EQ(e->fate, RECORD_DONE);
	CHECK(e->from == 0 && e->to == 1);
	CHECK(!strcmp(e->way, "direct") && e->bar == 4 && e->index == 1);
	CHECK(e->offset == 0x340 && e->address == 0xfee00340 && e->value == 7);
	CHECK(e->came_ns && e->came_ns <= e->left_ns && e->left_ns <= e->done_ns);
	rig_ask(r, "record");
	CHECK(strstr(r->reply, "ok {\"room\":4,\"lost\":0,\"columns\":[\"kind\",\"fate\","));
	CHECK(strstr(r->reply, "[[\"message\",\"done\",0,1,\"direct\",4,1,832,4276093760,7,"));
	CHECK(!strcmp(r->reply + strlen(r->reply) - 4, "]]}\n"));
	rig_free(r);
}

TEST(waits, "an unanswered message waits, and a late answer is for no other one")
{
	struct rig *r = ready("record 4");
	struct record *record = &r->f->record;
	struct record_entry other = { .way = "none" };

	r->g[1].hold = true;
	msi(r, 0, 1);
	CHECK_EQ(record->entries[0].fate, RECORD_WAITS);
	CHECK(record->entries[0].left_ns && !record->entries[0].done_ns);
	/* begun anew meanwhile */
	rig_ask(r, "record 4");
	record_add(record, &other);
	guest_release_replies(&r->g[1]);
	settle(&r->g[1]);
	CHECK_EQ(record->count, 1);
	CHECK_EQ(record->entries[0].fate, RECORD_WAITS);
	rig_free(r);
}

TEST(keeps_the_first, "what has no room is counted, and the first ones stay")
{
	struct rig *r = ready("record 2");

	msi(r, 0, 1);
	msi(r, 0, 2);
	msi(r, 0, 3);
	msi(r, 0, 4);
	CHECK_EQ(r->f->record.count, 2);
	CHECK_EQ(r->f->record.entries[1].value, 2);
	CHECK(strstr(rig_ask(r, "record"), "{\"room\":2,\"lost\":2,"));
	CHECK(!strcmp(rig_ask(r, "record off"), "ok\n"));
	msi(r, 0, 5);
	CHECK(!strncmp(rig_ask(r, "record"), "ok {\"room\":0,\"lost\":0,", 22));
	CHECK(strstr(r->reply, "\"rows\":[]}\n"));
	rig_free(r);
}

TEST(names_fates, "dropped and refused")
{
	struct rig *r = ready("record 4");
	struct record_entry *e = r->f->record.entries;

	rig_ask(r, "fault drop 0 1");
	msi(r, 0, 1);
	r->g[1].dma_error = 5;
	msi(r, 0, 2);
	CHECK_EQ(e[0].fate, RECORD_DROPPED);
	CHECK(!e[0].left_ns);
	CHECK_EQ(e[1].fate, RECORD_REFUSED);
	rig_free(r);
}

TEST(has_words, "words between registers are recorded, and faults on them")
{
	struct rig *r = reg_rig("plain", NULL);
	struct word w = { .kind = WORD_SPAD, .from = 0, .to = 1, .reg = 3, .value = 0xabcd };
	struct record_entry *e;

	rig_ask(r, "record 4");
	e = r->f->record.entries;
	rig_ask(r, "fault spad-drop 0 1");
	fabric_send_word(r->f, &w);
	CHECK_EQ(r->f->record.count, 1);
	CHECK_EQ(e->kind, RECORD_WORD);
	CHECK_EQ(e->fate, RECORD_DROPPED);
	CHECK(e->bar == -1 && e->index == 3 && e->value == 0xabcd);
	CHECK(!strcmp(e->way, "scratchpad"));
	reg_rig_free(r);
}

TEST(refuses, "a room that is no number, none or too much")
{
	struct rig *r = rig_new();

	CHECK(!strncmp(rig_ask(r, "record 0"), "error '0' is neither", 20));
	CHECK(!strncmp(rig_ask(r, "record 65537"), "error '65537' is neither", 24));
	CHECK(!strncmp(rig_ask(r, "record x"), "error ", 6));
	CHECK(!strncmp(rig_ask(r, "record 1 2"), "error unknown", 13));
	CHECK_EQ(r->f->record.room, 0);
	rig_free(r);
}
