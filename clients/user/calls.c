// SPDX-License-Identifier: GPL-2.0-only
/* The calls of an open file: arguments in, arguments out. */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "user.h"

/**
 * union user_arg - argument of any call
 * @info:	of NTB_IRQ_IOC_GET_INFO()
 * @peer:	of NTB_IRQ_IOC_GET_PEER()
 * @alloc:	of NTB_IRQ_IOC_ALLOC()
 * @free:	of NTB_IRQ_IOC_FREE()
 * @ring:	of NTB_IRQ_IOC_RING()
 */
union user_arg {
	struct ntb_irq_ioc_info		info;
	struct ntb_irq_ioc_peer		peer;
	struct ntb_irq_ioc_alloc	alloc;
	struct ntb_irq_ioc_free		free;
	struct ntb_irq_ioc_ring		ring;
};

/**
 * struct user_call - one call
 * @cmd:	its number
 * @size:	size of its argument
 * @writes:	the file must be open for writing
 * @run:	does it; the argument is in kernel memory, and where it came from
 */
struct user_call {
	unsigned int	cmd;
	size_t		size;
	bool		writes;
	int		(*run)(struct user_file *uf, struct ntb_irq *ni, union user_arg *arg,
			       void __user *to);
};

static int call_info(struct user_file *uf, struct ntb_irq *ni, union user_arg *arg,
		     void __user *to)
{
	struct ntb_irq_ioc_info *info = &arg->info;
	struct ntb_dev *ntb = uf->ud->ntb;

	if (info->flags)
		return -EINVAL;
	*info = (struct ntb_irq_ioc_info) {
		.size		= info->size,
		.version	= NTB_IRQ_IOC_VERSION,
		.peers		= uf->ud->npeers,
		.port		= ntb_port_number(ntb),
		.max_irqs	= ntb_irq_limit(ni),
		.max_file	= user_irq_limit(),
		.held		= atomic_read(&uf->held),
	};
	strscpy(info->device, pci_name(ntb->pdev), sizeof(info->device));
	strscpy(info->domain, ntb_irq_name(ni), sizeof(info->domain));
	strscpy(info->parent, ntb_irq_parent_name(ni), sizeof(info->parent));
	return copy_to_user(to, info, sizeof(*info)) ? -EFAULT : 0;
}

static u32 peer_state(struct ntb_irq *ni, unsigned int pidx)
{
	switch (ntb_irq_flush(ni, pidx, 0)) {
	case 0:
		return NTB_IRQ_PEER_CONNECTED | NTB_IRQ_PEER_SYNCED;
	case -ENOSPC:
		return NTB_IRQ_PEER_CONNECTED | NTB_IRQ_PEER_UNREACHABLE;
	default:
		return NTB_IRQ_PEER_CONNECTED;
	}
}

static int peer_bitmap(struct ntb_irq *ni, const struct ntb_irq_ioc_peer *peer)
{
	u64 *words __free(kfree) = kcalloc(peer->words, sizeof(*words), GFP_KERNEL);
	unsigned int i;

	if (!words)
		return -ENOMEM;
	for (i = 0; i < 64 * peer->words; i++) {
		if (ntb_irq_peer_has(ni, peer->peer, i))
			words[i / 64] |= BIT_ULL(i % 64);
	}
	return copy_to_user(u64_to_user_ptr(peer->bitmap), words,
			    peer->words * sizeof(*words)) ? -EFAULT : 0;
}

static int call_peer(struct user_file *uf, struct ntb_irq *ni, union user_arg *arg,
		     void __user *to)
{
	struct ntb_irq_ioc_peer *peer = &arg->peer;
	struct user_dev *ud = uf->ud;
	int ret;

	if (peer->flags || peer->reserved || peer->peer >= ud->npeers ||
	    peer->words > NTB_IRQ_IOC_WORDS || (!peer->words && peer->bitmap))
		return -EINVAL;
	peer->peer = array_index_nospec(peer->peer, ud->npeers);

	/* Pairs with user_peer_event(): changes up to this generation are seen below. */
	peer->generation = smp_load_acquire(&ud->generation[peer->peer]);
	if (peer->words) {
		ret = peer_bitmap(ni, peer);
		if (ret)
			return ret;
	}
	ret = ntb_irq_peer_count(ni, peer->peer);
	peer->count = max(ret, 0);
	peer->state = ret < 0 ? 0 : peer_state(ni, peer->peer);
	peer->port = ntb_peer_port_number(ud->ntb, peer->peer);
	if (copy_to_user(to, peer, sizeof(*peer)))
		return -EFAULT;
	WRITE_ONCE(uf->seen[peer->peer], peer->generation);
	return 0;
}

