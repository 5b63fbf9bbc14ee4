/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Interrupts that NTB peers ring: the interface of /dev/ntb_irq<n>.
 *
 * A process allocates interrupts of this host, each of which adds one to an eventfd
 * when a peer rings it, and rings the interrupts that peers offer. An interrupt is
 * known to peers by its index; what an index means is agreed on between the programs.
 *
 * Every structure begins with its size as the program was compiled with, so that it can
 * grow at its end: what an older kernel does not know must be zero, and is refused with
 * E2BIG otherwise; what an older program does not have is taken as zero. Flags that the
 * kernel does not know, and members named reserved that are not zero, are refused with
 * EINVAL. The layout is the same for 32-bit and 64-bit programs.
 *
 * All calls can fail with ENODEV, once the function has gone, with EFAULT, with EINVAL
 * when a size is too small, and with ENOTTY when the call does not exist.
 */
#ifndef _UAPI_LINUX_NTB_IRQ_H
#define _UAPI_LINUX_NTB_IRQ_H

#include <linux/ioctl.h>
#include <linux/types.h>

/** NTB_IRQ_IOC_VERSION - version of this interface; calls and members are only added */
#define NTB_IRQ_IOC_VERSION	1

/** NTB_IRQ_IOC_NAME - size of a name, with the zero at its end */
#define NTB_IRQ_IOC_NAME	64

/** NTB_IRQ_IOC_WORDS - words of a bitmap that has room for every interrupt of a peer */
#define NTB_IRQ_IOC_WORDS	256

#define NTB_IRQ_IOC_TYPE	'N'

/**
 * struct ntb_irq_ioc_info - properties of the function
 * @size:	sizeof(struct ntb_irq_ioc_info)
 * @flags:	0
 * @version:	set to %NTB_IRQ_IOC_VERSION of the kernel
 * @peers:	set to the number of peers; they are numbered from 0
 * @port:	set to the port number of this host on the bridge; not every bridge that
 *		joins two hosts gives them different ones
 * @max_irqs:	set to the most interrupts that all open files can have together
 * @max_file:	set to the most interrupts that one open file can have
 * @held:	set to the number of interrupts that this open file has
 * @device:	set to the name of the PCI function, as in sysfs
 * @domain:	set to the name of the interrupt domain, as in /proc/interrupts
 * @parent:	set to the name of the domain's parent
 *
 * For NTB_IRQ_IOC_GET_INFO().
 */
struct ntb_irq_ioc_info {
	__u32	size;
	__u32	flags;
	__u32	version;
	__u32	peers;
	__u32	port;
	__u32	max_irqs;
	__u32	max_file;
	__u32	held;
	__u8	device[NTB_IRQ_IOC_NAME];
	__u8	domain[NTB_IRQ_IOC_NAME];
	__u8	parent[NTB_IRQ_IOC_NAME];
};

/**
 * NTB_IRQ_PEER_CONNECTED - there is a session with the peer
 *
 * Without one the peer offers nothing, and ringing gives ENOTCONN.
 */
#define NTB_IRQ_PEER_CONNECTED	(1U << 0)

/**
 * NTB_IRQ_PEER_SYNCED - the peer knows every interrupt of this host, of all open files
 *
 * poll() does not report that this has changed: programs that have to know look again.
 */
#define NTB_IRQ_PEER_SYNCED	(1U << 1)

/** NTB_IRQ_PEER_UNREACHABLE - interrupts are left that no window to the peer covers */
#define NTB_IRQ_PEER_UNREACHABLE (1U << 2)

/**
 * struct ntb_irq_ioc_peer - what a peer offers
 * @size:	sizeof(struct ntb_irq_ioc_peer)
 * @flags:	0
 * @peer:	the peer
 * @words:	size of @bitmap in words of 64 bits, at most %NTB_IRQ_IOC_WORDS; may be 0
 * @bitmap:	address of an array of __u64, or 0 when @words is 0. Interrupt i is offered
 *		where bit i % 64 of word i / 64 is set; all @words are written
 * @generation:	set to a number that grows whenever what the peer offers has changed. A
 *		change that @bitmap does not show has a higher one
 * @count:	set to the number of interrupts that the peer offers
 * @state:	set to a combination of %NTB_IRQ_PEER_CONNECTED, %NTB_IRQ_PEER_SYNCED and
 *		%NTB_IRQ_PEER_UNREACHABLE
 * @port:	set to the port number of the peer on the bridge
 * @reserved:	0
 *
 * For NTB_IRQ_IOC_GET_PEER(). A change that comes in the middle may be in one of @bitmap
 * and @count only; poll() reports it afterwards.
 */
struct ntb_irq_ioc_peer {
	__u32		size;
	__u32		flags;
	__u32		peer;
	__u32		words;
	__aligned_u64	bitmap;
	__aligned_u64	generation;
	__u32		count;
	__u32		state;
	__u32		port;
	__u32		reserved;
};

/** NTB_IRQ_ALLOC_INDEX - allocate the index given, not the lowest that is free */
#define NTB_IRQ_ALLOC_INDEX	(1U << 0)

