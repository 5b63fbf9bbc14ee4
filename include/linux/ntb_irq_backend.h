/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts that NTB peers ring through memory windows: the backend interface.
 *
 * A backend describes one kind of NTB hardware to the library by two kinds of
 * operations. Window operations map a memory window over bus addresses. Message
 * composition turns an MSI message into the write that raises it through such a
 * window. A third kind, the mailbox, carries a few words between hosts.
 *
 * A backend holds no policy: which window is opened when, which messages a peer
 * receives and what is refused is decided by the library.
 */
#ifndef _LINUX_NTB_IRQ_BACKEND_H
#define _LINUX_NTB_IRQ_BACKEND_H

#include <linux/device/driver.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/msi.h>
#include <linux/ntb.h>
#include <linux/ntb_irq.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/types.h>

/** NTB_IRQ_FRAME_MIN - fewest mailbox words the library can work with */
#define NTB_IRQ_FRAME_MIN	4
/** NTB_IRQ_FRAME_MAX - most mailbox words the library makes use of */
#define NTB_IRQ_FRAME_MAX	NTB_IRQ_SPADS

struct ntb_irq_direction;

/**
 * struct ntb_irq_window_info - capabilities of one memory window
 * @addr_align:	alignment of the exposed address in bytes, a power of two
 * @size_align:	alignment of the size in bytes, a power of two
 * @size_min:	smallest size in bytes
 * @size_max:	largest size in bytes, or %U64_MAX as long as the hardware cannot
 *		report it (much hardware cannot before the link is up). The library
 *		asks again when a session begins; a size that turns out too small
 *		for the plan made before is then an error of that session.
 * @natural:	the address must also be aligned to the size, and the size be a
 *		power of two
 */
struct ntb_irq_window_info {
	u64	addr_align;
	u64	size_align;
	u64	size_min;
	u64	size_max;
	bool	natural;
};

/**
 * struct ntb_irq_mapping - a window that is mapped over bus addresses
 * @widx:	window index
 * @addr:	first bus address, as given to &ntb_irq_backend_ops.window_map
 * @size:	bytes, as given to &ntb_irq_backend_ops.window_map
 */
struct ntb_irq_mapping {
	int	widx;
	u64	addr;
	u64	size;
};

/**
 * struct ntb_irq_write - the write that raises an interrupt
 * @offset:	where, in bytes from the start of the window; a multiple of 4
 * @data:	the word, in the byte order of the CPU that writes it by writel()
 */
struct ntb_irq_write {
	u64	offset;
	u32	data;
};

/**
 * struct ntb_irq_hw - a function, as its backend sees it
 * @ntb:	the NTB device
 * @claimed:	parts the client uses itself
 * @reserved:	parts the library has taken, by &ntb_irq_backend_ops.mailbox_take
 * @priv:	for the backend
 */
struct ntb_irq_hw {
	struct ntb_dev			*ntb;
	struct ntb_irq_resources	claimed;
	struct ntb_irq_resources	reserved;
	void				*priv;
};

/**
 * struct ntb_irq_backend_ops - operations of one kind of NTB hardware
 *
 * All operations run in process context and may sleep. For one peer they are
 * never called concurrently; for different peers they may be.
 *
 * Window operations and message composition are about the windows whose
 * translation this host programs: with &ntb_irq_inbound those through which peer
 * @pidx reaches this host, with &ntb_irq_outbound those through which this host
 * reaches peer @pidx.
 *
 * @init:	   prepare the function, or NULL. Returns 0 or a negative errno.
 *		   A mailbox made of message registers has to unmask their
 *		   interrupts here, as nothing else does.
 * @exit:	   undo @init, or NULL.
 *
 * @window_count:  number of windows, or a negative errno
 * @window_info:   describe window @widx, which need not be free. Returns 0, or
 *		   -ENOENT when the window cannot be used at all.
 * @window_map:    translate window @widx to bus addresses @addr to
 *		   @addr + @size - 1 of the host it leads to. The values obey
 *		   @window_info. The window may be open, and then the new setting
 *		   replaces the old one. Returns 0 or a negative errno, and then
 *		   the window is closed.
 * @window_unmap:  close window @widx. When it returns 0, no write passes any
 *		   more. Returns 0 or a negative errno; after -ETIMEDOUT, which
 *		   says that the hardware does not answer, the peer's other
 *		   windows are not closed at once. No signal is pending.
 *
 * @message_compose: give the write that raises @msg through a window mapped as
 *		   @map. The message lies inside the mapping. Within an aligned
 *		   block of 4 KiB of bus addresses the layout is free; blocks
 *		   follow each other in the window in the order of their
 *		   addresses. Returns 0, or -ERANGE when no write of 32 bits
 *		   through this window can raise it.
 *
 * @mailbox_take:  choose the parts for the mailbox out of those the client has
 *		   left and record them in hw->reserved, with a doorbell bit if a
 *		   peer has to be notified of a new frame. Returns the number of
 *		   words in a frame, %NTB_IRQ_FRAME_MIN to %NTB_IRQ_FRAME_MAX, or
 *		   -ENOSPC when too little is left.
 * @mailbox_send:  give @n words, in CPU byte order, to peer @pidx, replacing the
 *		   frame sent before. Returns 0, or -EAGAIN when the mailbox is
 *		   busy now: it is tried again within a second, and a peer whose
 *		   mailbox is busy for 10 s counts as one that does not answer.
 * @mailbox_recv:  read the @n words which peer @pidx last sent. Returns 0, or
 *		   -EAGAIN when there is nothing to read. Torn or old words are
 *		   allowed: the library detects them.
 */
