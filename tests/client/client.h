/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the test client share. */
#ifndef _NTB_IRQ_TEST_CLIENT_H
#define _NTB_IRQ_TEST_CLIENT_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/ntb_irq.h>

struct dentry;
struct task_struct;
struct test_dev;

#define TEST_BUFFERS	64

/**
 * struct test_buffer - 1 MiB that the function can reach
 * @memory:	address for the CPU
 * @addr:	address for the function
 */
struct test_buffer {
	void		*memory;
	dma_addr_t	addr;
};

/**
 * struct test_irq - one interrupt
 * @td:		the device
 * @index:	its index
 * @pidx:	the peer it plays with
 * @partner:	the interrupt of that peer it plays with
 * @virq:	Linux interrupt number, 0 while there is none
 * @received:	how often its handler ran
 * @sent:	how often the partner was rung
 * @refused:	rings that the library refused
 * @expected:	balls it is to receive
 * @serving:	this side hit the first ball
 * @left:	balls still to be played, negative when more came than were sent
 */
struct test_irq {
	struct test_dev	*td;
	unsigned int	index;
	unsigned int	pidx;
	unsigned int	partner;
	unsigned int	virq;
	atomic_t	received;
	atomic_t	sent;
	atomic_t	refused;
	unsigned int	expected;
	bool		serving;
	atomic_t	left;
};

/**
 * struct test_dev - the client on one NTB device
 * @ntb:	the device
 * @ni:		its interrupts
 * @lock:	serialises what is written to the files
 * @npeers:	number of peers
 * @max:	size of @irqs
 * @irqs:	interrupts by index
 * @nbuffers:	number of @buffers that are allocated
 * @buffers:	memory of the function
 * @events:	how often a peer's interrupts have changed
 * @event_errors: how often flushing failed in that callback
 * @claimed:	windows that the library leaves to this client
 * @data_in:	word that the peer writes, NULL while its window is closed
 * @data_seen:	what it was when an interrupt came last
 * @data_out:	the peer's, through our window, NULL while there is none
 * @hammer:	rings an interrupt of the peer again and again, or NULL
 * @hammer_waits: for the answer to a ring before the next
 * @debugfs:	directory
 */
struct test_dev {
	struct ntb_dev	*ntb;
	struct ntb_irq	*ni;
	/* Not taken by the interrupt handler. */
	struct mutex	lock;
	unsigned int	npeers;
	unsigned int	max;
	struct test_irq	*irqs;
	unsigned int	nbuffers;
	struct test_buffer buffers[TEST_BUFFERS];
	atomic_t	events;
	atomic_t	event_errors;
	unsigned long	claimed;
	__le32		*data_in;
	u32		data_seen;
	void __iomem	*data_out;
	struct task_struct *hammer;
	bool		hammer_waits;
	struct dentry	*debugfs;
};

int test_irq_install(struct test_irq *ti);
int test_irq_request(struct test_dev *td);
int test_irq_release(struct test_dev *td, unsigned int index);
int test_irq_ring(struct test_irq *ti);
int test_irq_serve(struct test_irq *ti);

void test_files_add(struct test_dev *td, struct dentry *root);

/* buffers.c */
int test_buffers_add(struct test_dev *td, unsigned int count);
void test_buffers_free(struct test_dev *td);
void test_buffers_files(struct test_dev *td, struct dentry *dir);

/* cycle.c */
void test_hammer_stop(struct test_dev *td);
void test_cycle_files(struct test_dev *td, struct dentry *dir);

/* data.c */
void test_data_look(struct test_dev *td);
void test_data_end(struct test_dev *td);
void test_data_files(struct test_dev *td, struct dentry *dir);

/* mailbox.c */
const struct ntb_irq_mailbox *test_mailbox(void);

/* misuse.c */
void test_misuse_files(struct test_dev *td, struct dentry *dir);

/* reserve.c */
int test_reserve_init(void);
void test_reserve_exit(void);

#endif /* _NTB_IRQ_TEST_CLIENT_H */
