// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of the region that one message shows, on a device without an IOMMU. */
#include <kunit/device.h>
#include <kunit/test.h>

#include "internal.h"

#define DOORBELL	0x8090040ULL

static struct device *parent_device(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "ntb_irq_parent");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	return dev;
}

/* The page of the message, and no more of the interrupt controller. */
static void page_of_message_test(struct kunit *test)
{
	struct ntb_irq_parent parent = { .name = "isolating", .isolated = true };
	struct device *dev = parent_device(test);

	KUNIT_EXPECT_EQ(test, ntb_irq_parent_region(dev, &parent, DOORBELL), 0);
	KUNIT_EXPECT_EQ(test, parent.region.base, DOORBELL & ~0xfffULL);
	KUNIT_EXPECT_EQ(test, parent.region.size, 0x1000);

	KUNIT_EXPECT_EQ(test, ntb_irq_parent_region(dev, &parent, ~0ULL), 0);
	KUNIT_EXPECT_EQ(test, parent.region.base, ~0xfffULL);
}

/* Where a message may be of one interrupt only, others could be anywhere. */
static void region_unknown_test(struct kunit *test)
{
	struct ntb_irq_parent isolating = { .name = "isolating", .isolated = true };
	struct ntb_irq_parent other = { .name = "other" };
	struct device *dev = parent_device(test);

	KUNIT_EXPECT_EQ(test, ntb_irq_parent_region(dev, &isolating, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, isolating.region.size, 0);
	KUNIT_EXPECT_EQ(test, ntb_irq_parent_region(dev, &other, DOORBELL), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, other.region.size, 0);
}

static struct kunit_case ntb_irq_parent_cases[] = {
	KUNIT_CASE(page_of_message_test),
	KUNIT_CASE(region_unknown_test),
	{ }
};

static struct kunit_suite ntb_irq_parent_suite = {
	.name		= "ntb_irq_parent",
	.test_cases	= ntb_irq_parent_cases,
};

kunit_test_suite(ntb_irq_parent_suite);
