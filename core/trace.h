/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ntb_irq

#if !defined(_NTB_IRQ_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NTB_IRQ_TRACE_H

#include <linux/device.h>
#include <linux/tracepoint.h>

#include "wire.h"

/* A freed interrupt has the number 0. */
TRACE_EVENT(ntb_irq_entry,
	TP_PROTO(struct device *dev, unsigned int index, unsigned int virq),
	TP_ARGS(dev, index, virq),
	TP_STRUCT__entry(
		__string(name, dev_name(dev))
		__field(unsigned int, index)
		__field(unsigned int, virq)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->index = index;
		__entry->virq = virq;
	),
	TP_printk("%s index=%u irq=%u", __get_str(name), __entry->index, __entry->virq)
);

DECLARE_EVENT_CLASS(ntb_irq_run,
	TP_PROTO(struct device *dev, unsigned int pidx, const struct ntb_irq_run *run),
	TP_ARGS(dev, pidx, run),
	TP_STRUCT__entry(
		__string(name, dev_name(dev))
		__field(unsigned int, pidx)
		__field(unsigned int, window)
		__field(u32, index)
		__field(u32, count)
		__field(u32, offset)
		__field(u32, data)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->pidx = pidx;
		__entry->window = run->window;
		__entry->index = run->index;
		__entry->count = run->count;
		__entry->offset = run->offset;
		__entry->data = run->data;
	),
	TP_printk("%s peer=%u index=%u count=%u window=%u offset=%#x data=%#x",
		  __get_str(name), __entry->pidx, __entry->index, __entry->count,
		  __entry->window, __entry->offset, __entry->data)
);

DEFINE_EVENT(ntb_irq_run, ntb_irq_export,
	TP_PROTO(struct device *dev, unsigned int pidx, const struct ntb_irq_run *run),
	TP_ARGS(dev, pidx, run));

DEFINE_EVENT(ntb_irq_run, ntb_irq_import,
	TP_PROTO(struct device *dev, unsigned int pidx, const struct ntb_irq_run *run),
	TP_ARGS(dev, pidx, run));

/* A revocation has interrupts only: the rest is zero. */
DEFINE_EVENT(ntb_irq_run, ntb_irq_revoke,
	TP_PROTO(struct device *dev, unsigned int pidx, const struct ntb_irq_run *run),
	TP_ARGS(dev, pidx, run));

/* A window of 0 bytes is one that was closed. */
TRACE_EVENT(ntb_irq_window,
	TP_PROTO(struct device *dev, unsigned int pidx, int widx, u64 base, u64 size, int ret),
	TP_ARGS(dev, pidx, widx, base, size, ret),
	TP_STRUCT__entry(
		__string(name, dev_name(dev))
		__field(unsigned int, pidx)
		__field(int, widx)
		__field(u64, base)
		__field(u64, size)
		__field(int, ret)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->pidx = pidx;
		__entry->widx = widx;
		__entry->base = base;
		__entry->size = size;
		__entry->ret = ret;
	),
	TP_printk("%s peer=%u window=%d base=%#llx size=%#llx ret=%d", __get_str(name),
		  __entry->pidx, __entry->widx, __entry->base, __entry->size, __entry->ret)
);

#endif /* _NTB_IRQ_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