/** NTB_IRQ_ALLOC_CPU - have the interrupt handled on the CPU given */
#define NTB_IRQ_ALLOC_CPU	(1U << 1)

/**
 * struct ntb_irq_ioc_alloc - allocation of an interrupt
 * @size:	sizeof(struct ntb_irq_ioc_alloc)
 * @flags:	0 or a combination of %NTB_IRQ_ALLOC_INDEX and %NTB_IRQ_ALLOC_CPU
 * @eventfd:	file descriptor of an eventfd; may be closed afterwards
 * @index:	with %NTB_IRQ_ALLOC_INDEX the index wanted, else ignored; set to the index
 *		by which peers know the interrupt
 * @cpu:	with %NTB_IRQ_ALLOC_CPU a CPU that is online and that the calling thread may
 *		run on, else ignored
 * @irq:	set to the interrupt's number in /proc/interrupts
 *
 * For NTB_IRQ_IOC_ALLOC(). Several interrupts may have the same eventfd.
 */
struct ntb_irq_ioc_alloc {
	__u32	size;
	__u32	flags;
	__s32	eventfd;
	__u32	index;
	__u32	cpu;
	__u32	irq;
};

/**
 * struct ntb_irq_ioc_free - an interrupt that is not needed any more
 * @size:	sizeof(struct ntb_irq_ioc_free)
 * @flags:	0
 * @index:	its index, from an allocation by the same open file
 * @reserved:	0
 *
 * For NTB_IRQ_IOC_FREE().
 */
struct ntb_irq_ioc_free {
	__u32	size;
	__u32	flags;
	__u32	index;
	__u32	reserved;
};

/**
 * struct ntb_irq_ioc_ring - an interrupt of a peer to be rung
 * @size:	sizeof(struct ntb_irq_ioc_ring)
 * @flags:	0
 * @peer:	the peer
 * @index:	the interrupt
 *
 * For NTB_IRQ_IOC_RING().
 */
struct ntb_irq_ioc_ring {
	__u32	size;
	__u32	flags;
	__u32	peer;
	__u32	index;
};

/*
 * The size is in the structures, so that it is not in the numbers of the calls.
 */

/**
 * NTB_IRQ_IOC_GET_INFO - query the function: &struct ntb_irq_ioc_info
 *
 * Return: 0.
 */
#define NTB_IRQ_IOC_GET_INFO	_IO(NTB_IRQ_IOC_TYPE, 0xa0)

/**
 * NTB_IRQ_IOC_GET_PEER - query what a peer offers: &struct ntb_irq_ioc_peer
 *
 * poll() reports POLLIN as long as the offers of a peer have changed since this open file
 * has last queried that peer, and after open() when it has ever offered something. The
 * end of a session changes what the peer offers.
 *
 * Return: 0; EINVAL when there is no such peer, for too many words, or for a bitmap of no
 * words; ENOMEM.
 */
#define NTB_IRQ_IOC_GET_PEER	_IO(NTB_IRQ_IOC_TYPE, 0xa1)

/**
 * NTB_IRQ_IOC_ALLOC - allocate an interrupt: &struct ntb_irq_ioc_alloc
 *
 * It is offered to all peers. It belongs to the open file until it is freed, the file is
 * closed for the last time, or the function goes. The counter of the eventfd grows by
 * one each time that the interrupt comes; rings that come faster than this host takes
 * them may be merged into one.
 *
 * Return: 0; EPERM when the file is not open for writing, or the thread may not run on
 * the CPU; EBADF when @eventfd is no open file descriptor; EINVAL when it is none of an
 * eventfd, when the index is above the limit, or the CPU is not online; EDQUOT when the
 * file has as many interrupts as it can; EBUSY when the index is in use, or a peer has
 * not yet acknowledged that it was freed; ENOSPC when all indices are, or the host has
 * no resources left for an interrupt; ENOMEM.
 */
#define NTB_IRQ_IOC_ALLOC	_IO(NTB_IRQ_IOC_TYPE, 0xa2)

/**
 * NTB_IRQ_IOC_FREE - free an interrupt: &struct ntb_irq_ioc_free
 *
 * When it returns, the eventfd is not signalled for it any more. It waits for peers to
 * acknowledge that the interrupt has gone, a second at most; no signal ends that wait.
 *
 * Return: 0; EPERM when the file is not open for writing; ENOENT when it has no such
 * interrupt.
 */
#define NTB_IRQ_IOC_FREE	_IO(NTB_IRQ_IOC_TYPE, 0xa3)

/**
 * NTB_IRQ_IOC_RING - ring an interrupt of a peer: &struct ntb_irq_ioc_ring
 *
 * Return: 0; EPERM when the file is not open for writing; EINVAL when there is no such
 * peer; ENOTCONN when there is no session with it; ENOENT when it does not offer that
 * interrupt.
 */
#define NTB_IRQ_IOC_RING	_IO(NTB_IRQ_IOC_TYPE, 0xa4)

#endif /* _UAPI_LINUX_NTB_IRQ_H */
