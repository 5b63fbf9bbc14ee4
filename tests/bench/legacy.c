// SPDX-License-Identifier: GPL-2.0-only
/* The path of mainline's NTB MSI library, on the same two functions. */
#include <linux/irq.h>
#include <linux/msi.h>
#include <linux/ntb.h>
#include <linux/pci.h>

#include "bench.h"

/**
 * struct legacy_function - one NTB function
 * @ntb:	the device
 * @work:	opens the windows when the link comes up
 * @open:	they are open
 */
struct legacy_function {
	struct ntb_dev		*ntb;
	struct work_struct	work;
	bool			open;
};

static struct legacy_function functions[BENCH_FUNCTIONS];
static unsigned int found;
static int irqs[BENCH_IRQS];
static struct ntb_msi_desc descs[BENCH_IRQS];

static void legacy_work(struct work_struct *work)
{
	struct legacy_function *fn = container_of(work, struct legacy_function, work);

	/*
	 * Only the first: interrupts of the second are not where hardware can
	 * open a window of the size that the library insists on.
	 */
	if (fn == functions && !fn->open && ntb_link_is_up(fn->ntb, NULL, NULL))
		WRITE_ONCE(fn->open, !ntb_msi_setup_mws(fn->ntb));
}

static void legacy_link_event(void *ctx)
{
	struct legacy_function *fn = ctx;

	schedule_work(&fn->work);
}

static const struct ntb_ctx_ops legacy_ops = {
	.link_event	= legacy_link_event,
};

/* The peer is told of changes by whoever uses the library; here nothing moves. */
static void legacy_changed(void *ctx)
{
}

static int legacy_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct legacy_function *fn = &functions[found];
	int ret;

	if (found == BENCH_FUNCTIONS)
		return -ENODEV;
	fn->ntb = ntb;
	INIT_WORK(&fn->work, legacy_work);
	ret = ntb_msi_init(ntb, legacy_changed);
	if (ret)
		return ret;
	ret = ntb_set_ctx(ntb, fn, &legacy_ops);
	if (ret)
		return ret;
	found++;
	ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	ntb_link_event(ntb);
	return 0;
}

static void legacy_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	unsigned int i;

	for (i = 0; i < BENCH_FUNCTIONS; i++) {
		struct legacy_function *fn = &functions[i];

		if (fn->ntb != ntb)
			continue;
		ntb_clear_ctx(ntb);
		cancel_work_sync(&fn->work);
		if (fn->open)
			ntb_msi_clear_mws(ntb);
		fn->open = false;
		ntb_link_disable(ntb);
		fn->ntb = NULL;
	}
}

static struct ntb_client legacy_client = {
	.ops = {
		.probe	= legacy_probe,
		.remove	= legacy_remove,
	},
};

static int legacy_init(void)
{
	return bench_register_client(&legacy_client, &found);
}

static void legacy_exit(void)
{
	ntb_unregister_client(&legacy_client);
}

static bool legacy_ready(void)
{
	return READ_ONCE(functions[0].open);
}

static int legacy_request(unsigned int nr)
{
	int irq = ntbm_msi_request_irq(functions[0].ntb, bench_handler, "ntb_irq_bench", &irqs[nr],
				       &descs[nr]);

	if (irq < 0)
		return irq;
	irqs[nr] = irq;
	return 0;
}

#ifdef BENCH_HAS_MSI_FREE
static void legacy_free(unsigned int nr)
{
	ntbm_msi_free_irq(functions[0].ntb, irqs[nr], &irqs[nr]);
}
#else
/* As much of it as the kernel lets others do. */
static void legacy_free(unsigned int nr)
{
	irq_get_msi_desc(irqs[nr])->write_msi_msg = NULL;
	devm_free_irq(&functions[0].ntb->dev, irqs[nr], &irqs[nr]);
}
#endif

static bool legacy_known(unsigned int nr)
{
	return true;
}

static u32 legacy_ring(unsigned int nr)
{
	struct ntb_dev *ntb = functions[1].ntb;
	struct ntb_msi_desc *desc = &descs[nr];

	return bench_ticks(ntb_msi_peer_trigger(ntb, 0, desc));
}

static unsigned int legacy_virq(unsigned int nr)
{
	return irqs[nr];
}

const struct bench_path bench_legacy = {
	.name		= "legacy",
	.init		= legacy_init,
	.exit		= legacy_exit,
	.ready		= legacy_ready,
	.request	= legacy_request,
	.free		= legacy_free,
	.known		= legacy_known,
	.ring		= legacy_ring,
	.virq		= legacy_virq,
};
