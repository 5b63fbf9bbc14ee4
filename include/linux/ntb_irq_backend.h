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
 * struct ntb_irq_backend_ops - what the library asks of NTB hardware
 *
 * All operations run in process context and may sleep. For one peer they are
 * never called concurrently; for different peers they may be.
 *
 * @window_count:  number of windows through which peer @pidx can reach this
 *		   host, or a negative errno
 * @window_info:   describe window @widx, which need not be free. Returns 0, or
 *		   -ENOENT when the window cannot be used at all.
 * @window_map:    let peer @pidx write to host bus addresses @addr to
 *		   @addr + @size - 1 through window @widx. The values obey
 *		   @window_info. Returns 0 or a negative errno, and then the
 *		   window is closed.
 * @window_unmap:  close window @widx. When it returns, no write of the peer
 *		   passes any more. Returns 0 or a negative errno.
 * @mailbox_words: number of 32-bit words a mailbox frame to a peer can have,
 *		   given that the client uses @used; the parts chosen are written
 *		   to @taken. Returns a negative errno when too little is left.
 * @mailbox_send:  give @n words to peer @pidx, replacing what was sent before.
 *		   Returns 0, or -EAGAIN when the mailbox is busy now.
 * @mailbox_recv:  read the @n words which peer @pidx last sent. Returns 0, or
 *		   -EAGAIN when there is nothing to read. Torn or old words are
 *		   allowed: the library detects them.
 */
struct ntb_irq_backend_ops {
	int (*window_count)(struct ntb_dev *ntb, int pidx);
	int (*window_info)(struct ntb_dev *ntb, int pidx, int widx,
			   struct ntb_irq_window_info *info);
	int (*window_map)(struct ntb_dev *ntb, int pidx, int widx, u64 addr, u64 size);
	int (*window_unmap)(struct ntb_dev *ntb, int pidx, int widx);

	int (*mailbox_words)(struct ntb_dev *ntb, const struct ntb_irq_use *used,
			     struct ntb_irq_use *taken);
	int (*mailbox_send)(struct ntb_dev *ntb, int pidx, const struct ntb_irq_use *taken,
			    const u32 *words, unsigned int n);
	int (*mailbox_recv)(struct ntb_dev *ntb, int pidx, const struct ntb_irq_use *taken,
			    u32 *words, unsigned int n);
};

/**
 * struct ntb_irq_backend - one kind of NTB hardware
 * @name:	name for messages and debugfs
 * @owner:	module that holds the operations
 * @driver:	name of the PCI driver the hardware must be bound to, or NULL
 * @ids:	PCI functions the backend serves, ended by an empty entry
 * @ops:	the operations, all of them
 * @node:	private to the library
 */
struct ntb_irq_backend {
	const char				*name;
	struct module				*owner;
	const char				*driver;
	const struct pci_device_id		*ids;
	const struct ntb_irq_backend_ops	*ops;
	struct list_head			node;
};

int ntb_irq_backend_register(struct ntb_irq_backend *backend);
void ntb_irq_backend_unregister(struct ntb_irq_backend *backend);

/* A mailbox made of scratchpads, for backends whose hardware has them. */
int ntb_irq_spad_words(struct ntb_dev *ntb, const struct ntb_irq_use *used,
		       struct ntb_irq_use *taken);
int ntb_irq_spad_send(struct ntb_dev *ntb, int pidx, const struct ntb_irq_use *taken,
		      const u32 *words, unsigned int n);
int ntb_irq_spad_recv(struct ntb_dev *ntb, int pidx, const struct ntb_irq_use *taken,
		      u32 *words, unsigned int n);

#endif /* _LINUX_NTB_IRQ_BACKEND_H */
