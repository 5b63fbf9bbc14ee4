/* SPDX-License-Identifier: GPL-2.0-only */
/* Test client: its tracepoint. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ntb_irq_test

#if !defined(_NTB_IRQ_TEST_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NTB_IRQ_TEST_TRACE_H

#include <linux/tracepoint.h>

/* Before the write, so that its time is not after that at which the bridge sees it. */
TRACE_EVENT(ntb_irq_test_ring,
	TP_PROTO(unsigned int pidx, unsigned int index),
	TP_ARGS(pidx, index),
	TP_STRUCT__entry(
		__field(unsigned int, pidx)
		__field(unsigned int, index)
	),
	TP_fast_assign(
		__entry->pidx = pidx;
		__entry->index = index;
	),
	TP_printk("peer=%u index=%u", __entry->pidx, __entry->index)
);

#endif /* _NTB_IRQ_TEST_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
