// SPDX-License-Identifier: GPL-2.0-only
/*
 * The session with one peer: handshake, one frame at a time, repeats.
 *
 * Each host owns one mailbox per peer and direction. The frame in it is repeated
 * until the peer has acknowledged it. A host that begins anew takes a new nonce;
 * its peer receives that in the handshake and begins anew as well.
 */
#include <kunit/visibility.h>
#include <linux/log2.h>
#include <linux/random.h>

#include "internal.h"

#define RETRY_FIRST	msecs_to_jiffies(50)
#define RETRY_LAST	msecs_to_jiffies(1000)
/* A peer without response for so long while the link is up has begun anew. */
#define PEER_TIMEOUT	(10 * HZ)
/*
 * A session in which nothing was received for so long is probed. A peer, or an own end,
 * that is dead is noticed within this, PEER_TIMEOUT and a second for timers, which may
 * come late by an eighth.
 */
#define PROBE_INTERVAL	(4 * HZ)
/*
 * How often to look for what may have come without a notification. A second is promised,
 * and see above.
 */
#define POLL_INTERVAL	(HZ - HZ / 8)
/* Frames read before others get a turn, however fast the peer writes. */
#define FRAMES_AT_ONCE	16
/* Nothing is posted for so long after a record that was rejected. */
#define REJECT_BACKOFF	HZ
/* The same after the driver refused to send, which it may log each time. */
#define SEND_BACKOFF	(10 * HZ)

static bool session_backs_off(unsigned long until)
{
	return until && time_before(jiffies, until);
}

static void session_wait_begins(struct ntb_irq_peer *peer)
{
	peer->session.tx_since = jiffies;
	peer->session.tx_posted = jiffies;
	peer->retry = RETRY_FIRST;
}

static void session_wait_longer(struct ntb_irq_peer *peer)
{
	peer->retry = min(2 * peer->retry, RETRY_LAST);
}

/* Whether the peer has to answer, and the session ends when it does not. */
static bool session_waits(const struct ntb_irq_session *s)
{
	return s->tx_busy || (s->state == NTB_IRQ_SESSION_HANDSHAKE && !s->acked);
}

/*
 * Frames posted from now on carry our nonce and the one received from the peer. Where the
 * windows cannot be counted now, for lack of memory, nothing is posted: a handshake that
 * named none would leave the peer without any. Then session_repeat() calls this again.
 */
static void session_handshake(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;
	struct ntb_irq_handshake hs = {
		.version	= NTB_IRQ_PROTOCOL_VERSION,
		.max_order	= ilog2(peer->nd->domain->max),
		.nonce		= s->nonce,
		.peer_nonce	= s->peer_nonce,
	};
	int ret = peer->nd->backend->direction->capacity(peer, &hs.capacity);

	session_wait_begins(peer);
	s->post = !ret;
	if (ret) {
		ntb_irq_peer_warn(peer, "handshake cannot be made now: %d\n", ret);
		s->tx = (struct ntb_irq_frame) { };
		s->tx_posted = jiffies;
		peer->retry = RETRY_LAST;
		return;
	}
	ntb_irq_handshake_encode(&hs, &s->tx);
}

static void session_end(struct ntb_irq_peer *peer)
{
	ntb_irq_import_end(peer);
	ntb_irq_export_end(peer);
	peer->session = (struct ntb_irq_session) { .state = NTB_IRQ_SESSION_DOWN };
	wake_up_all(&peer->wait);
	/* Others need not wait any more for what this one knows. */
	ntb_irq_export_kick_others(peer);
}

/* Restart with a fresh nonce, so that frames of the old session are rejected. */
static void session_restart(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;

	session_end(peer);
	s->state = NTB_IRQ_SESSION_HANDSHAKE;
	s->nonce = get_random_u32() | 1;
	session_handshake(peer);
}

/* Something has changed with the peer: what was logged once may be logged again. */
static void session_log_anew(struct ntb_irq_peer *peer)
{
	peer->timeout_logged = false;
	peer->refused_logged = false;
}

