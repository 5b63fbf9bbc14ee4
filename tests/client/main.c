// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test client: a rally on every interrupt.
 *
 * Each host has n interrupts for each of its peers. One side of a pair serves: it
 * rings the other's interrupts. Each handler rings its partner in return, until
 * the agreed number of balls was played. A handler that ran is the acknowledgment
 * that lets the next ring of that interrupt go out, so no two rings can merge and
 * counts are exact: a lost ring stops its rally, a stray one shows as a ball too
 * many.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "client.h"
#include "trace.h"

static uint n = 64;
module_param(n, uint, 0444);
MODULE_PARM_DESC(n, "Interrupts to request at start, for each peer");

static uint max_irqs;
module_param(max_irqs, uint, 0444);
MODULE_PARM_DESC(max_irqs, "Most interrupts at one time, 0 for what n takes or the default");

static ulong claim_windows;
module_param(claim_windows, ulong, 0444);
MODULE_PARM_DESC(claim_windows, "Memory windows to claim, so that the library cannot take them");

static uint skip;
module_param(skip, uint, 0444);
MODULE_PARM_DESC(skip, "Interrupts to allocate and leave without a handler before the first");

static uint buffers;
module_param(buffers, uint, 0444);
MODULE_PARM_DESC(buffers, "Buffers of 1 MiB to allocate before attaching");

static uint slow_ms;
module_param(slow_ms, uint, 0444);
MODULE_PARM_DESC(slow_ms, "Milliseconds that the probe takes longer after attaching");

static bool flush_in_event;
module_param(flush_in_event, bool, 0444);
MODULE_PARM_DESC(flush_in_event, "Wait in the callback for peers until the peer knows all of ours");

/* In jiffies. A callback that kept the peer from answering would take all of it. */
#define EVENT_TIMEOUT	(5 * HZ)

static struct dentry *test_root;

/* Called with interrupts off: the ball comes in and goes out again. */
static irqreturn_t test_handler(int irq, void *data)
{
	struct test_irq *ti = data;

	test_data_look(ti->td);
	atomic_inc(&ti->received);
	if (atomic_dec_return(&ti->left) >= (ti->serving ? 1 : 0))
		test_irq_ring(ti);
	return IRQ_HANDLED;
}

/**
 * test_irq_ring() - ring the partner of an interrupt
 * @ti:		the interrupt
 *
 * Context: any.
 * Return: 0 or the errno of ntb_irq_ring().
 */
int test_irq_ring(struct test_irq *ti)
{
	int ret;

	trace_ntb_irq_test_ring(ti->pidx, ti->partner);
	ret = ntb_irq_ring(ti->td->ni, ti->pidx, ti->partner);
	atomic_inc(ret ? &ti->refused : &ti->sent);
	return ret;
}

/**
 * test_irq_serve() - ring the partner of an interrupt for the first time
 * @ti:		the interrupt
 *
 * Context: process context.
 * Return: 0 or the errno of ntb_irq_ring().
 */
int test_irq_serve(struct test_irq *ti)
{
	WRITE_ONCE(ti->serving, true);
	return test_irq_ring(ti);
}

/* Our index among the peers of peer @pidx: peers are counted by port number. */
static unsigned int test_index_at(struct ntb_dev *ntb, unsigned int npeers, unsigned int pidx)
{
	unsigned int i, index = 0;

	for (i = 0; i < npeers; i++)
		index += i != pidx && ntb_peer_port_number(ntb, i) < ntb_port_number(ntb);
	return index;
}

/*
 * The n interrupts for a peer follow those for the peer before it, on every
 * host. Interrupts past all of those play with the first peer.
 */
static void test_pair_up(struct test_dev *td)
{
	unsigned int i;

	for (i = 0; i < td->max; i++) {
		struct test_irq *ti = &td->irqs[i];
		unsigned int at = i - skip;

		ti->td = td;
		ti->index = i;
		ti->partner = i;
		if (i < skip || at >= n * td->npeers)
			continue;
		ti->pidx = at / n;
		ti->partner = skip + test_index_at(td->ntb, td->npeers, ti->pidx) * n + at % n;
	}
}

