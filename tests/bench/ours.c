// SPDX-License-Identifier: GPL-2.0-only
/*
 * The path of this library: two functions of one machine, joined by a bridge.
 * Interrupts are those of the first, and the second rings them.
 */
#include <linux/ntb_irq.h>
#include <linux/pci.h>

#include "bench.h"

/**
 * struct ours_function - one NTB function
 * @ntb:	the device
 * @ni:		its interrupts
 */
struct ours_function {
	struct ntb_dev	*ntb;
	struct ntb_irq	*ni;
};

static struct ours_function functions[BENCH_FUNCTIONS];
static unsigned int found;
static int indices[BENCH_IRQS];

static int ours_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct ntb_irq_config cfg = { .max_irqs = bench_max_irqs };
	struct ours_function *fn = &functions[found];

	if (found == BENCH_FUNCTIONS)
		return -ENODEV;
	fn->ni = ntb_irq_attach(ntb, &cfg);
	if (IS_ERR(fn->ni))
		return PTR_ERR(fn->ni);
	fn->ntb = ntb;
	found++;
	if (bench_link)
		ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	return 0;
}

static void ours_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	unsigned int i;

	for (i = 0; i < BENCH_FUNCTIONS; i++) {
		struct ours_function *fn = &functions[i];

		if (fn->ntb != ntb)
			continue;
		ntb_irq_detach(fn->ni);
		if (bench_link)
			ntb_link_disable(ntb);
		fn->ntb = NULL;
	}
}

static struct ntb_client ours_client = {
	.ops = {
		.probe	= ours_probe,
		.remove	= ours_remove,
	},
};

static int ours_init(void)
{
	return bench_register_client(&ours_client, &found);
}

static void ours_exit(void)
{
	ntb_unregister_client(&ours_client);
}

/* With a link: that the other function has been told everything. */
static bool ours_ready(void)
{
	return !bench_link || (ntb_irq_peer_count(functions[1].ni, 0) >= 0 &&
			       !ntb_irq_flush(functions[0].ni, 0, 1));
}

static int ours_request(unsigned int nr)
{
	int index = ntb_irq_request(functions[0].ni, bench_handler, NULL, 0, "ntb_irq_bench",
				    &indices[nr]);

	if (index < 0)
		return index;
	indices[nr] = index;
	return 0;
}

static void ours_free(unsigned int nr)
{
	ntb_irq_release(functions[0].ni, indices[nr], &indices[nr]);
}

static bool ours_known(unsigned int nr)
{
	return !bench_link || ntb_irq_peer_has(functions[1].ni, 0, indices[nr]);
}

static u32 ours_ring(unsigned int nr)
{
	struct ntb_irq *ni = functions[1].ni;
	/* As wide as a register, as it is for who has it at hand. */
	unsigned long index = (u32)indices[nr];

	return bench_ticks(ntb_irq_ring(ni, 0, index));
}

static unsigned int ours_virq(unsigned int nr)
{
	return ntb_irq_vector(functions[0].ni, indices[nr]);
}

static int ours_own(void)
{
	return bench_spare_vector(functions[0].ntb->pdev);
}

const struct bench_path bench_ours = {
	.name		= "ours",
	.init		= ours_init,
	.exit		= ours_exit,
	.ready		= ours_ready,
	.request	= ours_request,
	.free		= ours_free,
	.known		= ours_known,
	.ring		= ours_ring,
	.virq		= ours_virq,
	.own		= ours_own,
};