/*
 * Each side has acknowledged the other's nonce, so both tables are empty. What could not
 * begin is tried again after a while, and not before, whatever the peer sends: drivers
 * may log each window that they refuse to open.
 */
static void session_up(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;
	int ret;

	if (s->state != NTB_IRQ_SESSION_HANDSHAKE || !s->acked ||
	    session_backs_off(peer->begin_after))
		return;

	ret = ntb_irq_import_begin(peer);
	if (!ret)
		ret = ntb_irq_export_begin(peer);
	if (ret) {
		ntb_irq_import_end(peer);
		if (ret == -ENOMEM)
			ntb_irq_peer_warn(peer, "session cannot begin now: %d\n", ret);
		peer->begin_after = jiffies + (ret == -ENOMEM ? HZ : NTB_IRQ_BEGIN_BACKOFF);
		return;
	}

	s->state = NTB_IRQ_SESSION_UP;
	s->tx = (struct ntb_irq_frame) { .type = NTB_IRQ_FRAME_ACK };
	s->tx_busy = false;
	s->rx_seq = 0;
	s->rx_part = 0;
	s->post = true;
	session_log_anew(peer);
	peer->stats.sessions++;
	wake_up_all(&peer->wait);
}

/* Each repeat is a new frame, and the nonces change now and then: the rest says it all. */
static bool session_same_offer(const struct ntb_irq_handshake *a,
			       const struct ntb_irq_handshake *b)
{
	return a->version == b->version && a->max_order == b->max_order &&
	       a->capacity.size_order == b->capacity.size_order &&
	       a->capacity.count_order == b->capacity.count_order;
}

static void session_log_refused(struct ntb_irq_peer *peer, const struct ntb_irq_handshake *hs)
{
	if (peer->refused_logged && session_same_offer(&peer->refused, hs))
		return;
	ntb_irq_peer_warn(peer,
			  "incompatible: protocol version %u, 2^%u interrupts, 2^%u windows of 2^%u bytes (supported: version %u, up to %u interrupts, %u windows)\n",
			  hs->version, hs->max_order, hs->capacity.count_order,
			  hs->capacity.size_order, NTB_IRQ_PROTOCOL_VERSION, NTB_IRQ_MAX,
			  NTB_IRQ_WINDOW_IDS);
	peer->refused = *hs;
	peer->refused_logged = true;
}

static void session_refuse(struct ntb_irq_peer *peer, const struct ntb_irq_handshake *hs)
{
	peer->stats.rejected++;
	session_log_refused(peer, hs);
	/* It has begun anew. Its handshakes would pass for signs of life of the session. */
	if (peer->session.state == NTB_IRQ_SESSION_UP)
		session_restart(peer);
}

static void session_rx_handshake(struct ntb_irq_peer *peer, const struct ntb_irq_frame *frame)
{
	struct ntb_irq_session *s = &peer->session;
	struct ntb_irq_handshake hs;

	if (ntb_irq_handshake_decode(frame, &hs)) {
		session_refuse(peer, &hs);
		return;
	}

	if (hs.nonce != s->peer_nonce) {
		/* In a session, a new nonce means that the peer has begun anew. */
		if (s->state == NTB_IRQ_SESSION_UP)
			session_restart(peer);
		s->peer_nonce = hs.nonce;
		s->max_order = hs.max_order;
		s->capacity = hs.capacity;
		s->acked = false;
		session_handshake(peer);
	}
	s->acked |= hs.peer_nonce == s->nonce;
	session_up(peer);
}

static void session_tx_acked(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;

	s->tx_busy = false;
	session_wait_begins(peer);
	if (++s->tx_part * peer->nd->part_words < NTB_IRQ_RECORD_WORDS)
		return;
	s->tx_part = 0;
	if (!s->probing)
		peer->stats.records_sent++;
	ntb_irq_export_acked(peer, &s->record);
}

