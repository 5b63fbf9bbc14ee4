// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is measured, the same way for every path.
 *
 * The clock is the CPU's cycle counter. Where the emulator derives it from the
 * number of instructions executed, that is what a sample counts.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/irqdesc.h>
#include <linux/mutex.h>
#include <linux/ntb.h>
#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "bench.h"

/* Between two interrupts that processes wait for: long enough to wait for the second. */
#define RAISE_PAUSE_MS	2

/**
 * struct bench_series - samples of one kind
 * @name:	what was measured
 * @count:	how many there are
 * @sample:	ticks of the clock
 */
struct bench_series {
	const char	*name;
	unsigned int	count;
	u32		sample[BENCH_SAMPLES];
};

/**
 * struct bench_entry - work of the measurement of handlers
 * @work:	brings us into interrupt context
 * @desc:	interrupt to raise
 * @count:	how often
 * @series:	where the samples go
 */
struct bench_entry {
	struct irq_work		work;
	struct irq_desc		*desc;
	unsigned int		count;
	struct bench_series	*series;
};

static struct bench_series first_series;
static struct bench_series second_series;
static cycles_t handled_at;
static DECLARE_COMPLETION(handled);
static unsigned int held;
static DEFINE_MUTEX(bench_lock);

/**
 * bench_handler() - handler of every interrupt of the bench
 * @irq:	Linux interrupt number
 * @data:	not used
 *
 * Context: interrupt.
 * Return: IRQ_HANDLED.
 */
irqreturn_t bench_handler(int irq, void *data)
{
	WRITE_ONCE(handled_at, get_cycles());
	complete(&handled);
	return IRQ_HANDLED;
}

/**
 * bench_register_client() - register a client that needs all functions of the machine
 * @client:	the client
 * @found:	how many functions it has taken, counted by its probe
 *
 * Context: process context, may sleep.
 * Return: 0; -ENODEV when the functions are fewer, and then the client is not
 * registered; errno of ntb_register_client().
 */
int bench_register_client(struct ntb_client *client, const unsigned int *found)
{
	int ret = ntb_register_client(client);

	if (!ret && *found != BENCH_FUNCTIONS) {
		pr_err("ntb_irq_bench: %u NTB functions found, %u needed\n", *found,
		       BENCH_FUNCTIONS);
		ntb_unregister_client(client);
		ret = -ENODEV;
	}
	return ret;
}

/**
 * bench_spare_vector() - an entry of a function's MSI-X table that nobody uses
 * @pdev:	the function
 *
 * Context: process context.
 * Return: its Linux interrupt number, or -ENOSPC.
 */
int bench_spare_vector(struct pci_dev *pdev)
{
	int i, virq;

	for (i = 0; i < pci_msix_vec_count(pdev); i++) {
		virq = pci_irq_vector(pdev, i);
		if (virq > 0 && !irq_has_action(virq))
			return virq;
	}
	return -ENOSPC;
}

static void series_begin(struct bench_series *series, const char *name)
{
	series->name = name;
	series->count = 0;
}

static void series_add(struct bench_series *series, cycles_t began, cycles_t ended)
{
	if (series->count < BENCH_SAMPLES)
		series->sample[series->count++] = min_t(cycles_t, ended - began, U32_MAX);
}

/* What the clock itself costs, to be taken off every other sample. */
static int measure_empty(const struct bench_path *path, unsigned int count, unsigned int unused)
{
	series_begin(&first_series, "empty");
	while (count--)
		series_add(&first_series, 0, bench_ticks(barrier()));
	return 0;
}

/* "ring N": the other function rings the interrupt that was held last. */
static int measure_ring(const struct bench_path *path, unsigned int count, unsigned int unused)
{
	if (!held)
		return -ENOENT;
	series_begin(&first_series, "ring");
	while (count--) {
		series_add(&first_series, 0, path->ring(held - 1));
		cond_resched();
	}
	return 0;
}

/*
 * "request N ROUNDS": in each round N requests one after the other, then the
 * same are freed. Samples come in the order of N, round by round.
 */
static int measure_request(const struct bench_path *path, unsigned int count, unsigned int rounds)
{
	unsigned int round, i, got;
	cycles_t began, ended;
	int ret = 0;

	if (held + count > BENCH_IRQS || count * rounds > BENCH_SAMPLES)
		return -EINVAL;
	series_begin(&first_series, "request");
	series_begin(&second_series, "free");
	for (round = 0; round < rounds && !ret; round++) {
		for (got = 0; got < count; got++) {
			began = get_cycles();
			ret = path->request(held + got);
			ended = get_cycles();
			if (ret)
				break;
			series_add(&first_series, began, ended);
			cond_resched();
		}
		for (i = 0; i < got; i++) {
			began = get_cycles();
			path->free(held + i);
			ended = get_cycles();
			series_add(&second_series, began, ended);
			cond_resched();
		}
	}
	return ret;
}

/*
 * From the interrupt's descriptor to its handler: what the kernel does after it
 * has looked up the descriptor of the CPU's vector, which is the same for all.
 */
static void entry_work(struct irq_work *work)
{
	struct bench_entry *entry = container_of(work, struct bench_entry, work);
	unsigned int i;
	cycles_t began;

	for (i = 0; i < entry->count; i++) {
		began = get_cycles();
		generic_handle_irq_desc(entry->desc);
		series_add(entry->series, began, READ_ONCE(handled_at));
	}
}

