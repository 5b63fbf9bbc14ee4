// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of records: what hosts tell each other. */
#include <kunit/test.h>
#include <linux/ntb_irq.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "wire.h"

#define SEED		0x6e746972

/* What the fields of a record can hold. */
#define RUN_COUNT_MAX	65536
#define OFFSET_STEP_MAX	(S16_MAX * 4)
#define OFFSET_STEP_MIN	(S16_MIN * 4)

struct message {
	u32	offset;
	u32	data;
};

static void expect_run_equal(struct kunit *test, const struct ntb_irq_run *a,
			     const struct ntb_irq_run *b)
{
	KUNIT_EXPECT_EQ(test, a->window, b->window);
	KUNIT_EXPECT_EQ(test, a->index, b->index);
	KUNIT_EXPECT_EQ(test, a->count, b->count);
	KUNIT_EXPECT_EQ(test, a->offset, b->offset);
	KUNIT_EXPECT_EQ(test, a->data, b->data);
	KUNIT_EXPECT_EQ(test, a->offset_step, b->offset_step);
	KUNIT_EXPECT_EQ(test, a->data_step, b->data_step);
}

/* Through a record and back. */
static struct ntb_irq_run transfer_run(struct kunit *test, const struct ntb_irq_run *run)
{
	struct ntb_irq_record rec;
	struct ntb_irq_run got;

	ntb_irq_run_encode(run, &rec);
	KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), NTB_IRQ_RECORD_RUN);
	ntb_irq_run_decode(&rec, &got);
	expect_run_equal(test, run, &got);
	return got;
}

struct table_case {
	const char	*name;
	struct message	first;
	u32		offset_step;
	u32		data_step;
	unsigned int	count;
};

static const struct table_case table_cases[] = {
	/* Bit 4 of the address is the format, handles count from bit 5 on. */
	{ "VT-d", { 0x10, 0 }, 0x20, 0, 1024 },
	{ "VT-d, all that 1 MiB can hold", { 0x10, 0 }, 0x20, 0, 32768 },
	{ "index in the data, offset 0", { 0, 0x40 }, 0, 1, 1024 },
	{ "ITS", { 0x40, 0 }, 0, 1, 2048 },
	{ "x86 vectors of one CPU", { 0x1000, 0x22 }, 0, 1, 200 },
	{ "downwards", { 0x8000, 0x9000 }, -0x20, -3, 512 },
	{ "both steps", { 0, 0x100 }, 8, 2, 512 },
	{ "all the same", { 0x40, 7 }, 0, 0, 16 },
	{ "one", { 0x40, 7 }, 0, 0, 1 },
	{ "at the end of the largest window", { SZ_16M - 64, 0 }, 4, 0, 16 },
	{ "as many as a record can hold", { 0, 0 }, 0, 1, RUN_COUNT_MAX },
};

KUNIT_ARRAY_PARAM_DESC(table, table_cases, name);

/* A table of messages becomes one run, and the run becomes the same table. */
static void run_table_test(struct kunit *test)
{
	const struct table_case *c = test->param_value;
	struct ntb_irq_run run = {
		.window = 5, .index = 3, .count = 1,
		.offset = c->first.offset, .data = c->first.data,
	};
	struct ntb_irq_run got;
	unsigned int i;

	for (i = 1; i < c->count; i++)
		KUNIT_ASSERT_TRUE_MSG(test,
				      ntb_irq_run_append(&run, c->first.offset + c->offset_step * i,
							 c->first.data + c->data_step * i),
				      "message %u", i);
	KUNIT_ASSERT_EQ(test, run.count, c->count);
	KUNIT_EXPECT_EQ(test, run.index, 3);

	got = transfer_run(test, &run);
	for (i = 0; i < c->count; i++) {
		KUNIT_ASSERT_EQ(test, got.offset + got.offset_step * i,
				c->first.offset + c->offset_step * i);
		KUNIT_ASSERT_EQ(test, got.data + got.data_step * i,
				c->first.data + c->data_step * i);
	}
}

