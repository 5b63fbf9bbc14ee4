// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of mailbox frames. */
#include <kunit/test.h>
#include <linux/crc32.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "wire.h"

#define SEED	0x6e746966

#define NONCE_A	0x11223345
#define NONCE_B	0xa5c3e1f7

static const enum ntb_irq_frame_type frame_types[] = {
	NTB_IRQ_FRAME_HANDSHAKE, NTB_IRQ_FRAME_DATA, NTB_IRQ_FRAME_ACK,
};

/* Every test runs for every number of mailbox words. */
static const unsigned int frame_sizes[] = { 4, 5, 6 };

static void frame_size_desc(const unsigned int *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u words", *n);
}

KUNIT_ARRAY_PARAM(frame_size, frame_sizes, frame_size_desc);

static unsigned int frame_size(struct kunit *test)
{
	return *(const unsigned int *)test->param_value;
}

static void random_frame(struct rnd_state *rnd, enum ntb_irq_frame_type type,
			 struct ntb_irq_frame *frame)
{
	*frame = (struct ntb_irq_frame) {
		.type	= type,
		.retry	= prandom_u32_state(rnd) & 0xf,
		.part	= prandom_u32_state(rnd) & 0xf,
		.seq	= prandom_u32_state(rnd),
		.ack	= prandom_u32_state(rnd),
	};
	prandom_bytes_state(rnd, frame->payload, sizeof(frame->payload));
}

static void expect_equal(struct kunit *test, const struct ntb_irq_frame *a,
			 const struct ntb_irq_frame *b, unsigned int n)
{
	KUNIT_EXPECT_EQ(test, a->type, b->type);
	KUNIT_EXPECT_EQ(test, a->retry, b->retry);
	KUNIT_EXPECT_EQ(test, a->part, b->part);
	KUNIT_EXPECT_EQ(test, a->seq, b->seq);
	KUNIT_EXPECT_EQ(test, a->ack, b->ack);
	KUNIT_EXPECT_MEMEQ(test, a->payload, b->payload, (n - 2) * sizeof(u32));
}

static void frame_round_trip_test(struct kunit *test)
{
	unsigned int n = frame_size(test), i;
	struct ntb_irq_frame frame, got;
	u32 words[NTB_IRQ_FRAME_MAX];
	struct rnd_state rnd;
	u32 key;

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < 300; i++) {
		random_frame(&rnd, frame_types[i % ARRAY_SIZE(frame_types)], &frame);
		key = prandom_u32_state(&rnd);
		ntb_irq_frame_encode(&frame, key, words, n);
		KUNIT_ASSERT_TRUE(test, ntb_irq_frame_decode(&got, key, words, n));
		expect_equal(test, &frame, &got, n);
	}
}

/* Nothing is written past the words there are. */
static void frame_bounds_test(struct kunit *test)
{
	unsigned int n = frame_size(test);
	struct ntb_irq_frame frame, got;
	u32 words[NTB_IRQ_FRAME_MAX + 1];
	struct rnd_state rnd;

	prandom_seed_state(&rnd, SEED);
	random_frame(&rnd, NTB_IRQ_FRAME_DATA, &frame);
	memset(words, 0x5a, sizeof(words));
	ntb_irq_frame_encode(&frame, NONCE_A, words, n);
	KUNIT_EXPECT_EQ(test, words[n], 0x5a5a5a5a);

	memset(&got, 0xa5, sizeof(got));
	KUNIT_ASSERT_TRUE(test, ntb_irq_frame_decode(&got, NONCE_A, words, n));
	KUNIT_EXPECT_EQ(test, got.payload[n - 3], frame.payload[n - 3]);
	if (n < NTB_IRQ_FRAME_MAX)
		KUNIT_EXPECT_EQ(test, got.payload[n - 2], 0xa5a5a5a5);
}

static void frame_flipped_bit_test(struct kunit *test)
{
	unsigned int n = frame_size(test), i, bit;
	u32 key = ntb_irq_frame_key(NONCE_A, NONCE_B);
	struct ntb_irq_frame frame, got;
	u32 words[NTB_IRQ_FRAME_MAX];
	struct rnd_state rnd;

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < ARRAY_SIZE(frame_types); i++) {
		random_frame(&rnd, frame_types[i], &frame);
		ntb_irq_frame_encode(&frame, key, words, n);
		KUNIT_ASSERT_TRUE(test, ntb_irq_frame_decode(&got, key, words, n));
		for (bit = 0; bit < n * 32; bit++) {
			words[bit / 32] ^= BIT(bit % 32);
			KUNIT_EXPECT_FALSE_MSG(test, ntb_irq_frame_decode(&got, key, words, n),
					       "type %u bit %u", frame.type, bit);
			words[bit / 32] ^= BIT(bit % 32);
		}
	}
}