static int call_alloc(struct user_file *uf, struct ntb_irq *ni, union user_arg *arg,
		      void __user *to)
{
	struct ntb_irq_ioc_alloc *alloc = &arg->alloc;
	int ret;

	if (alloc->flags & ~(NTB_IRQ_ALLOC_INDEX | NTB_IRQ_ALLOC_CPU))
		return -EINVAL;
	ret = user_irq_alloc(uf, ni, alloc);
	if (ret)
		return ret;
	if (!copy_to_user(to, alloc, sizeof(*alloc)))
		return 0;
	user_irq_free(uf, ni, alloc->index);
	return -EFAULT;
}

static int call_free(struct user_file *uf, struct ntb_irq *ni, union user_arg *arg,
		     void __user *to)
{
	if (arg->free.flags || arg->free.reserved)
		return -EINVAL;
	return user_irq_free(uf, ni, arg->free.index);
}

static int call_ring(struct user_file *uf, struct ntb_irq *ni, union user_arg *arg,
		     void __user *to)
{
	const struct ntb_irq_ioc_ring *ring = &arg->ring;

	if (ring->flags || ring->peer >= uf->ud->npeers)
		return -EINVAL;
	if (ring->index >= NTB_IRQ_MAX)
		return ntb_irq_ring(ni, ring->peer, ring->index);
	return ntb_irq_ring(ni, array_index_nospec(ring->peer, uf->ud->npeers),
			    array_index_nospec(ring->index, NTB_IRQ_MAX));
}

static const struct user_call calls[] = {
	{
		.cmd	= NTB_IRQ_IOC_GET_INFO,
		.size	= sizeof(struct ntb_irq_ioc_info),
		.run	= call_info,
	},
	{
		.cmd	= NTB_IRQ_IOC_GET_PEER,
		.size	= sizeof(struct ntb_irq_ioc_peer),
		.run	= call_peer,
	},
	{
		.cmd	= NTB_IRQ_IOC_ALLOC,
		.size	= sizeof(struct ntb_irq_ioc_alloc),
		.writes	= true,
		.run	= call_alloc,
	},
	{
		.cmd	= NTB_IRQ_IOC_FREE,
		.size	= sizeof(struct ntb_irq_ioc_free),
		.writes	= true,
		.run	= call_free,
	},
	{
		.cmd	= NTB_IRQ_IOC_RING,
		.size	= sizeof(struct ntb_irq_ioc_ring),
		.writes	= true,
		.run	= call_ring,
	},
};

static const struct user_call *call_find(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].cmd == cmd)
			return &calls[i];
	}
	return NULL;
}

static int call_run(struct user_file *uf, const struct user_call *call, union user_arg *arg,
		    void __user *to)
{
	struct user_dev *ud = uf->ud;
	struct ntb_irq *ni;
	int idx, ret = -ENODEV;

	idx = srcu_read_lock(&ud->srcu);
	ni = srcu_dereference(ud->ni, &ud->srcu);
	if (ni)
		ret = call->run(uf, ni, arg, to);
	srcu_read_unlock(&ud->srcu, idx);
	return ret;
}

/**
 * user_ioctl() - a call of an open file
 * @file:	the file
 * @cmd:	which
 * @arg:	address of its argument
 *
 * Context: process context, may sleep.
 * Return: 0 or an errno that the header for user space documents.
 */
long user_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct user_call *call = call_find(cmd);
	void __user *to = (void __user *)arg;
	union user_arg copy = { };
	u32 size;
	int ret;

	if (!call)
		return -ENOTTY;
	if (call->writes && !(file->f_mode & FMODE_WRITE))
		return -EPERM;
	if (get_user(size, (u32 __user *)to))
		return -EFAULT;
	if (size < call->size)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	ret = copy_struct_from_user(&copy, call->size, to, size);
	return ret ?: call_run(file->private_data, call, &copy, to);
}
