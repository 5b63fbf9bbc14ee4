// SPDX-License-Identifier: GPL-2.0-only
/* A client in the manner of vendors: each interrupt of a peer has a number. */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/ntb.h>
#include <linux/pci.h>
#include <linux/slab.h>

#define VENDOR_IRQS 4

struct vendor {
	struct ntb_dev *ntb;
	int irq[VENDOR_IRQS];
	struct ntb_msi_desc mine[VENDOR_IRQS];
	struct ntb_msi_desc theirs[VENDOR_IRQS];
	atomic_t rings;
};

static irqreturn_t vendor_isr(int irq, void *data)
{
	struct vendor *v = data;

	atomic_inc(&v->rings);
	return IRQ_HANDLED;
}

static irqreturn_t vendor_thread(int irq, void *data)
{
	return IRQ_HANDLED;
}

static void vendor_tell(struct vendor *v)
{
	int i;

	for (i = 0; i < VENDOR_IRQS; i++) {
		ntb_peer_spad_write(v->ntb, 0, 2 * i, v->mine[i].addr_offset);
		ntb_peer_spad_write(v->ntb, 0, 2 * i + 1, v->mine[i].data);
	}
}

static void vendor_desc_changed(void *ctx)
{
	vendor_tell(ctx);
}

static int vendor_setup(struct vendor *v)
{
	int ret;

	ret = ntb_msi_setup_mws(v->ntb);
	if (ret) {
		dev_err(&v->ntb->dev, "no windows: %d\n", ret);
		return ret;
	}
	v->irq[0] = ntbm_msi_request_irq(v->ntb, vendor_isr, "vendor", v, &v->mine[0]);
	if (v->irq[0] < 0)
		return v->irq[0];
	v->irq[1] = ntbm_msi_request_threaded_irq(v->ntb, vendor_isr, vendor_thread,
						  "vendor-thread", v, &v->mine[1]);
	if (v->irq[1] < 0) {
		ntbm_msi_free_irq(v->ntb, v->irq[0], v);
		return v->irq[1];
	}
	vendor_tell(v);
	return 0;
}

static int vendor_ring(struct vendor *v, int which)
{
	return ntb_msi_peer_trigger(v->ntb, 0, &v->theirs[which]);
}

static int vendor_address(struct vendor *v, int which, phys_addr_t *addr)
{
	return ntb_msi_peer_addr(v->ntb, 0, &v->theirs[which], addr);
}

static void vendor_link_event(void *ctx)
{
	struct vendor *v = ctx;
	phys_addr_t addr;

	if (ntb_link_is_up(v->ntb, NULL, NULL) && !vendor_address(v, 1, &addr))
		vendor_ring(v, 1);
}

static const struct ntb_ctx_ops vendor_ops = {
	.link_event = vendor_link_event,
};

static int vendor_probe(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct vendor *v;
	int ret;

	ret = ntb_msi_init(ntb, vendor_desc_changed);
	if (ret) {
		dev_err(&ntb->dev, "no MSI library: %d\n", ret);
		return ret;
	}

	v = kzalloc(sizeof(*v), GFP_KERNEL);
	if (!v)
		return -ENOMEM;
	v->ntb = ntb;

	ret = ntb_set_ctx(ntb, v, &vendor_ops);
	if (ret)
		goto free;
	ret = vendor_setup(v);
	if (ret)
		goto clear;
	ntb_link_enable(ntb, NTB_SPEED_AUTO, NTB_WIDTH_AUTO);
	return 0;

clear:
	ntb_clear_ctx(ntb);
free:
	kfree(v);
	return ret;
}

static void vendor_remove(struct ntb_client *client, struct ntb_dev *ntb)
{
	struct vendor *v = ntb->ctx;

	ntb_link_disable(ntb);
	ntb_msi_clear_mws(ntb);
	ntbm_msi_free_irq(ntb, v->irq[1], v);
	ntbm_msi_free_irq(ntb, v->irq[0], v);
	ntb_clear_ctx(ntb);
	kfree(v);
}

static struct ntb_client vendor_client = {
	.ops = {
		.probe = vendor_probe,
		.remove = vendor_remove,
	},
};
module_ntb_client(vendor_client);

MODULE_DESCRIPTION("Client of a vendor");
MODULE_LICENSE("GPL");
