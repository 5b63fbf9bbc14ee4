// SPDX-License-Identifier: GPL-2.0-only
/* The interrupts of this host as a peer knows them: export, revocation, withdrawal. */
#include <kunit/static_stub.h>
#include <kunit/visibility.h>
#include <linux/bitmap.h>
#include <linux/module.h>

#include "internal.h"
#include "trace.h"

/* Requests come in bursts: give a burst the time to become one run. */
#define EXPORT_DELAY	msecs_to_jiffies(10)
/* How long ntb_irq_withdraw() waits for all peers together. */
#define WITHDRAW_TIMEOUT	HZ
/* An acknowledgment that takes no longer than this is not late, as on a busy machine. */
#define WITHDRAW_SLOW		(HZ / 2)
/* How long a late peer can have this host wait, and the part of the time beside that. */
#define WITHDRAW_LATE		(5 * HZ)
#define WITHDRAW_SHARE		10

static bool export_known(struct ntb_irq_peer *peer, unsigned int index)
{
	return READ_ONCE(peer->known[index]) != NTB_IRQ_UNKNOWN;
}

static bool export_in_use(struct ntb_irq_domain *dom, unsigned int index)
{
	struct ntb_irq_dev *nd = dom->user;
	unsigned int i;

	for (i = 0; i < nd->npeers; i++) {
		if (export_known(&nd->peers[i], index))
			return true;
	}
	return false;
}

static void export_changed(struct ntb_irq_domain *dom, unsigned int index)
{
	struct ntb_irq_dev *nd = dom->user;
	unsigned int i;

	for (i = 0; i < nd->npeers; i++) {
		set_bit(index, nd->peers[i].dirty);
		WRITE_ONCE(nd->peers[i].synced, false);
		ntb_irq_peer_kick_within(&nd->peers[i], EXPORT_DELAY);
	}
}

const struct ntb_irq_domain_ops ntb_irq_export_ops = {
	.changed	= export_changed,
	.in_use		= export_in_use,
};
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_export_ops);

static bool export_range_unknown(struct ntb_irq_peer *peer, unsigned int first, unsigned int count)
{
	unsigned int index;

	for (index = first; index < first + count; index++) {
		if (export_known(peer, index))
			return false;
	}
	return true;
}

/*
 * How long to wait for a peer's acknowledgment. Withdrawing one interrupt after the other
 * must not take so long for each as a peer likes that acknowledges late, or never: one
 * that has acknowledged nothing since it was waited for in vain is not waited for, and
 * what others took is missing for the next, and comes back slowly.
 */
static unsigned long export_patience(struct ntb_irq_peer *peer)
{
	unsigned long forgiven;

	guard(mutex)(&peer->nd->domain->lock);
	forgiven = (jiffies - peer->late_since) / WITHDRAW_SHARE;
	peer->late -= min(peer->late, forgiven);
	peer->late_since += forgiven * WITHDRAW_SHARE;
	if (peer->overdue == READ_ONCE(peer->stats.records_sent))
		return 0;
	return min(WITHDRAW_LATE - min(peer->late, WITHDRAW_LATE), WITHDRAW_TIMEOUT);
}

/* An acknowledgment that was awaited since then has come, or not. */
static void export_waited(struct ntb_irq_peer *peer, unsigned long since, bool acked)
{
	unsigned long waited = jiffies - since;

	guard(mutex)(&peer->nd->domain->lock);
	if (!acked)
		peer->overdue = READ_ONCE(peer->stats.records_sent);
	if (!acked || waited > WITHDRAW_SLOW)
		peer->late += waited;
}

/**
 * ntb_irq_withdraw() - stop exporting interrupts to peers
 * @ni:		the function
 * @first:	index of the first
 * @count:	how many; those that do not exist are passed over
 *
 * To be called before free_irq(): peers that obey the protocol do not ring the
 * interrupts any more when it returns 0. ntb_irq_release() does it by itself. An
 * interrupt stays withdrawn until it is freed.
 *
 * Context: process context, may sleep.
 * Return:
 * * 0 when every peer has acknowledged the revocation, or the windows it could ring
 *   through are closed, or:
 * * %-EINVAL - the range is not inside the domain
 * * %-ETIMEDOUT - neither was so within a second, for all peers together. At once for a
 *   peer that has acknowledged nothing since that was last so, or has been late for 5 s
 *   in all, of which a tenth of the time that passes is forgiven. The interrupts can be
 *   freed as well: the resources behind them stay reserved until the peer has acknowledged
 *   or its windows are closed
 */
