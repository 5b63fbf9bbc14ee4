// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of window planning. */
#include <kunit/test.h>
#include <linux/align.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/ntb_irq_backend.h>
#include <linux/overflow.h>
#include <linux/prandom.h>
#include <linux/sizes.h>

#include "plan.h"

#define SEED	0x6e746269

/* Where interrupt messages go on x86, and on a machine with one page for them. */
#define X86_BASE	0xfee00000ULL
#define X86_REGION	{ .base = X86_BASE, .size = SZ_1M }
#define PAGE_REGION	{ .base = 0x8090000, .size = SZ_64K }

#define WINDOW(_addr_align, _size_align, _size_min, _size_max, _natural) {	\
	.addr_align	= (_addr_align),					\
	.size_align	= (_size_align),					\
	.size_min	= (_size_min),						\
	.size_max	= (_size_max),						\
	.natural	= (_natural),						\
}

/* Windows that can have any size up to the given one. */
#define DIRECT(_size_max)	WINDOW(SZ_4K, SZ_4K, SZ_4K, _size_max, true)

/* Windows of one size, as entries of look-up tables and some BARs are. */
#define FIXED_8K		WINDOW(SZ_8K, SZ_8K, SZ_8K, SZ_8K, true)
#define FIXED_64K		WINDOW(SZ_64K, SZ_64K, SZ_64K, SZ_64K, true)
#define FIXED_128K		WINDOW(SZ_128K, SZ_128K, SZ_128K, SZ_128K, true)
#define FIXED_512K		WINDOW(SZ_512K, SZ_512K, SZ_512K, SZ_512K, true)
#define FIXED_1M		WINDOW(SZ_1M, SZ_1M, SZ_1M, SZ_1M, true)
#define FIXED_4M		WINDOW(SZ_4M, SZ_4M, SZ_4M, SZ_4M, true)
#define FIXED_8M		WINDOW(SZ_8M, SZ_8M, SZ_8M, SZ_8M, true)
#define FIXED_64M		WINDOW(SZ_64M, SZ_64M, SZ_64M, SZ_64M, true)
#define FIXED_4G		WINDOW(SZ_4G, SZ_4G, SZ_4G, SZ_4G, true)

struct fit_case {
	const char			*name;
	struct ntb_irq_window_info	info;
	u64				base;
	u64				size;
	int				ret;
	struct ntb_irq_aperture		fit;
};

