// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vfio/dma.h"
#include "tests/tap.h"

#define SUITE "dma"

#define PAGE 4096ull
#define FILE_BYTES (64 * PAGE)

static int memory(void)
{
	int fd = memfd_create("dma", MFD_CLOEXEC);

	CHECK(fd >= 0 && !ftruncate(fd, FILE_BYTES));
	return fd;
}

TEST(finds_bytes, "an address leads to the right byte of the file")
{
	struct dma_space *s = dma_new();
	int fd = memory();
	u8 byte = 0;

	CHECK_EQ(dma_map(s, 0x10000, 4 * PAGE, 8 * PAGE, true, fd), 0);
	CHECK(!dma_ptr(s, 0xffff, 1, false));
	CHECK(!dma_ptr(s, 0x10000 + 4 * PAGE, 1, false));
	CHECK(!dma_ptr(s, 0x10000 + 4 * PAGE - 4, 8, false));
	CHECK(dma_ptr(s, 0x10000 + 4 * PAGE - 8, 8, false));
	*(u8 *)dma_ptr(s, 0x10005, 1, true) = 0x5a;
	CHECK_EQ(pread(fd, &byte, 1, 8 * PAGE + 5), 1);
	CHECK_EQ(byte, 0x5a);
	dma_free(s);
	close(fd);
}

TEST(refuses_nonsense, "sizes, offsets and addresses out of bounds")
{
	struct dma_space *s = dma_new();
	int fd = memory();

	CHECK_EQ(dma_map(s, 0, 0, 0, true, fd), (u64)-EINVAL);
	CHECK_EQ(dma_map(s, 1, PAGE, 0, true, fd), (u64)-EINVAL);
	CHECK_EQ(dma_map(s, 0, PAGE, 1, true, fd), (u64)-EINVAL);
	CHECK_EQ(dma_map(s, 0, 7, 0, true, fd), (u64)-EINVAL);
	CHECK_EQ(dma_map(s, -PAGE, 2 * PAGE, 0, true, fd), (u64)-EINVAL);
	CHECK_EQ(dma_map(s, 0, 2 * PAGE, -PAGE, true, fd), (u64)-EINVAL);
	CHECK_EQ(dma_map(s, 0, FILE_BYTES + PAGE, 0, true, fd), (u64)-EINVAL);
	CHECK_EQ(dma_map(s, 0, 2 * PAGE, FILE_BYTES - PAGE, true, fd),
		 (u64)-EINVAL);
	/* the very last page of the address space is fine */
	CHECK_EQ(dma_map(s, -PAGE, PAGE, 0, true, fd), 0);
	CHECK(dma_ptr(s, UINT64_MAX, 1, true));
	CHECK(!dma_ptr(s, UINT64_MAX, 2, true));
	CHECK_EQ(dma_map(s, 0, PAGE, 0, true, 12345), (u64)-EBADF);
	dma_free(s);
	close(fd);
}

TEST(refuses_overlap, "ranges never overlap")
{
	struct dma_space *s = dma_new();
	int fd = memory();

	CHECK_EQ(dma_map(s, 4 * PAGE, 2 * PAGE, 0, true, fd), 0);
	CHECK_EQ(dma_map(s, 4 * PAGE, PAGE, 0, true, fd), (u64)-EEXIST);
	CHECK_EQ(dma_map(s, 5 * PAGE, PAGE, 0, true, fd), (u64)-EEXIST);
	CHECK_EQ(dma_map(s, 3 * PAGE, 4 * PAGE, 0, true, fd), (u64)-EEXIST);
	CHECK_EQ(dma_map(s, 3 * PAGE, PAGE, 0, true, fd), 0);
	CHECK_EQ(dma_map(s, 6 * PAGE, PAGE, 0, true, fd), 0);
	dma_free(s);
	close(fd);
}

TEST(keeps_readonly, "read-only stays read-only")
{
	struct dma_space *s = dma_new();
	int fd = memory();

	CHECK_EQ(dma_map(s, 0, PAGE, 0, false, fd), 0);
	CHECK(dma_ptr(s, 0, 4, false));
	CHECK(!dma_ptr(s, 0, 4, true));
	dma_free(s);
	close(fd);
}

TEST(maps_a_file_once, "one file is mapped once")
{
	struct dma_space *s = dma_new();
	int fd = memory();
	int again = dup(fd);
	u8 *a, *b;

	CHECK_EQ(dma_map(s, 0, PAGE, 0, true, fd), 0);
	CHECK_EQ(dma_map(s, 1 << 30, PAGE, 5 * PAGE, true, again), 0);
	a = dma_ptr(s, 0, 1, true);
	b = dma_ptr(s, 1 << 30, 1, true);
	CHECK(a && b && b - a == 5 * (long)PAGE);
	dma_free(s);
	close(fd);
	close(again);
}

TEST(cuts_ranges, "unmapping cuts")
{
	struct dma_space *s = dma_new();
	int fd = memory();
	u8 *base;

	CHECK_EQ(dma_map(s, 0, 8 * PAGE, 0, true, fd), 0);
	base = dma_ptr(s, 0, 1, true);
	dma_unmap(s, 3 * PAGE, 2 * PAGE);
	CHECK(dma_ptr(s, 0, 3 * PAGE, true) == base);
	CHECK(!dma_ptr(s, 3 * PAGE, 1, true));
	CHECK(!dma_ptr(s, 5 * PAGE - 1, 1, true));
	CHECK(dma_ptr(s, 5 * PAGE, 3 * PAGE, true) == base + 5 * PAGE);
	/* over everything, more than there is */
	dma_unmap(s, 0, UINT64_MAX);
	CHECK(!dma_ptr(s, 0, 1, true));
	CHECK(!dma_ptr(s, 5 * PAGE, 1, true));
	/* nothing left to take away */
	dma_unmap(s, 0, PAGE);
	dma_unmap(s, 0, 0);
	dma_free(s);
	close(fd);
}

TEST(holds_many, "two thousand ranges")
{
	struct dma_space *s = dma_new();
	int fd = memory();
	u64 i;

	/* backwards, so that every insert moves the rest */
	for (i = 2000; i > 0; i--)
		CHECK_EQ(dma_map(s, i * 3 * PAGE, PAGE, i % 64 * PAGE, true,
				 fd), 0);
	for (i = 1; i <= 2000; i++) {
		CHECK(dma_ptr(s, i * 3 * PAGE + 8, 8, true));
		CHECK(!dma_ptr(s, i * 3 * PAGE + PAGE, 8, true));
	}
	for (i = 1; i <= 2000; i += 2)
		dma_unmap(s, i * 3 * PAGE, PAGE);
	for (i = 1; i <= 2000; i++)
		CHECK_EQ(!!dma_ptr(s, i * 3 * PAGE, 8, true), i % 2 == 0);
	dma_free(s);
	close(fd);
}

TEST(takes_no_file, "memory without a file is absent")
{
	struct dma_space *s = dma_new();

	CHECK_EQ(dma_map(s, 0, PAGE, 0, false, -1), 0);
	CHECK(!dma_ptr(s, 0, 1, false));
	dma_free(s);
}
