/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hosts say to each other: frames of mailbox words that carry records.
 *
 * A frame is a header word, payload words and a check word. It stands in the
 * mailbox until the peer has acknowledged it, so a lost word is repeated and a
 * torn or stale frame is recognised by its check word. The check word of all
 * but the greeting is keyed with the nonces of both hosts: a frame of an earlier
 * session, or one that was meant for somebody else, never passes.
 *
 * A record is four payload words. It takes one frame, or two where the mailbox
 * has room for two payload words only.
 */
#ifndef _NTB_IRQ_EXCHANGE_H
#define _NTB_IRQ_EXCHANGE_H

#include <linux/ntb_irq_backend.h>
#include <linux/types.h>

#define NTB_IRQ_EXCHANGE_VERSION	1
#define NTB_IRQ_RECORD_WORDS		4

enum ntb_irq_frame_type {
	NTB_IRQ_FRAME_HELLO	= 1,
	NTB_IRQ_FRAME_DATA	= 2,
	NTB_IRQ_FRAME_ACK	= 3,
};

/**
 * struct ntb_irq_record - one thing said to a peer
 * @w:	four words: the kind and kind-specific values
 */
struct ntb_irq_record {
	u32	w[NTB_IRQ_RECORD_WORDS];
};

/**
 * struct ntb_irq_frame - a frame, decoded
 * @type:	see &enum ntb_irq_frame_type
 * @retry:	counts repeats, modulo 16
 * @part:	part of the record; in a greeting the version of the exchange
 * @seq:	sequence number; in a greeting log2 of the sender's domain size
 * @ack:	sequence number last accepted from the peer
 * @payload:	record words; in a greeting the sender's nonce and the nonce it
 *		knows of the receiver
 */
struct ntb_irq_frame {
	u8	type;
	u8	retry;
	u8	part;
	u8	seq;
	u8	ack;
	u32	payload[NTB_IRQ_FRAME_MAX - 2];
};

/**
 * enum ntb_irq_record_kind - what a record says
 * @NTB_IRQ_RECORD_WINDOW: a window can be written through
 * @NTB_IRQ_RECORD_SHUT:   forget a window and everything in it
 * @NTB_IRQ_RECORD_RUN:    messages of consecutive interrupts
 * @NTB_IRQ_RECORD_REVOKE: forget consecutive interrupts
 * @NTB_IRQ_RECORD_SYNC:   the table is complete now
 * @NTB_IRQ_RECORD_BYE:    forget everything
 */
enum ntb_irq_record_kind {
	NTB_IRQ_RECORD_WINDOW	= 1,
	NTB_IRQ_RECORD_SHUT	= 2,
	NTB_IRQ_RECORD_RUN	= 3,
	NTB_IRQ_RECORD_REVOKE	= 4,
	NTB_IRQ_RECORD_SYNC	= 5,
	NTB_IRQ_RECORD_BYE	= 6,
};

/**
 * struct ntb_irq_run - consecutive interrupts in arithmetic progression
 * @slot:	window slot all of them are in
 * @index:	first interrupt
 * @count:	how many
 * @offset:	offset of the first in the useful part of the window, bytes
 * @data:	data of the first
 * @offset_step: bytes from one to the next, a multiple of 4
 * @data_step:	difference of data from one to the next
 */
struct ntb_irq_run {
	unsigned int	slot;
	u32		index;
	u32		count;
	u32		offset;
	u32		data;
	s32		offset_step;
	s32		data_step;
};

/**
 * struct ntb_irq_window_record - a window, as told to a peer
 * @slot:	slot the peer shall know it by
 * @widx:	window index
 * @start:	offset of the useful part from the start of the window, bytes
 * @len:	bytes of the useful part
 */
struct ntb_irq_window_record {
	unsigned int	slot;
	int		widx;
	u64		start;
	u32		len;
};

static inline enum ntb_irq_record_kind ntb_irq_record_kind(const struct ntb_irq_record *rec)
{
	return rec->w[0] >> 28;
}

#endif /* _NTB_IRQ_EXCHANGE_H */
