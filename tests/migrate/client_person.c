// SPDX-License-Identifier: GPL-2.0-only
/* A client that only a person can rewrite: it goes on without interrupts. */
#include <linux/module.h>
#include <linux/ntb.h>

struct queue {
	struct ntb_dev *ndev;
	struct ntb_msi_desc desc;
	struct ntb_msi_desc peer_desc;
	int irq;
};

struct transport {
	struct ntb_dev *ndev;
	struct queue *queues;
	bool use_msi;
};

static const struct {
	int (*ring)(struct ntb_dev *ntb, int peer, struct ntb_msi_desc *desc);
} ways = {
	.ring = ntb_msi_peer_trigger,
};

static void changed(void *ctx)
{
	struct transport *t = ctx;

	ntb_spad_write(t->ndev, 1, t->queues->desc.addr_offset);
}

static void up(struct transport *t)
{
	struct queue *q = t->queues;

	if (t->use_msi && ntb_msi_setup_mws(t->ndev))
		t->use_msi = false;
	q->irq = ntbm_msi_request_irq(q->ndev, isr, KBUILD_MODNAME, q, &q->desc);
	if (ntb_spad_write(q->ndev, 1, q->desc.addr_offset))
		devm_free_irq(&t->ndev->dev, q->irq, q);
}

static int ring(struct queue *q)
{
	q->peer_desc.addr_offset = ntb_peer_spad_read(q->ndev, 0, 1);
	return ntb_msi_peer_trigger(q->ndev, 0, &q->peer_desc);
}

static int probe(struct ntb_client *client, struct ntb_dev *ndev)
{
	struct transport *t = make();
	int rc;

	rc = ntb_msi_init(ndev, changed);
	if (!rc)
		t->use_msi = true;
	return ntb_set_ctx(ndev, t, &ops);
}
