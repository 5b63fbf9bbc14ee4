// SPDX-License-Identifier: GPL-2.0-only
/* What a peer has to be told next, and what it knows. */
#include <linux/bitmap.h>

#include "calls.h"
#include "record.h"
#include "trace.h"

/* Requests come in bursts: give a burst the time to become one run. */
#define PUBLISH_DELAY	msecs_to_jiffies(10)

/**
 * ntb_irq_told_any() - may any peer know this interrupt?
 * @ni:		the function
 * @index:	the interrupt
 *
 * Context: any.
 * Return: true when a peer was told of it and has not forgotten.
 */
static bool ntb_irq_told_any(struct ntb_irq *ni, unsigned int index)
{
	unsigned int i;

	if (ni->exposed && test_bit(index, ni->exposed))
		return true;
	for (i = 0; i < ni->npeers; i++) {
		if (READ_ONCE(ni->peers[i].told[index]) != NTB_IRQ_NO_SLOT)
			return true;
	}
	return false;
}

/**
 * ntb_irq_publish_message() - the message of an interrupt has changed
 * @ni:		the function
 * @index:	the interrupt
 *
 * Context: any, also with an irq descriptor's lock held.
 */
static void ntb_irq_publish_message(struct ntb_irq *ni, unsigned int index)
{
	unsigned int i;

	for (i = 0; i < ni->npeers; i++) {
		set_bit(index, ni->peers[i].dirty);
		WRITE_ONCE(ni->peers[i].synced, false);
		ntb_irq_peer_kick(&ni->peers[i], PUBLISH_DELAY);
	}
	if (ni->message_changed)
		ni->message_changed(ni, index);
}

/* A peer without a session is not waited for: it may be gone for good. */
static bool publish_forgotten(struct ntb_irq_peer *peer, const void *arg)
{
	const struct ntb_irq_run *run = arg;
	unsigned int i;

	if (READ_ONCE(peer->session.state) != NTB_IRQ_SESSION_UP)
		return true;
	for (i = 0; i < run->count; i++) {
		if (READ_ONCE(peer->told[run->index + i]) != NTB_IRQ_NO_SLOT)
			return false;
	}
	return true;
}

/**
 * ntb_irq_withdraw() - stop offering interrupts to peers
 * @ni:		the function
 * @first:	index of the first
 * @count:	how many; those that do not exist are passed over
 *
 * To be called before free_irq(): peers that play by the rules do not ring the
 * interrupts any more when it returns. ntb_irq_release() does it by itself. An
 * interrupt stays withdrawn until it is freed.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL when the range is not inside the domain; -ETIMEDOUT when a
 * peer has not acknowledged within a second. The interrupts can be freed then as
 * well: what backs them stays reserved until the peer has answered or its
 * windows are closed.
 */
int ntb_irq_withdraw(struct ntb_irq *ni, unsigned int first, unsigned int count)
{
	const struct ntb_irq_run run = { .index = first, .count = count };
	unsigned int i, index;
	int ret = 0;

	if (first >= ni->max || count > ni->max - first)
		return -EINVAL;

	scoped_guard(mutex, &ni->lock) {
		for (index = first; index < first + count; index++) {
			if (!test_bit(index, ni->used))
				continue;
			set_bit(index, ni->withdrawn);
			/* See publish_claim(): who is not told now will not be. */
			smp_mb__after_atomic();
			for (i = 0; i < ni->npeers; i++) {
				if (READ_ONCE(ni->peers[i].told[index]) != NTB_IRQ_NO_SLOT)
					set_bit(index, ni->peers[i].dirty);
			}
		}
	}
	for (i = 0; i < ni->npeers; i++) {
		if (!publish_forgotten(&ni->peers[i], &run))
			ntb_irq_peer_kick(&ni->peers[i], 0);
	}
	for (i = 0; i < ni->npeers; i++) {
		if (!ntb_irq_peer_wait(&ni->peers[i], publish_forgotten, &run, HZ))
			ret = -ETIMEDOUT;
	}
	return ret;
}
EXPORT_SYMBOL_GPL(ntb_irq_withdraw);

/**
 * ntb_irq_publish_all() - a peer knows nothing and has to be told everything
 * @peer:	the peer, whose table is known to be empty
 *
 * Context: process context, under the peer's lock.
 */
static void ntb_irq_publish_all(struct ntb_irq_peer *peer)
{
	unsigned int i;

	bitmap_zero(peer->unreachable, peer->ni->max);
	for (i = 0; i < peer->ni->max; i++)
		WRITE_ONCE(peer->told[i], NTB_IRQ_NO_SLOT);
	peer->ntold = 0;
	bitmap_set(peer->dirty, 0, peer->ni->max);
	peer->sync_due = true;
	peer->synced = false;
}

