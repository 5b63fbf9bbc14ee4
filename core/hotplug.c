// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs that go offline. Where a message changes with the affinity, the kernel moves
 * interrupts when the CPU is stopped already, and rings of the old message are lost.
 * So they are moved before, and peers get the new messages while the CPU still runs.
 */
#include <kunit/visibility.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/irq.h>
#include <linux/list.h>

#include "internal.h"

/*
 * How long all interrupts together have to move, and all peers to take the new messages;
 * and how often is looked whether they have moved.
 */
#define MOVE_TIMEOUT	HZ
#define MOVE_DELAY_MS	5

static LIST_HEAD(hotplug_devs);
/* Protects the list, and keeps functions attached. */
static DEFINE_MUTEX(hotplug_lock);
static int hotplug_state;

/*
 * Move an interrupt that is on @cpu. Returns false when it is not; true may mean that
 * the kernel moves it with its next ring, since a move before is not complete.
 */
static bool hotplug_move_irq(unsigned int virq, unsigned int cpu, struct cpumask *mask)
{
	struct irq_data *data = irq_get_irq_data(virq);

	if (!data || !cpumask_test_cpu(cpu, irq_data_get_effective_affinity_mask(data)))
		return false;
	cpumask_and(mask, irq_data_get_affinity_mask(data), cpu_online_mask);
	cpumask_clear_cpu(cpu, mask);
	if (cpumask_empty(mask)) {
		cpumask_copy(mask, cpu_online_mask);
		cpumask_clear_cpu(cpu, mask);
	}
	/* What fails is tried again, and then left to the kernel. */
	irq_set_affinity(virq, mask);
	return true;
}

static bool hotplug_session(struct ntb_irq_peer *peer)
{
	return ntb_irq_import_count(peer) != -ENOTCONN;
}

/* Whether rings may come, with which the kernel can complete a move. */
static bool hotplug_any_session(struct ntb_irq_dev *nd)
{
	unsigned int i;

	for (i = 0; i < nd->npeers; i++) {
		if (hotplug_session(&nd->peers[i]))
			return true;
	}
	return false;
}

/* Move the interrupts of a function. Returns how many were, or are, on @cpu. */
static unsigned int hotplug_move(struct ntb_irq_dev *nd, unsigned int cpu, struct cpumask *mask)
{
	struct ntb_irq_domain *dom = nd->domain;
	unsigned int index, found = 0;

	guard(mutex)(&dom->lock);
	for_each_set_bit(index, dom->allocated, dom->max)
		found += hotplug_move_irq(dom->entries[index].virq, cpu, mask);
	return found;
}

/*
 * Move the interrupts of all functions. Returns false when those that are left are
 * not to be waited for: nothing rings them, as when all CPUs go for a suspend.
 */
static bool hotplug_moving(unsigned int cpu, struct cpumask *mask)
{
	struct ntb_irq_dev *nd;
	bool moving = false;

	list_for_each_entry(nd, &hotplug_devs, hotplug_node)
		moving |= hotplug_move(nd, cpu, mask) && hotplug_any_session(nd);
	return moving;
}

/* Called on @cpu, which still runs. */
int ntb_irq_hotplug_offline(unsigned int cpu)
{
	unsigned long deadline = jiffies + MOVE_TIMEOUT;
	struct ntb_irq_dev *nd;
	cpumask_var_t mask;
	unsigned int i;

	if (!alloc_cpumask_var(&mask, GFP_KERNEL))
		return 0;
	mutex_lock(&hotplug_lock);
	while (hotplug_moving(cpu, mask) && time_before(jiffies, deadline))
		msleep(MOVE_DELAY_MS);
	deadline = jiffies + MOVE_TIMEOUT;
	list_for_each_entry(nd, &hotplug_devs, hotplug_node) {
		for (i = 0; i < nd->npeers; i++) {
			if (hotplug_session(&nd->peers[i]))
				ntb_irq_flush(&nd->ni, i, ntb_irq_time_left(deadline));
		}
	}
	mutex_unlock(&hotplug_lock);
	free_cpumask_var(mask);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_hotplug_offline);

/* A parent that isolates functions remaps messages, so that they never change. */
void ntb_irq_hotplug_add(struct ntb_irq_dev *nd)
{
	guard(mutex)(&hotplug_lock);
	INIT_LIST_HEAD(&nd->hotplug_node);
	if (!nd->parent.isolated)
		list_add(&nd->hotplug_node, &hotplug_devs);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_hotplug_add);

void ntb_irq_hotplug_del(struct ntb_irq_dev *nd)
{
	guard(mutex)(&hotplug_lock);
	list_del(&nd->hotplug_node);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_hotplug_del);

/* Returns 0 or the errno of cpuhp_setup_state_nocalls(). */
int ntb_irq_hotplug_init(void)
{
	hotplug_state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "ntb_irq:online", NULL,
						  ntb_irq_hotplug_offline);
	return min(hotplug_state, 0);
}

void ntb_irq_hotplug_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
}
