// SPDX-License-Identifier: GPL-2.0-only
/*
 * An interrupt that comes while its CPU has nothing to do. A timer ends the idleness, and
 * the interrupt is raised from another one behind it, so that no part of the timer is
 * measured.
 */
#include <linux/hrtimer.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/irqdesc.h>

#include "bench.h"

/* Long enough for what is running to go to sleep. */
#define RAISE_DELAY_NS	(200 * NSEC_PER_USEC)

static struct irq_desc *raise_desc;
static cycles_t raised_at;

static void raise_work(struct irq_work *work)
{
	raised_at = get_cycles();
	generic_handle_irq_desc(raise_desc);
}

static struct irq_work raise_behind = IRQ_WORK_INIT_HARD(raise_work);

static enum hrtimer_restart raise_timer(struct hrtimer *timer)
{
	irq_work_queue(&raise_behind);
	return HRTIMER_NORESTART;
}

static struct hrtimer raise_when;

/**
 * bench_raise_init() - make bench_raise() usable
 *
 * Context: any.
 */
void bench_raise_init(void)
{
#ifdef BENCH_HAS_HRTIMER_SETUP
	hrtimer_setup(&raise_when, raise_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
#else
	hrtimer_init(&raise_when, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	raise_when.function = raise_timer;
#endif
}

/**
 * bench_raise() - raise an interrupt a little later
 * @virq:	Linux interrupt number; it stays until bench_raised() has returned
 *
 * Context: process context, which has to sleep for the CPU to be idle.
 * Return: 0, or -EINVAL when there is no such interrupt.
 */
int bench_raise(unsigned int virq)
{
	struct irq_data *data = irq_get_irq_data(virq);

	if (!data)
		return -EINVAL;
	raise_desc = irq_data_to_desc(data);
	raised_at = 0;
	hrtimer_start(&raise_when, ns_to_ktime(RAISE_DELAY_NS), HRTIMER_MODE_REL_HARD);
	return 0;
}

/**
 * bench_raised() - when the interrupt of bench_raise() was raised
 *
 * It is not raised any more when this returns.
 *
 * Context: process context, may sleep.
 * Return: the clock before it was raised, or 0 when it was not.
 */
cycles_t bench_raised(void)
{
	hrtimer_cancel(&raise_when);
	irq_work_sync(&raise_behind);
	return raised_at;
}
