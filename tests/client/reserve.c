// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a hardware driver would do in its probe, done for one that does not: an
 * interrupt domain is reserved for each NTB function that is about to be bound.
 */
#include <linux/device/bus.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "client.h"

static uint reserve;
module_param(reserve, uint, 0444);
MODULE_PARM_DESC(reserve, "Interrupts to reserve for PCI functions that get a driver, 0 for none");

static int reserve_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);

	/* The driver is chosen, its probe has not begun. */
	if (action == BUS_NOTIFY_BIND_DRIVER)
		pci_info(pdev, "ntb_irq_test: reserving %u interrupts: %d\n", reserve,
			 ntb_irq_reserve(pdev, reserve));
	return NOTIFY_DONE;
}

static struct notifier_block reserve_block = {
	.notifier_call = reserve_notify,
};

/**
 * test_reserve_init() - reserve for functions that are bound from now on, if asked to
 *
 * Context: process context, may sleep.
 * Return: 0 or a negative errno.
 */
int test_reserve_init(void)
{
	return reserve ? bus_register_notifier(&pci_bus_type, &reserve_block) : 0;
}

/**
 * test_reserve_exit() - undo test_reserve_init()
 *
 * Context: process context, may sleep.
 */
void test_reserve_exit(void)
{
	if (reserve)
		bus_unregister_notifier(&pci_bus_type, &reserve_block);
}
