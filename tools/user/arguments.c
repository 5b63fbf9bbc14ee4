// SPDX-License-Identifier: GPL-2.0-only
/* Bad arguments of every kind: each call refuses them as its header says. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user.h"

#define KERNEL_ADDRESS	0xffff888000000000UL
#define PAGE		4096UL

static unsigned int checks, failures;

static const struct {
	const char *name;
	unsigned int cmd;
	size_t size;
} calls[] = {
	{ "info", NTB_IRQ_IOC_GET_INFO, sizeof(struct ntb_irq_ioc_info) },
	{ "peer", NTB_IRQ_IOC_GET_PEER, sizeof(struct ntb_irq_ioc_peer) },
	{ "alloc", NTB_IRQ_IOC_ALLOC, sizeof(struct ntb_irq_ioc_alloc) },
	{ "free", NTB_IRQ_IOC_FREE, sizeof(struct ntb_irq_ioc_free) },
	{ "ring", NTB_IRQ_IOC_RING, sizeof(struct ntb_irq_ioc_ring) },
};

static void expect(const char *call, const char *what, int got, int want)
{
	checks++;
	if (got == want)
		return;
	failures++;
	say("%s with %s gave %s, expected %s", call, what, got ? strerrorname_np(-got) : "0",
	    want ? strerrorname_np(-want) : "0");
}

/* What all calls have in common: a size, flags, and an address. */
static void check_frame(int fd, unsigned int which, char *last_page)
{
	const char *name = calls[which].name;
	unsigned int cmd = calls[which].cmd;
	size_t size = calls[which].size;
	__u32 words[2 * PAGE / sizeof(__u32)] = { };

	expect(name, "no address", device_call(fd, cmd, NULL), -EFAULT);
	expect(name, "an address of the kernel", device_call(fd, cmd, (void *)KERNEL_ADDRESS),
	       -EFAULT);
	expect(name, "half a size", device_call(fd, cmd, last_page + PAGE - 2), -EFAULT);
	expect(name, "size 0", device_call(fd, cmd, words), -EINVAL);
	words[0] = size - 1;
	expect(name, "a size that is too small", device_call(fd, cmd, words), -EINVAL);
	words[0] = UINT_MAX;
	expect(name, "size 2^32-1", device_call(fd, cmd, words), -E2BIG);
	words[0] = PAGE + 1;
	expect(name, "a size above a page", device_call(fd, cmd, words), -E2BIG);
	words[0] = size + 8;
	words[size / 4 + 1] = 1;
	expect(name, "an unknown member", device_call(fd, cmd, words), -E2BIG);
	words[size / 4 + 1] = 0;
	words[0] = size;
	words[1] = 1U << 31;
	expect(name, "an unknown flag", device_call(fd, cmd, words), -EINVAL);
	memcpy(last_page + PAGE - size, words, size);
	*(__u32 *)(last_page + PAGE - size) = size + 8;
	expect(name, "a size beyond the mapping",
	       device_call(fd, cmd, last_page + PAGE - size), -EFAULT);
	memset(last_page, 0, PAGE);
}

static void check_frames(int fd)
{
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0);
	struct { struct ntb_irq_ioc_info info; char rest[64]; } larger = { };
	unsigned int i;

	if (pages == MAP_FAILED || munmap(pages + PAGE, PAGE))
		die("no memory");
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		check_frame(fd, i, pages);
	larger.info.size = sizeof(larger);
	expect("info", "members to come that are zero",
	       device_call(fd, NTB_IRQ_IOC_GET_INFO, &larger), 0);
	expect("ioctl", "an unknown number", device_call(fd, _IO('N', 0xa5), NULL), -ENOTTY);
	expect("ioctl", "an unknown type", device_call(fd, _IO('M', 0xa0), NULL), -ENOTTY);
	expect("ioctl", "a size in the number",
	       device_call(fd, _IOWR('N', 0xa0, struct ntb_irq_ioc_info), NULL), -ENOTTY);
}

static void check_peer(int fd, const struct ntb_irq_ioc_info *info)
{
	static __u64 bitmap[NTB_IRQ_IOC_WORDS];
	struct ntb_irq_ioc_peer good = { .size = sizeof(good), .words = NTB_IRQ_IOC_WORDS,
					 .bitmap = (uintptr_t)bitmap };
	struct ntb_irq_ioc_peer arg = good;
	void *fixed = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	expect("peer", "good values", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg), 0);
	arg = good;
	arg.peer = info->peers;
	expect("peer", "a peer too many", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg), -EINVAL);
	arg.peer = UINT_MAX;
	expect("peer", "peer 2^32-1", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg), -EINVAL);
	arg = good;
	arg.words++;
	expect("peer", "a word too many", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg), -EINVAL);
	arg.words = UINT_MAX;
	expect("peer", "2^32-1 words", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg), -EINVAL);
	arg.words = 0;
	expect("peer", "a bitmap of no words", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg),
	       -EINVAL);
	arg = good;
	arg.reserved = 1;
	expect("peer", "a reserved member", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg), -EINVAL);
	arg = good;
	arg.bitmap = 0;
	expect("peer", "no bitmap", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg), -EFAULT);
	arg.bitmap = KERNEL_ADDRESS;
	expect("peer", "a bitmap in the kernel", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg),
	       -EFAULT);
	arg.bitmap = (uintptr_t)fixed;
	expect("peer", "a bitmap that is read-only", device_call(fd, NTB_IRQ_IOC_GET_PEER, &arg),
	       -EFAULT);
}

