/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private structures of the library, and the prototypes of its files. A file calls
 * those further down in this order only: main, events, power and hotplug, peer,
 * session, irq, import and export, window and outbound, mailbox, domain, parent and
 * iova, plan, wire and log.
 */
#ifndef _NTB_IRQ_INTERNAL_H
#define _NTB_IRQ_INTERNAL_H

#include <linux/bitmap.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/ntb_irq.h>
#include <linux/ntb_irq_backend.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "plan.h"
#include "wire.h"

struct dentry;
struct ntb_irq_dev;
struct ntb_irq_domain;
struct ntb_irq_peer;

/* A set of windows is a bitmap of 64 bits, so windows past that are not used. */
#define NTB_IRQ_WINDOWS		64

/* Doorbell vectors that are distinguished before the client can be called. */
#define NTB_IRQ_VECTORS		62

/* In ntb_irq_peer::known: the peer does not know the interrupt. */
#define NTB_IRQ_UNKNOWN		0xff

/*
 * No session is begun for so long after one could not be, or a window could not be opened.
 * That is less than a peer which has begun it waits for an answer.
 */
#define NTB_IRQ_BEGIN_BACKOFF	(8 * HZ)

/* Room for the name of a domain, a prefix and a PCI address. */
#define NTB_IRQ_NAME_SIZE	32

/**
 * struct ntb_irq_parent - properties of the interrupt parent of a function
 * @name:	name of the parent domain
 * @region:	where its messages go; of size 0 until that is known
 * @isolated:	it lets a device raise that device's interrupts only
 * @dma_limit:	highest address of the function's memory before windows narrowed that
 */
struct ntb_irq_parent {
	const char		*name;
	struct ntb_irq_region	region;
	bool			isolated;
	u64			dma_limit;
};

/**
 * struct ntb_irq_message - MSI message of one interrupt
 * @addr:	host bus address
 * @data:	word written there
 *
 * Both are zero while the interrupt is not active, as the kernel has it. Either
 * alone may be zero for an active one.
 */
struct ntb_irq_message {
	u64	addr;
	u32	data;
};

static inline bool ntb_irq_message_valid(const struct ntb_irq_message *msg)
{
	return msg->addr || msg->data;
}

/**
 * struct ntb_irq_entry - one interrupt of this host
 * @addr:	of its message as last recorded, under ntb_irq_domain::msg_lock
 * @data:	of that message
 * @virq:	Linux interrupt number, 0 when there is none
 *
 * The message is not one member: there are many of these, and it would be padded.
 */
struct ntb_irq_entry {
	u64		addr;
	u32		data;
	unsigned int	virq;
};

/**
 * struct ntb_irq_domain_ops - the user of a domain
 * @changed:	the message of an interrupt has changed; called with a raw spinlock
 *		of its descriptor held
 * @in_use:	whether an interrupt may still be rung by a peer
 */
struct ntb_irq_domain_ops {
	void (*changed)(struct ntb_irq_domain *dom, unsigned int index);
	bool (*in_use)(struct ntb_irq_domain *dom, unsigned int index);
};

/**
 * struct ntb_irq_domain - the interrupt domain of a function
 * @dev:	PCI function, the requester of its interrupts
 * @size:	most interrupts it can have
 * @max:	most interrupts its user can have, a power of two
 * @reserved:	made by ntb_irq_reserve(), and stays when its user goes
 * @spare:	Linux interrupt number of the one behind all others, which is never
 *		handed out, or 0
 * @ops:	its user, or NULL; interrupts exist only while there is one
 * @user:	for @ops
 * @lock:	serialises allocation and release
 * @entries:	interrupts by index
 * @allocated:	indices in use, draining ones included, under @lock
 * @draining:	freed interrupts that a peer may still ring, under @lock
 * @msg_lock:	protects the messages; nests inside irq_desc::lock
 */
struct ntb_irq_domain {
	struct device				*dev;
	unsigned int				size;
	unsigned int				max;
	bool					reserved;
	unsigned int				spare;
	const struct ntb_irq_domain_ops		*ops;
	void					*user;
	/* Taken after ntb_irq_peer::lock. */
	struct mutex				lock;
	struct ntb_irq_entry			*entries;
	unsigned long				*allocated;
	unsigned long				*draining;
	raw_spinlock_t				msg_lock;
};