/* A reader that is overtaken by the writer sees words of two frames. */
static void frame_torn_test(struct kunit *test)
{
	unsigned int n = frame_size(test), split;
	u32 key = ntb_irq_frame_key(NONCE_A, NONCE_B);
	u32 old[NTB_IRQ_FRAME_MAX], new[NTB_IRQ_FRAME_MAX], torn[NTB_IRQ_FRAME_MAX];
	struct ntb_irq_frame frame, got;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, SEED);
	random_frame(&rnd, NTB_IRQ_FRAME_DATA, &frame);
	ntb_irq_frame_encode(&frame, key, old, n);
	random_frame(&rnd, NTB_IRQ_FRAME_DATA, &frame);
	ntb_irq_frame_encode(&frame, key, new, n);

	for (split = 1; split < n; split++) {
		memcpy(torn, new, split * sizeof(u32));
		memcpy(torn + split, old + split, (n - split) * sizeof(u32));
		KUNIT_EXPECT_FALSE_MSG(test, ntb_irq_frame_decode(&got, key, torn, n),
				       "%u new words first", split);
		memcpy(torn, old, split * sizeof(u32));
		memcpy(torn + split, new + split, (n - split) * sizeof(u32));
		KUNIT_EXPECT_FALSE_MSG(test, ntb_irq_frame_decode(&got, key, torn, n),
				       "%u old words first", split);
	}
}

static void frame_key_test(struct kunit *test)
{
	u32 key = ntb_irq_frame_key(NONCE_A, NONCE_B);
	u32 swapped = ntb_irq_frame_key(NONCE_B, NONCE_A);
	unsigned int n = frame_size(test), i;
	struct ntb_irq_frame frame, got;
	u32 words[NTB_IRQ_FRAME_MAX];
	struct rnd_state rnd;
	bool handshake;

	KUNIT_EXPECT_NE(test, key, swapped);
	KUNIT_EXPECT_NE(test, key, ntb_irq_frame_key(NONCE_A, NONCE_B ^ 2));
	KUNIT_EXPECT_NE(test, key, ntb_irq_frame_key(NONCE_A ^ 2, NONCE_B));

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < ARRAY_SIZE(frame_types); i++) {
		handshake = frame_types[i] == NTB_IRQ_FRAME_HANDSHAKE;
		random_frame(&rnd, frame_types[i], &frame);
		ntb_irq_frame_encode(&frame, key, words, n);

		/* The reader of a handshake does not know the sender yet. */
		KUNIT_EXPECT_EQ(test, ntb_irq_frame_decode(&got, 0, words, n), handshake);
		KUNIT_EXPECT_EQ(test, ntb_irq_frame_decode(&got, ~0U, words, n), handshake);
		KUNIT_EXPECT_EQ(test, ntb_irq_frame_decode(&got, key ^ 1, words, n), handshake);
		KUNIT_EXPECT_EQ(test, ntb_irq_frame_decode(&got, swapped, words, n), handshake);
		KUNIT_EXPECT_TRUE(test, ntb_irq_frame_decode(&got, key, words, n));
		expect_equal(test, &frame, &got, n);
	}
}

/* A mailbox before the first write, and that of a device that is gone. */
static void frame_blank_test(struct kunit *test)
{
	u32 words[NTB_IRQ_FRAME_MAX];
	struct ntb_irq_frame got;

	memset(words, 0, sizeof(words));
	KUNIT_EXPECT_FALSE(test, ntb_irq_frame_decode(&got, 0, words, frame_size(test)));
	KUNIT_EXPECT_FALSE(test, ntb_irq_frame_decode(&got, ~0U, words, frame_size(test)));
	memset(words, 0xff, sizeof(words));
	KUNIT_EXPECT_FALSE(test, ntb_irq_frame_decode(&got, 0, words, frame_size(test)));
	KUNIT_EXPECT_FALSE(test, ntb_irq_frame_decode(&got, ~0U, words, frame_size(test)));
}

static void sign(u32 key, u32 *words, unsigned int n)
{
	__le32 le[NTB_IRQ_FRAME_MAX];
	unsigned int i;

	for (i = 0; i < n - 1; i++)
		le[i] = cpu_to_le32(words[i]);
	words[n - 1] = crc32_le(key, (u8 *)le, (n - 1) * sizeof(*le));
}