static int alloc(int fd, unsigned int flags, int eventfd, unsigned int index, unsigned int cpu)
{
	struct ntb_irq_ioc_alloc arg = { .size = sizeof(arg), .flags = flags, .eventfd = eventfd,
					 .index = index, .cpu = cpu };

	return device_call(fd, NTB_IRQ_IOC_ALLOC, &arg);
}

/* A process that may run on the first CPU only. */
static void check_cpus(int fd, int eventfd)
{
	cpu_set_t old, one;

	expect("alloc", "CPU 2^20", alloc(fd, NTB_IRQ_ALLOC_CPU, eventfd, 0, 1 << 20), -EINVAL);
	expect("alloc", "CPU 2^32-1", alloc(fd, NTB_IRQ_ALLOC_CPU, eventfd, 0, UINT_MAX), -EINVAL);
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_getaffinity(0, sizeof(old), &old) || sched_setaffinity(0, sizeof(one), &one))
		die("the CPU cannot be chosen: %s", strerror(errno));
	expect("alloc", "a CPU of others", alloc(fd, NTB_IRQ_ALLOC_CPU, eventfd, 0, 1), -EPERM);
	sched_setaffinity(0, sizeof(old), &old);
}

/* Not an error: the interrupt is where it was asked to be. */
static void check_affinity(int fd, int eventfd)
{
	struct ntb_irq_ioc_alloc arg = { .size = sizeof(arg), .flags = NTB_IRQ_ALLOC_CPU,
					 .eventfd = eventfd, .cpu = 1 };
	char path[64], cpus[16] = "";
	int file;

	expect("alloc", "CPU 1", device_call(fd, NTB_IRQ_IOC_ALLOC, &arg), 0);
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", arg.irq);
	file = open(path, O_RDONLY);
	if (file < 0 || read(file, cpus, sizeof(cpus) - 1) < 0)
		die("%s: %s", path, strerror(errno));
	close(file);
	expect("alloc", "CPU 1 has the interrupt elsewhere", strcmp(cpus, "1\n") ? -ERANGE : 0, 0);
	expect("free", "good values", device_free(fd, arg.index), 0);
}

static void check_alloc(int fd, const char *path, const struct ntb_irq_ioc_info *info)
{
	struct ntb_irq_ioc_alloc arg, *fixed;
	int eventfd = signal_new(), other = device_open(path), pipes[2];
	struct ntb_irq_ioc_info after;
	unsigned int i;

	if (pipe(pipes))
		die("no pipe: %s", strerror(errno));
	expect("alloc", "eventfd -1", alloc(fd, 0, -1, 0, 0), -EBADF);
	expect("alloc", "eventfd -2^31", alloc(fd, 0, INT_MIN, 0, 0), -EBADF);
	expect("alloc", "a file that is not open", alloc(fd, 0, 1000, 0, 0), -EBADF);
	expect("alloc", "a pipe", alloc(fd, 0, pipes[0], 0, 0), -EINVAL);
	expect("alloc", "the device itself", alloc(fd, 0, fd, 0, 0), -EINVAL);
	expect("alloc", "an index too many",
	       alloc(fd, NTB_IRQ_ALLOC_INDEX, eventfd, info->max_irqs, 0), -EINVAL);
	expect("alloc", "index 2^32-1", alloc(fd, NTB_IRQ_ALLOC_INDEX, eventfd, UINT_MAX, 0),
	       -EINVAL);
	check_cpus(fd, eventfd);
	check_affinity(fd, eventfd);

	expect("alloc", "good values", device_alloc(other, eventfd, ANY, &arg), 0);
	expect("alloc", "an index of another file",
	       alloc(fd, NTB_IRQ_ALLOC_INDEX, eventfd, arg.index, 0), -EBUSY);
	expect("free", "an index of another file", device_free(fd, arg.index), -ENOENT);
	expect("free", "good values", device_free(other, arg.index), 0);
	expect("free", "an index that was freed", device_free(other, arg.index), -ENOENT);

	fixed = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*fixed = (struct ntb_irq_ioc_alloc) { .size = sizeof(*fixed), .eventfd = eventfd };
	mprotect(fixed, PAGE, PROT_READ);
	expect("alloc", "memory that is read-only", device_call(fd, NTB_IRQ_IOC_ALLOC, fixed),
	       -EFAULT);
	device_info(fd, &after);
	expect("alloc", "errors until now leaves interrupts", after.held, 0);

	for (i = 0; i < info->max_file; i++)
		expect("alloc", "good values", alloc(other, 0, eventfd, 0, 0), 0);
	expect("alloc", "one more than the limit", alloc(other, 0, eventfd, 0, 0), -EDQUOT);
	close(other);
	close(pipes[0]);
	close(pipes[1]);
	close(eventfd);
}

