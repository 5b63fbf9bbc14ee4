// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls with arguments by chance, by several threads that share their files. Numbers are
 * taken from those near limits most of the time, so that many calls do something. Peers'
 * interrupts below a given index are left alone: they belong to other tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "user.h"

#define THREADS		4
#define FILES		6
#define WORDS		64

struct fuzz {
	const char	*path;
	unsigned int	first;
	time_t		end;
	/* Open or not, and of the device or an eventfd: threads change them under each other. */
	int		files[FILES];
	unsigned long	done[THREADS];
	unsigned long	good[THREADS];
};

struct worker {
	struct fuzz	*fuzz;
	unsigned int	number;
	unsigned int	seed;
	/* Writable memory, then read-only memory, then none. */
	char		*pages;
};

static unsigned int chance(struct worker *w, unsigned int below)
{
	return rand_r(&w->seed) % below;
}

static __u32 chance_word(struct worker *w)
{
	static const __u32 near[] = { 0, 1, 2, 3, 63, 64, 65, 255, 256, 257, 1023, 1024, 16383,
				      16384, 65536, 0x7fffffff, 0x80000000, 0xffffffff };

	switch (chance(w, 4)) {
	case 0:
		return rand_r(&w->seed);
	case 1:
		return w->fuzz->first + chance(w, 16);
	default:
		return near[chance(w, ARRAY_SIZE(near))];
	}
}

static unsigned int chance_cmd(struct worker *w)
{
	unsigned int number = chance(w, 5);

	if (!chance(w, 50))
		return rand_r(&w->seed);
	return _IO('N', 0xa0 + (chance(w, 50) ? number : chance(w, 256)));
}

static int chance_file(struct worker *w)
{
	return w->fuzz->files[chance(w, FILES)];
}

static __u32 chance_size(struct worker *w, unsigned int cmd)
{
	switch (chance(w, 20)) {
	case 0:
		return chance_word(w);
	case 1:
		return 4 * chance(w, WORDS);
	}
	switch (cmd) {
	case NTB_IRQ_IOC_GET_INFO:
		return sizeof(struct ntb_irq_ioc_info);
	case NTB_IRQ_IOC_GET_PEER:
		return sizeof(struct ntb_irq_ioc_peer);
	case NTB_IRQ_IOC_ALLOC:
		return sizeof(struct ntb_irq_ioc_alloc);
	default:
		return sizeof(struct ntb_irq_ioc_free);
	}
}

static void fill_peer(struct worker *w, struct ntb_irq_ioc_peer *arg)
{
	arg->flags = chance(w, 20) ? 0 : chance_word(w);
	arg->peer = chance(w, 4) ? 0 : chance_word(w);
	arg->words = chance_word(w);
	arg->bitmap = (uintptr_t)w->pages + chance(w, 3 * 4096);
	arg->reserved = chance(w, 20) ? 0 : chance_word(w);
}

static void fill_alloc(struct worker *w, struct ntb_irq_ioc_alloc *arg)
{
	arg->flags = chance(w, 20) ? chance(w, 4) : chance_word(w);
	arg->eventfd = chance(w, 20) ? chance_file(w) : (int)chance_word(w);
	arg->cpu = chance(w, 2);
}

static void fill(struct worker *w, unsigned int cmd, __u32 *words)
{
	unsigned int i;

	memset(words, 0, WORDS * sizeof(*words));
	for (i = 2; i < 4; i++)
		words[i] = chance_word(w);
	if (!chance(w, 20))
		words[chance(w, WORDS)] = chance_word(w);
	words[0] = chance_size(w, cmd);
	if (cmd == NTB_IRQ_IOC_GET_PEER)
		fill_peer(w, (void *)words);
	if (cmd == NTB_IRQ_IOC_ALLOC)
		fill_alloc(w, (void *)words);
	if (cmd == NTB_IRQ_IOC_RING) {
		words[2] = chance(w, 8) ? 0 : words[2];
		if (words[3] < w->fuzz->first)
			words[3] += w->fuzz->first;
	}
}

static void call(struct worker *w)
{
	unsigned int cmd = chance_cmd(w);
	__u32 words[WORDS];
	void *arg = words;

	fill(w, cmd, words);
	if (!chance(w, 20)) {
		/* Nothing that is rung by chance may be of others. */
		if (cmd == NTB_IRQ_IOC_RING)
			return;
		arg = w->pages + chance(w, 3 * 4096);
		if (chance(w, 2))
			memcpy(w->pages, words, sizeof(words));
	}
	w->fuzz->done[w->number]++;
	if (!ioctl(chance_file(w), cmd, arg))
		w->fuzz->good[w->number]++;
}

/* Close one of the files, whatever other threads do with it, and open another. */
static void change_file(struct worker *w)
{
	unsigned int which = chance(w, FILES);
	int fd = which % 2 ? eventfd(0, EFD_NONBLOCK) : open(w->fuzz->path, O_RDWR);

	if (fd >= 0)
		close(__atomic_exchange_n(&w->fuzz->files[which], fd, __ATOMIC_SEQ_CST));
}

static void other(struct worker *w)
{
	int fd = chance_file(w);
	__u64 value;

	switch (chance(w, 5)) {
	case 0:
		poll_one(fd, 0);
		break;
	case 1:
		if (read(fd, &value, sizeof(value)) < 0 && errno == EFAULT)
			die("reading gave EFAULT");
		break;
	case 2:
		if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED)
			die("memory of the device was mapped");
		break;
	case 3:
		close(dup(fd));
		break;
	case 4:
		change_file(w);
		break;
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;

	w->pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (w->pages == MAP_FAILED || mprotect(w->pages + 4096, 4096, PROT_READ) ||
	    mprotect(w->pages + 2 * 4096, 4096, PROT_NONE))
		die("no memory");
	while (time(NULL) < w->fuzz->end) {
		if (chance(w, 16))
			call(w);
		else
			other(w);
	}
	return NULL;
}

int fuzz(char *argv[])
{
	struct fuzz fuzz = { .path = argv[0], .first = number(argv[3]) };
	struct worker workers[THREADS];
	unsigned long done = 0, good = 0;
	pthread_t threads[THREADS];
	unsigned int i;

	fuzz.end = time(NULL) + number(argv[1]);
	for (i = 0; i < FILES; i++)
		fuzz.files[i] = i % 2 ? eventfd(0, EFD_NONBLOCK) : device_open(argv[0]);
	for (i = 0; i < THREADS; i++) {
		workers[i] = (struct worker) { .fuzz = &fuzz, .number = i,
					       .seed = number(argv[2]) + i };
		if (pthread_create(&threads[i], NULL, work, &workers[i]))
			die("no thread");
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		done += fuzz.done[i];
		good += fuzz.good[i];
	}
	say("%lu calls, %lu succeeded", done, good);
	return 0;
}