static const struct fit_case fit_cases[] = {
	{
		.name	= "exact",
		.info	= DIRECT(SZ_4M),
		.base	= X86_BASE, .size = SZ_1M,
		.fit	= { .base = X86_BASE, .size = SZ_1M, .len = SZ_1M },
	}, {
		.name	= "exactly the largest size",
		.info	= DIRECT(SZ_1M),
		.base	= X86_BASE, .size = SZ_1M,
		.fit	= { .base = X86_BASE, .size = SZ_1M, .len = SZ_1M },
	}, {
		.name	= "one byte more than the largest size",
		.info	= WINDOW(1, 1, 1, SZ_1M - 1, false),
		.base	= X86_BASE, .size = SZ_1M,
		.ret	= -E2BIG,
	}, {
		.name	= "largest size not known",
		.info	= DIRECT(U64_MAX),
		.base	= X86_BASE, .size = SZ_1M,
		.fit	= { .base = X86_BASE, .size = SZ_1M, .len = SZ_1M },
	}, {
		.name	= "address aligned to 4 MiB",
		.info	= WINDOW(SZ_4M, SZ_4M, SZ_4M, SZ_64M, true),
		.base	= X86_BASE, .size = SZ_1M,
		.fit	= { .base = 0xfec00000, .size = SZ_4M, .start = SZ_2M, .len = SZ_1M },
	}, {
		.name	= "address aligned to 4 GiB",
		.info	= WINDOW(SZ_4G, SZ_4K, SZ_4K, SZ_4G, false),
		.base	= X86_BASE, .size = SZ_1M,
		.fit	= { .base = 0, .size = X86_BASE + SZ_1M, .start = X86_BASE, .len = SZ_1M },
	}, {
		.name	= "address and size aligned to 4 GiB",
		.info	= FIXED_4G,
		.base	= X86_BASE, .size = SZ_1M,
		.fit	= { .base = 0, .size = SZ_4G, .start = X86_BASE, .len = SZ_1M },
	}, {
		.name	= "address aligned to the BAR, any size",
		.info	= WINDOW(SZ_64M, 1, 1, SZ_64M, false),
		.base	= X86_BASE, .size = SZ_1M,
		.fit	= { .base = 0xfc000000, .size = 0x2f00000, .start = 0x2e00000,
			    .len = SZ_1M },
	}, {
		.name	= "address and size aligned to the BAR",
		.info	= FIXED_64M,
		.base	= X86_BASE, .size = SZ_1M,
		.fit	= { .base = 0xfc000000, .size = SZ_64M, .start = 0x2e00000,
			    .len = SZ_1M },
	}, {
		.name	= "a larger size that demands a lower start",
		.info	= DIRECT(SZ_1M),
		.base	= 0x1800, .size = SZ_4K,
		.fit	= { .base = 0, .size = SZ_16K, .start = 0x1800, .len = SZ_4K },
	}, {
		.name	= "a larger size that is more than the largest",
		.info	= DIRECT(SZ_8K),
		.base	= 0x1800, .size = SZ_4K,
		.ret	= -E2BIG,
	}, {
		.name	= "at least the smallest size",
		.info	= WINDOW(SZ_4K, SZ_4K, SZ_64K, SZ_1M, false),
		.base	= 0x9000, .size = SZ_4K,
		.fit	= { .base = 0x9000, .size = SZ_64K, .len = SZ_4K },
	}, {
		.name	= "size aligned upwards",
		.info	= WINDOW(SZ_4K, SZ_16K, SZ_4K, SZ_1M, false),
		.base	= 0x9000, .size = SZ_16K + 4,
		.fit	= { .base = 0x9000, .size = SZ_32K, .len = SZ_16K + 4 },
	}, {
		.name	= "one word",
		.info	= WINDOW(1, 1, 1, SZ_1M, false),
		.base	= 0x9004, .size = 4,
		.fit	= { .base = 0x9004, .size = 4, .len = 4 },
	}, {
		.name	= "the last page of the address space",
		.info	= DIRECT(SZ_1M),
		.base	= U64_MAX - SZ_4K + 1, .size = SZ_4K,
		.fit	= { .base = U64_MAX - SZ_4K + 1, .size = SZ_4K, .len = SZ_4K },
	}, {
		.name	= "a lower start at the end of the address space",
		.info	= DIRECT(SZ_1M),
		.base	= U64_MAX - 3 * SZ_4K + 1, .size = 3 * SZ_4K,
		.fit	= { .base = U64_MAX - SZ_16K + 1, .size = SZ_16K, .start = SZ_4K,
			    .len = 3 * SZ_4K },
	}, {
		.name	= "range past the end of the address space",
		.info	= DIRECT(SZ_1M),
		.base	= U64_MAX - SZ_4K + 2, .size = SZ_4K,
		.ret	= -EINVAL,
	}, {
		.name	= "aperture past the end of the address space",
		.info	= WINDOW(SZ_1M, SZ_4M, SZ_1M, SZ_16M, false),
		.base	= U64_MAX - SZ_1M + 1, .size = SZ_1M,
		.ret	= -E2BIG,
	}, {
		.name	= "smallest aperture past the end of the address space",
		.info	= WINDOW(SZ_1M, SZ_1M, SZ_4M, SZ_16M, false),
		.base	= U64_MAX - SZ_1M + 1, .size = SZ_1M,
		.ret	= -E2BIG,
	}, {
		.name	= "the whole address space",
		.info	= WINDOW(SZ_8K, SZ_4K, SZ_4K, U64_MAX, false),
		.base	= SZ_4K, .size = U64_MAX - SZ_4K + 1,
		.ret	= -E2BIG,
	}, {
		.name	= "half of the address space",
		.info	= WINDOW(SZ_4K, SZ_4K, SZ_4K, U64_MAX, true),
		.base	= BIT_ULL(63), .size = BIT_ULL(63),
		.fit	= { .base = BIT_ULL(63), .size = BIT_ULL(63), .len = BIT_ULL(63) },
	}, {
		.name	= "more than half of the address space",
		.info	= WINDOW(SZ_4K, SZ_4K, SZ_4K, U64_MAX, true),
		.base	= BIT_ULL(63) - SZ_4K, .size = SZ_8K,
		.ret	= -E2BIG,
	}, {
		.name	= "empty range",
		.info	= DIRECT(SZ_1M),
		.base	= X86_BASE, .size = 0,
		.ret	= -EINVAL,
	}, {
		.name	= "address alignment of 0",
		.info	= WINDOW(0, SZ_4K, SZ_4K, SZ_1M, false),
		.base	= X86_BASE, .size = SZ_4K,
		.ret	= -EINVAL,
	}, {
		.name	= "address alignment not a power of two",
		.info	= WINDOW(SZ_8K + SZ_4K, SZ_4K, SZ_4K, SZ_1M, false),
		.base	= X86_BASE, .size = SZ_4K,
		.ret	= -EINVAL,
	}, {
		.name	= "size alignment of 0",
		.info	= WINDOW(SZ_4K, 0, SZ_4K, SZ_1M, false),
		.base	= X86_BASE, .size = SZ_4K,
		.ret	= -EINVAL,
	}, {
		.name	= "size alignment not a power of two",
		.info	= WINDOW(SZ_4K, SZ_8K + SZ_4K, SZ_4K, SZ_1M, false),
		.base	= X86_BASE, .size = SZ_4K,
		.ret	= -EINVAL,
	}, {
		.name	= "largest size of 0",
		.info	= WINDOW(SZ_4K, SZ_4K, 0, 0, false),
		.base	= X86_BASE, .size = SZ_4K,
		.ret	= -EINVAL,
	}, {
		.name	= "smallest size above the largest",
		.info	= WINDOW(SZ_4K, SZ_4K, SZ_2M, SZ_1M, false),
		.base	= X86_BASE, .size = SZ_4K,
		.ret	= -EINVAL,
	},
};

