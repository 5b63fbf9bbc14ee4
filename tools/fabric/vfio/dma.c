// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "vfio/dma.h"
#include "bridge/log.h"

#define PAGE_BYTES	4096u
#define MAX_RANGES	65535u
#define MAX_FILES	64u

struct dma_file {
	dev_t dev;
	ino_t ino;
	u8 *base;
	u64 size;
	u32 users;
};

struct dma_range {
	u64 first;
	u64 last;
	u8 *base;
	u32 file;
	bool writable;
};

struct dma_space {
	/* Sorted by address, never overlapping. */
	struct dma_range *ranges;
	u32 count;
	u32 room;
	struct dma_file files[MAX_FILES];
};

struct dma_space *dma_new(void)
{
	return xcalloc(1, sizeof(struct dma_space));
}

static void put_file(struct dma_file *f)
{
	f->users--;
	if (f->users)
		return;
	munmap(f->base, f->size);
	f->base = NULL;
}

void dma_clear(struct dma_space *s)
{
	u32 i;

	for (i = 0; i < s->count; i++)
		put_file(&s->files[s->ranges[i].file]);
	s->count = 0;
}

void dma_free(struct dma_space *s)
{
	dma_clear(s);
	free(s->ranges);
	free(s);
}

/* Index of the first range that ends at or after the address. */
static u32 find(const struct dma_space *s, u64 iova)
{
	u32 lo = 0, hi = s->count, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (s->ranges[mid].last < iova)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void insert(struct dma_space *s, u32 at, struct dma_range r)
{
	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 64;
		s->ranges = xrealloc(s->ranges, s->room, sizeof(*s->ranges));
	}
	memmove(&s->ranges[at + 1], &s->ranges[at],
		(s->count - at) * sizeof(*s->ranges));
	s->ranges[at] = r;
	s->count++;
	s->files[r.file].users++;
}

static void erase(struct dma_space *s, u32 at)
{
	put_file(&s->files[s->ranges[at].file]);
	s->count--;
	memmove(&s->ranges[at], &s->ranges[at + 1],
		(s->count - at) * sizeof(*s->ranges));
}

/* The slot of a file, mapped, or a negative errno. */
static int get_file(struct dma_space *s, int fd, u64 end)
{
	int free_slot = -ENOSPC;
	struct dma_file *f;
	struct stat st;
	void *base;
	u32 i;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_size <= 0 || end > (u64)st.st_size)
		return -EINVAL;
	for (i = 0; i < MAX_FILES; i++) {
		f = &s->files[i];
		if (!f->base) {
			if (free_slot < 0)
				free_slot = (int)i;
		} else if (f->dev == st.st_dev && f->ino == st.st_ino) {
			/* A file that grew since is one we will not remap. */
			return end <= f->size ? (int)i : -EINVAL;
		}
	}
	if (free_slot < 0)
		return free_slot;
	base = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		return -errno;
	f = &s->files[free_slot];
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->base = base;
	f->size = (u64)st.st_size;
	f->users = 0;
	return free_slot;
}

int dma_map(struct dma_space *s, u64 iova, u64 size, u64 offset, bool writable,
	    int fd)
{
	struct dma_range r;
	int file;
	u32 at;

	if (!size || (iova | size | offset) % PAGE_BYTES ||
	    iova + (size - 1) < iova || offset + size < offset)
		return -EINVAL;
	if (s->count == MAX_RANGES)
		return -ENOSPC;
	at = find(s, iova);
	if (at < s->count && s->ranges[at].first <= iova + (size - 1))
		return -EEXIST;
	if (fd < 0)
		return 0;
	file = get_file(s, fd, offset + size);
	if (file < 0)
		return file;
	r.first = iova;
	r.last = iova + (size - 1);
	r.base = s->files[file].base + offset;
	r.file = (u32)file;
	r.writable = writable;
	insert(s, at, r);
	return 0;
}

void dma_unmap(struct dma_space *s, u64 iova, u64 size)
{
	u64 last = iova + (size - 1);
	struct dma_range r;
	u32 at;

	if (!size) {
		dma_clear(s);
		return;
	}
	if (last < iova)
		last = UINT64_MAX;
	at = find(s, iova);
	while (at < s->count && s->ranges[at].first <= last) {
		r = s->ranges[at];
		/* Hold the file while its last range may go away. */
		s->files[r.file].users++;
		erase(s, at);
		if (r.first < iova) {
			struct dma_range left = r;

			left.last = iova - 1;
			insert(s, at++, left);
		}
		if (r.last > last) {
			struct dma_range right = r;

			right.first = last + 1;
			right.base += right.first - r.first;
			insert(s, at++, right);
		}
		put_file(&s->files[r.file]);
	}
}

void *dma_ptr(struct dma_space *s, u64 iova, u64 len, bool write)
{
	const struct dma_range *r;
	u32 at = find(s, iova);

	if (at == s->count || !len)
		return NULL;
	r = &s->ranges[at];
	if (iova < r->first || len - 1 > r->last - iova ||
	    (write && !r->writable))
		return NULL;
	return r->base + (iova - r->first);
}
