/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The server side of one vfio-user connection. It frames, bounds and answers
 * messages; what a region or an interrupt means is the business of its owner.
 */
#ifndef FABRIC_VFIO_USER_H
#define FABRIC_VFIO_USER_H

#include "bridge/types.h"

#define VU_MAX_FDS		8
#define VU_MAX_DATA		(1024u * 1024u)

/*
 * What the owner of a connection answers. Offsets and counts have been checked
 * against region_size() and irq_count() before any of these is called; errors
 * are negative errno values and go to the client as they are.
 */
struct vu_ops {
	u64 (*region_size)(void *ctx, u32 region);
	u32 (*irq_count)(void *ctx, u32 index);
	void (*region_read)(void *ctx, u32 region, u64 offset, void *buf,
			    u32 count);
	void (*region_write)(void *ctx, u32 region, u64 offset,
			     const void *buf, u32 count);
	/* fds is NULL to take the vectors away; a kept fd is replaced by -1 */
	int (*set_irqs)(void *ctx, u32 index, u32 start, u32 count, int *fds);
	/* fd may be -1: memory that can only be reached by messages */
	int (*dma_map)(void *ctx, u64 iova, u64 size, u64 offset, bool writable,
		       int fd);
	int (*dma_unmap)(void *ctx, u64 iova, u64 size);
	void (*reset)(void *ctx);
	/* the client answered that vu_dma_write(); error is 0 or an errno */
	void (*dma_written)(void *ctx, u64 address, u64 tag, u32 error);
	/* an access outside every region came with a message that has no reply */
	void (*bad_access)(void *ctx);
};

struct vu_conn;

/* Takes over fd, which must be a connected stream socket. */
struct vu_conn *vu_open(int fd, const char *name, const struct vu_ops *ops,
			void *ctx);
void vu_close(struct vu_conn *c);

int vu_fd(const struct vu_conn *c);
/* True once the client and we agreed on a version. */
bool vu_ready(const struct vu_conn *c);
/* The poll events the connection waits for. */
short vu_events(const struct vu_conn *c);
/*
 * Handle what poll() reported. Returns false when the connection is over; the
 * reason has been printed and the owner has to call vu_close().
 */
bool vu_handle(struct vu_conn *c, short revents);

/*
 * Ask the client to write up to eight bytes to a bus address of its machine.
 * Writes leave in order, many at a time. Returns false when too many wait. tag is the
 * owner's, and comes back with the answer.
 */
bool vu_dma_write(struct vu_conn *c, u64 address, const void *data, u32 len,
		  u64 tag);
/* How many of these the client has not answered. */
u32 vu_dma_waiting(const struct vu_conn *c);

#endif
