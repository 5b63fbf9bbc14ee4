// SPDX-License-Identifier: GPL-2.0-only
/* The same calls in other forms. */
#include <linux/module.h>
#include <linux/ntb.h>
#include <linux/slab.h>

struct forms {
	struct list_head	node;
	struct ntb_dev		*ndev;
	struct ntb_msi_desc	*peers;
	int			irq;
};

static void forms_changed(void *ctx);

static irqreturn_t forms_isr(int irq, void *data)
{
	return IRQ_HANDLED;
}

static int forms_up(struct forms *forms)
{
	if (ntb_msi_setup_mws(forms->ndev))
		return -EIO;
	forms->irq = ntbm_msi_request_irq(forms->ndev, forms_isr, KBUILD_MODNAME,
					  forms, NULL);
	return forms->irq < 0 ? forms->irq : 0;
}

static void forms_down(struct forms *forms)
{
	if (forms->irq)
		ntbm_msi_free_irq(forms->ndev, forms->irq, forms);
	ntb_msi_clear_mws(forms->ndev);
	ntb_clear_ctx(forms->ndev);
}

static int forms_ring(struct ntb_dev *ndev, struct forms *forms, unsigned int which)
{
	int ret = ntb_msi_peer_trigger(ndev, 0, &forms->peers[which + 1]);

	return ret < 0 ? ret : 0;
}

static const struct ntb_ctx_ops forms_ops = {};

static int forms_probe(struct ntb_client *client, struct ntb_dev *ndev)
{
	struct forms *forms;

	if (ntb_msi_init(ndev, forms_changed) < 0)
		return -ENODEV;
	forms = kzalloc(sizeof(*forms), GFP_KERNEL);
	if (!forms)
		return -ENOMEM;
	forms->ndev = ndev;
	if (ntb_set_ctx(ndev, forms, &forms_ops)) {
		kfree(forms);
		return -EBUSY;
	}
	return forms_up(forms) ?: forms_ring(ndev, forms, 0);
}

static void forms_remove(struct ntb_client *client, struct ntb_dev *ndev)
{
	struct forms *forms = ndev->ctx;

	forms_down(forms);
	kfree(forms);
}

static void forms_changed(void *ctx)
{
	pr_info("changed\n");
}

static struct ntb_client forms_client = {
	.ops = {
		.probe = forms_probe,
		.remove = forms_remove,
	},
};
module_ntb_client(forms_client);
MODULE_DESCRIPTION("Client in other forms");
MODULE_LICENSE("GPL");
