// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of what the domain refuses before it asks its parent for anything. */
#include <kunit/test.h>

#include "internal.h"

#define COUNT	8
#define TAKEN	3

/* An index that others have, or that does not exist, is not taken away or made. */
static void domain_alloc_at_test(struct kunit *test)
{
	static const struct { unsigned int index; int error; } refused[] = {
		{ TAKEN, -EBUSY }, { COUNT, -EINVAL }, { UINT_MAX, -EINVAL },
	};
	unsigned long allocated[BITS_TO_LONGS(COUNT)] = { BIT(TAKEN) };
	struct ntb_irq_domain dom = { .max = COUNT, .size = COUNT, .allocated = allocated };
	struct msi_map map;
	int i;

	mutex_init(&dom.lock);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		map = ntb_irq_domain_alloc_at(&dom, refused[i].index, NULL);
		KUNIT_EXPECT_EQ_MSG(test, map.index, refused[i].error, "index %u",
				    refused[i].index);
		KUNIT_EXPECT_EQ(test, map.virq, 0);
		KUNIT_EXPECT_EQ(test, allocated[0], BIT(TAKEN));
	}
}

static struct kunit_case ntb_irq_domain_cases[] = {
	KUNIT_CASE(domain_alloc_at_test),
	{ }
};

static struct kunit_suite ntb_irq_domain_suite = {
	.name		= "ntb_irq_domain",
	.test_cases	= ntb_irq_domain_cases,
};

kunit_test_suite(ntb_irq_domain_suite);