/**
 * enum ntb_irq_window_state - state of one window of a peer
 * @NTB_IRQ_WINDOW_FREE:     not in use
 * @NTB_IRQ_WINDOW_OPEN:     open in hardware, not exported yet
 * @NTB_IRQ_WINDOW_EXPORTED: the peer has a record of it
 * @NTB_IRQ_WINDOW_CLOSING:  the peer has to acknowledge that it is revoked
 * @NTB_IRQ_WINDOW_STUCK:    the hardware failed to close it; closed again later
 */
enum ntb_irq_window_state {
	NTB_IRQ_WINDOW_FREE,
	NTB_IRQ_WINDOW_OPEN,
	NTB_IRQ_WINDOW_EXPORTED,
	NTB_IRQ_WINDOW_CLOSING,
	NTB_IRQ_WINDOW_STUCK,
};

/**
 * struct ntb_irq_window - a window through which a peer rings this host
 * @state:	see &enum ntb_irq_window_state
 * @widx:	window index
 * @aperture:	bus addresses it exposes
 * @start:	offset of its useful part, as exported
 * @len:	bytes of its useful part, as exported
 * @users:	interrupts the peer knows in it
 */
struct ntb_irq_window {
	enum ntb_irq_window_state	state;
	int				widx;
	struct ntb_irq_aperture		aperture;
	u64				start;
	u32				len;
	unsigned int			users;
};

/**
 * struct ntb_irq_import_window - a window of the peer, mapped
 * @base:	address of its useful part
 * @phys:	physical address of the same
 * @mapped:	bytes of it
 * @len:	bytes as exported, which offsets in records are below; 0 while it is
 *		not open
 * @map:	how this host has mapped it, where it is this host that does
 * @range:	bus address of the peer that exported offsets count from, there
 * @start:	offset of the useful part in the window
 * @shut:	the peer has revoked it, and it is unmapped when nothing uses it
 */
struct ntb_irq_import_window {
	void __iomem		*base;
	phys_addr_t		phys;
	u32			mapped;
	u32			len;
	struct ntb_irq_mapping	map;
	u64			range;
	u64			start;
	bool			shut;
};

/**
 * struct ntb_irq_pending - rings of an interrupt whose message is about to change
 * @word:	rings write the old data here
 * @idle:	what it holds as long as there was none
 */
struct ntb_irq_pending {
	u32	word;
	u32	idle;
};

/**
 * struct ntb_irq_import - everything one peer exports in one session
 * @windows:	windows by id
 * @pending:	by interrupt index, or NULL as long as no message was about to change
 * @next:	table that replaces the one for rings at the end of a burst of records,
 *		or NULL
 * @since:	jiffies when @next was begun
 * @replaced:	RCU state when a table was last replaced
 */
struct ntb_irq_import {
	struct ntb_irq_import_window	windows[NTB_IRQ_WINDOW_IDS];
	struct ntb_irq_pending		*pending;
	struct ntb_irq_table		*next;
	unsigned long			since;
	unsigned long			replaced;
};

/**
 * struct ntb_irq_direction - operations that depend on who programs windows
 * @plan:	decide which windows serve a peer; 0 or a negative errno, logged
 * @open:	open a window of which index and aperture are set, and set its useful
 *		part; 0 or a negative errno, logged
 * @close:	close it, so that no ring passes any more; 0 or a negative errno,
 *		logged, and then it may be open. NULL where only the peer can
 *		close it.
 * @compose:	turn a message into a write in the useful part of a window; 0 or
 *		-ERANGE
 * @capacity:	windows through which this host writes to the peer; 0 or a negative errno
 * @import_open: reach a window that a peer exports: set its index, and offset and
 *		size of its useful part; 0 or a negative errno
 * @import_close: undo @import_open
 * @import_write: adapt a write that a peer exports to the window as this host has
 *		opened it; 0 or -ERANGE
 * @reserved:	windows in use, bit n stands for window n
 *
 * All run in process context, may sleep, and are called under the peer's lock,
 * but for @reserved.
 */
struct ntb_irq_direction {
	int (*plan)(struct ntb_irq_peer *peer);
	int (*open)(struct ntb_irq_peer *peer, struct ntb_irq_window *win);
	int (*close)(struct ntb_irq_peer *peer, struct ntb_irq_window *win);
	int (*compose)(struct ntb_irq_peer *peer, const struct ntb_irq_window *win,
		       const struct ntb_irq_message *msg, struct ntb_irq_write *write);
	int (*capacity)(struct ntb_irq_peer *peer, struct ntb_irq_capacity *capacity);
	int (*import_open)(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win,
			   const struct ntb_irq_window_record *rec);
	void (*import_close)(struct ntb_irq_peer *peer, struct ntb_irq_import_window *win);
	int (*import_write)(struct ntb_irq_peer *peer, const struct ntb_irq_import_window *win,
			    struct ntb_irq_write *write);
	u64 (*reserved)(struct ntb_irq_dev *nd);
};

