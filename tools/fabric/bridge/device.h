/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a vendor model is to the rest of the fabric, and what the fabric does
 * for it. A model is one switch seen by all hosts: every call says which host
 * it comes from.
 */
#ifndef FABRIC_DEVICE_H
#define FABRIC_DEVICE_H

#include "vfio/pci.h"
#include "bridge/types.h"

struct fabric;

/* One --set key. Values are numbers; min and max bound them. */
struct setting {
	const char *key;
	u64 value;
	u64 min;
	u64 max;
	const char *help;
};

/* A way by which one host reaches another's bus addresses. */
struct window {
	const char *kind;
	int bar;
	u32 index;
	u64 offset;
	u64 size;
	int target_host;
	u64 target;
	bool enabled;
};

/* Where one access through a window ends. */
struct target {
	int host;
	u64 address;
	/* it is the window the drivers keep their shared words in */
	bool reserved;
};

/* A 32-bit word from one host's registers to another's. */
struct word {
	enum { WORD_MESSAGE, WORD_SPAD } kind;
	int from;
	int to;
	u32 reg;
	u32 value;
};

enum arrival {
	WORD_TAKEN,
	WORD_FULL,		/* its register has not been emptied yet */
	WORD_LOST,		/* there is no way to the other host */
};

struct model_ops {
	/*
	 * values[] has one number per setting. Returns NULL and a sentence in
	 * err when this combination is not possible.
	 */
	void *(*create)(struct fabric *f, const u64 *values, char *err,
			size_t err_len);
	void (*destroy)(void *m);
	void (*identity)(void *m, int host, struct pci_identity *id);

	/*
	 * size is 1, 2, 4 or 8, the offset is a multiple of it and inside the
	 * BAR.
	 */
	u64 (*bar_read)(void *m, int host, int bar, u64 offset, u32 size);
	void (*bar_write)(void *m, int host, int bar, u64 offset, u64 value,
			  u32 size);

	/*
	 * Registers of the vendor's own in configuration space; both may be
	 * NULL. size is 1, 2 or 4 and the offset a multiple of it. False: not
	 * one of them.
	 */
	bool (*config_read)(void *m, int host, u32 offset, u32 size,
			    u64 *value);
	bool (*config_write)(void *m, int host, u32 offset, u64 value,
			     u32 size);

	/* The end of a fabric_send_word()'s way; NULL when none is sent. */
	enum arrival (*word_arrives)(void *m, const struct word *w);

	/* The host went through a fundamental reset, or went away. */
	void (*reset)(void *m, int host);
	/* The physical link of this host changed; may be NULL. */
	void (*link_event)(void *m, int host);

	/* The nth window through which the host writes; false at the end. */
	bool (*window)(void *m, int host, u32 n, struct window *w);

	/*
	 * For the trace: the register's name, and the name of a value in it
	 * (or NULL). Either may be NULL.
	 */
	void (*register_name)(void *m, int host, int bar, u64 offset,
			      char *buf, size_t len);
	const char *(*value_name)(void *m, int host, int bar, u64 offset,
				  u64 value);
};

/* A kind of hardware that --vendor can name. */
struct model {
	const char *name;
	/* ends with an entry without a key; defaults are in value */
	const struct setting *settings;
	/* how many it joins; 0: create() decides */
	int hosts;
	const struct model_ops *ops;
	/* for create(): where models that share operations differ */
	const void *data;
	struct model *next;
};

/* Stands behind a struct model and makes it known; there is no list elsewhere. */
#define REGISTER_MODEL(type)						\
	static __attribute__((constructor)) void type##_register(void)	\
	{								\
		model_register(&(type));				\
	}

void model_register(struct model *type);
/* The one behind another by name, the first one behind NULL; NULL at the end. */
const struct model *model_next(const struct model *type);
const struct model *model_find(const char *name);

/* Is each BAR absent or a power of two? Otherwise a sentence is in err. */
bool model_bars_fit(const u64 *bar_size, char *err, size_t err_len);

/* For create(): the data of its model, and how many hosts there are. */
const void *fabric_model_data(const struct fabric *f);
int fabric_hosts(const struct fabric *f);

/* Counted per host, all since the fabric started. */
struct host_stats {
	u64 window_writes;
	u64 window_reads;
	u64 msi_writes;
	u64 msi_blocked;
	u64 dma_errors;
	u64 doorbells;
	u64 messages;
	u64 dropped;
	u64 bad_accesses;
	u64 requester_drops;
	u64 msix_overruns;
};

struct host_stats *fabric_stats(struct fabric *f, int host);

/* Is there a live path from one host to the other? */
bool fabric_path(struct fabric *f, int from, int to);

/* For the timers and files of a model. */
struct loop *fabric_loop(struct fabric *f);

/* Fire one of the function's own MSI-X vectors, or its only MSI. */
void fabric_interrupt(struct fabric *f, int host, u32 vector);

/* An aligned 32-bit word of the host's generic configuration space. */
u32 fabric_config(struct fabric *f, int host, u32 offset);

/*
 * Message and scratchpad words take this way, on which faults can strike. What
 * comes back is for the sender: a word that a fault ate was TAKEN.
 */
enum arrival fabric_send_word(struct fabric *f, const struct word *w);
/* The host emptied a register: what waited for that may arrive. */
void fabric_word_room(struct fabric *f, int host);

/* The bytes that a host's access through a window moves. */
void fabric_window_write(struct fabric *f, int from, const struct target *to,
			 u64 value, u32 size);
u64 fabric_window_read(struct fabric *f, int from, const struct target *to,
		       u32 size);

#endif
