// SPDX-License-Identifier: GPL-2.0-only
/* Registry of backends. */
#include <kunit/visibility.h>
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#include "internal.h"

static LIST_HEAD(backends);
static DEFINE_MUTEX(backends_lock);
/* The NTB bus, once a function was met that no backend serves. */
static const struct bus_type *backends_wanted;

static bool backend_is_valid(const struct ntb_irq_backend *backend)
{
	const struct ntb_irq_backend_ops *ops = backend->ops;

	return backend->name && backend->ids && backend->direction && ops &&
	       !ops->init == !ops->exit &&
	       ops->window_count && ops->window_info &&
	       ops->window_map && ops->window_unmap && ops->message_compose &&
	       ops->mailbox_take && ops->mailbox_send && ops->mailbox_recv;
}

static int backend_add(struct ntb_irq_backend *backend)
{
	struct ntb_irq_backend *pos;

	list_for_each_entry(pos, &backends, node) {
		if (!strcmp(pos->name, backend->name)) {
			pr_err("ntb_irq: backend %s is registered already\n", backend->name);
			return -EEXIST;
		}
	}
	list_add_tail(&backend->node, &backends);
	return 0;
}

/**
 * ntb_irq_backend_register() - register a backend
 * @backend:	the backend, which must stay until it is unregistered
 *
 * Functions that are attached later are served by it. Clients whose ntb_irq_attach()
 * came too early, and was deferred, are probed again.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL when an operation, the name, the direction or the id table is
 * missing; -EEXIST when a backend of that name is registered.
 */
int ntb_irq_backend_register(struct ntb_irq_backend *backend)
{
	const struct bus_type *wanted;
	int ret;

	if (!backend_is_valid(backend)) {
		pr_err("ntb_irq: backend %s lacks an operation, a direction or an id table\n",
		       backend->name ?: "(no name)");
		return -EINVAL;
	}

	scoped_guard(mutex, &backends_lock) {
		ret = backend_add(backend);
		wanted = backends_wanted;
	}
	if (ret || !wanted)
		return ret;
	ret = bus_rescan_devices(wanted);
	if (ret)
		pr_warn("ntb_irq: NTB devices were not probed again: %d\n", ret);
	return 0;
}
EXPORT_SYMBOL_GPL(ntb_irq_backend_register);

/**
 * ntb_irq_backend_unregister() - unregister a backend
 * @backend:	a registered backend
 *
 * Functions that use it hold a reference to its module, so a module exit
 * function can call this whenever it is run.
 *
 * Context: process context, may sleep.
 */
void ntb_irq_backend_unregister(struct ntb_irq_backend *backend)
{
	guard(mutex)(&backends_lock);
	list_del(&backend->node);
}
EXPORT_SYMBOL_GPL(ntb_irq_backend_unregister);

static bool backend_matches(const struct ntb_irq_backend *backend, struct pci_dev *pdev)
{
	if (backend->driver && (!pdev->driver || strcmp(pdev->driver->name, backend->driver)))
		return false;
	return pci_match_id(backend->ids, pdev);
}

/*
 * Find the backend of a function. Returns it with a reference to its module, or
 * NULL when none serves the function.
 */
const struct ntb_irq_backend *ntb_irq_backend_get(struct ntb_dev *ntb)
{
	struct ntb_irq_backend *pos;

	guard(mutex)(&backends_lock);
	list_for_each_entry(pos, &backends, node) {
		if (backend_matches(pos, ntb->pdev) && try_module_get(pos->owner))
			return pos;
	}
	backends_wanted = ntb->dev.bus;
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_backend_get);

void ntb_irq_backend_put(const struct ntb_irq_backend *backend)
{
	module_put(backend->owner);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_backend_put);