/**
 * enum ntb_irq_session_state - progress of the session with a peer
 * @NTB_IRQ_SESSION_DOWN:      no link
 * @NTB_IRQ_SESSION_HANDSHAKE: link up, the peer has not acknowledged our nonce
 * @NTB_IRQ_SESSION_UP:        both have acknowledged each other's nonce
 */
enum ntb_irq_session_state {
	NTB_IRQ_SESSION_DOWN,
	NTB_IRQ_SESSION_HANDSHAKE,
	NTB_IRQ_SESSION_UP,
};

/**
 * struct ntb_irq_session - state of the session with a peer
 * @state:	see &enum ntb_irq_session_state
 * @nonce:	identifies this host's side of the session
 * @peer_nonce:	identifies the peer's side, 0 while unknown
 * @tx:		frame in the mailbox
 * @tx_busy:	@tx is a data frame the peer has not acknowledged
 * @tx_since:	jiffies when @tx, or the state, began to wait for the peer
 * @tx_posted:	jiffies when @tx was last given to the mailbox, or made
 * @record:	record being sent, in one or more frames
 * @tx_part:	part of @record in @tx
 * @probing:	the frames of a PROBE record, or the acknowledgments of one, are all
 *		that was sent since anything else
 * @post:	@tx must be given to the mailbox again
 * @rx_seq:	sequence number last accepted
 * @rx_retry:	repeat counter of the frame last received with @rx_seq
 * @rx_part:	next part expected
 * @rx_record:	record being received
 * @rx_last:	jiffies when a valid frame was last received
 * @rx_raw:	words last read, to skip those that were processed already
 * @max_order:	log2 of the size of the peer's domain
 * @capacity:	windows through which the peer writes to this host
 * @backoff_until: jiffies before which nothing is posted, 0 for none
 * @acked:	the peer has acknowledged our nonce
 */
struct ntb_irq_session {
	enum ntb_irq_session_state	state;
	u32				nonce;
	u32				peer_nonce;
	struct ntb_irq_frame		tx;
	bool				tx_busy;
	unsigned long			tx_since;
	unsigned long			tx_posted;
	struct ntb_irq_record		record;
	unsigned int			tx_part;
	bool				probing;
	bool				post;
	u8				rx_seq;
	u8				rx_retry;
	unsigned int			rx_part;
	struct ntb_irq_record		rx_record;
	unsigned long			rx_last;
	u32				rx_raw[NTB_IRQ_FRAME_MAX];
	u8				max_order;
	struct ntb_irq_capacity		capacity;
	unsigned long			backoff_until;
	bool				acked;
};

/**
 * struct ntb_irq_stats - counters of one peer, since attach
 * @words_sent:	mailbox words written to the peer, repeats included, probes not
 * @words_recv:	mailbox words of valid frames read from the peer
 * @records_sent: records sent to the peer, repeats and probes not counted
 * @probe_words: mailbox words written to the peer for probes, either host's
 * @sessions:	handshakes that were completed
 * @bad_frames:	frames that were dropped because their check word was wrong
 * @held:	rings of the peer that waited for a new message
 * @rejected:	records and handshakes of the peer that failed validation
 */
struct ntb_irq_stats {
	u64	words_sent;
	u64	words_recv;
	u64	records_sent;
	u64	probe_words;
	u64	sessions;
	u64	bad_frames;
	u64	held;
	u64	rejected;
};

/**
 * struct ntb_irq_log - what is logged about a peer
 * @limit:	for messages a peer can cause
 * @exposed:	of the window that was last logged as exposing more than interrupts
 */
struct ntb_irq_log {
	struct ratelimit_state	limit;
	struct ntb_irq_aperture	exposed;
};

