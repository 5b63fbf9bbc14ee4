/* SPDX-License-Identifier: GPL-2.0-only */
/* Records: encoding, decoding, and what a peer may say. */
#ifndef _NTB_IRQ_RECORD_H
#define _NTB_IRQ_RECORD_H

#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/ntb_irq.h>
#include <linux/sizes.h>

#include "exchange.h"
#include "plan.h"

#define W0_KIND		GENMASK(31, 28)
#define W0_SLOT		GENMASK(27, 22)
#define W0_REST		GENMASK(21, 0)	/* offset / 4, or window index */
#define W1_INDEX	GENMASK(31, 16)
#define W1_COUNT	GENMASK(15, 0)	/* less one */
#define W3_OFFSET_STEP	GENMASK(31, 16)	/* signed, / 4 */
#define W3_DATA_STEP	GENMASK(15, 0)	/* signed */

/**
 * ntb_irq_run_append() - extend a run by the interrupt after its last
 * @run:	the run, with at least one interrupt
 * @offset:	offset of the interrupt in the same window
 * @data:	its data
 *
 * Messages of one parent differ from index to index by a constant step of the
 * address or of the data, so that a whole table is a handful of runs.
 *
 * Context: any.
 * Return: false when the interrupt does not continue the progression, and then
 * the run is unchanged.
 */
static inline bool ntb_irq_run_append(struct ntb_irq_run *run, u32 offset, u32 data)
{
	s64 offset_step = ((s64)offset - run->offset);
	s64 data_step = ((s64)data - run->data);

	if (run->count > W1_COUNT)
		return false;
	if (run->count > 1)
		return offset_step == (s64)run->offset_step * run->count &&
		       data_step == (s64)run->data_step * run->count && ++run->count;

	if (offset_step / 4 != (s16)(offset_step / 4) || data_step != (s16)data_step)
		return false;
	run->offset_step = offset_step;
	run->data_step = data_step;
	run->count = 2;
	return true;
}

/**
 * ntb_irq_run_encode() - make the record of a run
 * @run:	the run; offsets and steps are multiples of 4
 * @rec:	filled in
 *
 * Context: any.
 */
static inline void ntb_irq_run_encode(const struct ntb_irq_run *run, struct ntb_irq_record *rec)
{
	rec->w[0] = FIELD_PREP(W0_KIND, NTB_IRQ_RECORD_RUN) | FIELD_PREP(W0_SLOT, run->slot) |
		    FIELD_PREP(W0_REST, run->offset / 4);
	rec->w[1] = FIELD_PREP(W1_INDEX, run->index) | FIELD_PREP(W1_COUNT, run->count - 1);
	rec->w[2] = run->data;
	rec->w[3] = FIELD_PREP(W3_OFFSET_STEP, (u16)(run->offset_step / 4)) |
		    FIELD_PREP(W3_DATA_STEP, (u16)run->data_step);
}

/**
 * ntb_irq_run_decode() - take a run or a revocation apart
 * @rec:	the record
 * @run:	filled in, unchecked
 *
 * Context: any.
 */
static inline void ntb_irq_run_decode(const struct ntb_irq_record *rec, struct ntb_irq_run *run)
{
	run->slot = FIELD_GET(W0_SLOT, rec->w[0]);
	run->offset = FIELD_GET(W0_REST, rec->w[0]) * 4;
	run->index = FIELD_GET(W1_INDEX, rec->w[1]);
	run->count = FIELD_GET(W1_COUNT, rec->w[1]) + 1;
	run->data = rec->w[2];
	run->offset_step = (s16)FIELD_GET(W3_OFFSET_STEP, rec->w[3]) * 4;
	run->data_step = (s16)FIELD_GET(W3_DATA_STEP, rec->w[3]);
}

/**
 * ntb_irq_run_check() - can what a peer said be believed?
 * @run:	the run, as decoded
 * @max:	interrupts the peer may have
 * @window_len:	bytes of the window it names, 0 when that window is not open
 *
 * After this no write of any of the interrupts can leave the window, nor any
 * index the table.
 *
 * Context: any.
 * Return: 0; -ENXIO when the window is not open; -ERANGE when an index or an
 * offset is out of bounds.
 */
static inline int ntb_irq_run_check(const struct ntb_irq_run *run, u32 max, u32 window_len)
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

/**
 * ntb_irq_window_encode() - make the record of a window
 * @win:	the window
 * @rec:	filled in
 *
 * Context: any.
 */
static inline void ntb_irq_window_encode(const struct ntb_irq_window_record *win,
					 struct ntb_irq_record *rec)
{
	rec->w[0] = FIELD_PREP(W0_KIND, NTB_IRQ_RECORD_WINDOW) | FIELD_PREP(W0_SLOT, win->slot) |
		    FIELD_PREP(W0_REST, win->widx);
	rec->w[1] = lower_32_bits(win->start);
	rec->w[2] = upper_32_bits(win->start);
	rec->w[3] = win->len;
}

/**
 * ntb_irq_window_decode() - take the record of a window apart
 * @rec:	the record
 * @win:	filled in, unchecked
 *
 * Context: any.
 */
static inline void ntb_irq_window_decode(const struct ntb_irq_record *rec,
					 struct ntb_irq_window_record *win)
{
	win->slot = FIELD_GET(W0_SLOT, rec->w[0]);
	win->widx = FIELD_GET(W0_REST, rec->w[0]);
	win->start = (u64)rec->w[2] << 32 | rec->w[1];
	win->len = rec->w[3];
}

/**
 * ntb_irq_revoke_encode() - make the record that revokes interrupts
 * @index:	first interrupt
 * @count:	how many, at least 1
 * @rec:	filled in
 *
 * Context: any.
 */
static inline void ntb_irq_revoke_encode(u32 index, u32 count, struct ntb_irq_record *rec)
{
	*rec = (struct ntb_irq_record) {
		.w[0] = FIELD_PREP(W0_KIND, NTB_IRQ_RECORD_REVOKE),
		.w[1] = FIELD_PREP(W1_INDEX, index) | FIELD_PREP(W1_COUNT, count - 1),
	};
}

/**
 * ntb_irq_simple_encode() - make a record that has one value
 * @kind:	%NTB_IRQ_RECORD_SHUT, %NTB_IRQ_RECORD_SYNC or %NTB_IRQ_RECORD_BYE
 * @value:	window slot, number of interrupts in the table, or 0
 * @rec:	filled in
 *
 * Context: any.
 */
static inline void ntb_irq_simple_encode(enum ntb_irq_record_kind kind, u32 value,
					 struct ntb_irq_record *rec)
{
	*rec = (struct ntb_irq_record) {
		.w[0] = FIELD_PREP(W0_KIND, kind),
		.w[1] = value,
	};
}

#endif /* _NTB_IRQ_RECORD_H */
