/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of core/ share. */
#ifndef _NTB_IRQ_INTERNAL_H
#define _NTB_IRQ_INTERNAL_H

#include <kunit/visibility.h>
#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/ntb_irq.h>
#include <linux/ntb_irq_backend.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "exchange.h"
#include "import.h"
#include "plan.h"

struct dentry;
struct seq_file;

/* A set of windows is told in 64 bits, so windows past that are not used. */
#define NTB_IRQ_WINDOWS		64

/* An interrupt that no window of a peer covers. */
#define NTB_IRQ_NO_SLOT		0xff

/* Files of a function in debugfs. */
#define NTB_IRQ_VIEWS		4

/* Room for the name of a domain, a prefix and a PCI address. */
#define NTB_IRQ_NAME_SIZE	32

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
 * struct ntb_irq_slot - one interrupt of this host
 * @addr:	of its message as last recorded, under ntb_irq::msg_lock
 * @data:	of that message
 * @virq:	Linux interrupt number, 0 when there is none
 *
 * The message is not one member: there are many of these, and it would be padded.
 */
struct ntb_irq_slot {
	u64		addr;
	u32		data;
	unsigned int	virq;
};

static inline struct ntb_irq_message ntb_irq_slot_message(const struct ntb_irq_slot *slot)
{
	return (struct ntb_irq_message) { .addr = slot->addr, .data = slot->data };
}

/**
 * struct ntb_irq_domain - an interrupt domain, made by whoever came first
 * @max:	most interrupts
 * @ni:		the function that is attached; interrupts exist only meanwhile
 */
struct ntb_irq_domain {
	unsigned int	max;
	struct ntb_irq	*ni;
};

/**
 * enum ntb_irq_window_state - one window slot of a peer
 * @NTB_IRQ_WINDOW_FREE:    not in use
 * @NTB_IRQ_WINDOW_OPEN:    open in hardware, the peer has not been told
 * @NTB_IRQ_WINDOW_TOLD:    the peer knows
 * @NTB_IRQ_WINDOW_CLOSING: the peer is being told to forget it
 */
enum ntb_irq_window_state {
	NTB_IRQ_WINDOW_FREE,
	NTB_IRQ_WINDOW_OPEN,
	NTB_IRQ_WINDOW_TOLD,
	NTB_IRQ_WINDOW_CLOSING,
};

/**
 * struct ntb_irq_window - a window through which a peer rings this host
 * @state:	see &enum ntb_irq_window_state
 * @widx:	window index
 * @fit:	what it exposes
 * @users:	interrupts the peer was told in it
 */
struct ntb_irq_window {
	enum ntb_irq_window_state	state;
	int				widx;
	struct ntb_irq_fit		fit;
	unsigned int			users;
};

/**
 * enum ntb_irq_session_state - how far the exchange with a peer is
 * @NTB_IRQ_SESSION_DOWN:  no link
 * @NTB_IRQ_SESSION_HELLO: link up, the peer has not shown that it knows us
 * @NTB_IRQ_SESSION_UP:    both know each other
 */
enum ntb_irq_session_state {
	NTB_IRQ_SESSION_DOWN,
	NTB_IRQ_SESSION_HELLO,
	NTB_IRQ_SESSION_UP,
};

/**
 * struct ntb_irq_session - state of the exchange with a peer
 * @state:	see &enum ntb_irq_session_state
 * @nonce:	names this host's side of the session
 * @peer_nonce:	names the peer's side, 0 while unknown
 * @tx:		frame that stands in the mailbox
 * @tx_busy:	@tx is a data frame the peer has not acknowledged
 * @tx_since:	jiffies when @tx, or the state, began to wait for the peer
 * @tx_posted:	jiffies when @tx was last given to the mailbox
 * @record:	record being sent, in one or more frames
 * @tx_part:	part of @record in @tx
 * @post:	@tx must be given to the mailbox again
 * @rx_seq:	sequence number last accepted
 * @rx_retry:	repeat counter of the frame last seen with @rx_seq
 * @rx_part:	next part expected
 * @rx_record:	record being received
 * @rx_raw:	words last read, to skip what was seen already
 * @max_order:	log2 of how many interrupts the peer may have
 * @reach_order: log2 of the bytes one window of the peer reaches, 0 where this
 *		host programs the windows
 * @reach_count_order: log2 of how many such windows there are
 * @complained:	the peer's silence was reported already
 * @hold_until:	jiffies before which nothing is posted, 0 for none
 * @failed:	no session is possible until the peer or the link begins anew
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
	bool				post;
	u8				rx_seq;
	u8				rx_retry;
	unsigned int			rx_part;
	struct ntb_irq_record		rx_record;
	u32				rx_raw[NTB_IRQ_FRAME_MAX];
	unsigned int			max_order;
	unsigned int			reach_order;
	unsigned int			reach_count_order;
	unsigned long			hold_until;
	bool				complained;
	bool				failed;
};

/**
 * struct ntb_irq_stats - counters of one peer, since attach
 * @words_sent:	mailbox words written to the peer, repeats included
 * @words_recv:	mailbox words of valid frames read from the peer
 * @records_sent: records told to the peer, repeats not counted
 * @sessions:	handshakes that were completed
 * @bad_frames:	frames that were dropped because their check word was wrong
 * @refused:	records of the peer that failed validation
 */
struct ntb_irq_stats {
	u64	words_sent;
	u64	words_recv;
	u64	records_sent;
	u64	sessions;
	u64	bad_frames;
	u64	refused;
};

