/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a machine lets its function reach: bus address ranges and where their
 * bytes are. Memory given as a file is mapped once, however many ranges of it
 * there are; a guest's IOMMU makes thousands.
 */
#ifndef FABRIC_DMA_H
#define FABRIC_DMA_H

#include "bridge/types.h"

struct dma_space;

struct dma_space *dma_new(void);
void dma_free(struct dma_space *s);

/* Forget every range and every file. */
void dma_clear(struct dma_space *s);

/*
 * fd stays the caller's; -1 is memory we cannot map, which is remembered by
 * being absent. Returns 0 or a negative errno.
 */
int dma_map(struct dma_space *s, u64 iova, u64 size, u64 offset, bool writable,
	    int fd);

/* Size 0 is everything. Ranges that are partly inside are cut. */
void dma_unmap(struct dma_space *s, u64 iova, u64 size);

/*
 * The bytes at a bus address, or NULL unless all of [iova, iova + len) is in
 * one range (writable, when write is asked).
 */
void *dma_ptr(struct dma_space *s, u64 iova, u64 len, bool write);

#endif
