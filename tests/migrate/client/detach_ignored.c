// SPDX-License-Identifier: GPL-2.0-only
/* report detach: whether interrupts were got is not looked at, and a later failure leaves them */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/ntb.h>
#include <linux/slab.h>

#define CL_IRQS 4

struct cl {
	struct ntb_dev *ntb;
	int irq[CL_IRQS];	/* by index */
	struct ntb_msi_desc mine[CL_IRQS];
	struct ntb_msi_desc theirs[CL_IRQS];
	atomic_t rings;
};

static irqreturn_t cl_isr(int irq, void *data)
{
	struct cl *c = data;

	atomic_inc(&c->rings);
	return IRQ_HANDLED;
}

static void cl_send(struct cl *c)
{
	int i;

	for (i = 0; i < CL_IRQS; i++) {
		ntb_peer_spad_write(c->ntb, 0, 2 * i, c->mine[i].addr_offset);
		ntb_peer_spad_write(c->ntb, 0, 2 * i + 1, c->mine[i].data);
	}
}

static void cl_receive(struct cl *c)
{
	int i;

	for (i = 0; i < CL_IRQS; i++) {
		c->theirs[i].addr_offset = ntb_spad_read(c->ntb, 2 * i);
		c->theirs[i].data = ntb_spad_read(c->ntb, 2 * i + 1);
	}
}

static void cl_changed(void *ctx)
{
	cl_send(ctx);
}

static int cl_ring(struct cl *c, int which)
{
	return ntb_msi_peer_trigger(c->ntb, 0, &c->theirs[which]);
}

static void cl_link_event(void *ctx)
{
	struct cl *c = ctx;

	if (!ntb_link_is_up(c->ntb, NULL, NULL))
		return;
	cl_send(c);
	cl_receive(c);
	cl_ring(c, 1);
}

static const struct ntb_ctx_ops cl_ops = {
	.link_event = cl_link_event,
};

static void cl_free(struct cl *c, int n)
{
	while (n--)
		ntbm_msi_free_irq(c->ntb, c->irq[n], c);
}

static int cl_setup(struct cl *c)
{
	int ret, i;

	/* Windows first. */
	ret = ntb_msi_setup_mws(c->ntb);
	if (ret) {
		dev_err(&c->ntb->dev, "no windows: %d\n", ret);
		return ret;
	}

	for (i = 0; i < CL_IRQS; i++) {
		ret = ntbm_msi_request_irq(c->ntb, cl_isr, "cl", c, &c->mine[i]);
		if (ret < 0) {
			cl_free(c, i);
			return ret;
		}
		c->irq[i] = ret;
	}
	return 0;
}

static int cl_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct cl *c;
	int ret;

	ret = ntb_msi_init(ntb, cl_changed);
	if (ret) {
		dev_err(&ntb->dev, "no MSI library: %d\n", ret);
		return ret;
	}

	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	c->ntb = ntb;

	ret = ntb_set_ctx(ntb, c, &cl_ops);
	if (ret)
		goto free;
	cl_setup(c);
	if (ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO))
		goto clear;
	/* Peers may see us now. */
	ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	return 0;

clear:
	ntb_clear_ctx(ntb);
free:
	kfree(c);
	return ret;
}

static void cl_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct cl *c = ntb->ctx;

	ntb_link_disable(ntb);
	cl_free(c, CL_IRQS);
	ntb_msi_clear_mws(ntb);
	ntb_clear_ctx(ntb);
	kfree(c);
}

static struct ntb_client cl_client = {
	.ops = {
		.probe = cl_probe,
		.remove = cl_remove,
	},
};
module_ntb_client(cl_client);

MODULE_DESCRIPTION("Client of a vendor");
MODULE_LICENSE("GPL");