int ntb_irq_withdraw(struct ntb_irq *ni, unsigned int first, unsigned int count)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);
	unsigned long deadline = jiffies + WITHDRAW_TIMEOUT;
	unsigned int i, index;
	int ret = 0;

	if (first >= nd->domain->max || count > nd->domain->max - first)
		return -EINVAL;

	scoped_guard(mutex, &nd->domain->lock) {
		for (index = first; index < first + count; index++) {
			if (!test_bit(index, nd->domain->allocated))
				continue;
			set_bit(index, nd->withdrawn);
			/* Pairs with export_claim(). */
			smp_mb__after_atomic();
			for (i = 0; i < nd->npeers; i++) {
				if (export_known(&nd->peers[i], index))
					set_bit(index, nd->peers[i].dirty);
			}
		}
	}
	for (i = 0; i < nd->npeers; i++) {
		if (!export_range_unknown(&nd->peers[i], first, count))
			ntb_irq_peer_kick(&nd->peers[i]);
	}
	for (i = 0; i < nd->npeers; i++) {
		struct ntb_irq_peer *peer = &nd->peers[i];
		unsigned long since = jiffies;
		bool acked;

		acked = wait_event_timeout(peer->wait, export_range_unknown(peer, first, count),
					   min(ntb_irq_time_left(deadline),
					       export_patience(peer)));
		if (!acked)
			ret = -ETIMEDOUT;
		export_waited(peer, since, acked);
	}
	return ret;
}
EXPORT_SYMBOL_GPL(ntb_irq_withdraw);

static bool export_complete(struct ntb_irq_peer *peer)
{
	if (!bitmap_empty(peer->dirty, peer->nd->domain->max))
		return false;
	/* Pairs with export_claim(). */
	smp_rmb();
	return READ_ONCE(peer->synced);
}

/**
 * ntb_irq_flush() - wait until a peer knows all interrupts of this host
 * @ni:		the function
 * @pidx:	peer index
 * @timeout:	in jiffies
 *
 * Context: process context, may sleep.
 * Return:
 * * 0 when the peer has acknowledged every change made before the call, or:
 * * %-EINVAL - there is no such peer
 * * %-ENOSPC - the peer cannot reach some interrupts because no window was left for them
 * * %-ETIMEDOUT - it has not acknowledged in time, or this host is leaving: then it will
 *   not, and the call returns at once
 */
int ntb_irq_flush(struct ntb_irq *ni, unsigned int pidx, unsigned long timeout)
{
	struct ntb_irq_dev *nd = to_ntb_irq_dev(ni);
	struct ntb_irq_peer *peer;

	if (pidx >= nd->npeers)
		return -EINVAL;
	peer = &nd->peers[pidx];
	wait_event_timeout(peer->wait, export_complete(peer) || READ_ONCE(peer->closing), timeout);
	if (!export_complete(peer))
		return -ETIMEDOUT;
	return bitmap_empty(peer->unreachable, nd->domain->max) ? 0 : -ENOSPC;
}
EXPORT_SYMBOL_GPL(ntb_irq_flush);

/* What one peer knows decides what others can be sent, see export_waits(). */
void ntb_irq_export_kick_others(struct ntb_irq_peer *peer)
{
	struct ntb_irq_dev *nd = peer->nd;
	unsigned int i;

	for (i = 0; i < nd->npeers; i++) {
		if (&nd->peers[i] != peer)
			ntb_irq_peer_kick(&nd->peers[i]);
	}
}

static void export_forget_all(struct ntb_irq_peer *peer)
{
	unsigned int i;

	for (i = 0; i < peer->nd->domain->max; i++)
		WRITE_ONCE(peer->known[i], NTB_IRQ_UNKNOWN);
	peer->nknown = 0;
	bitmap_zero(peer->held, peer->nd->domain->max);
	wake_up_all(&peer->wait);
	ntb_irq_export_kick_others(peer);
}

/*
 * A session begins, so the peer's table of this host is empty: open windows and
 * have everything exported. Returns an errno of ntb_irq_window_open_all().
 */
