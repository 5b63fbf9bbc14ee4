// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of the function. The library stands between the NTB device, which has one
 * context only, and the client. All events are level-like: they make the work of the
 * peers look, and then are passed on.
 *
 * Nothing of the client runs before its probe has returned, so that it never meets
 * an event without the handle that ntb_irq_attach() gives it.
 */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <linux/device.h>

#include "internal.h"

/* The client's probe is still running: look again so many jiffies later. */
#define START_DELAY	1

/* Bits of ntb_irq_dev::missed; doorbell vectors follow, the last stands for all above. */
#define MISSED_LINK	0
#define MISSED_MSG	1
#define MISSED_DB	2

/* Returns false where the client cannot be called yet; the event waits for that. */
static bool events_pass(struct ntb_irq_dev *nd, unsigned int event)
{
	/* Pairs with events_start(). */
	if (smp_load_acquire(&nd->started))
		return true;
	set_bit(event, nd->missed);
	/* Pairs with events_start(): one of the two sees what the other has set. */
	smp_mb__after_atomic();
	return READ_ONCE(nd->started) && test_and_clear_bit(event, nd->missed);
}

static void events_link(void *ctx)
{
	struct ntb_irq_dev *nd = ctx;

	ntb_irq_peer_kick_all(nd);
	if (events_pass(nd, MISSED_LINK) && nd->cfg.ctx_ops && nd->cfg.ctx_ops->link_event)
		nd->cfg.ctx_ops->link_event(nd->cfg.ctx);
}

static void events_db(void *ctx, int vec)
{
	struct ntb_irq_dev *nd = ctx;

	if (ntb_db_read(nd->hw.ntb) & nd->hw.reserved.db_bits) {
		ntb_db_clear(nd->hw.ntb, nd->hw.reserved.db_bits);
		ntb_irq_peer_kick_all(nd);
	}
	if (events_pass(nd, MISSED_DB + min(vec, NTB_IRQ_VECTORS - 1)) && nd->cfg.ctx_ops &&
	    nd->cfg.ctx_ops->db_event)
		nd->cfg.ctx_ops->db_event(nd->cfg.ctx, vec);
}

static void events_msg(void *ctx)
{
	struct ntb_irq_dev *nd = ctx;

	ntb_irq_peer_kick_all(nd);
	if (events_pass(nd, MISSED_MSG) && nd->cfg.ctx_ops && nd->cfg.ctx_ops->msg_event)
		nd->cfg.ctx_ops->msg_event(nd->cfg.ctx);
}

static const struct ntb_ctx_ops events_ctx_ops = {
	.link_event	= events_link,
	.db_event	= events_db,
	.msg_event	= events_msg,
};

/* The driver core holds this lock while the client's probe runs. */
static bool events_probe_returned(struct device *dev)
{
	if (!device_trylock(dev))
		return false;
	device_unlock(dev);
	return true;
}

static void events_start(struct work_struct *work)
{
	struct ntb_irq_dev *nd = container_of(to_delayed_work(work), struct ntb_irq_dev,
					      start_work);
	struct ntb_dev *ntb = nd->hw.ntb;
	unsigned int vec;

	if (!events_probe_returned(&ntb->dev)) {
		queue_delayed_work(nd->wq, &nd->start_work, START_DELAY);
		return;
	}
	/* Pairs with events_pass(). */
	smp_store_mb(nd->started, true);
	/* The link may have been up before. */
	ntb_irq_peer_kick_all(nd);
	if (test_and_clear_bit(MISSED_LINK, nd->missed))
		ntb_link_event(ntb);
	if (test_and_clear_bit(MISSED_MSG, nd->missed))
		ntb_msg_event(ntb);
	for (vec = 0; vec < NTB_IRQ_VECTORS; vec++) {
		if (test_and_clear_bit(MISSED_DB + vec, nd->missed))
			ntb_db_event(ntb, vec);
	}
}

/*
 * Whether events of the function go to a client already. To be asked before anything is
 * done to the hardware, which that client uses.
 */
bool ntb_irq_events_taken(struct ntb_dev *ntb)
{
	return READ_ONCE(ntb->ctx_ops);
}

/* Returns 0 or the errno of ntb_set_ctx(). */
int ntb_irq_events_init(struct ntb_irq_dev *nd)
{
	INIT_DELAYED_WORK(&nd->start_work, events_start);
	return ntb_set_ctx(nd->hw.ntb, nd, &events_ctx_ops);
}

/* Everything else of the function is ready: events may come. */
void ntb_irq_events_begin(struct ntb_irq_dev *nd)
{
	ntb_db_clear(nd->hw.ntb, nd->hw.reserved.db_bits);
	ntb_db_clear_mask(nd->hw.ntb, nd->hw.reserved.db_bits);
	queue_delayed_work(nd->wq, &nd->start_work, 0);
}

void ntb_irq_events_end(struct ntb_irq_dev *nd)
{
	ntb_db_set_mask(nd->hw.ntb, nd->hw.reserved.db_bits);
	ntb_clear_ctx(nd->hw.ntb);
	cancel_delayed_work_sync(&nd->start_work);
}