/**
 * struct ntb_irq_peer - state of one peer
 * @nd:		the function
 * @pidx:	peer index
 * @nknown:	number of interrupts the peer knows
 * @lock:	serialises all below but the atomic bits
 * @dirty:	interrupts whose message has to be exported, atomic bits
 * @known:	id of the window in which the peer knows each interrupt, or
 *		%NTB_IRQ_UNKNOWN; written under @lock, read without it
 * @held:	interrupts that the peer does not ring until it has a new message,
 *		atomic bits
 * @unreachable: interrupts that no window could be opened for
 * @error:	errno of the last failure to open a window
 * @sync_due:	a SYNC record has to follow
 * @synced:	the peer has acknowledged that its table is complete
 * @closing:	the peer has to acknowledge a BYE record
 * @bye_done:	it has acknowledged it
 * @notify:	the client has to be notified of a change of @import
 * @overdue:	&ntb_irq_stats.records_sent when the peer last failed to acknowledge a
 *		withdrawal in time, or U64_MAX, under ntb_irq_domain::lock
 * @late:	how long the peer has had withdrawals wait, in jiffies, less what is
 *		forgiven, the same
 * @late_since:	up to when that is done, the same
 * @timeout_logged: a peer without response was logged already
 * @refused_logged: @refused was logged already
 * @refused:	handshake that was refused last
 * @send_error:	errno of the mailbox that was logged last
 * @log:	what is logged about it
 * @session:	state of the session
 * @wait:	woken when an export is acknowledged or the session ends
 * @import:	exports of the peer, RCU
 * @ended:	those of the session that has ended, while windows are still mapped
 * @revocation:	counts how often messages of the peer became invalid
 * @revoked:	value of @revocation up to which the client uses none of them any more
 * @begin_after: jiffies before which no session is begun, 0 for none; the end of a session
 *		leaves it, since a peer can bring that about
 * @retry:	delay of the next repeat in jiffies
 * @work:	runs the session
 * @probe_work:	runs @work after a while without another reason
 * @notify_work: runs the client's callback, which may wait for @work
 * @revoke_work: has the client end its use of messages
 * @close_work:	ends the session, where no signal can interrupt it
 * @plan:	windows that may be used, and how
 * @stats:	counters
 * @windows_out: windows to this peer that are open, bit n stands for window n
 * @windows:	windows from this peer by id
 */
struct ntb_irq_peer {
	struct ntb_irq_dev		*nd;
	unsigned int			pidx;
	unsigned int			nknown;
	/* Taken before ntb_irq_domain::lock. */
	struct mutex			lock;
	unsigned long			*dirty;
	u8				*known;
	unsigned long			*held;
	unsigned long			*unreachable;
	int				error;
	bool				sync_due;
	bool				synced;
	bool				closing;
	bool				bye_done;
	bool				notify;
	u64				overdue;
	unsigned long			late;
	unsigned long			late_since;
	bool				timeout_logged;
	bool				refused_logged;
	struct ntb_irq_handshake	refused;
	int				send_error;
	struct ntb_irq_log		log;
	struct ntb_irq_session		session;
	wait_queue_head_t		wait;
	struct ntb_irq_import __rcu	*import;
	struct ntb_irq_import		*ended;
	unsigned int			revocation;
	unsigned int			revoked;
	unsigned long			begin_after;
	unsigned long			retry;
	struct delayed_work		work;
	struct delayed_work		probe_work;
	struct work_struct		notify_work;
	struct work_struct		revoke_work;
	struct work_struct		close_work;
	struct ntb_irq_plan		plan;
	struct ntb_irq_stats		stats;
	u64				windows_out;
	struct ntb_irq_window		windows[NTB_IRQ_WINDOW_IDS];
};

/**
 * struct ntb_irq_dev - one attached NTB function
 * @ni:		the part that clients see; first, so that it costs them nothing
 * @dev:	its PCI function
 * @backend:	hardware operations, module reference held
 * @npeers:	number of peers
 * @words:	mailbox words in a frame
 * @part_words:	words of a record that go into one frame
 * @hw:		the function, as the backend sees it
 * @windows_lock: protects @windows_out
 * @windows_out: windows to all peers that are open
 * @wq:		runs the peers' work
 * @started:	the client's probe has returned, so it can be called
 * @missed:	events that came before
 * @start_work:	waits for the end of the client's probe
 * @domain:	the interrupt domain
 * @withdrawn:	interrupts that are not exported any more, atomic bits
 * @parent:	its interrupt parent
 * @cfg:	settings of the client
 * @name:	name of the domain
 * @debugfs:	directory
 * @power_node:	entry in the list of power.c
 * @hotplug_node: entry in the list of hotplug.c, or empty
 * @peers:	the peers
 */