/* A right check word alone does not make a frame. */
static void frame_garbage_test(struct kunit *test)
{
	unsigned int n = frame_size(test), magic, type;
	u32 words[NTB_IRQ_FRAME_MAX] = { };
	struct ntb_irq_frame got;
	bool good;

	for (magic = 0; magic < 16; magic++) {
		for (type = 0; type < 16; type++) {
			words[0] = magic << 28 | type << 24 | 0x123456;
			good = magic == 0xb && type >= NTB_IRQ_FRAME_HANDSHAKE &&
			       type <= NTB_IRQ_FRAME_ACK;
			sign(type == NTB_IRQ_FRAME_HANDSHAKE ? ~0U : NONCE_A, words, n);
			KUNIT_EXPECT_EQ_MSG(test,
					    ntb_irq_frame_decode(&got, NONCE_A, words, n), good,
					    "magic %#x type %u", magic, type);
		}
	}
}

struct handshake_case {
	const char			*name;
	struct ntb_irq_handshake	hs;
	int				ret;
};

#define HANDSHAKE(_max_order, _size_order, _count_order) {				\
	.version	= NTB_IRQ_PROTOCOL_VERSION,					\
	.max_order	= (_max_order),							\
	.capacity	= { .size_order = (_size_order), .count_order = (_count_order) }, \
	.nonce		= NONCE_A,							\
	.peer_nonce	= NONCE_B,							\
}

static const struct handshake_case handshake_cases[] = {
	{ "one interrupt, no windows", HANDSHAKE(0, 0, 0) },
	{ "as many interrupts as possible", HANDSHAKE(14, 0, 0) },
	{ "too many interrupts", HANDSHAKE(15, 0, 0), -ERANGE },
	{ "smallest window", HANDSHAKE(10, 12, 0) },
	{ "window too small", HANDSHAKE(10, 11, 0), -ERANGE },
	{ "window of two bytes", HANDSHAKE(10, 1, 0), -ERANGE },
	{ "largest window", HANDSHAKE(10, 31, 0) },
	{ "as many windows as possible", HANDSHAKE(10, 16, 6) },
	{ "too many windows", HANDSHAKE(10, 16, 7), -ERANGE },
	{ "windows without a size", HANDSHAKE(10, 0, 1), -ERANGE },
};

KUNIT_ARRAY_PARAM_DESC(handshake, handshake_cases, name);

static void handshake_bounds_test(struct kunit *test)
{
	const struct handshake_case *c = test->param_value;
	struct ntb_irq_handshake got;
	struct ntb_irq_frame frame;

	ntb_irq_handshake_encode(&c->hs, &frame);
	KUNIT_EXPECT_EQ(test, frame.type, NTB_IRQ_FRAME_HANDSHAKE);
	KUNIT_EXPECT_EQ(test, ntb_irq_handshake_decode(&frame, &got), c->ret);
	KUNIT_EXPECT_EQ(test, got.max_order, c->hs.max_order);
	KUNIT_EXPECT_EQ(test, got.capacity.size_order, c->hs.capacity.size_order);
	KUNIT_EXPECT_EQ(test, got.capacity.count_order, c->hs.capacity.count_order);
	KUNIT_EXPECT_EQ(test, got.nonce, NONCE_A);
	KUNIT_EXPECT_EQ(test, got.peer_nonce, NONCE_B);
}

static void handshake_refused_test(struct kunit *test)
{
	struct ntb_irq_handshake hs = HANDSHAKE(10, 16, 2), got;
	struct ntb_irq_frame frame;

	hs.version++;
	ntb_irq_handshake_encode(&hs, &frame);
	KUNIT_EXPECT_EQ(test, ntb_irq_handshake_decode(&frame, &got), -EPROTO);
	hs.version--;
	hs.nonce = 0;
	ntb_irq_handshake_encode(&hs, &frame);
	KUNIT_EXPECT_EQ(test, ntb_irq_handshake_decode(&frame, &got), -ERANGE);
}

static struct kunit_case ntb_irq_frame_cases[] = {
	KUNIT_CASE_PARAM(handshake_bounds_test, handshake_gen_params),
	KUNIT_CASE(handshake_refused_test),
	KUNIT_CASE_PARAM(frame_round_trip_test, frame_size_gen_params),
	KUNIT_CASE_PARAM(frame_bounds_test, frame_size_gen_params),
	KUNIT_CASE_PARAM(frame_flipped_bit_test, frame_size_gen_params),
	KUNIT_CASE_PARAM(frame_torn_test, frame_size_gen_params),
	KUNIT_CASE_PARAM(frame_key_test, frame_size_gen_params),
	KUNIT_CASE_PARAM(frame_blank_test, frame_size_gen_params),
	KUNIT_CASE_PARAM(frame_garbage_test, frame_size_gen_params),
	{ }
};

static struct kunit_suite ntb_irq_frame_suite = {
	.name		= "ntb_irq_frame",
	.test_cases	= ntb_irq_frame_cases,
};

kunit_test_suite(ntb_irq_frame_suite);
