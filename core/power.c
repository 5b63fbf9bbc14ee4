// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hosts that reboot, execute another kernel or sleep. Peers are made to forget this
 * host before, and its windows are closed: rings would otherwise be lost, or arrive
 * in the next kernel.
 */
#include <kunit/visibility.h>
#include <linux/list.h>
#include <linux/reboot.h>
#include <linux/suspend.h>

#include "internal.h"

static LIST_HEAD(power_devs);
/* How many sleeps have begun and not ended; a reboot does not end. */
static unsigned int power_stops;
/* Protects both, and keeps functions attached. */
static DEFINE_MUTEX(power_lock);

/* Have all functions be quiet until as many calls of ntb_irq_power_start(). */
void ntb_irq_power_stop(void)
{
	struct ntb_irq_dev *nd;

	guard(mutex)(&power_lock);
	if (power_stops++)
		return;
	list_for_each_entry(nd, &power_devs, power_node)
		ntb_irq_peer_stop_all(nd);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_power_stop);

/* Of a sleep that had begun before the library was loaded only the end is seen. */
void ntb_irq_power_start(void)
{
	struct ntb_irq_dev *nd;

	guard(mutex)(&power_lock);
	if (!power_stops || --power_stops)
		return;
	list_for_each_entry(nd, &power_devs, power_node)
		ntb_irq_peer_start_all(nd);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_power_start);

static int power_reboot(struct notifier_block *nb, unsigned long action, void *data)
{
	ntb_irq_power_stop();
	return NOTIFY_DONE;
}

static int power_pm(struct notifier_block *nb, unsigned long action, void *data)
{
	switch (action) {
	case PM_HIBERNATION_PREPARE:
	case PM_SUSPEND_PREPARE:
	case PM_RESTORE_PREPARE:
		ntb_irq_power_stop();
		break;
	case PM_POST_HIBERNATION:
	case PM_POST_SUSPEND:
	case PM_POST_RESTORE:
		ntb_irq_power_start();
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block power_reboot_block = { .notifier_call = power_reboot };
static struct notifier_block power_pm_block = { .notifier_call = power_pm };

/* Processes run on for a while after a sleep or a reboot has begun, and can attach then. */
void ntb_irq_power_add(struct ntb_irq_dev *nd)
{
	guard(mutex)(&power_lock);
	list_add(&nd->power_node, &power_devs);
	if (power_stops)
		ntb_irq_peer_stop_all(nd);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_power_add);

void ntb_irq_power_del(struct ntb_irq_dev *nd)
{
	guard(mutex)(&power_lock);
	list_del(&nd->power_node);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_power_del);

/* Returns 0 or the errno of register_reboot_notifier() or register_pm_notifier(). */
int ntb_irq_power_init(void)
{
	int ret;

	ret = register_reboot_notifier(&power_reboot_block);
	if (ret)
		return ret;
	ret = register_pm_notifier(&power_pm_block);
	if (ret)
		unregister_reboot_notifier(&power_reboot_block);
	return ret;
}

void ntb_irq_power_exit(void)
{
	unregister_pm_notifier(&power_pm_block);
	unregister_reboot_notifier(&power_reboot_block);
}
