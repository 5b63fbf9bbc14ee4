// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of the older interface that requests an interrupt while its devm_free_irq() of
 * another has not returned: the message is cleared already, and free_irq() has yet to use
 * the interrupt for the last time. There it is held, on its CPU, until another CPU has
 * requested. It also has a driver fail that is to close a window, and frees an interrupt
 * while the library reads its message, to write that to a descriptor which is none any more.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/ntb.h>
#include <linux/sched.h>
#include <linux/string.h>

/* How long either waits for the other. */
#define OLDER_WAIT_MS	10000

/**
 * struct older - the client on one NTB device
 * @ntb:	the device
 * @first:	message of the interrupt that is freed
 * @second:	message of the one that is requested meanwhile
 */
struct older {
	struct ntb_dev		*ntb;
	struct ntb_msi_desc	first;
	struct ntb_msi_desc	second;
};

/* One device, and one run at a time. */
static struct older older;
static struct dentry *older_debugfs;
static DEFINE_MUTEX(older_lock);
static struct irq_data *older_freed;
static DECLARE_COMPLETION(older_held);
static DECLARE_COMPLETION(older_done);
static bool older_requested;
static bool older_kept;
/* Operations of the driver, and a copy of them that the device has while it is bound here. */
static const struct ntb_dev_ops *older_driver_ops;
static struct ntb_dev_ops older_ops;
/* Whether windows cannot be closed. */
static bool older_stuck;
/* The interrupt that is freed while its message is read. */
static int older_irq;
static bool older_reading;
static bool older_gone;

/* Called with interrupts off. */
static int older_hold(struct kprobe *probe, struct pt_regs *regs)
{
	struct irq_data *data = (struct irq_data *)regs_get_kernel_argument(regs, 0);
	unsigned int ms;

	if (data != READ_ONCE(older_freed))
		return 0;
	complete(&older_held);
	for (ms = 0; ms < OLDER_WAIT_MS && !READ_ONCE(older_requested); ms++)
		mdelay(1);
	older_kept = irq_get_irq_data(data->irq) == data;
	return 0;
}

/* What free_irq() calls last. */
static struct kprobe older_probe = {
	.symbol_name	= "irq_chip_pm_put",
	.pre_handler	= older_hold,
};

static irqreturn_t older_handler(int irq, void *data)
{
	return IRQ_HANDLED;
}

static int older_request(void *data)
{
	int irq;

	if (!wait_for_completion_timeout(&older_held, msecs_to_jiffies(OLDER_WAIT_MS)))
		return -ETIMEDOUT;
	irq = ntbm_msi_request_irq(older.ntb, older_handler, "older", &older.second,
				   &older.second);
	WRITE_ONCE(older_requested, true);
	return irq;
}

/* Have @function run on another CPU than this one, from which the caller does not go away. */
static struct task_struct *older_thread(int (*function)(void *data), void *data)
{
	unsigned int cpu = cpumask_any_but(cpu_online_mask, smp_processor_id());
	struct task_struct *thread;

	if (cpu >= nr_cpu_ids)
		return ERR_PTR(-ENODEV);
	thread = kthread_create(function, data, "ntb_irq_older");
	if (IS_ERR(thread))
		return thread;
	kthread_bind(thread, cpu);
	get_task_struct(thread);
	wake_up_process(thread);
	return thread;
}

/* Free @irq here, and request another elsewhere meanwhile: returns the latter. */
static int older_race(int irq)
{
	struct task_struct *thread = older_thread(older_request, NULL);
	int ret;

	if (IS_ERR(thread))
		return PTR_ERR(thread);
	devm_free_irq(&older.ntb->dev, irq, &older.first);
	ret = kthread_stop(thread);
	put_task_struct(thread);
	return ret;
}