int ntb_irq_export_begin(struct ntb_irq_peer *peer)
{
	int ret;

	export_forget_all(peer);
	ret = ntb_irq_window_open_all(peer);
	peer->error = ret;
	if (ret)
		return ret;
	bitmap_zero(peer->unreachable, peer->nd->domain->max);
	bitmap_set(peer->dirty, 0, peer->nd->domain->max);
	peer->sync_due = true;
	WRITE_ONCE(peer->synced, false);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_export_begin);

/*
 * A session has ended: close the windows. Where that cannot be done from here, or
 * fails, the peer may ring on until a new session proves that it has forgotten.
 */
void ntb_irq_export_end(struct ntb_irq_peer *peer)
{
	WRITE_ONCE(peer->synced, false);
	if (!ntb_irq_window_close_all(peer) && peer->nd->backend->direction->close)
		export_forget_all(peer);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_export_end);

/* Peers know nothing of an interrupt once it is withdrawn. */
static struct ntb_irq_message export_message(struct ntb_irq_dev *nd, unsigned int index)
{
	if (test_bit(index, nd->withdrawn))
		return (struct ntb_irq_message) { };
	return ntb_irq_domain_message(nd->domain, index);
}

static void export_unreachable(struct ntb_irq_peer *peer, unsigned int index, u64 addr, int error)
{
	if (peer->error != error)
		ntb_irq_peer_warn(peer, "interrupt %u at %#llx cannot be reached: no window (%d)\n",
				  index, addr, error);
	peer->error = error;
	set_bit(index, peer->unreachable);
}

/*
 * Take an interrupt off the dirty list and provide a window that covers it.
 * Returns the id of the window, NTB_IRQ_UNKNOWN when the interrupt has to be
 * revoked, or -ENOENT when the peer has nothing to learn about it.
 */
static int export_claim(struct ntb_irq_peer *peer, unsigned int index,
			struct ntb_irq_message *msg)
{
	u8 old = peer->known[index];
	int id = -ENOENT;

	WRITE_ONCE(peer->synced, false);
	/* export_complete() reads both, in the reverse order. */
	smp_mb__before_atomic();
	clear_bit(index, peer->dirty);
	/* Pairs with export_must_hold(). */
	smp_mb__after_atomic();
	clear_bit(index, peer->held);
	clear_bit(index, peer->unreachable);
	if (old == NTB_IRQ_UNKNOWN) {
		/*
		 * Pairs with ntb_irq_withdraw() and ntb_irq_free(): they set
		 * withdrawn, or clear the message, and then read known[]. Writing
		 * known[] before either is read, this sees their change or they
		 * see that the peer may know the interrupt.
		 */
		smp_store_mb(peer->known[index], 0);
	}
	*msg = export_message(peer->nd, index);
	if (ntb_irq_message_valid(msg)) {
		id = ntb_irq_window_get(peer, msg->addr);
		if (id < 0)
			export_unreachable(peer, index, msg->addr, id);
	}
	if (id < 0) {
		WRITE_ONCE(peer->known[index], old);
		if (old != NTB_IRQ_UNKNOWN)
			return NTB_IRQ_UNKNOWN;
		wake_up_all(&peer->wait);
		return -ENOENT;
	}
	if (old != NTB_IRQ_UNKNOWN)
		ntb_irq_window_put(peer, old);
	else
		peer->nknown++;
	WRITE_ONCE(peer->known[index], id);
	return id;
}

static void export_forget(struct ntb_irq_peer *peer, unsigned int index)
{
	u8 id = peer->known[index];

	if (id == NTB_IRQ_UNKNOWN)
		return;
	WRITE_ONCE(peer->known[index], NTB_IRQ_UNKNOWN);
	peer->nknown--;
	ntb_irq_window_put(peer, id);
}

static bool export_gone(struct ntb_irq_dev *nd, unsigned int index)
{
	struct ntb_irq_message msg = export_message(nd, index);

	return !ntb_irq_message_valid(&msg);
}

static void export_revoke(struct ntb_irq_peer *peer, unsigned int index,
			  struct ntb_irq_record *rec)
{
	struct ntb_irq_dev *nd = peer->nd;
	struct ntb_irq_run run = { .index = index };
	unsigned int end = index + 1;

	/*
	 * Neighbours that went away too share the record. The bit is cleared
	 * before the message is read: a change after that sets it again. And it is not
	 * cleared for one that has a new message, which other peers wait with.
	 */
	while (end < nd->domain->max && export_known(peer, end) && export_gone(nd, end) &&
	       test_and_clear_bit(end, peer->dirty)) {
		if (!export_gone(nd, end)) {
			set_bit(end, peer->dirty);
			break;
		}
		end++;
	}
	run.count = end - index;
	ntb_irq_range_encode(NTB_IRQ_RECORD_REVOKE, run.index, run.count, rec);
	trace_ntb_irq_revoke(nd->dev, peer->pidx, &run);
}

