/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The protocol between hosts: frames of mailbox words that carry records.
 *
 * A frame is a header word, payload words and a check word. It stays in the
 * mailbox until the peer has acknowledged it, so a lost word is repeated and a
 * torn or stale frame is recognised by its check word. The check word of all
 * but the handshake is keyed with the nonces of both hosts: a frame of an earlier
 * session, or one for another host, never passes.
 *
 * A record is four payload words. It takes one frame, or two where the mailbox
 * has room for two payload words only.
 */
#ifndef _NTB_IRQ_WIRE_H
#define _NTB_IRQ_WIRE_H

#include <linux/ntb_irq_backend.h>
#include <linux/types.h>

#define NTB_IRQ_PROTOCOL_VERSION	3
#define NTB_IRQ_RECORD_WORDS		4

/** NTB_IRQ_WINDOW_IDS - windows one peer can have open at one time */
#define NTB_IRQ_WINDOW_IDS		64
/** NTB_IRQ_WINDOW_MAX - most bytes of a window the library makes use of */
#define NTB_IRQ_WINDOW_MAX		SZ_16M
/** NTB_IRQ_WINDOW_MIN - fewest bytes a window to a peer must have to be of use */
#define NTB_IRQ_WINDOW_MIN		SZ_4K

enum ntb_irq_frame_type {
	NTB_IRQ_FRAME_HANDSHAKE	= 1,
	NTB_IRQ_FRAME_DATA	= 2,
	NTB_IRQ_FRAME_ACK	= 3,
};

/**
 * struct ntb_irq_record - one item of a host's table, as sent to a peer
 * @w:	four words: the kind and kind-specific values
 */
struct ntb_irq_record {
	u32	w[NTB_IRQ_RECORD_WORDS];
};

/**
 * struct ntb_irq_frame - a frame, decoded
 * @type:	see &enum ntb_irq_frame_type
 * @retry:	counts repeats, modulo 16
 * @part:	part of the record
 * @seq:	sequence number
 * @ack:	sequence number last accepted from the peer
 * @payload:	record words
 *
 * A handshake uses the fields otherwise, see &struct ntb_irq_handshake.
 */
struct ntb_irq_frame {
	u8	type;
	u8	retry;
	u8	part;
	u8	seq;
	u8	ack;
	u32	payload[NTB_IRQ_FRAME_MAX - 2];
};

#define NTB_IRQ_CAPACITY_ANY		31

/**
 * struct ntb_irq_capacity - windows through which a host writes to a peer
 * @size_order:	log2 of the bytes of the largest; 0 where there is none;
 *		%NTB_IRQ_CAPACITY_ANY for that and more
 * @count_order: log2 of the number the peer can count on, where it is the host
 *		that writes which opens them
 */
struct ntb_irq_capacity {
	u8	size_order;
	u8	count_order;
};

/**
 * struct ntb_irq_handshake - first frame of a session, decoded
 * @version:	of the protocol
 * @max_order:	log2 of the size of the sender's domain
 * @capacity:	windows through which the sender writes to the receiver
 * @nonce:	identifies the sender's side of the session, never 0
 * @peer_nonce:	nonce that the sender has received, 0 for none
 */
struct ntb_irq_handshake {
	u8			version;
	u8			max_order;
	struct ntb_irq_capacity	capacity;
	u32			nonce;
	u32			peer_nonce;
};

/**
 * enum ntb_irq_record_kind - kinds of records
 * @NTB_IRQ_RECORD_WINDOW: a window can be written through
 * @NTB_IRQ_RECORD_SHUT:   a window, and every interrupt in it, is revoked
 * @NTB_IRQ_RECORD_RUN:    messages of consecutive interrupts
 * @NTB_IRQ_RECORD_REVOKE: consecutive interrupts are revoked
 * @NTB_IRQ_RECORD_SYNC:   the table is complete now
 * @NTB_IRQ_RECORD_BYE:    everything is revoked
 * @NTB_IRQ_RECORD_PROBE:  nothing; its acknowledgment shows that the peer is alive
 * @NTB_IRQ_RECORD_HOLD:   messages of consecutive interrupts are about to change: rings
 *			   wait until the new ones come
 */
enum ntb_irq_record_kind {
	NTB_IRQ_RECORD_WINDOW	= 1,
	NTB_IRQ_RECORD_SHUT	= 2,
	NTB_IRQ_RECORD_RUN	= 3,
	NTB_IRQ_RECORD_REVOKE	= 4,
	NTB_IRQ_RECORD_SYNC	= 5,
	NTB_IRQ_RECORD_BYE	= 6,
	NTB_IRQ_RECORD_PROBE	= 7,
	NTB_IRQ_RECORD_HOLD	= 8,
};

/**
 * struct ntb_irq_run - consecutive interrupts in arithmetic progression
 * @window:	id of the window all of them are in
 * @index:	first interrupt
 * @count:	how many
 * @offset:	offset of the first in the useful part of the window, bytes
 * @data:	data of the first
 * @offset_step: bytes from one to the next, a multiple of 4
 * @data_step:	difference of data from one to the next
 */
struct ntb_irq_run {
	unsigned int	window;
	u32		index;
	u32		count;
	u32		offset;
	u32		data;
	s32		offset_step;
	s32		data_step;
};

/**
 * struct ntb_irq_window_record - a window, as sent to a peer
 * @window:	id, by which other records refer to it
 * @widx:	window index
 * @start:	offset of the useful part from the start of the window, bytes
 * @len:	bytes of the useful part
 */
struct ntb_irq_window_record {
	unsigned int	window;
	int		widx;
	u64		start;
	u32		len;
};

u32 ntb_irq_frame_key(u32 sender, u32 receiver);
void ntb_irq_frame_encode(const struct ntb_irq_frame *frame, u32 key, u32 *words, unsigned int n);
bool ntb_irq_frame_decode(struct ntb_irq_frame *frame, u32 key, const u32 *words, unsigned int n);

void ntb_irq_handshake_encode(const struct ntb_irq_handshake *hs, struct ntb_irq_frame *frame);
int ntb_irq_handshake_decode(const struct ntb_irq_frame *frame, struct ntb_irq_handshake *hs);

enum ntb_irq_record_kind ntb_irq_record_kind(const struct ntb_irq_record *rec);
bool ntb_irq_run_append(struct ntb_irq_run *run, u32 offset, u32 data);
void ntb_irq_run_encode(const struct ntb_irq_run *run, struct ntb_irq_record *rec);
void ntb_irq_run_decode(const struct ntb_irq_record *rec, struct ntb_irq_run *run);
int ntb_irq_run_check(const struct ntb_irq_run *run, u32 max, u32 window_len);
void ntb_irq_window_encode(const struct ntb_irq_window_record *win, struct ntb_irq_record *rec);
void ntb_irq_window_decode(const struct ntb_irq_record *rec, struct ntb_irq_window_record *win);
void ntb_irq_range_encode(enum ntb_irq_record_kind kind, u32 index, u32 count,
			  struct ntb_irq_record *rec);
void ntb_irq_value_encode(enum ntb_irq_record_kind kind, u32 value, struct ntb_irq_record *rec);

#endif /* _NTB_IRQ_WIRE_H */