/* Whether an errno of ntb_irq_import_record() is the peer's fault. */
static bool session_violation(int error)
{
	switch (error) {
	case -EPROTO:
	case -EEXIST:
	case -ENXIO:
	case -EBUSY:
	case -EDQUOT:
	case -ERANGE:
		return true;
	}
	return false;
}

/* Returns false when the peer violates the protocol. */
static bool session_rx_data(struct ntb_irq_peer *peer, const struct ntb_irq_frame *frame)
{
	struct ntb_irq_session *s = &peer->session;
	unsigned int i, n = peer->nd->part_words;
	int ret;

	if (frame->seq == s->rx_seq) {
		/* Repeated: our acknowledgment was lost. */
		s->post |= frame->retry != s->rx_retry;
		s->rx_retry = frame->retry;
		return true;
	}
	if (frame->seq != (u8)(s->rx_seq + 1) || frame->part != s->rx_part) {
		ntb_irq_peer_warn(peer, "rejected part %u of frame %u after part %u of frame %u\n",
				  frame->part, frame->seq, s->rx_part, s->rx_seq);
		return false;
	}

	for (i = 0; i < n; i++)
		s->rx_record.w[s->rx_part * n + i] = frame->payload[i];
	if ((s->rx_part + 1) * n == NTB_IRQ_RECORD_WORDS) {
		ret = ntb_irq_import_record(peer, &s->rx_record);
		if (session_violation(ret))
			return false;
		if (ret) {
			/* Without an acknowledgment the peer sends it again. */
			ntb_irq_peer_warn(peer, "record cannot be processed now: %d\n", ret);
			return true;
		}
		s->rx_part = 0;
	} else {
		s->rx_part++;
	}
	/* The kind is in the first part, so the acknowledgment of each part counts alike. */
	if (!s->tx_busy)
		s->probing = ntb_irq_record_kind(&s->rx_record) == NTB_IRQ_RECORD_PROBE;
	s->rx_seq = frame->seq;
	s->rx_retry = frame->retry;
	s->post = true;
	return true;
}

/* The link is down or the mailbox closed, or the function is being detached. */
void ntb_irq_session_down(struct ntb_irq_peer *peer)
{
	if (peer->session.state == NTB_IRQ_SESSION_DOWN)
		return;
	session_end(peer);
	session_log_anew(peer);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_session_down);

/* Returns true when there may be more to read. */
static bool session_rx(struct ntb_irq_peer *peer)
{
	struct ntb_irq_dev *nd = peer->nd;
	struct ntb_irq_session *s = &peer->session;
	u32 raw[NTB_IRQ_FRAME_MAX] = { };
	struct ntb_irq_frame frame = { };
	u32 key;
	int ret;

	ret = ntb_irq_mailbox_recv(peer, raw);
	if (ret == -ENOTCONN)
		ntb_irq_session_down(peer);
	if (ret)
		return false;
	if (!memcmp(raw, s->rx_raw, sizeof(raw)))
		return false;
	key = ntb_irq_frame_key(s->peer_nonce, s->nonce);
	if (!ntb_irq_frame_decode(&frame, key, raw, nd->words)) {
		peer->stats.bad_frames++;
		return false;
	}
	memcpy(s->rx_raw, raw, sizeof(raw));
	s->rx_last = jiffies;
	peer->stats.words_recv += nd->words;

	if (frame.type == NTB_IRQ_FRAME_HANDSHAKE) {
		session_rx_handshake(peer, &frame);
		return true;
	}
	/*
	 * The frame is keyed with our nonce: the peer has received it, even if the
	 * handshake that acknowledged it was overwritten before it was read.
	 */
	s->acked = true;
	session_up(peer);
	if (s->state != NTB_IRQ_SESSION_UP)
		return true;

	if (s->tx_busy && frame.ack == s->tx.seq)
		session_tx_acked(peer);
	if (frame.type == NTB_IRQ_FRAME_DATA && !session_rx_data(peer, &frame)) {
		peer->stats.rejected++;
		session_restart(peer);
		/* A peer that repeats it must not keep this host busy. */
		s->backoff_until = jiffies + REJECT_BACKOFF;
	}
	return true;
}