struct ntb_irq_backend_ops {
	int (*init)(struct ntb_irq_hw *hw);
	void (*exit)(struct ntb_irq_hw *hw);

	int (*window_count)(struct ntb_irq_hw *hw, int pidx);
	int (*window_info)(struct ntb_irq_hw *hw, int pidx, int widx,
			   struct ntb_irq_window_info *info);
	int (*window_map)(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size);
	int (*window_unmap)(struct ntb_irq_hw *hw, int pidx, int widx);

	int (*message_compose)(struct ntb_irq_hw *hw, int pidx, const struct ntb_irq_mapping *map,
			       const struct msi_msg *msg, struct ntb_irq_write *write);

	int (*mailbox_take)(struct ntb_irq_hw *hw);
	int (*mailbox_send)(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n);
	int (*mailbox_recv)(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n);
};

/**
 * struct ntb_irq_backend - one kind of NTB hardware
 * @name:	name for messages and debugfs
 * @owner:	module that holds the operations
 * @driver:	name of the PCI driver the hardware must be bound to, as in its
 *		struct pci_driver and under /sys/bus/pci/drivers; NULL for any
 * @ids:	PCI functions the backend serves, ended by an empty entry
 * @direction:	which host programs the translation of a window:
 *		&ntb_irq_inbound or &ntb_irq_outbound
 * @ops:	the operations, all but @init and @exit mandatory
 * @node:	private to the library
 */
struct ntb_irq_backend {
	const char				*name;
	struct module				*owner;
	const char				*driver;
	const struct pci_device_id		*ids;
	const struct ntb_irq_direction		*direction;
	const struct ntb_irq_backend_ops	*ops;
	struct list_head			node;
};

/** ntb_irq_inbound - the host that is written to programs the translation */
extern const struct ntb_irq_direction ntb_irq_inbound;
/** ntb_irq_outbound - the host that writes programs the translation */
extern const struct ntb_irq_direction ntb_irq_outbound;

int ntb_irq_backend_register(struct ntb_irq_backend *backend);
void ntb_irq_backend_unregister(struct ntb_irq_backend *backend);

/**
 * module_ntb_irq_backend() - module init and exit of a backend that needs no more
 * @backend:	the struct ntb_irq_backend
 */
#define module_ntb_irq_backend(backend) \
	module_driver(backend, ntb_irq_backend_register, ntb_irq_backend_unregister)

/*
 * Default operations for hardware whose driver reports its window constraints
 * correctly, which shows bus addresses in a window as they are, and that has
 * scratchpads and doorbells.
 */
extern const struct ntb_irq_backend_ops ntb_irq_plain_ops;

int ntb_irq_plain_window_count(struct ntb_irq_hw *hw, int pidx);
int ntb_irq_plain_window_info(struct ntb_irq_hw *hw, int pidx, int widx,
			      struct ntb_irq_window_info *info);
int ntb_irq_plain_window_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size);
int ntb_irq_plain_window_unmap(struct ntb_irq_hw *hw, int pidx, int widx);
int ntb_irq_plain_message_compose(struct ntb_irq_hw *hw, int pidx,
				  const struct ntb_irq_mapping *map, const struct msi_msg *msg,
				  struct ntb_irq_write *write);
int ntb_irq_plain_mailbox_take(struct ntb_irq_hw *hw);
int ntb_irq_plain_mailbox_send(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n);
int ntb_irq_plain_mailbox_recv(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n);

#endif /* _LINUX_NTB_IRQ_BACKEND_H */
