/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of core/, which are compiled as one, call of each other. */
#ifndef _NTB_IRQ_CALLS_H
#define _NTB_IRQ_CALLS_H

#include "internal.h"

/* parent.c */
static int ntb_irq_parent_init(struct ntb_irq *ni);
static bool ntb_irq_dma_translated(struct ntb_irq *ni);
static bool ntb_irq_unsafe_allowed(void);

/* device.c */
static struct ntb_irq *ntb_irq_new(struct ntb_dev *ntb, unsigned int max_irqs, int npeers);
static void ntb_irq_delete(struct ntb_irq *ni);
DEFINE_FREE(ntb_irq_delete, struct ntb_irq *, ntb_irq_delete(_T))

/* reserve.c */
static struct ntb_irq_domain *ntb_irq_reserved_domain(struct device *dev);

/* domain.c */
static int ntb_irq_domain_init(struct ntb_irq_domain *dom, struct device *dev, unsigned int max);
static int ntb_irq_domain_create(struct ntb_irq *ni);
static void ntb_irq_domain_remove(struct ntb_irq *ni);
static void ntb_irq_domain_reap(struct ntb_irq *ni);

/* window.c */
static struct ntb_irq_window_info *
ntb_irq_window_infos(struct ntb_irq_peer *peer, unsigned int *count, u64 *usable);
static int ntb_irq_window_set(struct ntb_irq_peer *peer, int widx, u64 base, u64 size);
static int ntb_irq_window_judge(struct ntb_irq *ni, unsigned int pidx,
				const struct ntb_irq_plan *plan);
static int ntb_irq_window_plan(struct ntb_irq_peer *peer);
static int ntb_irq_window_get(struct ntb_irq_peer *peer, u64 addr);
static void ntb_irq_window_put(struct ntb_irq_peer *peer, unsigned int slot);
static int ntb_irq_window_reopen(struct ntb_irq_peer *peer);
static void ntb_irq_window_close(struct ntb_irq_peer *peer, struct ntb_irq_window *win);
static void ntb_irq_window_close_all(struct ntb_irq_peer *peer);

/* reach.c */
static int ntb_irq_reach_size(struct ntb_irq_peer *peer, unsigned int *order,
			      unsigned int *count_order);
static int ntb_irq_reach_open(struct ntb_irq_peer *peer, u64 addr, u32 len, u64 *start);
static void ntb_irq_reach_close(struct ntb_irq_peer *peer, int widx);

/* publish.c */
static void ntb_irq_publish_message(struct ntb_irq *ni, unsigned int index);
static void ntb_irq_publish_all(struct ntb_irq_peer *peer);
static bool ntb_irq_publish_next(struct ntb_irq_peer *peer, struct ntb_irq_record *rec);
static void ntb_irq_publish_acked(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec);
static bool ntb_irq_publish_idle(struct ntb_irq_peer *peer);
static bool ntb_irq_told_any(struct ntb_irq *ni, unsigned int index);

/* session.c */
static int ntb_irq_peer_init(struct ntb_irq *ni, unsigned int pidx);
static void ntb_irq_peer_bye(struct ntb_irq_peer *peer);
static void ntb_irq_peer_shutdown(struct ntb_irq_peer *peer);
static void ntb_irq_peer_free(struct ntb_irq_peer *peer);
static void ntb_irq_peer_kick(struct ntb_irq_peer *peer, unsigned long delay);
static bool ntb_irq_peer_wait(struct ntb_irq_peer *peer,
			      bool (*done)(struct ntb_irq_peer *peer, const void *arg),
			      const void *arg, unsigned long timeout);

/* ring.c */
static void ntb_irq_ring_init(struct ntb_irq *ni);
static void ntb_irq_ring_exit(struct ntb_irq *ni);
static void ntb_irq_ring_offer(struct ntb_irq_peer *peer, struct ntb_irq_bells *bells);

/* accept.c */
static int ntb_irq_accept_begin(struct ntb_irq_peer *peer);
static int ntb_irq_accept_record(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec);
static void ntb_irq_accept_end(struct ntb_irq_peer *peer);

/* debugfs.c */
static void ntb_irq_debugfs_add(struct ntb_irq *ni);

#endif /* _NTB_IRQ_CALLS_H */
