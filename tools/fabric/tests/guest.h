/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Machines made of nothing but a socket, a piece of memory and some eventfds,
 * joined by the real fabric in the same process.
 */
#ifndef FABRIC_GUEST_H
#define FABRIC_GUEST_H

#include "bridge/fabric.h"
#include "models/switchtec/regs.h"
#include "tests/tap.h"
#include "vfio/vfio_proto.h"

#define RAM_BYTES	(16u << 20)
#define GUEST_VECTORS	4
#define MAX_SEEN	8192

/* Block addresses in BAR 0 */
#define CTRL_OF(p)	(CTRL + (p) * CTRL_STRIDE)
#define DBMSG_OF(p)	(DBMSG + (p) * DBMSG_STRIDE)

struct seen_write {
	u64 address;
	u64 data;
	u32 len;
};

struct guest {
	struct fabric *f;
	int index;
	int fd;
	u16 next_id;
	int ram_fd;
	u8 *ram;
	int vector[GUEST_VECTORS];

	/* DMA_WRITE messages that came, and how they are answered */
	struct seen_write seen[MAX_SEEN];
	u32 num_seen;
	u32 dma_error;
	bool hold;
	u16 held[MAX_SEEN];
	u32 num_held;

	/* the last reply */
	bool replied;
	bool closed;
	struct vu_header reply;
	u8 body[65536];
	u32 body_len;
};

struct rig {
	struct fabric *f;
	int hosts;
	struct guest g[MAX_HOSTS];
	/* of rig_ask() */
	char reply[65536];
};

/* A setting that differs from its default; lists end without a key. */
struct change {
	const char *key;
	u64 value;
};

/* A fabric with connected, enabled guests; changes may be NULL. */
struct rig *rig_model(const char *model, int hosts,
		      const struct change *changes);
/* Does the model refuse these settings, with a sentence? */
bool rig_refused(const char *model, int hosts, const struct change *changes);
/* A Switchtec pair whose requests may pass. */
struct rig *rig_new(void);
/* The same, with one setting changed. */
struct rig *rig_with(const char *key, u64 value);
void rig_free(struct rig *r);
/* The reply to a command of the control socket, until the next one. */
const char *rig_ask(struct rig *r, const char *text);

/* Connect only, no message yet. */
void guest_connect(struct guest *g);
/* Everything QEMU does before the guest runs, and then the guest's part. */
void guest_start(struct guest *g);
void guest_version(struct guest *g);
void guest_disconnect(struct guest *g);
/* Let the fabric work until nothing moves, handling what it sends. */
void settle(struct guest *g);
void guest_release_replies(struct guest *g);

/* Send bytes as they are. */
void guest_send_raw(struct guest *g, const void *data, size_t len, int *fds,
		    int nfds);
/* Send a message; true when a reply without error came. */
bool guest_call(struct guest *g, u16 command, u32 flags, const void *body,
		u32 len, int *fds, int nfds);

u64 rd(struct guest *g, u32 region, u64 offset, u32 size);
void wr(struct guest *g, u32 region, u64 offset, u64 value, u32 size);
void wr_posted(struct guest *g, u32 region, u64 offset, u64 value, u32 size);

/* How often a vector fired since the last look. */
u64 fired(struct guest *g, int vector);

/* Driver steps */
void lock_block(struct guest *g, int part);
u32 commit(struct guest *g, int part);
void allow_requests(struct guest *g);
/* On the lock of the other's block: a LUT or direct window to this guest. */
void open_lut(struct guest *g, u32 entry, u64 address);
void open_direct(struct guest *g, int bar, u64 address, u64 size);
u32 part_status(struct guest *g, int part);

#endif
