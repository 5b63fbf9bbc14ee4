/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts that NTB peers ring through memory windows: the backend interface.
 *
 * A backend tells the library what one kind of NTB hardware can do. It holds no
 * policy: which window is opened when, what is told to whom and what is refused
 * is decided by the library.
 */
#ifndef _LINUX_NTB_IRQ_BACKEND_H
#define _LINUX_NTB_IRQ_BACKEND_H

#include <linux/device/driver.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/ntb.h>
#include <linux/ntb_irq.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/types.h>

/** NTB_IRQ_FRAME_MIN - fewest mailbox words the library can work with */
#define NTB_IRQ_FRAME_MIN	4
/** NTB_IRQ_FRAME_MAX - most mailbox words the library makes use of */
#define NTB_IRQ_FRAME_MAX	6

/**
 * struct ntb_irq_window_info - what one memory window can expose
 * @addr_align:	alignment of the exposed address in bytes, a power of two
 * @size_align:	alignment of the size in bytes, a power of two
 * @size_min:	smallest size in bytes
 * @size_max:	largest size in bytes, or %U64_MAX as long as the hardware cannot
 *		tell (many cannot before the link is up)
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
 * struct ntb_irq_hw - a function, as its backend sees it
 * @ntb:	the NTB device
 * @used:	parts the client uses itself
 * @taken:	parts the library has taken, by mailbox_take()
 * @priv:	for the backend
 */
struct ntb_irq_hw {
	struct ntb_dev		*ntb;
	struct ntb_irq_use	used;
	struct ntb_irq_use	taken;
	void			*priv;
};

/**
 * struct ntb_irq_backend_ops - what the library asks of NTB hardware
 *
 * All operations run in process context and may sleep. For one peer they are
 * never called concurrently; for different peers they may be.
 *
 * The windows meant are those whose translation this host programs: for most
 * hardware the ones through which peer @pidx reaches this host, for backends
 * that are &ntb_irq_backend.outbound the ones through which this host reaches
 * the peers.
 *
 * @init:	   prepare the function, or NULL. Returns 0 or a negative errno.
 * @exit:	   undo @init, or NULL.
 * @window_count:  number of windows, or a negative errno
 * @window_info:   describe window @widx, which need not be free. Returns 0, or
 *		   -ENOENT when the window cannot be used at all.
 * @window_map:    translate window @widx to bus addresses @addr to
 *		   @addr + @size - 1 of the host it leads to. The values obey
 *		   @window_info. The window may be open, and then the new setting
 *		   replaces the old one. Returns 0 or a negative errno, and then
 *		   the window is closed.
 * @window_unmap:  close window @widx. When it returns, no write passes any
 *		   more. Returns 0 or a negative errno.
 * @mailbox_take:  choose what the mailbox needs of what the client has left and
 *		   note it in hw->taken, with a doorbell bit if a peer has to be
 *		   told that something was sent. Returns the number of words in a
 *		   frame, or -ENOSPC when too little is left.
 * @mailbox_send:  give @n words to peer @pidx, replacing what was sent before.
 *		   Returns 0, or -EAGAIN when the mailbox is busy now.
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

	int (*mailbox_take)(struct ntb_irq_hw *hw);
	int (*mailbox_send)(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n);
	int (*mailbox_recv)(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n);
};

/**
 * struct ntb_irq_backend - one kind of NTB hardware
 * @name:	name for messages and debugfs
 * @owner:	module that holds the operations
 * @driver:	name of the PCI driver the hardware must be bound to, or NULL
 * @ids:	PCI functions the backend serves, ended by an empty entry
 * @outbound:	the host that writes programs the translation, not the one
 *		that is written to
 * @ops:	the operations, all but @init and @exit mandatory
 * @node:	private to the library
 */
struct ntb_irq_backend {
	const char				*name;
	struct module				*owner;
	const char				*driver;
	const struct pci_device_id		*ids;
	bool					outbound;
	const struct ntb_irq_backend_ops	*ops;
	struct list_head			node;
};

int ntb_irq_backend_register(struct ntb_irq_backend *backend);
void ntb_irq_backend_unregister(struct ntb_irq_backend *backend);

/**
 * module_ntb_irq_backend() - module init and exit of a backend that needs no more
 * @backend:	the struct ntb_irq_backend
 */
#define module_ntb_irq_backend(backend) \
	module_driver(backend, ntb_irq_backend_register, ntb_irq_backend_unregister)

/* Operations of a backend that has neither hidden rules nor lacks scratchpads. */
extern const struct ntb_irq_backend_ops ntb_irq_plain_ops;

/* Windows that need no more than ntb.h offers, for backends without hidden rules. */
int ntb_irq_mw_count(struct ntb_irq_hw *hw, int pidx);
int ntb_irq_mw_info(struct ntb_irq_hw *hw, int pidx, int widx,
		    struct ntb_irq_window_info *info);
int ntb_irq_mw_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size);
int ntb_irq_mw_unmap(struct ntb_irq_hw *hw, int pidx, int widx);

/* A mailbox made of scratchpads and a doorbell, for backends that have them. */
int ntb_irq_spad_take(struct ntb_irq_hw *hw);
int ntb_irq_spad_send(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n);
int ntb_irq_spad_recv(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n);

#endif /* _LINUX_NTB_IRQ_BACKEND_H */
