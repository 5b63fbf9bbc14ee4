// SPDX-License-Identifier: GPL-2.0-only
/* The part of the older interface that later kernels have dropped from ntb.h. */
#include <linux/interrupt.h>
#include <linux/module.h>

#include "legacy.h"

/**
 * ntbm_msi_free_irq() - remove a handler and free its interrupt
 * @ntb:	the NTB device
 * @irq:	from ntbm_msi_request_threaded_irq()
 * @dev_id:	as given there
 *
 * Context: process context, may sleep.
 */
void ntbm_msi_free_irq(struct ntb_dev *ntb, unsigned int irq, void *dev_id)
{
	struct ntb_msi *msi = ntb->msi;
	unsigned int index;

	if (WARN_ON_ONCE(!msi))
		return;
	guard(mutex)(&msi->lock);
	for (index = 0; index < msi->dom->max; index++) {
		if (!msi->irqs[index].desc || ntb_irq_domain_vector(msi->dom, index) != irq)
			continue;
		devm_free_irq(&ntb->dev, irq, dev_id);
		ntb_msi_release(msi, index);
		return;
	}
	WARN_ONCE(1, "interrupt %u is none of %s\n", irq, dev_name(&ntb->dev));
}
EXPORT_SYMBOL(ntbm_msi_free_irq);

/**
 * ntb_msi_peer_addr() - where a DMA engine has to write to ring a peer
 * @ntb:	the NTB device
 * @peer:	peer index
 * @desc:	descriptor received from that peer
 * @msi_addr:	filled in unless NULL: physical address to write @desc->data to
 *
 * Context: any.
 * Return: 0; -EINVAL before ntb_msi_init(), when there is no such peer or the
 * offset is not that of a word; -ERANGE when it is outside of the window.
 */
int ntb_msi_peer_addr(struct ntb_dev *ntb, int peer, struct ntb_msi_desc *desc,
		      phys_addr_t *msi_addr)
{
	struct ntb_msi *msi = ntb->msi;
	int ret;

	if (!msi)
		return -EINVAL;
	ret = ntb_msi_peer_offset(msi, peer, desc);
	if (ret)
		return ret;
	if (msi_addr)
		*msi_addr = msi->peers[peer].out_phys + desc->addr_offset;
	return 0;
}
EXPORT_SYMBOL(ntb_msi_peer_addr);