KUNIT_ARRAY_PARAM_DESC(fit, fit_cases, name);

static void fit_test(struct kunit *test)
{
	const struct fit_case *c = test->param_value;
	struct ntb_irq_aperture aperture = { };

	KUNIT_ASSERT_EQ(test, ntb_irq_plan_aperture(&c->info, c->base, c->size, &aperture), c->ret);
	if (c->ret)
		return;
	KUNIT_EXPECT_EQ(test, aperture.base, c->fit.base);
	KUNIT_EXPECT_EQ(test, aperture.size, c->fit.size);
	KUNIT_EXPECT_EQ(test, aperture.start, c->fit.start);
	KUNIT_EXPECT_EQ(test, aperture.len, c->fit.len);
}

/* Which rule does the aperture break? */
static const char *fit_fault(const struct ntb_irq_window_info *info, u64 base, u64 size,
			     const struct ntb_irq_aperture *aperture)
{
	u64 last;

	if (!aperture->size || check_add_overflow(aperture->base, aperture->size - 1, &last))
		return "aperture reaches past the end of the address space";
	if (aperture->base > base || last < base + (size - 1))
		return "aperture does not cover the range";
	if (aperture->base + aperture->start != base || aperture->len != size)
		return "useful part is not the range";
	if (aperture->base % info->addr_align)
		return "address is not aligned";
	if (aperture->size % info->size_align)
		return "size is not aligned";
	if (aperture->size < info->size_min || aperture->size > info->size_max)
		return "size is out of bounds";
	if (info->natural && (!is_power_of_2(aperture->size) || aperture->base % aperture->size))
		return "address is not aligned to the size";
	return NULL;
}

static void fail_fit(struct kunit *test, const char *fault, u64 base, u64 size,
		     const struct ntb_irq_window_info *info)
{
	KUNIT_FAIL_AND_ABORT(test,
			     "%s: range %#llx + %#llx, align %#llx/%#llx size %#llx-%#llx natural %d",
			     fault, base, size, info->addr_align, info->size_align,
			     info->size_min, info->size_max, info->natural);
}

/* A number of at most @bits bits, small ones as likely as large ones. */
static u64 random_number(struct rnd_state *rnd, unsigned int bits)
{
	u64 wide = (u64)prandom_u32_state(rnd) << 32 | prandom_u32_state(rnd);

	return wide >> (64 - bits + prandom_u32_state(rnd) % bits);
}

