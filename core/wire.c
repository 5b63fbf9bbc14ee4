// SPDX-License-Identifier: GPL-2.0-only
/* Encoding and decoding of frames and records, and bounds of received values. */
#include <kunit/visibility.h>
#include <linux/bitfield.h>
#include <linux/crc32.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "wire.h"

#define FRAME_MAGIC	0xb
#define HDR_MAGIC	GENMASK(31, 28)
#define HDR_TYPE	GENMASK(27, 24)
#define HDR_RETRY	GENMASK(23, 20)
#define HDR_PART	GENMASK(19, 16)	/* in a handshake the version */
#define HDR_SEQ		GENMASK(15, 8)	/* in a handshake log2 of the domain's size */
#define HDR_ACK		GENMASK(7, 0)	/* in a handshake the two fields below */
#define ACK_SIZE_ORDER	GENMASK(4, 0)
#define ACK_COUNT_ORDER	GENMASK(7, 5)

#define W0_KIND		GENMASK(31, 28)
#define W0_WINDOW	GENMASK(27, 22)
#define W0_REST		GENMASK(21, 0)	/* offset / 4, or window index */
#define W1_INDEX	GENMASK(31, 16)
#define W1_COUNT	GENMASK(15, 0)	/* less one */
#define W3_OFFSET_STEP	GENMASK(31, 16)	/* signed, / 4 */
#define W3_DATA_STEP	GENMASK(15, 0)	/* signed */

/* The check word is computed over little-endian words on every host. */
static u32 frame_crc(u32 key, const u32 *words, unsigned int n)
{
	while (n--) {
		__le32 word = cpu_to_le32(*words++);

		key = crc32_le(key, (u8 *)&word, sizeof(word));
	}
	return key;
}

/* A handshake is sent before any nonce is known, so it cannot be keyed. */
static u32 frame_seed(const struct ntb_irq_frame *frame, u32 key)
{
	return frame->type == NTB_IRQ_FRAME_HANDSHAKE ? ~0U : key;
}

/* Key of the check word for one direction of a session. */
u32 ntb_irq_frame_key(u32 sender, u32 receiver)
{
	u32 nonces[] = { sender, receiver };

	return frame_crc(~0U, nonces, ARRAY_SIZE(nonces));
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_frame_key);

/* Make the @n words, NTB_IRQ_FRAME_MIN to NTB_IRQ_FRAME_MAX, of a frame. */
void ntb_irq_frame_encode(const struct ntb_irq_frame *frame, u32 key, u32 *words, unsigned int n)
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
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_frame_encode);

