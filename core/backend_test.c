// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of the registry of backends. */
#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "internal.h"

/* No hardware has this vendor. */
#define TEST_VENDOR	0xfffe
#define TEST_DEVICE	0x0001

/* A backend of its own, and a function for it to serve, for every test. */
struct fixture {
	struct pci_device_id		ids[3];
	struct ntb_irq_backend_ops	ops;
	struct ntb_irq_backend		backend;
	struct ntb_irq_backend		other;
	struct pci_driver		driver;
	struct pci_dev			pdev;
	struct ntb_dev			ntb;
};

static int no_init(struct ntb_irq_hw *hw)
{
	return -EOPNOTSUPP;
}

static void no_exit(struct ntb_irq_hw *hw)
{
}

static int no_window_count(struct ntb_irq_hw *hw, int pidx)
{
	return -EOPNOTSUPP;
}

static int no_window_info(struct ntb_irq_hw *hw, int pidx, int widx,
			  struct ntb_irq_window_info *info)
{
	return -EOPNOTSUPP;
}

static int no_window_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size)
{
	return -EOPNOTSUPP;
}

static int no_window_unmap(struct ntb_irq_hw *hw, int pidx, int widx)
{
	return -EOPNOTSUPP;
}

static int no_message_compose(struct ntb_irq_hw *hw, int pidx, const struct ntb_irq_mapping *map,
			      const struct msi_msg *msg, struct ntb_irq_write *write)
{
	return -EOPNOTSUPP;
}

static int no_mailbox_take(struct ntb_irq_hw *hw)
{
	return -EOPNOTSUPP;
}

static int no_mailbox_send(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n)
{
	return -EOPNOTSUPP;
}

static int no_mailbox_recv(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n)
{
	return -EOPNOTSUPP;
}

static int backend_test_init(struct kunit *test)
{
	struct fixture *f;

	f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f);

	f->ids[0] = (struct pci_device_id) { PCI_DEVICE(TEST_VENDOR, TEST_DEVICE + 1) };
	f->ids[1] = (struct pci_device_id) { PCI_DEVICE(TEST_VENDOR, TEST_DEVICE) };
	f->ops = (struct ntb_irq_backend_ops) {
		.init		= no_init,
		.exit		= no_exit,
		.window_count	= no_window_count,
		.window_info	= no_window_info,
		.window_map	= no_window_map,
		.window_unmap	= no_window_unmap,
		.message_compose = no_message_compose,
		.mailbox_take	= no_mailbox_take,
		.mailbox_send	= no_mailbox_send,
		.mailbox_recv	= no_mailbox_recv,
	};
	f->backend = (struct ntb_irq_backend) {
		.name	= "kunit",
		.owner	= THIS_MODULE,
		.ids	= f->ids,
		.direction = &ntb_irq_inbound,
		.ops	= &f->ops,
	};
	f->other = f->backend;
	f->other.name = "kunit2";
	f->driver.name = "kunit_driver";
	f->pdev.vendor = TEST_VENDOR;
	f->pdev.device = TEST_DEVICE;
	f->pdev.subsystem_vendor = TEST_VENDOR;
	f->pdev.driver = &f->driver;
	f->ntb.pdev = &f->pdev;
	test->priv = f;
	return 0;
}

KUNIT_DEFINE_ACTION_WRAPPER(unregister, ntb_irq_backend_unregister, struct ntb_irq_backend *);

/* Registered, if at all, until the test ends, however it ends. */
static int try_register(struct kunit *test, struct ntb_irq_backend *backend)
{
	int ret = ntb_irq_backend_register(backend);

	if (!ret)
		KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, unregister, backend), 0);
	return ret;
}

static void must_register(struct kunit *test, struct ntb_irq_backend *backend)
{
	KUNIT_ASSERT_EQ(test, try_register(test, backend), 0);
}

/* Which backend serves the function? Holds nothing afterwards. */
static const struct ntb_irq_backend *found(struct fixture *f)
{
	const struct ntb_irq_backend *backend = ntb_irq_backend_get(&f->ntb);

	if (backend)
		ntb_irq_backend_put(backend);
	return backend;
}

static void backend_register_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_NULL(test, found(f));
	must_register(test, &f->backend);
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->backend);
	kunit_release_action(test, unregister, &f->backend);
	KUNIT_EXPECT_NULL(test, found(f));
	must_register(test, &f->backend);
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->backend);
}

static void backend_duplicate_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->other.name = f->backend.name;
	must_register(test, &f->backend);
	KUNIT_EXPECT_EQ(test, try_register(test, &f->other), -EEXIST);
}

/* The first that matches serves, and when it leaves, the next. */
static void backend_order_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	must_register(test, &f->backend);
	must_register(test, &f->other);
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->backend);
	kunit_release_action(test, unregister, &f->backend);
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->other);
}

struct missing_case {
	const char	*name;
	size_t		offset;
};

#define MISSING(_op)	{ #_op, offsetof(struct ntb_irq_backend_ops, _op) }

static const struct missing_case missing_cases[] = {
	MISSING(init),
	MISSING(exit),
	MISSING(window_count),
	MISSING(window_info),
	MISSING(window_map),
	MISSING(window_unmap),
	MISSING(message_compose),
	MISSING(mailbox_take),
	MISSING(mailbox_send),
	MISSING(mailbox_recv),
};

/* An operation that is added needs a line above. */
static_assert(ARRAY_SIZE(missing_cases) ==
	      sizeof(struct ntb_irq_backend_ops) / sizeof(void (*)(void)));

KUNIT_ARRAY_PARAM_DESC(missing, missing_cases, name);