struct ntb_irq_dev {
	struct ntb_irq			ni;
	struct device			*dev;
	const struct ntb_irq_backend	*backend;
	unsigned int			npeers;
	unsigned int			words;
	unsigned int			part_words;
	struct ntb_irq_hw		hw;
	/* Taken after ntb_irq_peer::lock. */
	struct mutex			windows_lock;
	u64				windows_out;
	struct workqueue_struct		*wq;
	bool				started;
	DECLARE_BITMAP(missed, NTB_IRQ_VECTORS + 2);
	struct delayed_work		start_work;
	struct ntb_irq_domain		*domain;
	unsigned long			*withdrawn;
	struct ntb_irq_parent		parent;
	struct ntb_irq_config		cfg;
	char				name[NTB_IRQ_NAME_SIZE];
	struct dentry			*debugfs;
	struct list_head		power_node;
	struct list_head		hotplug_node;
	struct ntb_irq_peer		peers[] __counted_by(npeers);
};

static inline struct ntb_irq_dev *to_ntb_irq_dev(struct ntb_irq *ni)
{
	return container_of(ni, struct ntb_irq_dev, ni);
}

/* A function that was removed or reset reads as ones: nothing in it is to be believed. */
static inline bool ntb_irq_present(struct ntb_irq_dev *nd)
{
	return pci_device_is_present(nd->hw.ntb->pdev);
}

/* Jiffies that are left until a deadline, 0 once it has passed. */
static inline unsigned long ntb_irq_time_left(unsigned long deadline)
{
	unsigned long now = jiffies;

	return time_before(now, deadline) ? deadline - now : 0;
}

/* Run the work of a peer now, or within @delay jiffies at the latest. */
static inline void ntb_irq_peer_kick(struct ntb_irq_peer *peer)
{
	mod_delayed_work(peer->nd->wq, &peer->work, 0);
}

static inline void ntb_irq_peer_kick_within(struct ntb_irq_peer *peer, unsigned long delay)
{
	queue_delayed_work(peer->nd->wq, &peer->work, delay);
}

/* events.c */
bool ntb_irq_events_taken(struct ntb_dev *ntb);
int ntb_irq_events_init(struct ntb_irq_dev *nd);
void ntb_irq_events_begin(struct ntb_irq_dev *nd);
void ntb_irq_events_end(struct ntb_irq_dev *nd);

/* power.c */
void ntb_irq_power_stop(void);
void ntb_irq_power_start(void);
void ntb_irq_power_add(struct ntb_irq_dev *nd);
void ntb_irq_power_del(struct ntb_irq_dev *nd);
int ntb_irq_power_init(void);
void ntb_irq_power_exit(void);

/* hotplug.c */
void ntb_irq_hotplug_add(struct ntb_irq_dev *nd);
void ntb_irq_hotplug_del(struct ntb_irq_dev *nd);
int ntb_irq_hotplug_offline(unsigned int cpu);
int ntb_irq_hotplug_init(void);
void ntb_irq_hotplug_exit(void);

/* peer.c */
int ntb_irq_peer_init(struct ntb_irq_dev *nd, unsigned int pidx);
void ntb_irq_peer_kick_all(struct ntb_irq_dev *nd);
void ntb_irq_peer_stop_all(struct ntb_irq_dev *nd);
void ntb_irq_peer_start_all(struct ntb_irq_dev *nd);
void ntb_irq_peer_free(struct ntb_irq_peer *peer);

/* debugfs.c */
void ntb_irq_debugfs_add(struct ntb_irq_dev *nd);
void ntb_irq_debugfs_init(void);
void ntb_irq_debugfs_exit(void);

/* session.c */
void ntb_irq_session_run(struct ntb_irq_peer *peer);
void ntb_irq_session_down(struct ntb_irq_peer *peer);

/* import.c */
void ntb_irq_import_init(struct ntb_irq_dev *nd);
int ntb_irq_import_begin(struct ntb_irq_peer *peer);
int ntb_irq_import_record(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec);
void ntb_irq_import_end(struct ntb_irq_peer *peer);
bool ntb_irq_import_held(const struct ntb_irq_peer *peer);
void ntb_irq_import_settle(struct ntb_irq_peer *peer);
int ntb_irq_import_count(struct ntb_irq_peer *peer);