static void entry_sample(struct bench_series *series, const char *name, unsigned int virq,
			 unsigned int count)
{
	struct bench_entry entry = {
		.work	= IRQ_WORK_INIT_HARD(entry_work),
		.desc	= irq_data_to_desc(irq_get_irq_data(virq)),
		.count	= count,
		.series	= series,
	};

	series_begin(series, name);
	irq_work_queue(&entry.work);
	irq_work_sync(&entry.work);
}

static int measure_entry(const struct bench_path *path, unsigned int count, unsigned int unused)
{
	int own, ret;

	if (held == BENCH_IRQS)
		return -ENOSPC;
	ret = path->request(held);
	if (ret)
		return ret;
	entry_sample(&first_series, "entry", path->virq(held), count);
	if (path->own) {
		own = path->own();
		ret = own < 0 ? own : request_irq(own, bench_handler, 0, "ntb_irq_bench", &held);
		if (!ret) {
			entry_sample(&second_series, "own", own, count);
			free_irq(own, &held);
		}
	}
	path->free(held);
	return ret;
}

/*
 * "wake N": from the interrupt's descriptor to this thread, which sleeps in the kernel until
 * the handler wakes it, on a CPU that is idle.
 */
static int measure_wake(const struct bench_path *path, unsigned int count, unsigned int unused)
{
	cycles_t ended;
	int ret;

	if (held == BENCH_IRQS)
		return -ENOSPC;
	ret = path->request(held);
	if (ret)
		return ret;
	series_begin(&first_series, "wake");
	while (count--) {
		reinit_completion(&handled);
		ret = bench_raise(path->virq(held));
		if (ret)
			break;
		wait_for_completion(&handled);
		ended = get_cycles();
		series_add(&first_series, bench_raised(), ended);
	}
	path->free(held);
	return ret;
}

/*
 * "raise IRQ N": raise a Linux interrupt that is not of the bench, on a CPU that is idle. The
 * samples are when, in the lower bits of the clock.
 */
static int measure_raise(const struct bench_path *path, unsigned int virq, unsigned int count)
{
	cycles_t when;
	int ret;

	series_begin(&first_series, "raise");
	while (count--) {
		ret = bench_raise(virq);
		if (ret)
			return ret;
		msleep(RAISE_PAUSE_MS);
		when = bench_raised();
		if (!when)
			return -ETIMEDOUT;
		series_add(&first_series, 0, lower_32_bits(when));
	}
	return 0;
}

/* "hold N": request N more and keep them. */
static int measure_hold(const struct bench_path *path, unsigned int count, unsigned int unused)
{
	int ret = 0;

	if (held + count > BENCH_IRQS)
		return -EINVAL;
	while (count-- && !ret) {
		ret = path->request(held);
		if (!ret)
			held++;
	}
	return ret;
}

/* "drop N": free the last N that are held. */
static int measure_drop(const struct bench_path *path, unsigned int count, unsigned int unused)
{
	if (count > held)
		return -EINVAL;
	while (count--)
		path->free(--held);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const struct bench_path *path, unsigned int first, unsigned int second);
} operations[] = {
	{ "empty",	measure_empty },
	{ "ring",	measure_ring },
	{ "request",	measure_request },
	{ "entry",	measure_entry },
	{ "wake",	measure_wake },
	{ "raise",	measure_raise },
	{ "hold",	measure_hold },
	{ "drop",	measure_drop },
};

/**
 * bench_run() - carry out one line written to the "run" file
 * @path:	the path to measure
 * @text:	"<operation> <number> [number]"
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL when the line makes no sense or asks for more than fits;
 * -EOPNOTSUPP when the path has no such operation; or the errno of the path.
 */
int bench_run(const struct bench_path *path, char *text)
{
	unsigned int i, count, rounds = 1;
	char name[16];

	if (sscanf(text, "%15s %u %u", name, &count, &rounds) < 2 || !count || !rounds ||
	    count > BENCH_SAMPLES || rounds > BENCH_SAMPLES)
		return -EINVAL;
	guard(mutex)(&bench_lock);
	first_series.count = 0;
	second_series.count = 0;
	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		if (!strcmp(operations[i].name, name))
			return operations[i].run(path, count, rounds);
	}
	return -EINVAL;
}

/**
 * bench_ready() - can be measured, and what is held can be rung
 * @path:	the path
 *
 * Context: process context, may sleep.
 * Return: true when so.
 */
bool bench_ready(const struct bench_path *path)
{
	guard(mutex)(&bench_lock);
	return path->ready() && (!held || path->known(held - 1));
}

/**
 * bench_show() - write the samples of the last operation
 * @m:		where to; a line for each series, its name first
 *
 * Context: process context, may sleep.
 */
void bench_show(struct seq_file *m)
{
	const struct bench_series *all[] = { &first_series, &second_series };
	unsigned int i, j;

	guard(mutex)(&bench_lock);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (!all[i]->count)
			continue;
		seq_printf(m, "%s:", all[i]->name);
		for (j = 0; j < all[i]->count; j++)
			seq_printf(m, " %u", all[i]->sample[j]);
		seq_putc(m, '\n');
	}
}

/**
 * bench_end() - free all interrupts that are held
 * @path:	the path they are of
 *
 * Context: process context, may sleep.
 */
void bench_end(const struct bench_path *path)
{
	guard(mutex)(&bench_lock);
	measure_drop(path, held, 1);
}