static void backend_missing_op_test(struct kunit *test)
{
	const struct missing_case *c = test->param_value;
	struct fixture *f = test->priv;

	memset((char *)&f->ops + c->offset, 0, sizeof(void (*)(void)));
	KUNIT_EXPECT_EQ(test, try_register(test, &f->backend), -EINVAL);
	KUNIT_EXPECT_NULL(test, found(f));
}

/* Of all operations, these two can be missing, but together only. */
static void backend_no_init_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->ops.init = NULL;
	f->ops.exit = NULL;
	must_register(test, &f->backend);
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->backend);
}

static void backend_missing_name_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->backend.name = NULL;
	KUNIT_EXPECT_EQ(test, try_register(test, &f->backend), -EINVAL);
}

static void backend_missing_ids_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->backend.ids = NULL;
	KUNIT_EXPECT_EQ(test, try_register(test, &f->backend), -EINVAL);
}

static void backend_missing_ops_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->backend.ops = NULL;
	KUNIT_EXPECT_EQ(test, try_register(test, &f->backend), -EINVAL);
}

static void backend_missing_direction_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->backend.direction = NULL;
	KUNIT_EXPECT_EQ(test, try_register(test, &f->backend), -EINVAL);
}

static void backend_match_id_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	must_register(test, &f->backend);
	f->pdev.device = TEST_DEVICE + 1;
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->backend);
	f->pdev.device = TEST_DEVICE + 2;
	KUNIT_EXPECT_NULL(test, found(f));
	f->pdev.device = TEST_DEVICE;
	f->pdev.vendor = TEST_VENDOR - 1;
	KUNIT_EXPECT_NULL(test, found(f));
}

static void backend_match_driver_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->backend.driver = "kunit_driver";
	must_register(test, &f->backend);
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->backend);
	f->driver.name = "kunit_driver2";
	KUNIT_EXPECT_NULL(test, found(f));
	f->pdev.driver = NULL;
	KUNIT_EXPECT_NULL(test, found(f));

	/* The driver's name alone is not enough. */
	f->pdev.driver = &f->driver;
	f->driver.name = "kunit_driver";
	f->pdev.device = TEST_DEVICE + 2;
	KUNIT_EXPECT_NULL(test, found(f));
}

/* A backend that does not name a driver serves whichever there is. */
static void backend_any_driver_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	must_register(test, &f->backend);
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->backend);
	f->pdev.driver = NULL;
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->backend);
}

#ifdef CONFIG_MODULE_UNLOAD
static struct module *fake_module(struct kunit *test)
{
	struct module *mod = kunit_kzalloc(test, sizeof(*mod), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mod);
	strscpy(mod->name, "kunit_module");
	mod->state = MODULE_STATE_LIVE;
	atomic_set(&mod->refcnt, 1);
	return mod;
}

static void backend_module_test(struct kunit *test)
{
	const struct ntb_irq_backend *first, *second;
	struct fixture *f = test->priv;
	struct module *mod = fake_module(test);

	f->backend.owner = mod;
	must_register(test, &f->backend);
	KUNIT_EXPECT_EQ(test, atomic_read(&mod->refcnt), 1);
	first = ntb_irq_backend_get(&f->ntb);
	KUNIT_ASSERT_PTR_EQ(test, first, &f->backend);
	KUNIT_EXPECT_EQ(test, atomic_read(&mod->refcnt), 2);
	second = ntb_irq_backend_get(&f->ntb);
	KUNIT_ASSERT_PTR_EQ(test, second, &f->backend);
	KUNIT_EXPECT_EQ(test, atomic_read(&mod->refcnt), 3);
	ntb_irq_backend_put(second);
	ntb_irq_backend_put(first);
	KUNIT_EXPECT_EQ(test, atomic_read(&mod->refcnt), 1);

	/* A function that is not served keeps nothing. */
	f->pdev.device = TEST_DEVICE + 2;
	KUNIT_EXPECT_NULL(test, ntb_irq_backend_get(&f->ntb));
	KUNIT_EXPECT_EQ(test, atomic_read(&mod->refcnt), 1);
}

/* A module that is on its way out is passed over. */
static void backend_module_going_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->backend.owner = fake_module(test);
	f->backend.owner->state = MODULE_STATE_GOING;
	must_register(test, &f->backend);
	KUNIT_EXPECT_NULL(test, found(f));

	must_register(test, &f->other);
	KUNIT_EXPECT_PTR_EQ(test, found(f), &f->other);
}
#endif /* CONFIG_MODULE_UNLOAD */

static struct kunit_case ntb_irq_backend_cases[] = {
	KUNIT_CASE(backend_register_test),
	KUNIT_CASE(backend_duplicate_test),
	KUNIT_CASE(backend_order_test),
	KUNIT_CASE_PARAM(backend_missing_op_test, missing_gen_params),
	KUNIT_CASE(backend_no_init_test),
	KUNIT_CASE(backend_missing_name_test),
	KUNIT_CASE(backend_missing_ids_test),
	KUNIT_CASE(backend_missing_ops_test),
	KUNIT_CASE(backend_missing_direction_test),
	KUNIT_CASE(backend_match_id_test),
	KUNIT_CASE(backend_match_driver_test),
	KUNIT_CASE(backend_any_driver_test),
#ifdef CONFIG_MODULE_UNLOAD
	KUNIT_CASE(backend_module_test),
	KUNIT_CASE(backend_module_going_test),
#endif
	{ }
};

static struct kunit_suite ntb_irq_backend_suite = {
	.name		= "ntb_irq_backend",
	.init		= backend_test_init,
	.test_cases	= ntb_irq_backend_cases,
};

kunit_test_suite(ntb_irq_backend_suite);
