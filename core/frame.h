/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames of mailbox words: encoding, decoding and the check word. */
#ifndef _NTB_IRQ_FRAME_H
#define _NTB_IRQ_FRAME_H

#include <linux/bitfield.h>
#include <linux/crc32.h>
#include <linux/string.h>

#include "exchange.h"

#define FRAME_MAGIC	0xb
#define HDR_MAGIC	GENMASK(31, 28)
#define HDR_TYPE	GENMASK(27, 24)
#define HDR_RETRY	GENMASK(23, 20)
#define HDR_PART	GENMASK(19, 16)
#define HDR_SEQ		GENMASK(15, 8)
#define HDR_ACK		GENMASK(7, 0)

/* Over the words as they are in a little-endian memory, whatever this host is. */
static inline u32 frame_crc(u32 key, const u32 *words, unsigned int n)
{
	while (n--) {
		__le32 word = cpu_to_le32(*words++);

		key = crc32_le(key, (u8 *)&word, sizeof(word));
	}
	return key;
}

/* A greeting is for whoever reads it: no nonce is known yet. */
static inline u32 frame_seed(const struct ntb_irq_frame *frame, u32 key)
{
	return frame->type == NTB_IRQ_FRAME_HELLO ? ~0U : key;
}

/**
 * ntb_irq_frame_key() - key of the check word for one direction of a session
 * @sender:	nonce of the host that writes the frame
 * @receiver:	nonce of the host that reads it
 *
 * Context: any.
 * Return: the key.
 */
static inline u32 ntb_irq_frame_key(u32 sender, u32 receiver)
{
	u32 nonces[] = { sender, receiver };

	return frame_crc(~0U, nonces, ARRAY_SIZE(nonces));
}

/**
 * ntb_irq_frame_encode() - make the words of a frame
 * @frame:	the frame
 * @key:	key of the check word, not used for a greeting
 * @words:	filled in
 * @n:		number of words, %NTB_IRQ_FRAME_MIN to %NTB_IRQ_FRAME_MAX
 *
 * Context: any.
 */
static inline void ntb_irq_frame_encode(const struct ntb_irq_frame *frame, u32 key, u32 *words,
					unsigned int n)
{
	unsigned int i;

	words[0] = FIELD_PREP(HDR_MAGIC, FRAME_MAGIC) |
		   FIELD_PREP(HDR_TYPE, frame->type) |
		   FIELD_PREP(HDR_RETRY, frame->retry) |
		   FIELD_PREP(HDR_PART, frame->part) |
		   FIELD_PREP(HDR_SEQ, frame->seq) |
		   FIELD_PREP(HDR_ACK, frame->ack);
	for (i = 0; i < n - 2; i++)
		words[i + 1] = frame->payload[i];
	words[n - 1] = frame_crc(frame_seed(frame, key), words, n - 1);
}

/**
 * ntb_irq_frame_decode() - take a frame apart
 * @frame:	filled in on success
 * @key:	key of the check word, not used for a greeting
 * @words:	words of the frame
 * @n:		number of words, %NTB_IRQ_FRAME_MIN to %NTB_IRQ_FRAME_MAX
 *
 * Context: any.
 * Return: true when the frame is whole and meant for the holder of @key.
 */
static inline bool ntb_irq_frame_decode(struct ntb_irq_frame *frame, u32 key, const u32 *words,
					unsigned int n)
{
	unsigned int i;

	if (FIELD_GET(HDR_MAGIC, words[0]) != FRAME_MAGIC)
		return false;

	frame->type = FIELD_GET(HDR_TYPE, words[0]);
	if (frame->type != NTB_IRQ_FRAME_HELLO && frame->type != NTB_IRQ_FRAME_DATA &&
	    frame->type != NTB_IRQ_FRAME_ACK)
		return false;
	if (words[n - 1] != frame_crc(frame_seed(frame, key), words, n - 1))
		return false;

	frame->retry = FIELD_GET(HDR_RETRY, words[0]);
	frame->part = FIELD_GET(HDR_PART, words[0]);
	frame->seq = FIELD_GET(HDR_SEQ, words[0]);
	frame->ack = FIELD_GET(HDR_ACK, words[0]);
	for (i = 0; i < n - 2; i++)
		frame->payload[i] = words[i + 1];
	return true;
}

#endif /* _NTB_IRQ_FRAME_H */