/* Whether a peer holds its rings of an interrupt. Read apart, for tests. */
bool ntb_irq_export_held(const struct ntb_irq_peer *peer, unsigned int index)
{
	KUNIT_STATIC_STUB_REDIRECT(ntb_irq_export_held, peer, index);

	return test_bit(index, peer->held);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_export_held);

/*
 * Whether a peer has a message that is about to change, and does not hold its rings.
 * The works of other peers ask without its lock: @held goes after @dirty, so that one
 * which is not held any more, since the new message is on its way, is not dirty either.
 * There is nothing behind that for which those works would run again.
 */
static bool export_must_hold(struct ntb_irq_peer *peer, unsigned int index)
{
	struct ntb_irq_message msg;

	if (!export_known(peer, index) || ntb_irq_export_held(peer, index))
		return false;
	/* Pairs with export_claim(). */
	smp_rmb();
	if (!test_bit(index, peer->dirty))
		return false;
	msg = export_message(peer->nd, index);
	return ntb_irq_message_valid(&msg);
}

/*
 * Where a message moves to another CPU, the old one ends with the first ring of the
 * new one. So the new one is sent when every peer that has an old one holds its rings.
 * A peer without a session cannot be asked; and what is revoked need not wait.
 */
static bool export_waits(struct ntb_irq_peer *peer, unsigned int index)
{
	struct ntb_irq_dev *nd = peer->nd;
	unsigned int i;

	for (i = 0; i < nd->npeers; i++) {
		struct ntb_irq_peer *other = &nd->peers[i];

		if (other != peer && READ_ONCE(other->session.state) == NTB_IRQ_SESSION_UP &&
		    export_must_hold(other, index))
			return true;
	}
	return false;
}

static void export_hold(struct ntb_irq_peer *peer, unsigned int index, struct ntb_irq_record *rec)
{
	unsigned int end = index + 1;

	while (end < peer->nd->domain->max && export_must_hold(peer, end))
		end++;
	ntb_irq_range_encode(NTB_IRQ_RECORD_HOLD, index, end - index, rec);
}

static int export_compose(struct ntb_irq_peer *peer, unsigned int id,
			  const struct ntb_irq_message *msg, struct ntb_irq_write *write)
{
	return peer->nd->backend->direction->compose(peer, &peer->windows[id], msg, write);
}

/* One interrupt more for the run, if it is dirty, valid and in the same window. */
static bool export_extend(struct ntb_irq_peer *peer, struct ntb_irq_run *run)
{
	unsigned int index = run->index + run->count;
	struct ntb_irq_run longer = *run;
	struct ntb_irq_message msg;
	struct ntb_irq_write write;

	if (index >= peer->nd->domain->max || !test_bit(index, peer->dirty) ||
	    export_must_hold(peer, index) || export_waits(peer, index))
		return false;
	msg = export_message(peer->nd, index);
	if (!ntb_irq_message_valid(&msg) ||
	    !ntb_irq_window_covers(&peer->windows[run->window], msg.addr) ||
	    export_compose(peer, run->window, &msg, &write) ||
	    !ntb_irq_run_append(&longer, write.offset, write.data))
		return false;

	/* The message may have changed meanwhile: only the one claimed counts. */
	if (export_claim(peer, index, &msg) != run->window ||
	    export_compose(peer, run->window, &msg, &write) ||
	    !ntb_irq_run_append(run, write.offset, write.data)) {
		set_bit(index, peer->dirty);
		return false;
	}
	return true;
}

static bool export_window(struct ntb_irq_peer *peer, struct ntb_irq_record *rec)
{
	unsigned int id;

	for (id = 0; id < NTB_IRQ_WINDOW_IDS; id++) {
		struct ntb_irq_window *win = &peer->windows[id];

		if (win->state == NTB_IRQ_WINDOW_OPEN) {
			const struct ntb_irq_window_record exported = {
				.window	= id,
				.widx	= win->widx,
				.start	= win->start,
				.len	= win->len,
			};

			ntb_irq_window_encode(&exported, rec);
			win->state = NTB_IRQ_WINDOW_EXPORTED;
			return true;
		}
		if (win->state == NTB_IRQ_WINDOW_CLOSING) {
			ntb_irq_value_encode(NTB_IRQ_RECORD_SHUT, id, rec);
			return true;
		}
	}
	return false;
}