/**
 * struct ntb_irq_peer - everything about one peer
 * @ni:		the function
 * @pidx:	peer index
 * @ntold:	number of interrupts the peer knows
 * @lock:	serialises all below but the atomic bits
 * @dirty:	interrupts whose message the peer has not been told, atomic bits
 * @told:	window slot in which the peer knows each interrupt, or
 *		%NTB_IRQ_NO_SLOT; written by the work only, read by anyone
 * @unreachable: interrupts that no window could be opened for
 * @error:	errno of the last failure to open a window
 * @sync_due:	the peer has not been told that its table is complete
 * @synced:	the peer's table is complete
 * @closing:	detach waits for the peer to forget everything
 * @bye_done:	the peer has forgotten everything
 * @notify:	the client has to hear of a change of @import
 * @session:	state of the exchange
 * @wait:	woken when @synced, @bye_done or the session state change
 * @import:	what the peer told us, RCU
 * @bells:	what rings look into, made with @import, RCU
 * @retry:	delay of the next repeat in jiffies
 * @work:	runs the exchange
 * @plan:	windows that may be used, and how
 * @stats:	counters
 * @windows:	window slots
 */
struct ntb_irq_peer {
	struct ntb_irq			*ni;
	unsigned int			pidx;
	unsigned int			ntold;
	/* Taken before ntb_irq::lock. */
	struct mutex			lock;
	unsigned long			*dirty;
	u8				*told;
	unsigned long			*unreachable;
	int				error;
	bool				sync_due;
	bool				synced;
	bool				closing;
	bool				bye_done;
	bool				notify;
	struct ntb_irq_session		session;
	wait_queue_head_t		wait;
	struct ntb_irq_import __rcu	*import;
	struct ntb_irq_bells __rcu	*bells;
	unsigned long			retry;
	struct delayed_work		work;
	struct ntb_irq_plan		plan;
	struct ntb_irq_stats		stats;
	struct ntb_irq_window		windows[NTB_IRQ_SLOTS];
};

/**
 * struct ntb_irq_view - a file of a function in debugfs
 * @ni:		the function
 * @show:	writes what can be read there
 */
struct ntb_irq_view {
	struct ntb_irq	*ni;
	int		(*show)(struct seq_file *m, void *v);
};

/**
 * struct ntb_irq - the interrupts of one NTB function
 * @dev:	its PCI function, which interrupts and IOMMU see as the requester
 * @backend:	hardware operations, module reference held
 * @npeers:	number of peers
 * @max:	size of the domain
 * @lock:	serialises allocation and release
 * @slots:	interrupts by index
 * @used:	indices in use, zombies included, under @lock
 * @zombies:	freed interrupts some peer may still know, under @lock
 * @withdrawn: interrupts that are not offered any more, atomic bits
 * @msg_lock:	protects the messages; nests inside irq_desc::lock
 * @words:	mailbox words in a frame
 * @part_words:	words of a record that go into one frame
 * @hw:		the function, as the backend sees it
 * @reach_taken: windows to peers that are open, under @lock
 * @wq:		runs the peers' work
 * @domain:	the domain, reserved before or @own_domain
 * @own_domain:	the domain that was made on attach
 * @parent:	what the interrupt parent is
 * @cfg:	what the client asked for
 * @message_changed: told of each new message with an irq descriptor's lock held,
 *		or NULL
 * @exposed:	interrupts that may be known to peers of whom nothing is recorded, or
 *		NULL; under @lock
 * @name:	name of the domain
 * @node:	entry in the list of all functions, under the lock of ring.c
 * @debugfs:	directory
 * @views:	files there
 * @peers:	the peers
 */
struct ntb_irq {
	struct device			*dev;
	const struct ntb_irq_backend	*backend;
	unsigned int			npeers;
	unsigned int			max;
	/* Taken after ntb_irq_peer::lock. */
	struct mutex			lock;
	struct ntb_irq_slot		*slots;
	unsigned long			*used;
	unsigned long			*zombies;
	unsigned long			*withdrawn;
	raw_spinlock_t			msg_lock;
	unsigned int			words;
	unsigned int			part_words;
	struct ntb_irq_hw		hw;
	u64				reach_taken;
	struct workqueue_struct		*wq;
	struct ntb_irq_domain		*domain;
	struct ntb_irq_domain		own_domain;
	struct ntb_irq_parent		parent;
	struct ntb_irq_config		cfg;
	void				(*message_changed)(struct ntb_irq *ni, unsigned int index);
	unsigned long			*exposed;
	char				name[NTB_IRQ_NAME_SIZE];
	struct list_head		node;
	struct dentry			*debugfs;
	struct ntb_irq_view		views[NTB_IRQ_VIEWS];
	struct ntb_irq_peer		peers[] __counted_by(npeers);
};

/**
 * struct ntb_irq_whole - a struct ntb_irq, and before it what rings look into
 * @ringer:	known to clients, since rings are compiled into them
 * @ni:		known to the library only
 */
struct ntb_irq_whole {
	struct ntb_irq_ringer		ringer;
	struct ntb_irq			ni;
};

static inline struct ntb_irq_whole *ntb_irq_whole(struct ntb_irq *ni)
{
	return container_of(ni, struct ntb_irq_whole, ni);
}

/* backend.c, as its tests see it */
VISIBLE_IF_KUNIT const struct ntb_irq_backend *ntb_irq_backend_get(struct ntb_dev *ntb);
VISIBLE_IF_KUNIT void ntb_irq_backend_put(const struct ntb_irq_backend *backend);

#endif /* _NTB_IRQ_INTERNAL_H */