static void run_count_limit_test(struct kunit *test)
{
	struct ntb_irq_run run = { .count = 1 }, before;
	unsigned int i;

	for (i = 1; i < RUN_COUNT_MAX; i++)
		KUNIT_ASSERT_TRUE_MSG(test, ntb_irq_run_append(&run, 0, i), "message %u", i);
	KUNIT_EXPECT_EQ(test, run.count, RUN_COUNT_MAX);
	before = run;
	KUNIT_EXPECT_FALSE(test, ntb_irq_run_append(&run, 0, i));
	expect_run_equal(test, &run, &before);
}

struct step_case {
	const char	*name;
	struct message	from;
	struct message	to;
	bool		fits;
};

static const struct step_case step_cases[] = {
	{ "largest offset step", { 0, 0 }, { OFFSET_STEP_MAX, 0 }, true },
	{ "offset step too large", { 0, 0 }, { OFFSET_STEP_MAX + 4, 0 }, false },
	{ "smallest offset step", { SZ_1M, 0 }, { SZ_1M + OFFSET_STEP_MIN, 0 }, true },
	{ "offset step too small", { SZ_1M, 0 }, { SZ_1M + OFFSET_STEP_MIN - 4, 0 }, false },
	{ "offset step of a whole window", { 0, 0 }, { SZ_16M - 4, 0 }, false },
	{ "offset step that wraps in 16 bits", { 0, 0 }, { 0x10000 * 4, 0 }, false },
	{ "largest data step", { 0, 0 }, { 0, S16_MAX }, true },
	{ "data step too large", { 0, 0 }, { 0, S16_MAX + 1 }, false },
	{ "smallest data step", { 0, SZ_1M }, { 0, SZ_1M + S16_MIN }, true },
	{ "data step too small", { 0, SZ_1M }, { 0, SZ_1M + S16_MIN - 1 }, false },
	{ "data step that wraps in 16 bits", { 0, 0 }, { 0, 0x10000 }, false },
	{ "data step that wraps in 32 bits", { 0, U32_MAX }, { 0, 0 }, false },
	{ "data step that wraps backwards", { 0, 0 }, { 0, U32_MAX }, false },
	{ "data step across the sign bit", { 0, S32_MAX }, { 0, BIT(31) }, true },
};

KUNIT_ARRAY_PARAM_DESC(step, step_cases, name);

static void run_step_test(struct kunit *test)
{
	const struct step_case *c = test->param_value;
	struct ntb_irq_run run = { .count = 1, .offset = c->from.offset, .data = c->from.data };
	struct ntb_irq_run before = run, got;

	KUNIT_ASSERT_EQ(test, ntb_irq_run_append(&run, c->to.offset, c->to.data), c->fits);
	if (!c->fits) {
		expect_run_equal(test, &run, &before);
		return;
	}
	KUNIT_EXPECT_EQ(test, run.count, 2);
	got = transfer_run(test, &run);
	KUNIT_EXPECT_EQ(test, got.offset + got.offset_step, c->to.offset);
	KUNIT_EXPECT_EQ(test, got.data + got.data_step, c->to.data);
}

static void run_broken_progression_test(struct kunit *test)
{
	struct ntb_irq_run run = {
		.count = 4, .offset = 0x100, .offset_step = 0x20, .data = 9, .data_step = 1,
	};
	struct ntb_irq_run before = run;

	KUNIT_EXPECT_FALSE(test, ntb_irq_run_append(&run, 0x160, 13));
	KUNIT_EXPECT_FALSE(test, ntb_irq_run_append(&run, 0x1a0, 13));
	KUNIT_EXPECT_FALSE(test, ntb_irq_run_append(&run, 0x180, 12));
	KUNIT_EXPECT_FALSE(test, ntb_irq_run_append(&run, 0x180, 14));
	expect_run_equal(test, &run, &before);
	KUNIT_EXPECT_TRUE(test, ntb_irq_run_append(&run, 0x180, 13));
	KUNIT_EXPECT_EQ(test, run.count, 5);
}