static void random_info(struct rnd_state *rnd, unsigned int bits,
			struct ntb_irq_window_info *info)
{
	*info = (struct ntb_irq_window_info) {
		.addr_align	= BIT_ULL(prandom_u32_state(rnd) % bits),
		.size_align	= BIT_ULL(prandom_u32_state(rnd) % bits),
		.size_max	= random_number(rnd, bits) ?: 1,
		.natural	= prandom_u32_state(rnd) & 1,
	};
	info->size_min = random_number(rnd, bits) % info->size_max;
}

/*
 * Try all sizes, each as high as its alignment lets it and not past @end.
 * Returns 0 when no aperture serves.
 */
static u64 smallest_aperture(const struct ntb_irq_window_info *info, u64 base, u64 size, u64 end)
{
	u64 try_base, try_size;

	for (try_size = info->size_min ?: 1; try_size <= info->size_max; try_size++) {
		if (try_size % info->size_align || (info->natural && !is_power_of_2(try_size)))
			continue;
		try_base = base;
		while (try_base % info->addr_align || (info->natural && try_base % try_size))
			try_base--;
		if (try_base + try_size >= base + size && try_base + try_size <= end)
			return try_size;
	}
	return 0;
}

/* Small numbers at the start of the address space, or close to its end. */
static void fit_smallest_test(struct kunit *test, u64 origin, u64 end)
{
	unsigned int i, fits = 0, rounds = 3000;
	struct ntb_irq_window_info info;
	struct ntb_irq_aperture aperture;
	u64 base, size, best;
	struct rnd_state rnd;
	const char *fault;
	int ret;

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < rounds; i++) {
		random_info(&rnd, 7, &info);
		base = random_number(&rnd, 6);
		if (origin)
			base = end - 1 - base;
		size = min(random_number(&rnd, 5) + 1, end - base);
		best = smallest_aperture(&info, base, size, end);
		base += origin;

		ret = ntb_irq_plan_aperture(&info, base, size, &aperture);
		fault = NULL;
		if (ret != (best ? 0 : -E2BIG))
			fault = best ? "fits but was refused" : "does not fit but was not refused";
		else if (!ret && aperture.size != best)
			fault = "a smaller aperture would do";
		else if (!ret)
			fault = fit_fault(&info, base, size, &aperture);
		if (fault)
			fail_fit(test, fault, base, size, &info);
		fits += !ret;
	}
	KUNIT_EXPECT_GT(test, fits, rounds / 8);
	KUNIT_EXPECT_LT(test, fits, rounds - rounds / 8);
}

static void fit_smallest_start_test(struct kunit *test)
{
	fit_smallest_test(test, 0, U64_MAX);
}

static void fit_smallest_end_test(struct kunit *test)
{
	fit_smallest_test(test, -128ULL, 128);
}

static void fit_large_test(struct kunit *test)
{
	unsigned int i, fits = 0, rounds = 20000;
	struct ntb_irq_window_info info;
	struct ntb_irq_aperture aperture;
	struct rnd_state rnd;
	u64 base, size, last;
	const char *fault;

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < rounds; i++) {
		random_info(&rnd, 64, &info);
		base = random_number(&rnd, 64);
		/* Near the end of the address space as often as near its start. */
		if (prandom_u32_state(&rnd) & 1)
			base = ~base;
		size = random_number(&rnd, 64) + 1;
		if (ntb_irq_plan_aperture(&info, base, size, &aperture))
			continue;
		fault = check_add_overflow(base, size - 1, &last) ?
			"range reaches past the end of the address space" :
			fit_fault(&info, base, size, &aperture);
		if (fault)
			fail_fit(test, fault, base, size, &info);
		fits++;
	}
	KUNIT_EXPECT_GT(test, fits, rounds / 16);
}

struct plan_case {
	const char			*name;
	struct ntb_irq_region		region;
	unsigned int			count;
	u64				usable;
	struct ntb_irq_window_info	infos[6];
	struct ntb_irq_plan		plan;
};

/* What a window exposes then is the region. */
#define WHOLE(_widx) {								\
	.mode	= NTB_IRQ_PLAN_WHOLE,						\
	.widx	= (_widx),							\
}

#define PIECES(_pieces, _granule) {						\
	.mode		= NTB_IRQ_PLAN_PIECES,					\
	.pieces		= (_pieces),						\
	.granule	= (_granule),						\
}

