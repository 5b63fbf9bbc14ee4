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
 * struct user_work - a call that is under way
 * @arg:	its argument
 * @bitmap:	what NTB_IRQ_IOC_GET_PEER() writes to where its argument says
 */
struct user_work {
	union user_arg	arg;
	u64		*bitmap;
};

/* A part of a call that uses the function. */
typedef int user_run(struct user_file *uf, struct ntb_irq *ni, struct user_work *work);

/**
 * struct user_call - one call
 * @cmd:	its number
 * @size:	size of its argument
 * @writes:	the file must be open for writing
 * @run:	does it; touches no memory of the process, since an access to that can take as
 *		long as the process likes, and the function cannot go before this returns
 * @answer:	copies the answer to the process afterwards; NULL when there is none
 * @undo:	takes back what @run did, when there was no place for the answer; may be NULL
 */
struct user_call {
	unsigned int	cmd;
	size_t		size;
	bool		writes;
	user_run	*run;
	int		(*answer)(struct user_file *uf, struct user_work *work, void __user *to);
	user_run	*undo;
};

static int call_info(struct user_file *uf, struct ntb_irq *ni, struct user_work *work)
{
	struct ntb_irq_ioc_info *info = &work->arg.info;
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
	return 0;
}

static int answer_info(struct user_file *uf, struct user_work *work, void __user *to)
{
	return copy_to_user(to, &work->arg.info, sizeof(work->arg.info)) ? -EFAULT : 0;
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

/* The bitmap is for answer_peer() to free. */
static int peer_bitmap(struct ntb_irq *ni, struct user_work *work)
{
	const struct ntb_irq_ioc_peer *peer = &work->arg.peer;
	unsigned int i;

	work->bitmap = NULL;
	if (!peer->words)
		return 0;
	work->bitmap = kcalloc(peer->words, sizeof(*work->bitmap), GFP_KERNEL);
	if (!work->bitmap)
		return -ENOMEM;
	for (i = 0; i < 64 * peer->words; i++) {
		if (ntb_irq_peer_has(ni, peer->peer, i))
			work->bitmap[i / 64] |= BIT_ULL(i % 64);
	}
	return 0;
}

static int call_peer(struct user_file *uf, struct ntb_irq *ni, struct user_work *work)
{
	struct ntb_irq_ioc_peer *peer = &work->arg.peer;
	struct user_dev *ud = uf->ud;
	int ret;

	if (peer->flags || peer->reserved || peer->peer >= ud->npeers ||
	    peer->words > NTB_IRQ_IOC_WORDS || (!peer->words && peer->bitmap))
		return -EINVAL;
	peer->peer = array_index_nospec(peer->peer, ud->npeers);

	/* Pairs with user_peer_event(): changes up to this generation are seen below. */
	peer->generation = smp_load_acquire(&ud->generation[peer->peer]);
	ret = peer_bitmap(ni, work);
	if (ret)
		return ret;
	ret = ntb_irq_peer_count(ni, peer->peer);
	peer->count = max(ret, 0);
	peer->state = ret < 0 ? 0 : peer_state(ni, peer->peer);
	peer->port = ntb_peer_port_number(ud->ntb, peer->peer);
	return 0;
}

static int answer_peer(struct user_file *uf, struct user_work *work, void __user *to)
{
	u64 *words __free(kfree) = work->bitmap;
	const struct ntb_irq_ioc_peer *peer = &work->arg.peer;

	if (peer->words && copy_to_user(u64_to_user_ptr(peer->bitmap), words,
					peer->words * sizeof(*words)))
		return -EFAULT;
	if (copy_to_user(to, peer, sizeof(*peer)))
		return -EFAULT;
	WRITE_ONCE(uf->seen[peer->peer], peer->generation);
	return 0;
}

static int call_alloc(struct user_file *uf, struct ntb_irq *ni, struct user_work *work)
{
	struct ntb_irq_ioc_alloc *alloc = &work->arg.alloc;

	if (alloc->flags & ~(NTB_IRQ_ALLOC_INDEX | NTB_IRQ_ALLOC_CPU))
		return -EINVAL;
	return user_irq_alloc(uf, ni, alloc);
}

static int answer_alloc(struct user_file *uf, struct user_work *work, void __user *to)
{
	return copy_to_user(to, &work->arg.alloc, sizeof(work->arg.alloc)) ? -EFAULT : 0;
}

static int undo_alloc(struct user_file *uf, struct ntb_irq *ni, struct user_work *work)
{
	return user_irq_free(uf, ni, work->arg.alloc.index);
}

static int call_free(struct user_file *uf, struct ntb_irq *ni, struct user_work *work)
{
	const struct ntb_irq_ioc_free *arg = &work->arg.free;

	if (arg->flags || arg->reserved)
		return -EINVAL;
	return user_irq_free(uf, ni, arg->index);
}

static int call_ring(struct user_file *uf, struct ntb_irq *ni, struct user_work *work)
{
	const struct ntb_irq_ioc_ring *ring = &work->arg.ring;

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
		.answer	= answer_info,
	},
	{
		.cmd	= NTB_IRQ_IOC_GET_PEER,
		.size	= sizeof(struct ntb_irq_ioc_peer),
		.run	= call_peer,
		.answer	= answer_peer,
	},
	{
		.cmd	= NTB_IRQ_IOC_ALLOC,
		.size	= sizeof(struct ntb_irq_ioc_alloc),
		.writes	= true,
		.run	= call_alloc,
		.answer	= answer_alloc,
		.undo	= undo_alloc,
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

/* Run a part of a call that uses the function, which stays until this returns. */
static inline int call_run(struct user_file *uf, struct user_work *work, user_run *run)
{
	struct user_dev *ud = uf->ud;
	struct ntb_irq *ni;
	int idx, ret = -ENODEV;

	idx = srcu_read_lock(&ud->srcu);
	ni = srcu_dereference(ud->ni, &ud->srcu);
	if (ni)
		ret = run(uf, ni, work);
	srcu_read_unlock(&ud->srcu, idx);
	return ret;
}

static int call_answer(struct user_file *uf, const struct user_call *call, struct user_work *work,
		       void __user *to)
{
	int ret = call->answer(uf, work, to);

	/* What the function took with it needs not be undone. */
	if (ret && call->undo)
		call_run(uf, work, call->undo);
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
	struct user_file *uf = file->private_data;
	void __user *to = (void __user *)arg;
	struct user_work work;
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
	/* It fills all of the argument that this call has. */
	ret = copy_struct_from_user(&work.arg, call->size, to, size);
	if (ret)
		return ret;
	ret = call_run(uf, &work, call->run);
	return ret || !call->answer ? ret : call_answer(uf, call, &work, to);
}