static void run_random_round_trip_test(struct kunit *test)
{
	struct ntb_irq_run run;
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < 2000; i++) {
		run = (struct ntb_irq_run) {
			.window		= prandom_u32_state(&rnd) % NTB_IRQ_WINDOW_IDS,
			.index		= (u16)prandom_u32_state(&rnd),
			.count		= prandom_u32_state(&rnd) % RUN_COUNT_MAX + 1,
			.offset		= prandom_u32_state(&rnd) % (NTB_IRQ_WINDOW_MAX / 4) * 4,
			.data		= prandom_u32_state(&rnd),
			.offset_step	= (s16)prandom_u32_state(&rnd) * 4,
			.data_step	= (s16)prandom_u32_state(&rnd),
		};
		transfer_run(test, &run);
	}
}

/* A table that is half regular and half not survives being cut into runs. */
static void run_random_table_test(struct kunit *test)
{
	unsigned int i, j, runs = 0, count = 4096;
	struct message *table, step = { };
	struct ntb_irq_run run, got;
	struct rnd_state rnd;

	table = kunit_kcalloc(test, count, sizeof(*table), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, table);

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < count; i++) {
		switch (prandom_u32_state(&rnd) % 8) {
		case 0:
			table[i].offset = prandom_u32_state(&rnd) % SZ_4M * 4;
			table[i].data = prandom_u32_state(&rnd);
			continue;
		case 1:
			step.offset = (prandom_u32_state(&rnd) % 16) * 4;
			step.data = prandom_u32_state(&rnd) % 4;
			break;
		}
		if (!i)
			continue;
		table[i].offset = (table[i - 1].offset + step.offset) % SZ_16M;
		table[i].data = table[i - 1].data + step.data;
	}

	for (i = 0; i < count; i += run.count) {
		run = (struct ntb_irq_run) {
			.index = i, .count = 1, .offset = table[i].offset, .data = table[i].data,
		};
		while (i + run.count < count &&
		       ntb_irq_run_append(&run, table[i + run.count].offset,
					  table[i + run.count].data))
			;
		got = transfer_run(test, &run);
		for (j = 0; j < got.count; j++) {
			KUNIT_ASSERT_EQ(test, got.offset + got.offset_step * j,
					table[i + j].offset);
			KUNIT_ASSERT_EQ(test, got.data + got.data_step * j, table[i + j].data);
		}
		runs++;
	}
	KUNIT_EXPECT_LT(test, runs, count / 2);
}

struct check_case {
	const char		*name;
	struct ntb_irq_run	run;
	u32			max;
	u32			window_len;
	int			ret;
};