/* What peers may know of an interrupt: nothing once it is withdrawn. */
static struct ntb_irq_message publish_message_of(struct ntb_irq *ni, unsigned int index)
{
	struct ntb_irq_message msg = { };

	if (!test_bit(index, ni->withdrawn)) {
		scoped_guard(raw_spinlock_irqsave, &ni->msg_lock)
			msg = ntb_irq_slot_message(&ni->slots[index]);
	}
	return msg;
}

static u32 window_offset(const struct ntb_irq_window *win, u64 addr)
{
	return addr - (win->fit.base + win->fit.start);
}

/*
 * Take an interrupt off the dirty list and see that a window covers it.
 * Returns its slot, NTB_IRQ_NO_SLOT when it is to be revoked, or -ENOENT when
 * there is nothing to say about it.
 */
static int publish_claim(struct ntb_irq_peer *peer, unsigned int index,
			 struct ntb_irq_message *msg)
{
	struct ntb_irq *ni = peer->ni;
	u8 old = peer->told[index];
	int slot;

	WRITE_ONCE(peer->synced, false);
	/* Whoever waits for the peer looks at both, in the reverse order. */
	smp_mb__before_atomic();
	clear_bit(index, peer->dirty);
	clear_bit(index, peer->unreachable);
	if (old == NTB_IRQ_NO_SLOT) {
		/*
		 * Whoever withdraws or frees the interrupt first says so, or
		 * clears its message, and then looks at told[]: by saying told
		 * before either is read, this sees what was done or the other
		 * side sees that the peer may know.
		 */
		smp_store_mb(peer->told[index], 0);
	}
	*msg = publish_message_of(ni, index);
	if (!ntb_irq_message_valid(msg)) {
		WRITE_ONCE(peer->told[index], old);
		return old == NTB_IRQ_NO_SLOT ? -ENOENT : NTB_IRQ_NO_SLOT;
	}

	slot = ntb_irq_window_get(peer, msg->addr);
	if (slot < 0) {
		if (peer->error != slot)
			dev_err(ni->dev,
				"ntb_irq: peer %u cannot reach interrupt %u at %#llx: no window (%d)\n",
				peer->pidx, index, msg->addr, slot);
		peer->error = slot;
		set_bit(index, peer->unreachable);
		WRITE_ONCE(peer->told[index], old);
		return old == NTB_IRQ_NO_SLOT ? -ENOENT : NTB_IRQ_NO_SLOT;
	}
	if (old != NTB_IRQ_NO_SLOT)
		ntb_irq_window_put(peer, old);
	else
		peer->ntold++;
	WRITE_ONCE(peer->told[index], slot);
	return slot;
}

static void publish_revoke(struct ntb_irq_peer *peer, unsigned int index,
			   struct ntb_irq_record *rec)
{
	struct ntb_irq *ni = peer->ni;
	struct ntb_irq_run run = { .index = index };
	unsigned int end = index + 1;

	/* Neighbours that went away too ride along. */
	while (end < ni->max && test_bit(end, peer->dirty) &&
	       peer->told[end] != NTB_IRQ_NO_SLOT) {
		struct ntb_irq_message msg = publish_message_of(ni, end);

		if (ntb_irq_message_valid(&msg))
			break;
		clear_bit(end, peer->dirty);
		end++;
	}
	run.count = end - index;
	ntb_irq_revoke_encode(run.index, run.count, rec);
	trace_ntb_irq_revoke(ni, peer->pidx, &run);
}

/* Another interrupt for the run, if it is dirty, valid and in the same window. */
static bool publish_extend(struct ntb_irq_peer *peer, struct ntb_irq_run *run)
{
	unsigned int index = run->index + run->count;
	const struct ntb_irq_window *win = &peer->windows[run->slot];
	struct ntb_irq_run longer = *run;
	struct ntb_irq_message msg;
	u64 first = win->fit.base + win->fit.start;

	if (index >= peer->ni->max || !test_bit(index, peer->dirty))
		return false;
	msg = publish_message_of(peer->ni, index);
	if (!ntb_irq_message_valid(&msg) || msg.addr < first ||
	    msg.addr - first + sizeof(u32) > win->fit.len ||
	    !ntb_irq_run_append(&longer, window_offset(win, msg.addr), msg.data))
		return false;

	/* The message may change under our eyes: only what was claimed counts. */
	if (publish_claim(peer, index, &msg) != run->slot ||
	    !ntb_irq_run_append(run, window_offset(win, msg.addr), msg.data)) {
		set_bit(index, peer->dirty);
		return false;
	}
	return true;
}

