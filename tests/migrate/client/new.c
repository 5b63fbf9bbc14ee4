// SPDX-License-Identifier: GPL-2.0-only
/* nothing: a client that never knew anything else */
#include <linux/module.h>
#include <linux/ntb.h>
#include <linux/ntb_irq.h>

struct fresh {
	struct ntb_irq *ni;
	int index;
};

struct fresh *make(struct ntb_dev *ntb);
irqreturn_t isr(int irq, void *data);

static int fresh_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct ntb_irq_config config = {
		.claimed = { .db_bits = 1 },
	};
	struct fresh *fresh = make(ntb);

	ntb_db_clear_mask(ntb, 1);
	fresh->ni = ntb_irq_attach(ntb, &config);
	if (IS_ERR(fresh->ni))
		return PTR_ERR(fresh->ni);
	fresh->index = ntb_irq_request(fresh->ni, isr, NULL, 0, "fresh", fresh);
	return fresh->index < 0 ? fresh->index : 0;
}

static void fresh_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct fresh *fresh = dev_get_drvdata(&ntb->dev);

	ntb_irq_release(fresh->ni, fresh->index, fresh);
	ntb_irq_detach(fresh->ni);
}