static int older_run(void)
{
	int irq, other;

	irq = ntbm_msi_request_irq(older.ntb, older_handler, "older", &older.first, &older.first);
	if (irq < 0)
		return irq;
	reinit_completion(&older_held);
	older_requested = false;
	older_kept = false;
	WRITE_ONCE(older_freed, irq_get_irq_data(irq));

	migrate_disable();
	other = older_race(irq);
	migrate_enable();
	WRITE_ONCE(older_freed, NULL);
	if (other < 0)
		return other;
	devm_free_irq(&older.ntb->dev, other, &older.second);
	return older_kept ? 0 : -EFAULT;
}

/*
 * "1": 0 when the interrupt outlives its free_irq(), -EFAULT when it does not, -ETIMEDOUT
 * when nothing was held, and -ENODEV when there is one CPU only.
 */
static int older_race_set(void *data, u64 value)
{
	int ret;

	guard(mutex)(&older_lock);
	if (!older.ntb)
		return -ENODEV;
	ret = register_kprobe(&older_probe);
	if (ret)
		return ret;
	ret = older_run();
	unregister_kprobe(&older_probe);
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(older_race_fops, NULL, older_race_set, "%llu\n");

/* Only the library's work reads messages in a worker: a request reads its own in its caller. */
static int older_read_begins(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return !(current->flags & PF_WQ_WORKER) || !READ_ONCE(older_reading);
}

/* The message that was read is another one than before, as if the interrupt had moved. */
static int older_read_ends(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	unsigned int ms;

	/* That of an interrupt which was freed before. */
	if (!regs_return_value(regs))
		return 0;
	WRITE_ONCE(older_reading, false);
	complete(&older_held);
	for (ms = 0; ms < OLDER_WAIT_MS && !READ_ONCE(older_gone); ms++)
		mdelay(1);
	regs_set_return_value(regs, regs_return_value(regs) + sizeof(u32));
	return 0;
}

static struct kretprobe older_read_probe = {
	.kp.symbol_name	= "ntb_irq_domain_message",
	.entry_handler	= older_read_begins,
	.handler	= older_read_ends,
};

/* When devm_free_irq() has returned, the descriptor is the client's. */
static int older_free(void *data)
{
	bool held = wait_for_completion_timeout(&older_held, msecs_to_jiffies(OLDER_WAIT_MS));

	if (older_irq > 0)
		devm_free_irq(&older.ntb->dev, older_irq, &older.first);
	memset(&older.first, 0xff, sizeof(older.first));
	WRITE_ONCE(older_gone, true);
	complete(&older_done);
	return held ? min(older_irq, 0) : -ETIMEDOUT;
}

/*
 * Request here, where the work is queued then, and have the interrupt freed elsewhere. The
 * work must not run, and be held, before the other has the interrupt's number.
 */
static int older_free_while_read(void)
{
	struct task_struct *thread = older_thread(older_free, NULL);
	int ret;

	if (IS_ERR(thread))
		return PTR_ERR(thread);
	sched_set_fifo(current);
	older_irq = ntbm_msi_request_irq(older.ntb, older_handler, "older", &older.first,
					 &older.first);
	if (older_irq < 0)
		complete(&older_held);
	wait_for_completion(&older_done);
	sched_set_normal(current, 0);
	ret = kthread_stop(thread);
	put_task_struct(thread);
	return ret;
}

static int older_late(void)
{
	int irq, ret;

	reinit_completion(&older_held);
	reinit_completion(&older_done);
	older_gone = false;
	WRITE_ONCE(older_reading, true);
	migrate_disable();
	ret = older_free_while_read();
	migrate_enable();
	WRITE_ONCE(older_reading, false);
	if (ret)
		return ret;
	/* The request waits for the work. */
	irq = ntbm_msi_request_irq(older.ntb, older_handler, "older", &older.second,
				   &older.second);
	if (irq < 0)
		return irq;
	devm_free_irq(&older.ntb->dev, irq, &older.second);
	return memchr_inv(&older.first, 0xff, sizeof(older.first)) ? -EFAULT : 0;
}

/*
 * "1": 0 when the descriptor of an interrupt that was freed is left alone, -EFAULT when it
 * is written to, -ETIMEDOUT when no message was read, and -ENODEV when there is one CPU only.
 */
static int older_late_set(void *data, u64 value)
{
	int ret;

	guard(mutex)(&older_lock);
	if (!older.ntb)
		return -ENODEV;
	ret = register_kretprobe(&older_read_probe);
	if (ret)
		return ret;
	ret = older_late();
	unregister_kretprobe(&older_read_probe);
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(older_late_fops, NULL, older_late_set, "%llu\n");

/* "1": open the windows, which takes a link. */
static int older_open_set(void *data, u64 value)
{
	guard(mutex)(&older_lock);
	return older.ntb ? ntb_msi_setup_mws(older.ntb) : -ENODEV;
}
DEFINE_DEBUGFS_ATTRIBUTE(older_open_fops, NULL, older_open_set, "%llu\n");

/* "1": have an interrupt until the client is unbound. */
static int older_take_set(void *data, u64 value)
{
	int irq;

	guard(mutex)(&older_lock);
	if (!older.ntb)
		return -ENODEV;
	irq = ntbm_msi_request_irq(older.ntb, older_handler, "older", &older.first, &older.first);
	return min(irq, 0);
}
DEFINE_DEBUGFS_ATTRIBUTE(older_take_fops, NULL, older_take_set, "%llu\n");

static int older_mw_clear_trans(struct ntb_dev *ntb, int pidx, int widx)
{
	if (READ_ONCE(older_stuck))
		return -EIO;
	if (!older_driver_ops->mw_clear_trans)
		return older_driver_ops->mw_set_trans(ntb, pidx, widx, 0, 0);
	return older_driver_ops->mw_clear_trans(ntb, pidx, widx);
}

static void older_restore_ops(void *data)
{
	struct ntb_dev *ntb = data;

	ntb->ops = older_driver_ops;
}

/* What is set up afterwards is undone before the device has its own operations again. */
static int older_replace_ops(struct ntb_dev *ntb)
{
	older_driver_ops = ntb->ops;
	older_ops = *ntb->ops;
	older_ops.mw_clear_trans = older_mw_clear_trans;
	ntb->ops = &older_ops;
	return devm_add_action_or_reset(&ntb->dev, older_restore_ops, ntb);
}

/* No message changes while its interrupt is where it was requested. */
static void older_changed(void *ctx)
{
}

static const struct ntb_ctx_ops older_ctx_ops = { };

static int older_client_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	int ret;

	guard(mutex)(&older_lock);
	if (older.ntb)
		return -EBUSY;
	ret = older_replace_ops(ntb);
	if (ret)
		return ret;
	ret = ntb_msi_init(ntb, older_changed);
	if (ret)
		return ret;
	ret = ntb_set_ctx(ntb, &older, &older_ctx_ops);
	if (ret)
		return ret;
	older.ntb = ntb;
	ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	return 0;
}

static void older_client_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	guard(mutex)(&older_lock);
	ntb_clear_ctx(ntb);
	ntb_msi_clear_mws(ntb);
	ntb_link_disable(ntb);
	older.ntb = NULL;
}

static struct ntb_client older_client = {
	.ops = {
		.probe	= older_client_probe,
		.remove	= older_client_remove,
	},
};

static int __init older_init(void)
{
	int ret = ntb_register_client(&older_client);

	if (ret)
		return ret;
	older_debugfs = debugfs_create_dir("ntb_irq_older", NULL);
	debugfs_create_file_unsafe("open", 0200, older_debugfs, NULL, &older_open_fops);
	debugfs_create_file_unsafe("race", 0200, older_debugfs, NULL, &older_race_fops);
	debugfs_create_file_unsafe("take", 0200, older_debugfs, NULL, &older_take_fops);
	debugfs_create_bool("stuck", 0600, older_debugfs, &older_stuck);
	debugfs_create_file_unsafe("late", 0200, older_debugfs, NULL, &older_late_fops);
	return 0;
}
module_init(older_init);

static void __exit older_exit(void)
{
	debugfs_remove(older_debugfs);
	ntb_unregister_client(&older_client);
}
module_exit(older_exit);

MODULE_DESCRIPTION("Test: races and open windows, by NTB's older interface");
MODULE_LICENSE("GPL");