static bool publish_window(struct ntb_irq_peer *peer, struct ntb_irq_record *rec)
{
	unsigned int slot;

	for (slot = 0; slot < NTB_IRQ_SLOTS; slot++) {
		struct ntb_irq_window *win = &peer->windows[slot];

		if (win->state == NTB_IRQ_WINDOW_OPEN) {
			struct ntb_irq_window_record told = {
				.slot	= slot,
				.widx	= win->widx,
				.start	= win->fit.start,
				.len	= win->fit.len,
			};

			/* A peer that programs the window itself has to know where to. */
			if (peer->ni->backend->outbound)
				told.start += win->fit.base;
			ntb_irq_window_encode(&told, rec);
			win->state = NTB_IRQ_WINDOW_TOLD;
			return true;
		}
		if (win->state == NTB_IRQ_WINDOW_CLOSING) {
			ntb_irq_simple_encode(NTB_IRQ_RECORD_SHUT, slot, rec);
			return true;
		}
	}
	return false;
}

static bool publish_run(struct ntb_irq_peer *peer, struct ntb_irq_record *rec)
{
	struct ntb_irq *ni = peer->ni;
	struct ntb_irq_message msg;
	unsigned int index;
	int slot;

	for_each_set_bit(index, peer->dirty, ni->max) {
		struct ntb_irq_run run = { .index = index, .count = 1 };

		slot = publish_claim(peer, index, &msg);
		if (slot == -ENOENT)
			continue;
		peer->sync_due = true;
		if (slot == NTB_IRQ_NO_SLOT) {
			publish_revoke(peer, index, rec);
			return true;
		}
		/* A window that was just opened has to be told first. */
		if (peer->windows[slot].state == NTB_IRQ_WINDOW_OPEN) {
			set_bit(index, peer->dirty);
			return publish_window(peer, rec);
		}
		run.slot = slot;
		run.offset = window_offset(&peer->windows[slot], msg.addr);
		run.data = msg.data;
		while (publish_extend(peer, &run))
			;
		ntb_irq_run_encode(&run, rec);
		trace_ntb_irq_publish(ni, peer->pidx, &run);
		return true;
	}
	return false;
}

/**
 * ntb_irq_publish_next() - the next record for a peer
 * @peer:	the peer, in a session
 * @rec:	filled in
 *
 * Context: process context, may sleep, under the peer's lock.
 * Return: false when there is nothing to say.
 */
static noinline_for_stack
bool ntb_irq_publish_next(struct ntb_irq_peer *peer, struct ntb_irq_record *rec)
{
	if (peer->closing) {
		if (peer->bye_done)
			return false;
		ntb_irq_simple_encode(NTB_IRQ_RECORD_BYE, 0, rec);
		return true;
	}
	if (publish_window(peer, rec) || publish_run(peer, rec))
		return true;
	if (!peer->sync_due)
		return false;
	peer->sync_due = false;
	ntb_irq_simple_encode(NTB_IRQ_RECORD_SYNC, peer->ntold, rec);
	return true;
}

/**
 * ntb_irq_publish_idle() - has a peer acknowledged everything?
 * @peer:	the peer, in a session, with no record under way
 *
 * Context: under the peer's lock.
 * Return: true when nothing is left to say.
 */
static bool ntb_irq_publish_idle(struct ntb_irq_peer *peer)
{
	return !peer->sync_due && bitmap_empty(peer->dirty, peer->ni->max);
}

/* A window became free: those that had none may have it. */
static void publish_retry_unreachable(struct ntb_irq_peer *peer)
{
	unsigned int index;

	for_each_set_bit(index, peer->unreachable, peer->ni->max)
		set_bit(index, peer->dirty);
}

static void publish_revoked(struct ntb_irq_peer *peer, unsigned int index, unsigned int count)
{
	for (; count; index++, count--) {
		u8 slot = peer->told[index];

		if (slot == NTB_IRQ_NO_SLOT)
			continue;
		WRITE_ONCE(peer->told[index], NTB_IRQ_NO_SLOT);
		peer->ntold--;
		ntb_irq_window_put(peer, slot);
	}
}

/**
 * ntb_irq_publish_acked() - a peer has acknowledged a record
 * @peer:	the peer
 * @rec:	the record
 *
 * Context: process context, may sleep, under the peer's lock.
 */
static void ntb_irq_publish_acked(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec)
{
	struct ntb_irq_run run;

	switch (ntb_irq_record_kind(rec)) {
	case NTB_IRQ_RECORD_REVOKE:
		ntb_irq_run_decode(rec, &run);
		publish_revoked(peer, run.index, run.count);
		break;
	case NTB_IRQ_RECORD_SHUT:
		ntb_irq_window_close(peer, &peer->windows[rec->w[1]]);
		publish_retry_unreachable(peer);
		break;
	case NTB_IRQ_RECORD_SYNC:
		if (ntb_irq_publish_idle(peer))
			WRITE_ONCE(peer->synced, true);
		break;
	case NTB_IRQ_RECORD_BYE:
		WRITE_ONCE(peer->bye_done, true);
		break;
	case NTB_IRQ_RECORD_WINDOW:
	case NTB_IRQ_RECORD_RUN:
		break;
	}
	wake_up_all(&peer->wait);
}