static bool session_idle(const struct ntb_irq_session *s)
{
	return s->state == NTB_IRQ_SESSION_UP && !s->tx_busy;
}

static bool session_next_record(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;

	if (ntb_irq_export_next(peer, &s->record)) {
		s->probing = false;
		return true;
	}
	if (!session_idle(s) || time_before(jiffies, s->rx_last + PROBE_INTERVAL))
		return false;
	ntb_irq_value_encode(NTB_IRQ_RECORD_PROBE, 0, &s->record);
	s->probing = true;
	return true;
}

/* Put the next part of a record, or the first of the next one, into the mailbox. */
static void session_tx_next(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;
	unsigned int i, n = peer->nd->part_words;

	if (!s->tx_part && !session_next_record(peer))
		return;

	s->tx.type = NTB_IRQ_FRAME_DATA;
	s->tx.seq++;
	s->tx.part = s->tx_part;
	for (i = 0; i < n; i++)
		s->tx.payload[i] = s->record.w[s->tx_part * n + i];
	s->tx_busy = true;
	s->post = true;
	session_wait_begins(peer);
}

/* The driver refuses to send, so trying again at once does not help. */
static void session_send_failed(struct ntb_irq_peer *peer, int error)
{
	peer->session.backoff_until = jiffies + SEND_BACKOFF;
	peer->retry = RETRY_LAST;
	if (peer->send_error != error)
		ntb_irq_peer_warn(peer, "no frame can be sent: %d\n", error);
	peer->send_error = error;
}

/* The mailbox is not emptied: look less often, but for runs that have another reason. */
static void session_mailbox_full(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;

	if (!time_before(jiffies, s->tx_posted + peer->retry))
		session_wait_longer(peer);
	s->tx_posted = jiffies;
}

static void session_post(struct ntb_irq_peer *peer)
{
	struct ntb_irq_dev *nd = peer->nd;
	struct ntb_irq_session *s = &peer->session;
	u32 words[NTB_IRQ_FRAME_MAX];
	int ret;

	/* Drivers compute addresses from registers, which may read as ones by now. */
	if (!ntb_irq_present(nd))
		return;
	if (s->state == NTB_IRQ_SESSION_UP)
		s->tx.ack = s->rx_seq;
	ntb_irq_frame_encode(&s->tx, ntb_irq_frame_key(s->nonce, s->peer_nonce), words, nd->words);
	ret = ntb_irq_mailbox_send(peer, words);
	if (ret == -EAGAIN)
		session_mailbox_full(peer);
	else if (ret == -ENOTCONN && nd->cfg.mailbox)
		ntb_irq_session_down(peer);
	else if (ret)
		session_send_failed(peer, ret);
	if (ret)
		return;
	peer->send_error = 0;
	s->post = false;
	/* What follows an acknowledgment does not wait as long as that had to. */
	if (!session_waits(s))
		peer->retry = RETRY_FIRST;
	s->tx_posted = jiffies;
	if (s->probing)
		peer->stats.probe_words += nd->words;
	else
		peer->stats.words_sent += nd->words;
}

/* Where the log has the cause already, a line that guesses at it would mislead. */
static void session_timed_out(struct ntb_irq_peer *peer)
{
	if (!peer->timeout_logged && !peer->send_error && !peer->refused_logged) {
		ntb_irq_peer_warn(peer,
				  "no response for %u s although the link is up; ntb_irq is not running there, or the mailbox layouts differ\n",
				  jiffies_to_msecs(PEER_TIMEOUT) / 1000);
		peer->timeout_logged = true;
	}
	session_restart(peer);
}