/**
 * test_irq_install() - request an interrupt
 * @ti:		the interrupt, allocated; it is freed on failure
 *
 * Context: process context, may sleep, under the lock of the device.
 * Return: 0 or the errno of request_irq().
 */
int test_irq_install(struct test_irq *ti)
{
	int ret = request_irq(ti->virq, test_handler, 0, "ntb_irq_test", ti);

	if (ret) {
		ti->virq = 0;
		ntb_irq_free(ti->td->ni, ti->index);
	}
	return ret;
}

/**
 * test_irq_request() - one interrupt more
 * @td:		the device
 *
 * Context: process context, may sleep, under the lock of @td.
 * Return: the index or a negative errno.
 */
int test_irq_request(struct test_dev *td)
{
	struct msi_map map = ntb_irq_alloc(td->ni, NULL);
	struct test_irq *ti;
	int ret;

	if (map.index < 0)
		return map.index;
	ti = &td->irqs[map.index];
	ti->virq = map.virq;
	atomic_set(&ti->received, 0);
	atomic_set(&ti->sent, 0);
	atomic_set(&ti->refused, 0);
	atomic_set(&ti->left, 0);
	ti->expected = 0;
	ti->serving = false;

	ret = test_irq_install(ti);
	return ret ?: map.index;
}

/**
 * test_irq_release() - one interrupt less
 * @td:		the device
 * @index:	which
 *
 * Context: process context, may sleep, under the lock of @td.
 * Return: 0, or -ENOENT when there is none.
 */
int test_irq_release(struct test_dev *td, unsigned int index)
{
	if (index >= td->max || !td->irqs[index].virq)
		return -ENOENT;
	ntb_irq_withdraw(td->ni, index, 1);
	free_irq(td->irqs[index].virq, &td->irqs[index]);
	td->irqs[index].virq = 0;
	ntb_irq_free(td->ni, index);
	return 0;
}

static void test_release_all(struct test_dev *td)
{
	unsigned int i;

	/* In one go, which is faster than one by one. */
	ntb_irq_withdraw(td->ni, 0, td->max);
	for (i = 0; i < td->max; i++)
		test_irq_release(td, i);
	/* Those that never had a handler. */
	for (i = 0; i < skip; i++)
		ntb_irq_free(td->ni, i);
}

static int test_request_all(struct test_dev *td)
{
	struct msi_map map;
	unsigned int i;
	int ret;

	guard(mutex)(&td->lock);
	for (i = 0; i < skip; i++) {
		map = ntb_irq_alloc(td->ni, NULL);
		if (map.index < 0) {
			dev_err(&td->ntb->dev, "interrupt %u of %u to skip: %d\n", i, skip,
				map.index);
			while (i--)
				ntb_irq_free(td->ni, i);
			return map.index;
		}
	}
	for (i = 0; i < n * td->npeers; i++) {
		ret = test_irq_request(td);
		if (ret < 0) {
			dev_err(&td->ntb->dev, "interrupt %u of %u: %d\n", i, n * td->npeers, ret);
			test_release_all(td);
			return ret;
		}
	}
	return 0;
}

/* No callback may come before the client has the handle. */
static void test_called(void *ctx)
{
	struct test_dev *td = ctx;

	WARN_ONCE(!READ_ONCE(td->ni), "called before ntb_irq_attach() has returned\n");
}

static void test_db_event(void *ctx, int vec)
{
	test_called(ctx);
}

static void test_peer_event(void *ctx, int pidx)
{
	struct test_dev *td = ctx;

	test_called(ctx);
	if (flush_in_event && ntb_irq_flush(td->ni, pidx, EVENT_TIMEOUT))
		atomic_inc(&td->event_errors);
	atomic_inc(&td->events);
}

