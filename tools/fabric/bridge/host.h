/* SPDX-License-Identifier: GPL-2.0-only */
/* One machine at the fabric: its function, its memory, its interrupts. */
#ifndef FABRIC_HOST_H
#define FABRIC_HOST_H

#include "bridge/device.h"
#include "vfio/dma.h"
#include "bridge/loop.h"
#include "bridge/msi.h"
#include "vfio/pci.h"
#include "bridge/timer.h"
#include "vfio/vfio_user.h"

struct host {
	struct fabric *fabric;
	int index;
	char name[8];
	struct vu_conn *conn;
	struct watch watch;
	/* the socket of one that waits for conn to end, else -1 */
	int successor;
	struct timer patience;
	bool patient;
	struct dma_space *dma;
	struct pci_identity id;
	struct pci_config pci;
	int vector_fd[MAX_VECTORS];
	int msi_fd;
	/* fired while the vector had nowhere to go; also what the PBA shows */
	u64 pending;
	/* pulled out: its reads give ones, its writes are lost */
	bool dead;
	/* where writes to its memory are interrupts */
	struct msi_range msi;
	/* what it writes to at the moment */
	struct {
		int bar;
		u64 offset;
	} access;
	struct host_stats stats;
};

void host_init(struct host *h, struct fabric *f, int index);
void host_fini(struct host *h);

/*
 * Takes over fd. While another is there it waits for that one's end; it is closed
 * when that takes too long, or one waits already.
 */
void host_attach(struct host *h, int fd);
void host_detach(struct host *h);
bool host_connected(const struct host *h);
/* Writes to its memory that the machine has not answered, so that they do not count yet. */
u32 host_waiting(const struct host *h);
/* Connected, and not pulled out. */
bool host_present(const struct host *h);

void host_interrupt(struct host *h, u32 vector);
/* Pulls the function out without notice, or puts it in again, as after a reset. */
void host_set_dead(struct host *h, bool dead);

/* The link of the host changed: the model has to show it to the drivers. */
void host_link_event(struct host *h);

#endif