static const struct check_case check_cases[] = {
	{
		.name	= "1,024 VT-d messages, data 0",
		.run	= { .count = 1024, .offset = 0x10, .offset_step = 0x20 },
		.max	= 1024, .window_len = SZ_1M,
	}, {
		.name	= "1,024 messages with the index in the data, offset 0",
		.run	= { .count = 1024, .data_step = 1 },
		.max	= 1024, .window_len = SZ_1M,
	}, {
		.name	= "offset 0 and data 0",
		.run	= { .count = 1 },
		.max	= 1, .window_len = sizeof(u32),
	}, {
		.name	= "any data",
		.run	= { .count = 8, .data = U32_MAX, .data_step = S16_MAX },
		.max	= 8, .window_len = sizeof(u32),
	}, {
		.name	= "window shorter than a word",
		.run	= { .count = 1 },
		.max	= 1, .window_len = sizeof(u32) - 1, .ret = -ERANGE,
	}, {
		.name	= "window not open",
		.run	= { .count = 1 },
		.max	= 1, .window_len = 0, .ret = -ENXIO,
	}, {
		.name	= "last index",
		.run	= { .index = 1023, .count = 1 },
		.max	= 1024, .window_len = SZ_1M,
	}, {
		.name	= "index past the last",
		.run	= { .index = 1024, .count = 1 },
		.max	= 1024, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		.name	= "largest index",
		.run	= { .index = U16_MAX, .count = 1 },
		.max	= NTB_IRQ_MAX, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		.name	= "up to the last index",
		.run	= { .index = 1000, .count = 24 },
		.max	= 1024, .window_len = SZ_1M,
	}, {
		.name	= "one index too many",
		.run	= { .index = 1000, .count = 25 },
		.max	= 1024, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		.name	= "largest count",
		.run	= { .count = RUN_COUNT_MAX },
		.max	= RUN_COUNT_MAX, .window_len = SZ_1M,
	}, {
		.name	= "largest index and count",
		.run	= { .index = U16_MAX, .count = RUN_COUNT_MAX },
		.max	= RUN_COUNT_MAX, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		.name	= "no interrupts at all",
		.run	= { .count = 1 },
		.max	= 0, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		.name	= "last word of the window",
		.run	= { .count = 1, .offset = SZ_1M - 4 },
		.max	= 1024, .window_len = SZ_1M,
	}, {
		.name	= "word past the window",
		.run	= { .count = 1, .offset = SZ_1M },
		.max	= 1024, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		.name	= "word half in the window",
		.run	= { .count = 1, .offset = SZ_1M - 4 },
		.max	= 1024, .window_len = SZ_1M - 2, .ret = -ERANGE,
	}, {
		.name	= "largest offset and window",
		.run	= { .count = 1, .offset = SZ_16M - 4 },
		.max	= 1024, .window_len = SZ_16M,
	}, {
		.name	= "step up to the last word",
		.run	= { .count = 32, .offset = SZ_1M - 4 - 31 * 0x20, .offset_step = 0x20 },
		.max	= 1024, .window_len = SZ_1M,
	}, {
		.name	= "step past the last word",
		.run	= { .count = 32, .offset = SZ_1M - 31 * 0x20, .offset_step = 0x20 },
		.max	= 1024, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		.name	= "step down to the first word",
		.run	= { .count = 32, .offset = 31 * 0x20, .offset_step = -0x20 },
		.max	= 1024, .window_len = SZ_1M,
	}, {
		.name	= "step down before the window",
		.run	= { .count = 32, .offset = 31 * 0x20 - 4, .offset_step = -0x20 },
		.max	= 1024, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		.name	= "step down from past the window",
		.run	= { .count = 32, .offset = SZ_1M, .offset_step = -0x20 },
		.max	= 1024, .window_len = SZ_1M, .ret = -ERANGE,
	}, {
		/* 4 + 131068 * 32769 is 2^32. */
		.name	= "step up once around 32 bits",
		.run	= { .count = 32770, .offset = 4, .offset_step = OFFSET_STEP_MAX },
		.max	= RUN_COUNT_MAX, .window_len = SZ_16M, .ret = -ERANGE,
	}, {
		/* -131072 * 32768 is -2^32. */
		.name	= "step down once around 32 bits",
		.run	= { .count = 32769, .offset = SZ_8M, .offset_step = OFFSET_STEP_MIN },
		.max	= RUN_COUNT_MAX, .window_len = SZ_16M, .ret = -ERANGE,
	}, {
		.name	= "step up across the sign bit",
		.run	= { .count = NTB_IRQ_MAX, .offset = SZ_8M,
			    .offset_step = OFFSET_STEP_MAX },
		.max	= NTB_IRQ_MAX, .window_len = SZ_16M, .ret = -ERANGE,
	}, {
		.name	= "step down across the sign bit",
		.run	= { .count = NTB_IRQ_MAX, .offset = SZ_16M - 4,
			    .offset_step = OFFSET_STEP_MIN },
		.max	= NTB_IRQ_MAX, .window_len = SZ_16M, .ret = -ERANGE,
	},
};