/* export.c */
extern const struct ntb_irq_domain_ops ntb_irq_export_ops;
int ntb_irq_export_begin(struct ntb_irq_peer *peer);
bool ntb_irq_export_next(struct ntb_irq_peer *peer, struct ntb_irq_record *rec);
void ntb_irq_export_acked(struct ntb_irq_peer *peer, const struct ntb_irq_record *rec);
void ntb_irq_export_end(struct ntb_irq_peer *peer);
bool ntb_irq_export_held(const struct ntb_irq_peer *peer, unsigned int index);
void ntb_irq_export_kick_others(struct ntb_irq_peer *peer);

/* window.c */
struct ntb_irq_window_info *ntb_irq_window_infos(struct ntb_irq_peer *peer, unsigned int *count,
						 u64 *usable);
int ntb_irq_window_set(struct ntb_irq_peer *peer, int widx, u64 base, u64 size);
int ntb_irq_window_compose(struct ntb_irq_peer *peer, const struct ntb_irq_mapping *map,
			   const struct ntb_irq_message *msg, struct ntb_irq_write *write);
int ntb_irq_window_allowed(struct device *dev, const struct ntb_irq_parent *parent,
			   unsigned int pidx, const struct ntb_irq_plan *plan,
			   struct ntb_irq_log *log);
int ntb_irq_window_useful(struct ntb_irq_peer *peer, const struct ntb_irq_mapping *map,
			  const struct ntb_irq_aperture *aperture, u64 *start, u32 *len);
bool ntb_irq_window_covers(const struct ntb_irq_window *win, u64 addr);
int ntb_irq_window_get(struct ntb_irq_peer *peer, u64 addr);
void ntb_irq_window_put(struct ntb_irq_peer *peer, unsigned int id);
int ntb_irq_window_close(struct ntb_irq_peer *peer, struct ntb_irq_window *win);
bool ntb_irq_window_any(struct ntb_irq_peer *peer);
int ntb_irq_window_close_all(struct ntb_irq_peer *peer);
int ntb_irq_window_open_all(struct ntb_irq_peer *peer);
int ntb_irq_window_close_found(struct ntb_irq_peer *peer);

/* mailbox.c */
int ntb_irq_mailbox_take(struct ntb_irq_dev *nd);
int ntb_irq_mailbox_send(struct ntb_irq_peer *peer, const u32 *words);
int ntb_irq_mailbox_recv(struct ntb_irq_peer *peer, u32 *words);

/* domain.c */
struct ntb_irq_domain *ntb_irq_domain_get(struct device *dev, unsigned int max,
					  const struct ntb_irq_domain_ops *ops, void *user);
void ntb_irq_domain_put(struct ntb_irq_domain *dom);
void ntb_irq_domain_keep(struct ntb_irq_domain *dom);
int ntb_irq_domain_region(struct ntb_irq_domain *dom, struct ntb_irq_parent *parent);
void ntb_irq_domain_exit(void);
struct msi_map ntb_irq_domain_alloc(struct ntb_irq_domain *dom,
				    const struct irq_affinity_desc *affdesc);
struct msi_map ntb_irq_domain_alloc_at(struct ntb_irq_domain *dom, unsigned int index,
				       const struct irq_affinity_desc *affdesc);
void ntb_irq_domain_free(struct ntb_irq_domain *dom, unsigned int index);
int ntb_irq_domain_vector(struct ntb_irq_domain *dom, unsigned int index);
void ntb_irq_domain_reap(struct ntb_irq_domain *dom);
struct ntb_irq_message ntb_irq_domain_message(struct ntb_irq_domain *dom, unsigned int index);

/* iova.c */
bool ntb_irq_iova_keep_out(struct device *dev, const struct ntb_irq_region *region,
			   const struct ntb_irq_aperture *aperture, char *why, size_t len);
void ntb_irq_iova_release(struct device *dev, u64 limit);

/* parent.c */
int ntb_irq_parent_init(struct device *dev, struct ntb_irq_parent *parent, char *name);
int ntb_irq_parent_region(struct device *dev, struct ntb_irq_parent *parent, u64 addr);
bool ntb_irq_dma_translated(struct device *dev);
bool ntb_irq_unsafe_allowed(void);

/* log.c */
void ntb_irq_log_init(struct ntb_irq_log *log);
__printf(2, 3) void ntb_irq_peer_warn(struct ntb_irq_peer *peer, const char *fmt, ...);

/* backend.c */
const struct ntb_irq_backend *ntb_irq_backend_get(struct ntb_dev *ntb);
void ntb_irq_backend_put(const struct ntb_irq_backend *backend);

#endif /* _NTB_IRQ_INTERNAL_H */
