// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library, compiled as one: what a file offers to one other only becomes a
 * part of it, and nothing but what is exported is known outside.
 */
#define CREATE_TRACE_POINTS
#include "trace.h"
#undef CREATE_TRACE_POINTS

#include "accept.c"
#include "backend.c"
#include "debugfs.c"
#include "device.c"
#include "domain.c"
#include "mailbox.c"
#include "mw.c"
#include "parent.c"
#include "plan.c"
#include "publish.c"
#include "reach.c"
#include "reserve.c"
#include "ring.c"
#include "session.c"
#include "window.c"
#if IS_ENABLED(CONFIG_NTB_IRQ_LEGACY)
#include "legacy.c"
/* Not there where the kernel has no such functions any more. */
#if __has_include("legacy_more.c")
#include "legacy_more.c"
#endif
#endif