KUNIT_ARRAY_PARAM_DESC(check, check_cases, name);

static void run_check_test(struct kunit *test)
{
	const struct check_case *c = test->param_value;
	struct ntb_irq_run got = transfer_run(test, &c->run);

	KUNIT_EXPECT_EQ(test, ntb_irq_run_check(&got, c->max, c->window_len), c->ret);
}

/* Go through a run one by one. */
static bool run_is_inside(const struct ntb_irq_run *run, u32 max, u32 window_len)
{
	s64 offset = run->offset;
	unsigned int i;

	for (i = 0; i < run->count; i++, offset += run->offset_step) {
		if (run->index + i >= max)
			return false;
		if (offset < 0 || offset + 4 > window_len)
			return false;
		/* The table is filled in 32 bits. */
		if ((u32)(run->offset + run->offset_step * i) != offset)
			return false;
	}
	return true;
}

static u32 random_number(struct rnd_state *rnd, unsigned int bits)
{
	return prandom_u32_state(rnd) >> (32 - bits + prandom_u32_state(rnd) % bits);
}

static void run_check_random_test(struct kunit *test)
{
	unsigned int i, good = 0, rounds = 6000;
	struct ntb_irq_record rec;
	struct ntb_irq_run run;
	u32 max, window_len;
	struct rnd_state rnd;
	int ret;

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < rounds; i++) {
		prandom_bytes_state(&rnd, &rec, sizeof(rec));
		/* Large numbers seldom pass: let small ones be as frequent. */
		if (i & 1) {
			rec.w[0] = random_number(&rnd, 16);
			rec.w[1] = random_number(&rnd, 10) << 16 | random_number(&rnd, 10);
			rec.w[3] = (u16)(random_number(&rnd, 8) - random_number(&rnd, 8)) << 16;
		}
		max = BIT(prandom_u32_state(&rnd) % 17);
		window_len = random_number(&rnd, 24) + 1;

		ntb_irq_run_decode(&rec, &run);
		ret = ntb_irq_run_check(&run, max, window_len);
		KUNIT_ASSERT_EQ_MSG(test, ret, run_is_inside(&run, max, window_len) ? 0 : -ERANGE,
				    "record %08x %08x %08x %08x, at most %u, window of %u",
				    rec.w[0], rec.w[1], rec.w[2], rec.w[3], max, window_len);
		good += !ret;
	}
	KUNIT_EXPECT_GT(test, good, rounds / 16);
	KUNIT_EXPECT_LT(test, good, rounds / 2);
}

static const struct ntb_irq_window_record window_cases[] = {
	{ .window = 0, .widx = 0, .start = 0, .len = SZ_1M },
	{ .window = NTB_IRQ_WINDOW_IDS - 1, .widx = 63, .start = 0xfee00000, .len = SZ_1M },
	{ .window = 1, .widx = 33, .start = U64_MAX - 3, .len = 4 },
	{ .window = 1, .widx = 2, .start = BIT_ULL(32), .len = NTB_IRQ_WINDOW_MAX },
};

static void window_round_trip_test(struct kunit *test)
{
	const struct ntb_irq_window_record *win;
	struct ntb_irq_window_record got;
	struct ntb_irq_record rec;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(window_cases); i++) {
		win = &window_cases[i];
		ntb_irq_window_encode(win, &rec);
		KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), NTB_IRQ_RECORD_WINDOW);
		ntb_irq_window_decode(&rec, &got);
		KUNIT_EXPECT_EQ(test, got.window, win->window);
		KUNIT_EXPECT_EQ(test, got.widx, win->widx);
		KUNIT_EXPECT_EQ(test, got.start, win->start);
		KUNIT_EXPECT_EQ(test, got.len, win->len);
	}
}