static void session_repeat(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;

	if (!session_waits(s))
		return;
	/* A frame that the mailbox did not take had no response either. */
	if (!ntb_irq_time_left(s->tx_since + PEER_TIMEOUT)) {
		session_timed_out(peer);
		return;
	}
	if (s->post || time_before(jiffies, s->tx_posted + peer->retry))
		return;
	if (s->state == NTB_IRQ_SESSION_HANDSHAKE && s->tx.type != NTB_IRQ_FRAME_HANDSHAKE) {
		session_handshake(peer);
		return;
	}
	s->tx.retry = (s->tx.retry + 1) & 0xf;
	s->post = true;
	session_wait_longer(peer);
}

/* Jiffies until @tx is to be looked at again: until it is repeated, or given up. */
static unsigned long session_patience(struct ntb_irq_peer *peer)
{
	const struct ntb_irq_session *s = &peer->session;

	if (!session_waits(s))
		return peer->retry;
	return min(peer->retry, ntb_irq_time_left(s->tx_since + PEER_TIMEOUT));
}

/*
 * Whether something may have to be done that no event reports: a client's mailbox may
 * give no notification, and what waits for another peer is not to wait for ever.
 */
static bool session_polls(const struct ntb_irq_peer *peer)
{
	return peer->nd->cfg.mailbox || (peer->session.state == NTB_IRQ_SESSION_UP &&
					 !bitmap_empty(peer->dirty, peer->nd->domain->max));
}

/* Where the peer has to answer, the work runs again in any case; else see to it here. */
static void session_watch(struct ntb_irq_peer *peer)
{
	const struct ntb_irq_session *s = &peer->session;
	bool up = s->state == NTB_IRQ_SESSION_UP, polls = session_polls(peer);
	unsigned long delay = POLL_INTERVAL;

	if (s->state == NTB_IRQ_SESSION_DOWN || session_waits(s) || !(up || polls))
		return;
	/* Counted from the last frame: a run for another reason is no sign of the peer. */
	if (up) {
		unsigned long probe = ntb_irq_time_left(s->rx_last + PROBE_INTERVAL);

		delay = polls ? min(delay, probe) : probe;
	}
	mod_delayed_work(peer->nd->wq, &peer->probe_work, delay);
}

/* Read what has arrived, send what is due. Runs in the peer's work only. */
void ntb_irq_session_run(struct ntb_irq_peer *peer)
{
	struct ntb_irq_session *s = &peer->session;
	int frames = FRAMES_AT_ONCE;

	if (!ntb_irq_present(peer->nd)) {
		if (s->state != NTB_IRQ_SESSION_DOWN)
			ntb_irq_peer_warn(peer,
					  "the session ends: the function does not respond\n");
		ntb_irq_session_down(peer);
		/* It may have been reset, and come back without an event. */
		mod_delayed_work(peer->nd->wq, &peer->probe_work, PROBE_INTERVAL);
		return;
	}
	if (!(ntb_link_is_up(peer->nd->hw.ntb, NULL, NULL) & BIT_ULL(peer->pidx))) {
		ntb_irq_session_down(peer);
		return;
	}
	/* The client is ending its use of messages, and kicks this work then. */
	if (ntb_irq_import_held(peer))
		return;
	if (s->state == NTB_IRQ_SESSION_DOWN)
		session_restart(peer);

	while (frames-- && session_rx(peer)) {
		if (ntb_irq_import_held(peer))
			return;
	}
	if (s->state == NTB_IRQ_SESSION_DOWN)
		return;
	session_up(peer);
	if (s->state == NTB_IRQ_SESSION_UP && !s->tx_busy)
		session_tx_next(peer);
	session_repeat(peer);
	if (ntb_irq_import_held(peer))
		return;
	if (s->post && !session_backs_off(s->backoff_until))
		session_post(peer);
	if (frames < 0)
		ntb_irq_peer_kick_within(peer, 1);
	else if (session_waits(s) || s->post)
		ntb_irq_peer_kick_within(peer, session_patience(peer));
	else if (s->state == NTB_IRQ_SESSION_HANDSHAKE)
		ntb_irq_peer_kick_within(peer, ntb_irq_time_left(peer->begin_after));
	session_watch(peer);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_session_run);