static void check_free_and_ring(int fd, const struct ntb_irq_ioc_info *info)
{
	struct ntb_irq_ioc_free arg = { .size = sizeof(arg), .reserved = 1 };

	expect("free", "an index it has not", device_free(fd, info->max_irqs - 1), -ENOENT);
	expect("free", "index 2^32-1", device_free(fd, UINT_MAX), -ENOENT);
	expect("free", "a reserved member", device_call(fd, NTB_IRQ_IOC_FREE, &arg), -EINVAL);
	expect("ring", "a peer too many", device_ring(fd, info->peers, 0), -EINVAL);
	expect("ring", "peer 2^32-1", device_ring(fd, UINT_MAX, 0), -EINVAL);
	expect("ring", "an interrupt that is not offered",
	       device_ring(fd, 0, info->max_irqs - 1), -ENOENT);
	expect("ring", "index 2^32-1", device_ring(fd, 0, UINT_MAX), -ENOENT);
}

static void check_file(int fd, const char *path)
{
	int reader = open(path, O_RDONLY | O_CLOEXEC), eventfd = signal_new();
	struct ntb_irq_ioc_info info = { .size = sizeof(info) };
	struct ntb_irq_ioc_peer peer;
	char byte = 0;

	if (reader < 0)
		die("%s: %s", path, strerror(errno));
	expect("info", "a file for reading",
	       device_call(reader, NTB_IRQ_IOC_GET_INFO, &info), 0);
	expect("peer", "a file for reading", device_peer(reader, 0, NULL, &peer), 0);
	expect("alloc", "a file for reading", alloc(reader, 0, eventfd, 0, 0), -EPERM);
	expect("free", "a file for reading", device_free(reader, 0), -EPERM);
	expect("ring", "a file for reading", device_ring(reader, 0, 0), -EPERM);
	expect("read", "a byte", read(fd, &byte, 1) < 0 ? -errno : 0, -EINVAL);
	expect("write", "a byte", write(fd, &byte, 1) < 0 ? -errno : 0, -EINVAL);
	expect("mmap", "a page", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ?
	       -errno : 0, -ENODEV);
	close(reader);
	close(eventfd);
}

static int verdict(void)
{
	say("%u checks, %u failures", checks, failures);
	return failures != 0;
}

int arguments(char *argv[])
{
	int fd = device_open(argv[0]);
	struct ntb_irq_ioc_info info;

	device_info(fd, &info);
	check_frames(fd);
	check_peer(fd, &info);
	check_alloc(fd, argv[0], &info);
	check_free_and_ring(fd, &info);
	check_file(fd, argv[0]);
	return verdict();
}

#ifdef __x86_64__
/* ioctl() as a 32-bit program calls it. */
static int call32(int fd, unsigned int cmd, void *arg)
{
	int ret;

	asm volatile("int $0x80" : "=a" (ret)
		     : "a" (54), "b" (fd), "c" (cmd), "d" ((unsigned int)(uintptr_t)arg)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

/* The same calls, with structures that a 32-bit program can reach. */
int compat(char *argv[])
{
	union {
		struct ntb_irq_ioc_info info;
		struct { struct ntb_irq_ioc_peer peer; __u64 bitmap[NTB_IRQ_IOC_WORDS]; };
		struct ntb_irq_ioc_alloc alloc;
		struct ntb_irq_ioc_free free;
		struct ntb_irq_ioc_ring ring;
	} *low = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int fd = device_open(argv[0]), eventfd = signal_new();
	struct ntb_irq_ioc_info info;
	unsigned int index;

	if (low == MAP_FAILED)
		die("no memory below 2^32");
	device_info(fd, &info);
	low->info.size = sizeof(low->info);
	expect("info", "32 bits", call32(fd, NTB_IRQ_IOC_GET_INFO, low), 0);
	expect("info", "32 bits has other bytes", !!memcmp(&low->info, &info, sizeof(info)), 0);
	low->peer = (struct ntb_irq_ioc_peer) {
		.size = sizeof(low->peer), .words = NTB_IRQ_IOC_WORDS,
		.bitmap = (uintptr_t)low->bitmap,
	};
	expect("peer", "32 bits", call32(fd, NTB_IRQ_IOC_GET_PEER, low), 0);
	low->alloc = (struct ntb_irq_ioc_alloc) { .size = sizeof(low->alloc),
						  .eventfd = eventfd };
	expect("alloc", "32 bits", call32(fd, NTB_IRQ_IOC_ALLOC, low), 0);
	index = low->alloc.index;
	low->ring = (struct ntb_irq_ioc_ring) { .size = sizeof(low->ring), .peer = info.peers };
	expect("ring", "32 bits", call32(fd, NTB_IRQ_IOC_RING, low), -EINVAL);
	low->free = (struct ntb_irq_ioc_free) { .size = sizeof(low->free), .index = index };
	expect("free", "32 bits", call32(fd, NTB_IRQ_IOC_FREE, low), 0);
	return verdict();
}
#else
int compat(char *argv[])
{
	die("%s: this machine has no 32-bit calls", argv[0]);
}
#endif