/* Whatever a peer sends, a decoded window id is one of the table, an offset is aligned. */
static void decode_garbage_test(struct kunit *test)
{
	struct ntb_irq_window_record win;
	struct ntb_irq_record rec;
	struct ntb_irq_run run;
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < 1000; i++) {
		prandom_bytes_state(&rnd, &rec, sizeof(rec));
		ntb_irq_window_decode(&rec, &win);
		KUNIT_ASSERT_LT(test, win.window, NTB_IRQ_WINDOW_IDS);
		KUNIT_ASSERT_GE(test, win.widx, 0);
		ntb_irq_run_decode(&rec, &run);
		KUNIT_ASSERT_LT(test, run.window, NTB_IRQ_WINDOW_IDS);
		KUNIT_ASSERT_LE(test, run.offset, NTB_IRQ_WINDOW_MAX - 4);
		KUNIT_ASSERT_EQ(test, run.offset % 4, 0);
		KUNIT_ASSERT_EQ(test, run.offset_step % 4, 0);
	}
}

static void range_round_trip_test(struct kunit *test)
{
	static const enum ntb_irq_record_kind kinds[] = {
		NTB_IRQ_RECORD_REVOKE, NTB_IRQ_RECORD_HOLD,
	};
	static const u32 cases[][2] = {
		{ 0, 1 }, { 0, NTB_IRQ_MAX }, { NTB_IRQ_MAX - 1, 1 }, { 77, 1024 },
	};
	struct ntb_irq_record rec;
	struct ntb_irq_run run;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		const enum ntb_irq_record_kind kind = kinds[i / ARRAY_SIZE(cases)];
		const u32 *range = cases[i % ARRAY_SIZE(cases)];

		ntb_irq_range_encode(kind, range[0], range[1], &rec);
		KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), kind);
		ntb_irq_run_decode(&rec, &run);
		KUNIT_EXPECT_EQ(test, run.index, range[0]);
		KUNIT_EXPECT_EQ(test, run.count, range[1]);
	}
}

static void simple_encode_test(struct kunit *test)
{
	struct ntb_irq_record rec;

	memset(&rec, 0xff, sizeof(rec));
	ntb_irq_value_encode(NTB_IRQ_RECORD_SHUT, 63, &rec);
	KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), NTB_IRQ_RECORD_SHUT);
	KUNIT_EXPECT_EQ(test, rec.w[1], 63);
	ntb_irq_value_encode(NTB_IRQ_RECORD_SYNC, NTB_IRQ_MAX, &rec);
	KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), NTB_IRQ_RECORD_SYNC);
	KUNIT_EXPECT_EQ(test, rec.w[1], NTB_IRQ_MAX);
	ntb_irq_value_encode(NTB_IRQ_RECORD_BYE, 0, &rec);
	KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), NTB_IRQ_RECORD_BYE);
	KUNIT_EXPECT_EQ(test, rec.w[1], 0);
	KUNIT_EXPECT_EQ(test, rec.w[2], 0);
	KUNIT_EXPECT_EQ(test, rec.w[3], 0);
}

static struct kunit_case ntb_irq_record_cases[] = {
	KUNIT_CASE_PARAM(run_table_test, table_gen_params),
	KUNIT_CASE(run_count_limit_test),
	KUNIT_CASE_PARAM(run_step_test, step_gen_params),
	KUNIT_CASE(run_broken_progression_test),
	KUNIT_CASE(run_random_round_trip_test),
	KUNIT_CASE(run_random_table_test),
	KUNIT_CASE_PARAM(run_check_test, check_gen_params),
	KUNIT_CASE(run_check_random_test),
	KUNIT_CASE(window_round_trip_test),
	KUNIT_CASE(decode_garbage_test),
	KUNIT_CASE(range_round_trip_test),
	KUNIT_CASE(simple_encode_test),
	{ }
};

static struct kunit_suite ntb_irq_record_suite = {
	.name		= "ntb_irq_record",
	.test_cases	= ntb_irq_record_cases,
};

kunit_test_suite(ntb_irq_record_suite);
