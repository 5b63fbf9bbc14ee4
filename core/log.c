// SPDX-License-Identifier: GPL-2.0-only
/* Messages that a peer can cause: there are only so many of them. */
#define dev_fmt(fmt) "ntb_irq: " fmt

#include <linux/device.h>

#include "internal.h"

/* At most so many messages about one peer, in an interval. */
#define LOG_BURST	10
#define LOG_INTERVAL	(60 * HZ)

void ntb_irq_log_init(struct ntb_irq_log *log)
{
	ratelimit_state_init(&log->limit, LOG_INTERVAL, LOG_BURST);
	ratelimit_set_flags(&log->limit, RATELIMIT_MSG_ON_RELEASE);
}

void ntb_irq_peer_warn(struct ntb_irq_peer *peer, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	if (!__ratelimit(&peer->log.limit))
		return;
	va_start(args, fmt);
	vaf.va = &args;
	dev_warn(peer->nd->dev, "peer %u: %pV", peer->pidx, &vaf);
	va_end(args);
}