static const struct ntb_ctx_ops test_ctx_ops = {
	.link_event	= test_called,
	.db_event	= test_db_event,
	.msg_event	= test_called,
};

/* Attach, and take some time to store the handle, as a loaded machine may. */
static int test_attach(struct test_dev *td, const struct ntb_irq_config *cfg)
{
	struct ntb_irq *ni;
	int ret = test_buffers_add(td, buffers);

	if (ret) {
		test_buffers_free(td);
		return ret;
	}
	ni = ntb_irq_attach(td->ntb, cfg);
	if (IS_ERR(ni)) {
		test_buffers_free(td);
		return PTR_ERR(ni);
	}
	if (slow_ms) {
		ntb_link_enable(td->ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
		msleep(slow_ms);
	}
	WRITE_ONCE(td->ni, ni);
	return 0;
}

static int test_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct ntb_irq_config cfg = {
		.claimed.windows	= claim_windows,
		.ctx_ops		= &test_ctx_ops,
		.peer_event		= test_peer_event,
		.mailbox		= test_mailbox(),
	};
	int npeers = ntb_peer_port_count(ntb);
	int ret;

	if (npeers < 1)
		return -ENODEV;
	struct test_dev *td __free(kfree) = kzalloc(sizeof(*td), GFP_KERNEL);
	if (!td)
		return -ENOMEM;
	cfg.max_irqs = max_irqs ?: max(n * npeers + skip, (uint)NTB_IRQ_DEFAULT);
	td->npeers = npeers;
	td->max = roundup_pow_of_two(cfg.max_irqs);
	struct test_irq *irqs __free(kvfree) = kvcalloc(td->max, sizeof(*irqs), GFP_KERNEL);
	if (!irqs)
		return -ENOMEM;
	td->irqs = irqs;
	td->ntb = ntb;
	td->claimed = claim_windows;
	mutex_init(&td->lock);
	test_pair_up(td);

	cfg.ctx = td;
	ret = test_attach(td, &cfg);
	if (ret)
		return ret;

	ret = test_request_all(td);
	if (ret) {
		ntb_irq_detach(td->ni);
		test_buffers_free(td);
		return ret;
	}

	test_files_add(td, test_root);
	ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	dev_set_drvdata(&ntb->dev, no_free_ptr(td));
	retain_and_null_ptr(irqs);
	return 0;
}

static void test_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct test_dev *td = dev_get_drvdata(&ntb->dev);

	debugfs_remove(td->debugfs);
	scoped_guard(mutex, &td->lock) {
		test_hammer_stop(td);
		test_release_all(td);
		test_data_end(td);
	}
	ntb_irq_detach(td->ni);
	ntb_link_disable(ntb);
	test_buffers_free(td);
	kvfree(td->irqs);
	kfree(td);
}

static struct ntb_client test_client = {
	.ops = {
		.probe	= test_probe,
		.remove	= test_remove,
	},
};

static int __init test_init(void)
{
	int ret;

	if (n > NTB_IRQ_MAX || skip > NTB_IRQ_MAX - n) {
		pr_err("ntb_irq_test: n=%u and skip=%u are more than %u together\n", n, skip,
		       NTB_IRQ_MAX);
		return -EINVAL;
	}
	ret = test_reserve_init();
	if (ret)
		return ret;
	test_root = debugfs_create_dir("ntb_irq_test", NULL);
	ret = ntb_register_client(&test_client);
	if (ret) {
		debugfs_remove(test_root);
		test_reserve_exit();
	}
	return ret;
}
module_init(test_init);

static void __exit test_exit(void)
{
	ntb_unregister_client(&test_client);
	debugfs_remove(test_root);
	test_reserve_exit();
}
module_exit(test_exit);

MODULE_DESCRIPTION("Test client for NTB interrupts");
MODULE_LICENSE("GPL");