static bool export_run(struct ntb_irq_peer *peer, struct ntb_irq_record *rec)
{
	struct ntb_irq_dev *nd = peer->nd;
	struct ntb_irq_message msg;
	struct ntb_irq_write write;
	unsigned int index;
	bool known;
	int id;

	for_each_set_bit(index, peer->dirty, nd->domain->max) {
		struct ntb_irq_run run = { .index = index, .count = 1 };

		if (export_must_hold(peer, index)) {
			export_hold(peer, index, rec);
			return true;
		}
		if (export_waits(peer, index))
			continue;
		known = export_known(peer, index);
		id = export_claim(peer, index, &msg);
		/* Even a change with nothing to send ends in a SYNC, for flush. */
		peer->sync_due = true;
		if (id == -ENOENT)
			continue;
		if (id == NTB_IRQ_UNKNOWN) {
			export_revoke(peer, index, rec);
			return true;
		}
		/* A window that was just opened has to be exported first. */
		if (peer->windows[id].state == NTB_IRQ_WINDOW_OPEN) {
			set_bit(index, peer->dirty);
			return export_window(peer, rec);
		}
		if (export_compose(peer, id, &msg, &write)) {
			export_unreachable(peer, index, msg.addr, -ERANGE);
			if (known) {
				ntb_irq_range_encode(NTB_IRQ_RECORD_REVOKE, index, 1, rec);
				return true;
			}
			export_forget(peer, index);
			continue;
		}
		run.window = id;
		run.offset = write.offset;
		run.data = write.data;
		while (export_extend(peer, &run))
			;
		ntb_irq_run_encode(&run, rec);
		trace_ntb_irq_export(nd->dev, peer->pidx, &run);
		return true;
	}
	return false;
}

/* Make the next record for a peer in a session. Returns false when there is none. */
bool ntb_irq_export_next(struct ntb_irq_peer *peer, struct ntb_irq_record *rec)
{
	if (peer->closing) {
		if (peer->bye_done)
			return false;
		ntb_irq_value_encode(NTB_IRQ_RECORD_BYE, 0, rec);
		return true;
	}
	if (export_window(peer, rec) || export_run(peer, rec))
		return true;
	/* What waits for other peers is not complete. */
	if (!peer->sync_due || !bitmap_empty(peer->dirty, peer->nd->domain->max))
		return false;
	peer->sync_due = false;
	ntb_irq_value_encode(NTB_IRQ_RECORD_SYNC, peer->nknown, rec);
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_export_next);

/* A window became free: interrupts that had none may have it. */
static void export_retry_unreachable(struct ntb_irq_peer *peer)
{
	unsigned int index;

	for_each_set_bit(index, peer->unreachable, peer->nd->domain->max)
		set_bit(index, peer->dirty);
}

/* A peer has acknowledged a record. */
void ntb_irq_export_acked(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec)
{
	struct ntb_irq_run run;
	unsigned int i;

	switch (ntb_irq_record_kind(rec)) {
	case NTB_IRQ_RECORD_REVOKE:
		ntb_irq_run_decode(rec, &run);
		for (i = 0; i < run.count; i++)
			export_forget(peer, run.index + i);
		break;
	case NTB_IRQ_RECORD_HOLD:
		ntb_irq_run_decode(rec, &run);
		for (i = 0; i < run.count; i++)
			set_bit(run.index + i, peer->held);
		ntb_irq_export_kick_others(peer);
		break;
	case NTB_IRQ_RECORD_SHUT:
		ntb_irq_window_close(peer, &peer->windows[rec->w[1]]);
		export_retry_unreachable(peer);
		break;
	case NTB_IRQ_RECORD_SYNC:
		if (!peer->sync_due && bitmap_empty(peer->dirty, peer->nd->domain->max))
			WRITE_ONCE(peer->synced, true);
		break;
	case NTB_IRQ_RECORD_BYE:
		WRITE_ONCE(peer->bye_done, true);
		break;
	case NTB_IRQ_RECORD_WINDOW:
	case NTB_IRQ_RECORD_RUN:
	case NTB_IRQ_RECORD_PROBE:
		break;
	}
	wake_up_all(&peer->wait);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_export_acked);
