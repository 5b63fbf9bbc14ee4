// SPDX-License-Identifier: GPL-2.0-only
/* One peer: its work, its beginning and its end. */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <kunit/visibility.h>
#include <linux/delay.h>
#include <linux/slab.h>

#include "internal.h"

/* How long all peers together have to acknowledge that they are to forget this host. */
#define BYE_TIMEOUT	(HZ / 2)
/* How long, and at which interval, a window that cannot be closed is tried again. */
#define CLOSE_TIMEOUT	(2 * HZ)
#define CLOSE_DELAY_MS	100

static void peer_work(struct work_struct *work)
{
	struct ntb_irq_peer *peer = container_of(to_delayed_work(work), struct ntb_irq_peer, work);
	struct ntb_irq_dev *nd = peer->nd;
	bool notify;

	/* Pairs with events_start(). */
	if (!smp_load_acquire(&nd->started))
		return;
	scoped_guard(mutex, &peer->lock) {
		ntb_irq_session_run(peer);
		notify = peer->notify;
		peer->notify = false;
	}
	ntb_irq_domain_reap(nd->domain);
	if (notify && nd->cfg.peer_event)
		queue_work(nd->wq, &peer->notify_work);
}

static void peer_probe_work(struct work_struct *work)
{
	ntb_irq_peer_kick(container_of(to_delayed_work(work), struct ntb_irq_peer, probe_work));
}

static void peer_notify_work(struct work_struct *work)
{
	struct ntb_irq_peer *peer = container_of(work, struct ntb_irq_peer, notify_work);
	const struct ntb_irq_config *cfg = &peer->nd->cfg;

	cfg->peer_event(cfg->ctx, peer->pidx);
}

static void peer_revoke_work(struct work_struct *work)
{
	struct ntb_irq_peer *peer = container_of(work, struct ntb_irq_peer, revoke_work);
	const struct ntb_irq_config *cfg = &peer->nd->cfg;
	unsigned int revocation;

	scoped_guard(mutex, &peer->lock)
		revocation = peer->revocation;
	cfg->peer_revoke(cfg->ctx, peer->pidx);
	scoped_guard(mutex, &peer->lock) {
		peer->revoked = revocation;
		ntb_irq_import_settle(peer);
	}
	ntb_irq_peer_kick(peer);
}

/*
 * A try may take as long as the driver waits for its hardware, which a peer can have it do
 * in vain. So time decides how many there are, and not their number.
 */
static void peer_close_work(struct work_struct *work)
{
	struct ntb_irq_peer *peer = container_of(work, struct ntb_irq_peer, close_work);
	unsigned long began = jiffies;

	guard(mutex)(&peer->lock);
	ntb_irq_session_down(peer);
	while (ntb_irq_window_any(peer) && ntb_irq_present(peer->nd)) {
		if (time_after(jiffies, began + CLOSE_TIMEOUT)) {
			dev_err(peer->nd->dev,
				"peer %u: a window stays open: it could not be closed in %u ms\n",
				peer->pidx, jiffies_to_msecs(jiffies - began));
			return;
		}
		msleep(CLOSE_DELAY_MS);
		ntb_irq_window_close_all(peer);
	}
}

/* Returns 0 or -ENOMEM; ntb_irq_peer_free() undoes either. */
int ntb_irq_peer_init(struct ntb_irq_dev *nd, unsigned int pidx)
{
	struct ntb_irq_peer *peer = &nd->peers[pidx];
	unsigned int max = nd->domain->max;

	peer->nd = nd;
	peer->pidx = pidx;
	mutex_init(&peer->lock);
	init_waitqueue_head(&peer->wait);
	peer->overdue = U64_MAX;
	ntb_irq_log_init(&peer->log);
	INIT_DELAYED_WORK(&peer->work, peer_work);
	INIT_DELAYED_WORK(&peer->probe_work, peer_probe_work);
	INIT_WORK(&peer->notify_work, peer_notify_work);
	INIT_WORK(&peer->revoke_work, peer_revoke_work);
	INIT_WORK(&peer->close_work, peer_close_work);
	peer->dirty = bitmap_zalloc(max, GFP_KERNEL);
	peer->unreachable = bitmap_zalloc(max, GFP_KERNEL);
	peer->held = bitmap_zalloc(max, GFP_KERNEL);
	peer->known = kvmalloc(max, GFP_KERNEL);
	if (!peer->dirty || !peer->held || !peer->unreachable || !peer->known)
		return -ENOMEM;
	memset(peer->known, NTB_IRQ_UNKNOWN, max);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_peer_init);

void ntb_irq_peer_kick_all(struct ntb_irq_dev *nd)
{
	unsigned int i;

	for (i = 0; i < nd->npeers; i++)
		ntb_irq_peer_kick(&nd->peers[i]);
}

static bool peer_forgot(struct ntb_irq_peer *peer)
{
	return READ_ONCE(peer->bye_done) ||
	       READ_ONCE(peer->session.state) != NTB_IRQ_SESSION_UP;
}

static void peer_set_closing(struct ntb_irq_dev *nd, bool closing)
{
	unsigned int i;

	for (i = 0; i < nd->npeers; i++) {
		guard(mutex)(&nd->peers[i].lock);
		WRITE_ONCE(nd->peers[i].closing, closing);
		nd->peers[i].bye_done = false;
		/* Those that wait for the peer in ntb_irq_flush(). */
		wake_up_all(&nd->peers[i].wait);
	}
	ntb_irq_peer_kick_all(nd);
}

/*
 * Have all peers forget this host, then end the sessions and close the windows. A
 * peer that does not acknowledge in time rings into closed windows later on, which
 * the hardware drops. Nothing is begun until ntb_irq_peer_start_all().
 */
void ntb_irq_peer_stop_all(struct ntb_irq_dev *nd)
{
	unsigned long deadline = jiffies + BYE_TIMEOUT;
	unsigned int i;

	peer_set_closing(nd, true);
	for (i = 0; i < nd->npeers; i++) {
		wait_event_timeout(nd->peers[i].wait, peer_forgot(&nd->peers[i]),
				   ntb_irq_time_left(deadline));
	}
	for (i = 0; i < nd->npeers; i++) {
		struct ntb_irq_peer *peer = &nd->peers[i];

		disable_delayed_work_sync(&peer->work);
		cancel_delayed_work_sync(&peer->probe_work);
		queue_work(nd->wq, &peer->close_work);
	}
	for (i = 0; i < nd->npeers; i++)
		flush_work(&nd->peers[i].close_work);
	/* The client may take its time in these, so all windows are closed before. */
	for (i = 0; i < nd->npeers; i++) {
		flush_work(&nd->peers[i].revoke_work);
		cancel_work_sync(&nd->peers[i].notify_work);
	}
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_peer_stop_all);

/* Undo ntb_irq_peer_stop_all(): sessions begin again where there is a link. */
void ntb_irq_peer_start_all(struct ntb_irq_dev *nd)
{
	unsigned int i;

	for (i = 0; i < nd->npeers; i++)
		enable_delayed_work(&nd->peers[i].work);
	peer_set_closing(nd, false);
}

/* Free what ntb_irq_peer_init() allocated, or failed to. */
void ntb_irq_peer_free(struct ntb_irq_peer *peer)
{
	bitmap_free(peer->dirty);
	bitmap_free(peer->unreachable);
	bitmap_free(peer->held);
	kvfree(peer->known);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_peer_free);