/* Returns false unless the frame is whole and was made with @key. */
bool ntb_irq_frame_decode(struct ntb_irq_frame *frame, u32 key, const u32 *words, unsigned int n)
{
	unsigned int i;

	if (FIELD_GET(HDR_MAGIC, words[0]) != FRAME_MAGIC)
		return false;

	frame->type = FIELD_GET(HDR_TYPE, words[0]);
	if (frame->type != NTB_IRQ_FRAME_HANDSHAKE && frame->type != NTB_IRQ_FRAME_DATA &&
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
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_frame_decode);

void ntb_irq_handshake_encode(const struct ntb_irq_handshake *hs, struct ntb_irq_frame *frame)
{
	*frame = (struct ntb_irq_frame) {
		.type	= NTB_IRQ_FRAME_HANDSHAKE,
		.part	= hs->version,
		.seq	= hs->max_order,
		.ack	= FIELD_PREP(ACK_SIZE_ORDER, hs->capacity.size_order) |
			  FIELD_PREP(ACK_COUNT_ORDER, hs->capacity.count_order),
		.payload = { hs->nonce, hs->peer_nonce },
	};
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_handshake_encode);

/* A host without a window to the receiver has no number of them either. */
static bool capacity_is_valid(const struct ntb_irq_capacity *capacity)
{
	if (!capacity->size_order)
		return !capacity->count_order;
	return capacity->size_order >= ilog2(NTB_IRQ_WINDOW_MIN) &&
	       capacity->count_order <= ilog2(NTB_IRQ_WINDOW_IDS);
}

/*
 * Returns -EPROTO for another version of the protocol, -ERANGE when a field is out
 * of bounds; @hs is filled in any case, for messages.
 */
int ntb_irq_handshake_decode(const struct ntb_irq_frame *frame, struct ntb_irq_handshake *hs)
{
	*hs = (struct ntb_irq_handshake) {
		.version	= frame->part,
		.max_order	= frame->seq,
		.capacity	= {
			.size_order	= FIELD_GET(ACK_SIZE_ORDER, frame->ack),
			.count_order	= FIELD_GET(ACK_COUNT_ORDER, frame->ack),
		},
		.nonce		= frame->payload[0],
		.peer_nonce	= frame->payload[1],
	};
	if (hs->version != NTB_IRQ_PROTOCOL_VERSION)
		return -EPROTO;
	if (hs->max_order > ilog2(NTB_IRQ_MAX) || !hs->nonce || !capacity_is_valid(&hs->capacity))
		return -ERANGE;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_handshake_decode);

enum ntb_irq_record_kind ntb_irq_record_kind(const struct ntb_irq_record *rec)
{
	return FIELD_GET(W0_KIND, rec->w[0]);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_record_kind);

/*
 * Extend a run by the interrupt after its last. Messages of one parent differ from
 * index to index by a constant step of the address or of the data, so that a
 * whole table is a handful of runs. Returns false, with the run unchanged, when
 * the interrupt does not continue the progression.
 */
bool ntb_irq_run_append(struct ntb_irq_run *run, u32 offset, u32 data)
{
	s64 offset_step = (s64)offset - run->offset;
	s64 data_step = (s64)data - run->data;

	if (run->count > W1_COUNT)
		return false;
	if (run->count > 1) {
		if (offset_step != (s64)run->offset_step * run->count ||
		    data_step != (s64)run->data_step * run->count)
			return false;
		run->count++;
		return true;
	}

	if (offset_step / 4 != (s16)(offset_step / 4) || data_step != (s16)data_step)
		return false;
	run->offset_step = offset_step;
	run->data_step = data_step;
	run->count = 2;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_run_append);

void ntb_irq_run_encode(const struct ntb_irq_run *run, struct ntb_irq_record *rec)
{
	rec->w[0] = FIELD_PREP(W0_KIND, NTB_IRQ_RECORD_RUN) | FIELD_PREP(W0_WINDOW, run->window) |
		    FIELD_PREP(W0_REST, run->offset / 4);
	rec->w[1] = FIELD_PREP(W1_INDEX, run->index) | FIELD_PREP(W1_COUNT, run->count - 1);
	rec->w[2] = run->data;
	rec->w[3] = FIELD_PREP(W3_OFFSET_STEP, (u16)(run->offset_step / 4)) |
		    FIELD_PREP(W3_DATA_STEP, (u16)run->data_step);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_run_encode);

/* For a RUN, a REVOKE or a HOLD; the values are unchecked. */
void ntb_irq_run_decode(const struct ntb_irq_record *rec, struct ntb_irq_run *run)
{
	run->window = FIELD_GET(W0_WINDOW, rec->w[0]);
	run->offset = FIELD_GET(W0_REST, rec->w[0]) * 4;
	run->index = FIELD_GET(W1_INDEX, rec->w[1]);
	run->count = FIELD_GET(W1_COUNT, rec->w[1]) + 1;
	run->data = rec->w[2];
	run->offset_step = (s16)FIELD_GET(W3_OFFSET_STEP, rec->w[3]) * 4;
	run->data_step = (s16)FIELD_GET(W3_DATA_STEP, rec->w[3]);
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_run_decode);

/*
 * Check a received run against a table of @max interrupts and a window with
 * @window_len useful bytes, 0 when it is not open. After this no write of any of
 * the interrupts can leave the window, nor any index the table. Returns -ENXIO
 * when the window is not open, -ERANGE when an index or an offset is out of
 * bounds.
 */
int ntb_irq_run_check(const struct ntb_irq_run *run, u32 max, u32 window_len)
{
	s64 last = (s64)run->offset + (s64)run->offset_step * (run->count - 1);

	if (run->index >= max || run->count > max - run->index)
		return -ERANGE;
	if (!window_len)
		return -ENXIO;
	if ((u64)run->offset + sizeof(u32) > window_len)
		return -ERANGE;
	if (last < 0 || last + (s64)sizeof(u32) > window_len)
		return -ERANGE;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_run_check);

void ntb_irq_window_encode(const struct ntb_irq_window_record *win, struct ntb_irq_record *rec)
{
	rec->w[0] = FIELD_PREP(W0_KIND, NTB_IRQ_RECORD_WINDOW) |
		    FIELD_PREP(W0_WINDOW, win->window) | FIELD_PREP(W0_REST, win->widx);
	rec->w[1] = lower_32_bits(win->start);
	rec->w[2] = upper_32_bits(win->start);
	rec->w[3] = win->len;
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_window_encode);

/* The values are unchecked. */
void ntb_irq_window_decode(const struct ntb_irq_record *rec, struct ntb_irq_window_record *win)
{
	win->window = FIELD_GET(W0_WINDOW, rec->w[0]);
	win->widx = FIELD_GET(W0_REST, rec->w[0]);
	win->start = (u64)rec->w[2] << 32 | rec->w[1];
	win->len = rec->w[3];
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_window_decode);

/* REVOKE or HOLD @count interrupts, at least 1, from @index on. */
void ntb_irq_range_encode(enum ntb_irq_record_kind kind, u32 index, u32 count,
			  struct ntb_irq_record *rec)
{
	*rec = (struct ntb_irq_record) {
		.w[0] = FIELD_PREP(W0_KIND, kind),
		.w[1] = FIELD_PREP(W1_INDEX, index) | FIELD_PREP(W1_COUNT, count - 1),
	};
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_range_encode);

/* SHUT with a window id, SYNC with the number of interrupts in the table, BYE, PROBE. */
void ntb_irq_value_encode(enum ntb_irq_record_kind kind, u32 value, struct ntb_irq_record *rec)
{
	*rec = (struct ntb_irq_record) {
		.w[0] = FIELD_PREP(W0_KIND, kind),
		.w[1] = value,
	};
}
EXPORT_SYMBOL_IF_KUNIT(ntb_irq_value_encode);
