// SPDX-License-Identifier: GPL-2.0-only
/* nothing: the other file */
#include "vnd.h"
#include <linux/module.h>
#include <linux/pci.h>

int vnd_peer(struct vnd *v, int peer)
{
	return pci_irq_vector(v->pdev, 16 + peer);
}