#define WIDE(_widx, _base, _size, _start, _len) {				\
	.mode	= NTB_IRQ_PLAN_WIDE,						\
	.widx	= (_widx),							\
	.aperture	= { .base = (_base), .size = (_size), .start = (_start), .len = (_len) }, \
}

#define NONE	{ .mode = NTB_IRQ_PLAN_NONE, .widx = -1 }

static const struct plan_case plan_cases[] = {
	{
		.name	= "whole region by one direct window",
		.region	= X86_REGION,
		.count	= 1, .usable = 0x1,
		.infos	= { DIRECT(SZ_4M) },
		.plan	= WHOLE(0),
	}, {
		.name	= "whole region of one page",
		.region	= PAGE_REGION,
		.count	= 2, .usable = 0x3,
		.infos	= { FIXED_64K, FIXED_1M },
		.plan	= WHOLE(0),
	}, {
		.name	= "highest index among equals",
		.region	= X86_REGION,
		.count	= 3, .usable = 0x7,
		.infos	= { DIRECT(SZ_4M), DIRECT(SZ_4M), DIRECT(SZ_1M) },
		.plan	= WHOLE(2),
	}, {
		.name	= "highest index that is usable",
		.region	= X86_REGION,
		.count	= 3, .usable = 0x3,
		.infos	= { DIRECT(SZ_4M), DIRECT(SZ_4M), DIRECT(SZ_4M) },
		.plan	= WHOLE(1),
	}, {
		.name	= "whole region before pieces and before more",
		.region	= X86_REGION,
		.count	= 5, .usable = 0x1f,
		.infos	= { FIXED_64K, FIXED_4M, DIRECT(SZ_4M), FIXED_4M,
			    FIXED_64K },
		.plan	= WHOLE(2),
	}, {
		.name	= "pieces",
		.region	= X86_REGION,
		.count	= 4, .usable = 0xf,
		.infos	= { FIXED_64K, FIXED_64K, FIXED_64K, FIXED_64K },
		.plan	= PIECES(0xf, SZ_64K),
	}, {
		.name	= "pieces by usable windows only",
		.region	= X86_REGION,
		.count	= 4, .usable = 0xfffffffa,
		.infos	= { FIXED_64K, FIXED_64K, FIXED_64K, FIXED_64K },
		.plan	= PIECES(0xa, SZ_64K),
	}, {
		.name	= "pieces of the largest size only",
		.region	= X86_REGION,
		.count	= 5, .usable = 0x1f,
		.infos	= { FIXED_64K, FIXED_128K, FIXED_64K, FIXED_128K,
			    FIXED_64K },
		.plan	= PIECES(0xa, SZ_128K),
	}, {
		.name	= "pieces by windows that could be smaller",
		.region	= X86_REGION,
		.count	= 2, .usable = 0x3,
		.infos	= { DIRECT(SZ_512K), FIXED_512K },
		.plan	= PIECES(0x3, SZ_512K),
	}, {
		.name	= "pieces before more than the region",
		.region	= X86_REGION,
		.count	= 3, .usable = 0x7,
		.infos	= { FIXED_4M, FIXED_64K, FIXED_4M },
		.plan	= PIECES(0x2, SZ_64K),
	}, {
		.name	= "no pieces of a size that is no power of two",
		.region	= { .base = 0xf0000000, .size = 3 * SZ_256K },
		.count	= 1, .usable = 0x1,
		.infos	= { WINDOW(SZ_4K, SZ_4K, SZ_4K, 3 * SZ_128K, false) },
		.plan	= NONE,
	}, {
		.name	= "no pieces that cannot start anywhere in the region",
		.region	= X86_REGION,
		.count	= 1, .usable = 0x1,
		.infos	= { WINDOW(SZ_1M, SZ_4K, SZ_4K, SZ_64K, false) },
		.plan	= NONE,
	}, {
		.name	= "no pieces that stick out at the start of the region",
		.region	= { .base = 0xf0001000, .size = SZ_64K },
		.count	= 1, .usable = 0x1,
		.infos	= { WINDOW(SZ_4K, SZ_4K, SZ_4K, SZ_8K, false) },
		.plan	= NONE,
	}, {
		.name	= "no pieces that stick out at the end of the region",
		.region	= { .base = 0xf0000000, .size = SZ_64K + SZ_4K },
		.count	= 1, .usable = 0x1,
		.infos	= { FIXED_8K },
		.plan	= NONE,
	}, {
		.name	= "more than the region, by 4 MiB",
		.region	= X86_REGION,
		.count	= 1, .usable = 0x1,
		.infos	= { FIXED_4M },
		.plan	= WIDE(0, 0xfec00000, SZ_4M, SZ_2M, SZ_1M),
	}, {
		.name	= "more than the region, by 4 GiB",
		.region	= X86_REGION,
		.count	= 1, .usable = 0x1,
		.infos	= { FIXED_4G },
		.plan	= WIDE(0, 0, SZ_4G, X86_BASE, SZ_1M),
	}, {
		.name	= "more than the region, as little as can be",
		.region	= X86_REGION,
		.count	= 4, .usable = 0xf,
		.infos	= { FIXED_4G, FIXED_8M, FIXED_4M, FIXED_64M },
		.plan	= WIDE(2, 0xfec00000, SZ_4M, SZ_2M, SZ_1M),
	}, {
		.name	= "more than the region, highest index among equals",
		.region	= X86_REGION,
		.count	= 4, .usable = 0xf,
		.infos	= { FIXED_4M, FIXED_4M, FIXED_4M, FIXED_8M },
		.plan	= WIDE(2, 0xfec00000, SZ_4M, SZ_2M, SZ_1M),
	}, {
		.name	= "too small",
		.region	= X86_REGION,
		.count	= 1, .usable = 0x1,
		.infos	= { WINDOW(SZ_4K, SZ_4K, SZ_4K, SZ_1M - SZ_4K, false) },
		.plan	= NONE,
	}, {
		.name	= "no window usable",
		.region	= X86_REGION,
		.count	= 2, .usable = 0x4,
		.infos	= { DIRECT(SZ_4M), FIXED_64K, DIRECT(SZ_4M) },
		.plan	= NONE,
	}, {
		.name	= "no window",
		.region	= X86_REGION,
		.count	= 0, .usable = U64_MAX,
		.infos	= { DIRECT(SZ_4M) },
		.plan	= NONE,
	}, {
		.name	= "a window that makes no sense",
		.region	= X86_REGION,
		.count	= 3, .usable = 0x7,
		.infos	= { WINDOW(0, 0, 0, 0, false), DIRECT(SZ_4M),
			    WINDOW(3 * SZ_4K, SZ_4K, SZ_4K, SZ_4M, true) },
		.plan	= WHOLE(1),
	}, {
		.name	= "region at the end of the address space",
		.region	= { .base = U64_MAX - SZ_1M + 1, .size = SZ_1M },
		.count	= 1, .usable = 0x1,
		.infos	= { DIRECT(SZ_4M) },
		.plan	= WHOLE(0),
	}, {
		.name	= "region past the end of the address space",
		.region	= { .base = U64_MAX - SZ_1M + 2, .size = SZ_1M },
		.count	= 1, .usable = 0x1,
		.infos	= { DIRECT(SZ_4M) },
		.plan	= NONE,
	},
};

