// SPDX-License-Identifier: GPL-2.0-only
/* The interrupts of an open file, each of which signals an eventfd. */
#include <linux/cpumask.h>
#include <linux/eventfd.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "user.h"

static uint max_per_file = 256;
module_param(max_per_file, uint, 0644);
MODULE_PARM_DESC(max_per_file, "Most interrupts that one open file can have");

/**
 * struct user_irq - one interrupt
 * @ctx:	signalled by its handler
 * @index:	its index
 * @virq:	Linux interrupt number
 */
struct user_irq {
	struct eventfd_ctx	*ctx;
	unsigned int		index;
	unsigned int		virq;
};

static irqreturn_t user_irq_handler(int irq, void *data)
{
	struct user_irq *ui = data;

	eventfd_signal(ui->ctx);
	return IRQ_HANDLED;
}

/**
 * user_irq_limit() - most interrupts that one open file can have
 *
 * Context: any.
 * Return: the number now.
 */
unsigned int user_irq_limit(void)
{
	return READ_ONCE(max_per_file);
}

/* Returns the affinity that the caller asks for, NULL for none, or an error pointer. */
static struct irq_affinity_desc *irq_affinity(const struct ntb_irq_ioc_alloc *arg)
{
	struct irq_affinity_desc *affdesc;
	unsigned int cpu = arg->cpu;

	if (!(arg->flags & NTB_IRQ_ALLOC_CPU))
		return NULL;
	if (cpu >= nr_cpu_ids)
		return ERR_PTR(-EINVAL);
	cpu = array_index_nospec(cpu, nr_cpu_ids);
	if (!cpu_online(cpu))
		return ERR_PTR(-EINVAL);
	/* Load is not put where the caller could not put it itself. */
	if (!cpumask_test_cpu(cpu, current->cpus_ptr))
		return ERR_PTR(-EPERM);
	affdesc = kzalloc(sizeof(*affdesc), GFP_KERNEL);
	if (!affdesc)
		return ERR_PTR(-ENOMEM);
	cpumask_set_cpu(cpu, &affdesc->mask);
	return affdesc;
}

static struct msi_map irq_map(struct ntb_irq *ni, const struct ntb_irq_ioc_alloc *arg)
{
	struct irq_affinity_desc *affdesc = irq_affinity(arg);
	struct msi_map map = { .index = PTR_ERR_OR_ZERO(affdesc) };

	if (map.index)
		return map;
	if (arg->flags & NTB_IRQ_ALLOC_INDEX)
		map = ntb_irq_alloc_at(ni, arg->index, affdesc);
	else
		map = ntb_irq_alloc(ni, affdesc);
	kfree(affdesc);
	return map;
}

/* Undo irq_install() once the interrupt is withdrawn. */
static void irq_uninstall(struct user_file *uf, struct ntb_irq *ni, struct user_irq *ui)
{
	free_irq(ui->virq, ui);
	ntb_irq_free(ni, ui->index);
	eventfd_ctx_put(ui->ctx);
	kfree(ui);
	atomic_dec(&uf->held);
}

static int irq_install(struct user_file *uf, struct ntb_irq *ni, struct user_irq *ui)
{
	int ret;

	ret = request_irq(ui->virq, user_irq_handler, 0, dev_name(&uf->ud->dev), ui);
	if (ret)
		return ret;
	/* From here on another thread can free it. */
	ret = xa_insert(&uf->irqs, ui->index, ui, GFP_KERNEL_ACCOUNT);
	if (!ret)
		return 0;
	ntb_irq_withdraw(ni, ui->index, 1);
	free_irq(ui->virq, ui);
	return ret;
}

static int irq_add(struct user_file *uf, struct ntb_irq *ni, struct ntb_irq_ioc_alloc *arg)
{
	struct eventfd_ctx *ctx = eventfd_ctx_fdget(arg->eventfd);
	struct user_irq *ui;
	struct msi_map map;
	int ret;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	ui = kzalloc(sizeof(*ui), GFP_KERNEL_ACCOUNT);
	if (!ui) {
		ret = -ENOMEM;
		goto err_put;
	}
	map = irq_map(ni, arg);
	if (map.index < 0) {
		ret = map.index;
		goto err_free;
	}
	ui->ctx = ctx;
	ui->index = map.index;
	ui->virq = map.virq;
	ret = irq_install(uf, ni, ui);
	if (ret)
		goto err_unmap;
	arg->index = map.index;
	arg->irq = map.virq;
	return 0;

err_unmap:
	ntb_irq_free(ni, map.index);
err_free:
	kfree(ui);
err_put:
	eventfd_ctx_put(ctx);
	return ret;
}

/**
 * user_irq_alloc() - allocate an interrupt for an open file
 * @uf:		the open file
 * @ni:		the function
 * @arg:	what is asked for; on success what the interrupt is
 *
 * Context: process context, may sleep.
 * Return: 0 or an errno of NTB_IRQ_IOC_ALLOC().
 */
int user_irq_alloc(struct user_file *uf, struct ntb_irq *ni, struct ntb_irq_ioc_alloc *arg)
{
	int ret = -EDQUOT;

	/* The limit may have become lower than what the file has. */
	if (atomic_inc_return(&uf->held) <= user_irq_limit())
		ret = irq_add(uf, ni, arg);
	if (ret)
		atomic_dec(&uf->held);
	return ret;
}

/**
 * user_irq_free() - free an interrupt of an open file
 * @uf:		the open file
 * @ni:		the function
 * @index:	its index
 *
 * Context: process context, may sleep.
 * Return: 0, or -ENOENT when the file has no such interrupt.
 */
int user_irq_free(struct user_file *uf, struct ntb_irq *ni, unsigned int index)
{
	/* Of several threads one gets it. */
	struct user_irq *ui = xa_erase(&uf->irqs, index);

	if (!ui)
		return -ENOENT;
	ntb_irq_withdraw(ni, index, 1);
	irq_uninstall(uf, ni, ui);
	return 0;
}

/**
 * user_irq_free_all() - free all interrupts of an open file that no call uses any more
 * @uf:		the open file
 * @ni:		the function
 *
 * Context: process context, may sleep.
 */
void user_irq_free_all(struct user_file *uf, struct ntb_irq *ni)
{
	unsigned int first = 0, count = 0;
	struct user_irq *ui;
	unsigned long index;

	/* Neighbours together, which is faster than one by one. */
	xa_for_each(&uf->irqs, index, ui) {
		if (index != first + count) {
			ntb_irq_withdraw(ni, first, count);
			first = index;
			count = 0;
		}
		count++;
	}
	ntb_irq_withdraw(ni, first, count);
	xa_for_each(&uf->irqs, index, ui)
		irq_uninstall(uf, ni, ui);
	xa_destroy(&uf->irqs);
}