KUNIT_ARRAY_PARAM_DESC(plan, plan_cases, name);

static void plan_test(struct kunit *test)
{
	const struct plan_case *c = test->param_value;
	struct ntb_irq_plan plan;

	ntb_irq_plan_windows(&c->region, c->infos, c->count, c->usable, &plan);
	KUNIT_ASSERT_EQ(test, plan.mode, c->plan.mode);
	if (plan.mode == NTB_IRQ_PLAN_PIECES) {
		KUNIT_EXPECT_EQ(test, plan.pieces, c->plan.pieces);
		KUNIT_EXPECT_EQ(test, plan.granule, c->plan.granule);
		return;
	}
	KUNIT_EXPECT_EQ(test, plan.widx, c->plan.widx);
	if (plan.mode == NTB_IRQ_PLAN_WHOLE) {
		KUNIT_EXPECT_EQ(test, plan.aperture.base, c->region.base);
		KUNIT_EXPECT_EQ(test, plan.aperture.size, c->region.size);
		KUNIT_EXPECT_EQ(test, plan.aperture.start, 0);
		KUNIT_EXPECT_EQ(test, plan.aperture.len, c->region.size);
		return;
	}
	KUNIT_EXPECT_EQ(test, plan.aperture.base, c->plan.aperture.base);
	KUNIT_EXPECT_EQ(test, plan.aperture.size, c->plan.aperture.size);
	KUNIT_EXPECT_EQ(test, plan.aperture.start, c->plan.aperture.start);
	KUNIT_EXPECT_EQ(test, plan.aperture.len, c->plan.aperture.len);
}

/* A set of windows has 64 bits. */
static void plan_many_windows_test(struct kunit *test)
{
	static const struct ntb_irq_region region = X86_REGION;
	static const struct ntb_irq_window_info direct = DIRECT(SZ_1M);
	struct ntb_irq_window_info *infos;
	struct ntb_irq_plan plan;
	unsigned int i;

	infos = kunit_kcalloc(test, 70, sizeof(*infos), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, infos);
	for (i = 0; i < 70; i++)
		infos[i] = direct;
	ntb_irq_plan_windows(&region, infos, 70, U64_MAX, &plan);
	KUNIT_EXPECT_EQ(test, plan.mode, NTB_IRQ_PLAN_WHOLE);
	KUNIT_EXPECT_EQ(test, plan.widx, 63);
}

/* Can a window open every piece there is, and exposes each just itself? */
static bool pieces_are_right(const struct ntb_irq_region *region,
			     const struct ntb_irq_window_info *info, u64 granule)
{
	u64 last = region->base + region->size - 1;
	struct ntb_irq_aperture aperture;
	u64 piece;

	for (piece = ALIGN_DOWN(region->base, granule); piece <= last; piece += granule) {
		if (piece < region->base || piece + granule - 1 > last)
			return false;
		if (ntb_irq_plan_aperture(info, piece, granule, &aperture) ||
		    aperture.base != piece || aperture.size != granule)
			return false;
	}
	return true;
}

static void plan_pieces_test(struct kunit *test)
{
	unsigned int i, w, planned = 0, rounds = 4000;
	struct ntb_irq_window_info infos[4];
	struct ntb_irq_region region;
	struct ntb_irq_plan plan;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, SEED);
	for (i = 0; i < rounds; i++) {
		region.size = (random_number(&rnd, 5) + 1) << 4;
		region.base = random_number(&rnd, 7) << random_number(&rnd, 3);
		for (w = 0; w < ARRAY_SIZE(infos); w++) {
			random_info(&rnd, 6, &infos[w]);
			if (prandom_u32_state(&rnd) & 1)
				infos[w].size_max = roundup_pow_of_two(infos[w].size_max);
		}

		ntb_irq_plan_windows(&region, infos, ARRAY_SIZE(infos), U64_MAX, &plan);
		if (plan.mode != NTB_IRQ_PLAN_PIECES)
			continue;
		KUNIT_ASSERT_TRUE(test, is_power_of_2(plan.granule));
		for (w = 0; w < ARRAY_SIZE(infos); w++) {
			if (plan.pieces & BIT_ULL(w) &&
			    !pieces_are_right(&region, &infos[w], plan.granule))
				fail_fit(test, "pieces that cannot be opened", region.base,
					 region.size, &infos[w]);
		}
		planned++;
	}
	KUNIT_EXPECT_GT(test, planned, rounds / 64);
}

static struct kunit_case ntb_irq_plan_cases[] = {
	KUNIT_CASE_PARAM(fit_test, fit_gen_params),
	KUNIT_CASE(fit_smallest_start_test),
	KUNIT_CASE(fit_smallest_end_test),
	KUNIT_CASE(fit_large_test),
	KUNIT_CASE_PARAM(plan_test, plan_gen_params),
	KUNIT_CASE(plan_many_windows_test),
	KUNIT_CASE(plan_pieces_test),
	{ }
};

static struct kunit_suite ntb_irq_plan_suite = {
	.name		= "ntb_irq_plan",
	.test_cases	= ntb_irq_plan_cases,
};

kunit_test_suite(ntb_irq_plan_suite);

/* What MODULE_IMPORT_NS() makes; its argument became a string in v6.13. */
MODULE_INFO(import_ns, "EXPORTED_FOR_KUNIT_TESTING");
MODULE_DESCRIPTION("KUnit tests of NTB interrupts");
MODULE_LICENSE("GPL");
