// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of export and import: two hosts without hardware, whose records are
 * carried by hand. The backend is a fake whose window is not linear.
 */
#include <kunit/device.h>
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/swab.h>
#include <trace/events/printk.h>

#include "internal.h"

/* The region, and a place for windows where no memory is: it is mapped, not accessed. */
#define REGION_BASE	0xfee00000ULL
#define REGION_SIZE	SZ_1M
#define BAR_BASE	0xfd000000ULL
#define BAR_SIZE	SZ_4M

#define COUNT		64
/* Host 0 can have so many. */
#define PEERS		4

static unsigned int fake_stride;
static int fake_windows;
static u64 fake_size;
/* What their place is a multiple of, and their size. */
static u64 fake_align;
/* Size of the importing host's end of the window. */
static resource_size_t fake_bar_size;

/* The fake window shows a word of the bus at every so many words, bytes swapped. */
#define STRIDE		2

struct host {
	struct ntb_dev			ntb;
	struct ntb_dev_ops		ntb_ops;
	struct pci_dev			pdev;
	struct pci_bus			bus;
	struct pci_ops			bus_ops;
	struct ntb_irq_domain		dom;
	struct ntb_irq_entry		entries[COUNT];
	DECLARE_BITMAP(withdrawn, COUNT);
	struct ntb_irq_dev		*nd;
	struct ntb_irq_peer		*peer;
};

struct fixture {
	struct ntb_irq_backend_ops	ops;
	struct ntb_irq_backend		backend;
	/* Messages at or above this address cannot be written. */
	u64				limit;
	struct host			hosts[2];
	/* Reads of the functions give ones. */
	bool				gone;
	/* What opening and closing a window return, and how long the latter takes. */
	int				map_error;
	int				unmap_error;
	unsigned int			unmap_ms;
	/* A window was closed where a signal may come. */
	bool				unmap_signals;
	/* Calls of the hardware to open or close a window, and windows that were closed. */
	unsigned int			accesses;
	u64				closed;
	/* The interrupt whose message changes once it has been read, and what to. */
	unsigned int			late;
	u64				late_addr;
	/* Whether the link is up. */
	bool				link;
	/* The last frame in the mailbox of host 0, if there is one, and that of host 1. */
	bool				received;
	u32				in[NTB_IRQ_FRAME_MAX];
	u32				out[NTB_IRQ_FRAME_MAX];
	/* How many were put there. */
	unsigned int			sent;
	/* What another peer was sent meanwhile. */
	enum ntb_irq_record_kind	late_kind;
	/* What fake_revoke() has met, and what lets it return. */
	atomic_t			revoked;
	struct completion		go_on;
};

static int fake_config_read(struct pci_bus *bus, unsigned int devfn, int where, int size,
			    u32 *value)
{
	const struct fixture *f = bus->sysdata;

	*value = f->gone ? ~0U : 0x00011234;
	return 0;
}

static int fake_window_count(struct ntb_irq_hw *hw, int pidx)
{
	return fake_windows;
}

static int fake_window_info(struct ntb_irq_hw *hw, int pidx, int widx,
			    struct ntb_irq_window_info *info)
{
	*info = (struct ntb_irq_window_info) {
		.addr_align	= fake_align,
		.size_align	= fake_align,
		.size_min	= fake_align,
		.size_max	= fake_size,
	};
	return 0;
}

static int fake_window_map(struct ntb_irq_hw *hw, int pidx, int widx, u64 addr, u64 size)
{
	struct fixture *f = hw->priv;

	f->accesses++;
	return f->map_error;
}

static int fake_window_unmap(struct ntb_irq_hw *hw, int pidx, int widx)
{
	struct fixture *f = hw->priv;

	f->accesses++;
	f->unmap_signals |= !(current->flags & PF_WQ_WORKER);
	msleep(f->unmap_ms);
	if (f->unmap_error)
		return f->unmap_error;
	f->closed |= BIT_ULL(widx);
	return 0;
}

static int fake_message_compose(struct ntb_irq_hw *hw, int pidx, const struct ntb_irq_mapping *map,
				const struct msi_msg *msg, struct ntb_irq_write *write)
{
	const struct fixture *f = hw->priv;
	u64 addr = (u64)msg->address_hi << 32 | msg->address_lo;

	if (addr >= f->limit && msg->data)
		return -ERANGE;
	write->offset = (addr - map->addr) * fake_stride;
	write->data = swab32(msg->data);
	return 0;
}

static int fake_mailbox_send(struct ntb_irq_hw *hw, int pidx, const u32 *words, unsigned int n)
{
	struct fixture *f = hw->priv;

	memcpy(f->out, words, n * sizeof(*words));
	f->sent++;
	return 0;
}

static int fake_mailbox_recv(struct ntb_irq_hw *hw, int pidx, u32 *words, unsigned int n)
{
	const struct fixture *f = hw->priv;

	if (!f->received)
		return -EAGAIN;
	memcpy(words, f->in, n * sizeof(*words));
	return 0;
}

static u64 fake_link_is_up(struct ntb_dev *ntb, enum ntb_speed *speed, enum ntb_width *width)
{
	const struct fixture *f = ntb->pdev->bus->sysdata;

	return f->link;
}

/* The hardware: what a write to the window does on the bus of the other host. */
static struct ntb_irq_message fake_bus(u64 offset, u32 data)
{
	return (struct ntb_irq_message) {
		.addr = REGION_BASE + offset / fake_stride,
		.data = swab32(data),
	};
}

static int fake_peer_mw_count(struct ntb_dev *ntb)
{
	return fake_windows;
}

static int fake_peer_mw_get_addr(struct ntb_dev *ntb, int widx, phys_addr_t *base,
				 resource_size_t *size)
{
	if (base)
		*base = BAR_BASE;
	if (size)
		*size = fake_bar_size;
	return 0;
}

static void host_init(struct kunit *test, struct host *host)
{
	struct fixture *f = test->priv;
	struct ntb_irq_dev *nd = kunit_kzalloc(test, struct_size(nd, peers, PEERS), GFP_KERNEL);
	struct ntb_irq_domain *dom = &host->dom;

	KUNIT_ASSERT_NOT_NULL(test, nd);
	host->nd = nd;
	host->ntb_ops.link_is_up = fake_link_is_up;
	host->ntb_ops.peer_mw_count = fake_peer_mw_count;
	host->ntb_ops.peer_mw_get_addr = fake_peer_mw_get_addr;
	host->ntb.ops = &host->ntb_ops;
	host->ntb.pdev = &host->pdev;
	host->pdev.bus = &host->bus;
	host->bus.ops = &host->bus_ops;
	host->bus.sysdata = f;
	host->bus_ops.read = fake_config_read;

	dom->max = COUNT;
	dom->size = COUNT;
	dom->entries = host->entries;
	dom->ops = &ntb_irq_export_ops;
	dom->user = nd;
	raw_spin_lock_init(&dom->msg_lock);
	mutex_init(&dom->lock);

	nd->npeers = 1;
	nd->words = NTB_IRQ_FRAME_MAX;
	nd->part_words = NTB_IRQ_RECORD_WORDS;
	nd->dev = kunit_device_register(test, host == f->hosts ? "ntb_irq_a" : "ntb_irq_b");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nd->dev);
	nd->backend = &f->backend;
	nd->hw.ntb = &host->ntb;
	nd->hw.priv = f;
	nd->domain = dom;
	nd->withdrawn = host->withdrawn;
	nd->parent.region.base = REGION_BASE;
	nd->parent.region.size = REGION_SIZE;
	mutex_init(&nd->windows_lock);
	ntb_irq_import_init(nd);
	KUNIT_ASSERT_EQ(test, ntb_irq_peer_init(nd, 0), 0);
	host->peer = &nd->peers[0];
	nd->wq = alloc_workqueue("ntb_irq_kunit", WQ_UNBOUND, 0);
	KUNIT_ASSERT_NOT_NULL(test, nd->wq);
	/* Records are carried by the test itself. */
	disable_delayed_work_sync(&host->peer->work);
}

static int peer_test_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	f->limit = U64_MAX;
	fake_bar_size = BAR_SIZE;
	fake_stride = STRIDE;
	fake_windows = 1;
	fake_size = SZ_1M;
	fake_align = SZ_4K;
	f->link = true;
	init_completion(&f->go_on);
	f->ops = (struct ntb_irq_backend_ops) {
		.window_count		= fake_window_count,
		.window_info		= fake_window_info,
		.window_map		= fake_window_map,
		.window_unmap		= fake_window_unmap,
		.message_compose	= fake_message_compose,
		.mailbox_send		= fake_mailbox_send,
		.mailbox_recv		= fake_mailbox_recv,
	};
	f->backend.name = "kunit";
	f->backend.ops = &f->ops;
	f->backend.direction = &ntb_irq_inbound;
	host_init(test, &f->hosts[0]);
	host_init(test, &f->hosts[1]);
	return 0;
}

static void peer_test_exit(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; f && i < ARRAY_SIZE(f->hosts); i++) {
		struct host *host = &f->hosts[i];

		if (!host->nd)
			continue;
		complete_all(&f->go_on);
		if (host->peer) {
			scoped_guard(mutex, &host->peer->lock)
				ntb_irq_import_end(host->peer);
			flush_work(&host->peer->revoke_work);
			disable_delayed_work_sync(&host->peer->work);
			disable_delayed_work_sync(&host->peer->probe_work);
		}
		if (host->nd->wq)
			destroy_workqueue(host->nd->wq);
		ntb_irq_peer_free(&host->nd->peers[0]);
	}
}

/* Start a session: host 0 exports, host 1 imports. */
static void begin(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *from = f->hosts[0].peer, *to = f->hosts[1].peer;

	int ret;

	scoped_guard(mutex, &to->lock) {
		ret = f->backend.direction->capacity(to, &from->session.capacity);
		to->session.max_order = ilog2(COUNT);
		ret = ret ?: ntb_irq_import_begin(to);
	}
	KUNIT_ASSERT_EQ(test, ret, 0);
	scoped_guard(mutex, &from->lock)
		ret = ntb_irq_export_begin(from);
	KUNIT_ASSERT_EQ(test, ret, 0);
}

static void set_message(struct fixture *f, unsigned int index, u64 addr, u32 data)
{
	struct ntb_irq_domain *dom = &f->hosts[0].dom;

	dom->entries[index].addr = addr;
	dom->entries[index].data = data;
	dom->ops->changed(dom, index);
}

/* Carry one record across. Returns its kind, or 0 when there is none. */
static int carry(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *from = f->hosts[0].peer, *to = f->hosts[1].peer;
	struct ntb_irq_record rec;
	int ret;

	/* An assertion ends the thread: no lock may be held then. */
	scoped_guard(mutex, &from->lock) {
		if (!ntb_irq_export_next(from, &rec))
			return 0;
	}
	scoped_guard(mutex, &to->lock)
		ret = ntb_irq_import_record(to, &rec);
	KUNIT_ASSERT_EQ_MSG(test, ret, 0, "record %08x %08x %08x %08x", rec.w[0], rec.w[1],
			    rec.w[2], rec.w[3]);
	scoped_guard(mutex, &from->lock)
		ntb_irq_export_acked(from, &rec);
	return ntb_irq_record_kind(&rec);
}

/* Carry all there are. Returns the number of records of the given kind. */
static unsigned int carry_all(struct kunit *test, enum ntb_irq_record_kind kind)
{
	unsigned int i, n = 0;
	int got;

	for (i = 0; i < 16 * COUNT; i++) {
		got = carry(test);
		if (!got)
			return n;
		n += got == kind;
	}
	KUNIT_FAIL(test, "export does not end");
	return n;
}

static struct ntb_irq_target target_of(struct fixture *f, unsigned int index)
{
	guard(rcu)();
	return rcu_dereference(f->hosts[1].nd->ni.table[0])->target[index];
}

/* A ring of the interrupt must become its message on the bus of the other host. */
static void expect_rings(struct kunit *test, unsigned int index)
{
	struct fixture *f = test->priv;
	const struct ntb_irq_entry *entry = &f->hosts[0].dom.entries[index];
	struct ntb_irq_target target = target_of(f, index);
	struct ntb_irq_message msg;
	phys_addr_t phys;
	u32 data;

	KUNIT_ASSERT_EQ(test, target.error, 0);
	KUNIT_ASSERT_EQ(test, ntb_irq_peer_message(&f->hosts[1].nd->ni, 0, index, &phys, &data), 0);
	KUNIT_EXPECT_EQ(test, data, target.data);
	msg = fake_bus(phys - BAR_BASE, data);
	KUNIT_EXPECT_EQ_MSG(test, msg.addr, entry->addr, "interrupt %u", index);
	KUNIT_EXPECT_EQ_MSG(test, msg.data, entry->data, "interrupt %u", index);
}

static void expect_refused(struct kunit *test, unsigned int index)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, ntb_irq_ring(&f->hosts[1].nd->ni, 0, index), -ENOENT);
}

struct direction_case {
	const char			*name;
	const struct ntb_irq_direction	*direction;
	u64				step;
	u32				data_step;
};

static const struct direction_case direction_cases[] = {
	{ "receiver opens, address counts", &ntb_irq_inbound, 0x20, 0 },
	{ "receiver opens, data counts", &ntb_irq_inbound, 0, 1 },
	{ "sender opens, address counts", &ntb_irq_outbound, 0x20, 0 },
	{ "sender opens, data counts", &ntb_irq_outbound, 0, 1 },
};

KUNIT_ARRAY_PARAM_DESC(direction, direction_cases, name);

/* Messages reach their interrupt through a window that is not linear. */
static void peer_not_linear_test(struct kunit *test)
{
	const struct direction_case *c = test->param_value;
	struct fixture *f = test->priv;
	unsigned int i;

	f->backend.direction = c->direction;
	for (i = 0; i < COUNT; i++)
		set_message(f, i, REGION_BASE + 0x1010 + i * c->step, 0x4100 + i * c->data_step);
	begin(test);
	carry_all(test, 0);
	for (i = 0; i < COUNT; i++)
		expect_rings(test, i);
	KUNIT_EXPECT_EQ(test, ntb_irq_peer_count(&f->hosts[1].nd->ni, 0), COUNT);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), 0);

	set_message(f, 5, REGION_BASE + REGION_SIZE - 4, 0x55);
	set_message(f, 6, 0, 0);
	carry_all(test, 0);
	expect_rings(test, 4);
	expect_rings(test, 5);
	expect_refused(test, 6);
	expect_rings(test, 7);
}

/* A regular table stays a handful of records, whatever the layout of the window. */
static void peer_runs_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < COUNT; i++)
		set_message(f, i, REGION_BASE + 0x10 + i * 0x20, 0);
	begin(test);
	KUNIT_EXPECT_EQ(test, carry_all(test, NTB_IRQ_RECORD_RUN), 1);
}

/* A message that cannot be written through the window is reported, and no more lost. */
static void peer_unreachable_test(struct kunit *test)
{
	const struct direction_case *c = test->param_value;
	struct fixture *f = test->priv;
	unsigned int i;

	if (c->direction != &ntb_irq_inbound || !c->step)
		kunit_skip(test, "the sender's window is known to the sender only");
	f->limit = REGION_BASE + 8 * c->step;
	for (i = 0; i < 16; i++)
		set_message(f, i, REGION_BASE + i * c->step, 1);
	begin(test);
	carry_all(test, 0);
	for (i = 0; i < 8; i++)
		expect_rings(test, i);
	for (; i < 16; i++)
		expect_refused(test, i);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), -ENOSPC);

	/* One that was known becomes unreachable: it is revoked first. */
	set_message(f, 3, REGION_BASE + 12 * c->step, 1);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_REVOKE);
	expect_refused(test, 3);
	set_message(f, 3, REGION_BASE, 1);
	carry_all(test, 0);
	expect_rings(test, 3);
}

/* A change with nothing to send ends in a SYNC all the same: flush waits for one. */
static void peer_flush_without_change_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	begin(test);
	carry_all(test, 0);
	KUNIT_ASSERT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), 0);
	set_message(f, 9, 0, 0);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, carry_all(test, NTB_IRQ_RECORD_SYNC), 1);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), 0);
}

/* A message that changes right behind the reader, as another CPU would change it. */
static struct ntb_irq_message message_then_changed(struct ntb_irq_domain *dom, unsigned int index)
{
	const struct ntb_irq_entry *entry = &dom->entries[index];
	struct ntb_irq_message msg = { .addr = entry->addr, .data = entry->data };
	struct fixture *f = kunit_get_current_test()->priv;

	if (index == f->late) {
		f->late = COUNT;
		set_message(f, index, f->late_addr, !!f->late_addr);
	}
	return msg;
}

struct late_case {
	const char	*name;
	/* The message of interrupt 4 before, and the one that the reader still sees. */
	u64		before;
	u64		seen;
	u64		after;
};

static const struct late_case late_cases[] = {
	{ "revoked, requested again", REGION_BASE + 0x100, 0, REGION_BASE + 0x200 },
	{ "requested, changed", 0, REGION_BASE + 0x100, REGION_BASE + 0x200 },
	{ "changed, changed again", REGION_BASE, REGION_BASE + 0x100, REGION_BASE + 0x200 },
	{ "changed, revoked", REGION_BASE, REGION_BASE + 0x100, 0 },
};

KUNIT_ARRAY_PARAM_DESC(late, late_cases, name);

/* A change that comes right after a message was read is sent as well, flush waits for it. */
static void peer_late_change_test(struct kunit *test)
{
	const struct late_case *c = test->param_value;
	struct fixture *f = test->priv;
	struct ntb_irq *ni = &f->hosts[0].nd->ni;
	unsigned int first;

	/* As the first of a run or of a range, and as one that follows. */
	for (first = 4; first >= 3; first--) {
		unsigned int i;

		for (i = 0; i < COUNT; i++)
			set_message(f, i, 0, 0);
		for (i = first; i <= 4; i++)
			set_message(f, i, c->before ? c->before + i * 4 : 0, !!c->before);
		begin(test);
		carry_all(test, 0);
		for (i = first; i <= 4; i++)
			set_message(f, i, c->seen ? c->seen + i * 4 : 0, !!c->seen);
		f->late = 4;
		f->late_addr = c->after;
		kunit_activate_static_stub(test, ntb_irq_domain_message, message_then_changed);
		carry_all(test, 0);
		kunit_deactivate_static_stub(test, ntb_irq_domain_message);
		KUNIT_ASSERT_EQ_MSG(test, f->late, COUNT, "the message was not read");
		KUNIT_EXPECT_EQ(test, ntb_irq_flush(ni, 0, 0), 0);
		if (c->after)
			expect_rings(test, 4);
		else
			expect_refused(test, 4);
		scoped_guard(mutex, &f->hosts[1].peer->lock)
			ntb_irq_import_end(f->hosts[1].peer);
		flush_work(&f->hosts[1].peer->revoke_work);
	}
}

/* Withdraw one interrupt from a peer that does not acknowledge; returns whether that waits. */
static bool withdraw_waits(struct kunit *test, unsigned int index)
{
	struct fixture *f = test->priv;
	unsigned long began = jiffies;

	KUNIT_EXPECT_EQ(test, ntb_irq_withdraw(&f->hosts[0].nd->ni, index, 1), -ETIMEDOUT);
	return time_after(jiffies, began + HZ / 2);
}

static void allocate_interrupts(struct kunit *test, unsigned int count)
{
	struct fixture *f = test->priv;
	struct ntb_irq_domain *dom = &f->hosts[0].dom;
	unsigned int i;

	dom->allocated = kunit_kcalloc(test, BITS_TO_LONGS(COUNT), sizeof(long), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dom->allocated);
	for (i = 0; i < count; i++) {
		__set_bit(i, dom->allocated);
		set_message(f, i, REGION_BASE + 4 * i, i);
	}
}

/*
 * A peer that acknowledges nothing is waited for once, whatever else it sends, and one that
 * acknowledges too late not for ever.
 */
static void peer_withdraw_silent_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *from = f->hosts[0].peer;
	unsigned int i, waits = 0;

	begin(test);
	allocate_interrupts(test, 16);
	carry_all(test, 0);

	KUNIT_EXPECT_TRUE(test, withdraw_waits(test, 0));
	KUNIT_EXPECT_FALSE(test, withdraw_waits(test, 1));
	from->stats.words_recv += NTB_IRQ_FRAME_MIN;
	KUNIT_EXPECT_FALSE(test, withdraw_waits(test, 2));
	for (i = 3; i < 16; i++) {
		from->stats.records_sent++;
		waits += withdraw_waits(test, i);
	}
	KUNIT_EXPECT_GE(test, waits, 3);
	KUNIT_EXPECT_LE(test, waits, 5);
	/* Some is forgiven. */
	from->stats.records_sent++;
	from->late_since -= 10 * HZ;
	KUNIT_EXPECT_TRUE(test, withdraw_waits(test, 0));
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, ntb_irq_withdraw(&f->hosts[0].nd->ni, 0, 16), 0);
}

/**
 * struct acknowledger - what acknowledges everything after a while
 * @work:	does
 * @peer:	for this peer
 */
struct acknowledger {
	struct delayed_work	work;
	struct ntb_irq_peer	*peer;
};

static void acknowledger_work(struct work_struct *work)
{
	struct ntb_irq_peer *peer =
		container_of(to_delayed_work(work), struct acknowledger, work)->peer;

	/* With its windows closed the peer knows nothing. */
	guard(mutex)(&peer->lock);
	ntb_irq_export_end(peer);
}

/* How long a withdrawal counts for that is acknowledged after so long. */
static unsigned long late_after(struct kunit *test, unsigned int index, unsigned long delay)
{
	struct fixture *f = test->priv;
	struct acknowledger ack = { .peer = f->hosts[0].peer };
	unsigned long before = ack.peer->late;

	INIT_DELAYED_WORK_ONSTACK(&ack.work, acknowledger_work);
	queue_delayed_work(system_unbound_wq, &ack.work, delay);
	KUNIT_EXPECT_EQ(test, ntb_irq_withdraw(&f->hosts[0].nd->ni, index, 1), 0);
	flush_delayed_work(&ack.work);
	destroy_delayed_work_on_stack(&ack.work);
	return ack.peer->late - before;
}

/* An acknowledgment that takes a while is one on a busy machine; a late one counts. */
static void peer_withdraw_late_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	begin(test);
	allocate_interrupts(test, 2);
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, late_after(test, 0, HZ / 8), 0);
	scoped_guard(mutex, &f->hosts[1].peer->lock)
		ntb_irq_import_end(f->hosts[1].peer);
	begin(test);
	carry_all(test, 0);
	KUNIT_EXPECT_GE(test, late_after(test, 1, 3 * HZ / 4), HZ / 2);
}

/* All peers together have one time to acknowledge, however many are silent. */
static void peer_withdraw_deadline_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_dev *nd = f->hosts[0].nd;
	struct ntb_irq_domain *dom = &f->hosts[0].dom;
	unsigned long began;
	unsigned int i;

	dom->allocated = kunit_kcalloc(test, BITS_TO_LONGS(COUNT), sizeof(long), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dom->allocated);
	__set_bit(0, dom->allocated);
	set_message(f, 0, REGION_BASE, 1);
	begin(test);
	carry_all(test, 0);
	for (i = 1; i < PEERS; i++) {
		KUNIT_ASSERT_EQ(test, ntb_irq_peer_init(nd, i), 0);
		disable_delayed_work_sync(&nd->peers[i].work);
		nd->peers[i].session.state = NTB_IRQ_SESSION_UP;
		nd->peers[i].known[0] = 0;
		nd->peers[i].nknown = 1;
	}
	nd->npeers = PEERS;
	began = jiffies;
	KUNIT_EXPECT_EQ(test, ntb_irq_withdraw(&nd->ni, 0, 1), -ETIMEDOUT);
	/* One second; each for itself would have had one. */
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, began + (PEERS - 1) * HZ));
	nd->npeers = 1;
	for (i = 1; i < PEERS; i++)
		ntb_irq_peer_free(&nd->peers[i]);
	carry_all(test, 0);
}

/* Without a window to open, nothing is reachable, and the session goes on. */
static void peer_no_capacity_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	int ret;

	f->backend.direction = &ntb_irq_outbound;
	set_message(f, 0, REGION_BASE, 1);
	begin(test);
	scoped_guard(mutex, &f->hosts[0].peer->lock) {
		f->hosts[0].peer->session.capacity = (struct ntb_irq_capacity) { };
		ret = ntb_irq_export_begin(f->hosts[0].peer);
	}
	KUNIT_ASSERT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, carry_all(test, NTB_IRQ_RECORD_RUN), 0);
	expect_refused(test, 0);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), -ENOSPC);
}

/* A peer that claims more windows than its share does not get them. */
static void peer_share_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_window_record win = { .start = REGION_BASE, .len = sizeof(u32) };
	struct ntb_irq_peer *to = f->hosts[1].peer;
	struct ntb_irq_record rec;

	f->backend.direction = &ntb_irq_outbound;
	begin(test);
	guard(mutex)(&to->lock);
	ntb_irq_window_encode(&win, &rec);
	KUNIT_EXPECT_EQ(test, ntb_irq_import_record(to, &rec), 0);
	win.window = 1;
	ntb_irq_window_encode(&win, &rec);
	KUNIT_EXPECT_EQ(test, ntb_irq_import_record(to, &rec), -EDQUOT);
	ntb_irq_value_encode(NTB_IRQ_RECORD_SHUT, 0, &rec);
	KUNIT_EXPECT_EQ(test, ntb_irq_import_record(to, &rec), 0);
	ntb_irq_window_encode(&win, &rec);
	KUNIT_EXPECT_EQ(test, ntb_irq_import_record(to, &rec), 0);
}

/* The smaller end of a window decides, and what it reaches is reached. */
static void peer_unequal_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	fake_bar_size = SZ_256K;
	fake_stride = 1;
	for (i = 0; i < COUNT; i++)
		set_message(f, i, REGION_BASE + i * (REGION_SIZE / COUNT), 1);
	begin(test);
	carry_all(test, 0);
	for (i = 0; i < COUNT / 4; i++)
		expect_rings(test, i);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), -ENOSPC);
}

/* Where no window reaches them, interrupts are unreachable, and those of the peer are not. */
static void peer_out_of_reach_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	fake_bar_size = SZ_64K;
	fake_align = SZ_1M;
	set_message(f, 0, REGION_BASE, 1);
	begin(test);
	KUNIT_EXPECT_EQ(test, f->hosts[0].peer->plan.mode, NTB_IRQ_PLAN_NONE);
	KUNIT_EXPECT_EQ(test, carry_all(test, NTB_IRQ_RECORD_RUN), 0);
	KUNIT_EXPECT_EQ(test, f->accesses, 0);
	expect_refused(test, 0);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), -ENOSPC);
}

/* Rings by a peer index that does not exist, or without a session, are refused. */
static void peer_ring_refused_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq *ni = &f->hosts[1].nd->ni;

	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 0, 0), -ENOTCONN);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, NTB_IRQ_PEERS, 0), -EINVAL);
	begin(test);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 0, COUNT - 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 0, COUNT), -ENOENT);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 0, ULONG_MAX), -ENOENT);
}

static const struct ntb_irq_table *table_of(struct fixture *f)
{
	return rcu_access_pointer(f->hosts[1].nd->ni.table[0]);
}

/*
 * A table that comes in many pieces is copied once for all of them, not for each;
 * and all of it is there when the peer knows that it is.
 */
static void peer_burst_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i, copies = 0, runs = 0;
	const struct ntb_irq_table *last;
	int kind;

	fake_stride = 1;
	/* Neighbours are in no progression. */
	for (i = 0; i < COUNT; i++)
		set_message(f, i, REGION_BASE + (i * i % 61) * 0x100, i * i);
	begin(test);
	last = table_of(f);
	do {
		kind = carry(test);
		runs += kind == NTB_IRQ_RECORD_RUN;
		copies += table_of(f) != last;
		last = table_of(f);
	} while (kind);
	KUNIT_EXPECT_GT(test, runs, COUNT / 4);
	/* One more if the test was kept waiting. */
	KUNIT_EXPECT_LE(test, copies, 2);
	for (i = 0; i < COUNT; i++)
		expect_rings(test, i);
	KUNIT_EXPECT_EQ(test, ntb_irq_peer_count(&f->hosts[1].nd->ni, 0), COUNT);
}

/* A revocation is seen by rings at once, in the burst that is under way too. */
static void peer_revoke_in_burst_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++)
		set_message(f, i, REGION_BASE + i * 0x20, 0);
	begin(test);
	carry_all(test, 0);
	set_message(f, 8, REGION_BASE + 0x1000, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_RUN);
	set_message(f, 2, 0, 0);
	set_message(f, 8, 0, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_REVOKE);
	expect_refused(test, 2);
	KUNIT_EXPECT_EQ(test, ntb_irq_peer_count(&f->hosts[1].nd->ni, 0), 3);
	carry_all(test, 0);
	for (i = 0; i < 4; i++) {
		if (i != 2)
			expect_rings(test, i);
	}
	expect_refused(test, 2);
	expect_refused(test, 8);
	KUNIT_EXPECT_EQ(test, ntb_irq_peer_count(&f->hosts[1].nd->ni, 0), 3);
}

static void fake_revoke(void *ctx, int pidx)
{
	struct fixture *f = ctx;

	atomic_inc(&f->revoked);
	wait_for_completion(&f->go_on);
}

struct revoke_case {
	const char	*name;
	/* Message that interrupt 1 gets; 0 revokes it. */
	u64		addr;
	/* The session ends instead. */
	bool		end;
};

static const struct revoke_case revoke_cases[] = {
	{ "an interrupt is revoked", 0 },
	{ "a message changes", REGION_BASE + 0x500 },
	{ "the session ends", 0, true },
};

KUNIT_ARRAY_PARAM_DESC(revoke, revoke_cases, name);

/*
 * A client that has handed a message to a DMA engine ends that before the session
 * goes on, and before the window is unmapped.
 */
static void peer_dma_client_test(struct kunit *test)
{
	const struct revoke_case *c = test->param_value;
	struct fixture *f = test->priv;
	struct ntb_irq_peer *to = f->hosts[1].peer;
	bool held;

	to->nd->cfg.peer_revoke = fake_revoke;
	to->nd->cfg.ctx = f;
	set_message(f, 1, REGION_BASE + 0x100, 0);
	begin(test);
	carry_all(test, 0);
	scoped_guard(mutex, &to->lock)
		held = ntb_irq_import_held(to);
	KUNIT_EXPECT_FALSE_MSG(test, held, "new messages harm no DMA");

	if (c->end) {
		scoped_guard(mutex, &to->lock)
			ntb_irq_import_end(to);
		scoped_guard(mutex, &to->lock)
			KUNIT_EXPECT_NOT_NULL(test, to->ended);
	} else {
		set_message(f, 1, c->addr, 0);
		KUNIT_EXPECT_EQ(test, carry(test),
				c->addr ? NTB_IRQ_RECORD_HOLD : NTB_IRQ_RECORD_REVOKE);
	}
	scoped_guard(mutex, &to->lock)
		held = ntb_irq_import_held(to);
	KUNIT_EXPECT_TRUE(test, held);

	complete_all(&f->go_on);
	flush_work(&to->revoke_work);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->revoked), 1);
	scoped_guard(mutex, &to->lock) {
		held = ntb_irq_import_held(to) || to->ended;
	}
	KUNIT_EXPECT_FALSE(test, held);
}

/*
 * While a message changes, rings reach neither the old nor the new one; those that came
 * meanwhile are made up for, one for each interrupt.
 */
static void peer_hold_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq *ni = &f->hosts[1].nd->ni;
	void __iomem *before;
	unsigned int i;

	for (i = 0; i < 4; i++)
		set_message(f, i, REGION_BASE + i * 0x20, 0);
	begin(test);
	carry_all(test, 0);
	before = target_of(f, 1).addr;
	for (i = 1; i < 3; i++)
		set_message(f, i, REGION_BASE + 0x1000 + i * 0x20, 7);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	KUNIT_EXPECT_TRUE(test, target_of(f, 1).addr != before);
	KUNIT_EXPECT_TRUE(test, ntb_irq_peer_has(ni, 0, 1));
	expect_rings(test, 0);
	expect_rings(test, 3);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 0, 2), 0);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 0, 2), 0);
	KUNIT_EXPECT_EQ(test, f->hosts[1].peer->stats.held, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_RUN);
	KUNIT_EXPECT_EQ(test, f->hosts[1].peer->stats.held, 1);
	for (i = 0; i < 4; i++)
		expect_rings(test, i);
	carry_all(test, 0);

	/* With data of all ones and of zeros a ring differs from none, too. */
	set_message(f, 3, REGION_BASE + 0x2000, ~0U);
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, f->hosts[1].peer->stats.held, 1);
	set_message(f, 3, REGION_BASE + 0x3000, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 0, 3), 0);
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, f->hosts[1].peer->stats.held, 2);
	expect_rings(test, 3);
}

/* A ring that waited for a message is not that of the interrupt which has the index next. */
static void peer_hold_revoked_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq *ni = &f->hosts[1].nd->ni;
	unsigned int i;

	for (i = 1; i < 3; i++)
		set_message(f, i, REGION_BASE + i * 0x20, 7);
	begin(test);
	carry_all(test, 0);
	set_message(f, 2, REGION_BASE + 0x1000, 7);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(ni, 0, 2), 0);
	set_message(f, 2, 0, 0);
	KUNIT_EXPECT_EQ(test, carry_all(test, NTB_IRQ_RECORD_REVOKE), 1);
	expect_refused(test, 2);

	/* The index is used again while its neighbour moves: both come in one run. */
	for (i = 1; i < 3; i++)
		set_message(f, i, REGION_BASE + 0x2000 + i * 0x20, 7);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_RUN);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_SYNC);
	KUNIT_EXPECT_EQ(test, f->hosts[1].peer->stats.held, 0);
	for (i = 1; i < 3; i++)
		expect_rings(test, i);
}

/* A ring that waits is kept where a window is closed in which its message was not. */
static void peer_hold_shut_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_record rec;
	int ret;

	fake_windows = 4;
	fake_size = SZ_64K;
	set_message(f, 1, REGION_BASE + SZ_128K, 7);
	set_message(f, 2, REGION_BASE, 7);
	begin(test);
	carry_all(test, 0);
	set_message(f, 2, REGION_BASE + 0x1000, 7);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	KUNIT_EXPECT_EQ(test, ntb_irq_ring(&f->hosts[1].nd->ni, 0, 2), 0);
	ntb_irq_value_encode(NTB_IRQ_RECORD_SHUT, f->hosts[0].peer->known[1], &rec);
	scoped_guard(mutex, &f->hosts[1].peer->lock)
		ret = ntb_irq_import_record(f->hosts[1].peer, &rec);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_RUN);
	KUNIT_EXPECT_EQ(test, f->hosts[1].peer->stats.held, 1);
	expect_refused(test, 1);
	expect_rings(test, 2);
}

/* Another peer comes to know all interrupts of host 0, as its peer 1. */
static struct ntb_irq_peer *second_peer(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_dev *nd = f->hosts[0].nd;
	struct ntb_irq_peer *other = &nd->peers[1];
	struct ntb_irq_record rec;

	nd->npeers = 2;
	KUNIT_ASSERT_EQ(test, ntb_irq_peer_init(nd, 1), 0);
	disable_delayed_work_sync(&other->work);
	other->session.state = NTB_IRQ_SESSION_UP;
	guard(mutex)(&other->lock);
	ntb_irq_export_begin(other);
	while (ntb_irq_export_next(other, &rec))
		ntb_irq_export_acked(other, &rec);
	return other;
}

/* A new message is sent to no peer before all that have the old one hold their rings. */
static void peer_hold_all_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_dev *nd = f->hosts[0].nd;
	struct ntb_irq_record rec;
	struct ntb_irq_peer *other;
	bool more;

	set_message(f, 5, REGION_BASE + 0x100, 0);
	begin(test);
	carry_all(test, 0);
	other = second_peer(test);

	set_message(f, 5, REGION_BASE + 0x900, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	KUNIT_EXPECT_EQ_MSG(test, carry(test), 0, "the other peer may still ring the old one");
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&nd->ni, 0, 0), -ETIMEDOUT);
	scoped_guard(mutex, &other->lock)
		more = ntb_irq_export_next(other, &rec);
	KUNIT_EXPECT_TRUE(test, more);
	KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), NTB_IRQ_RECORD_HOLD);
	KUNIT_EXPECT_EQ(test, carry(test), 0);
	scoped_guard(mutex, &other->lock)
		ntb_irq_export_acked(other, &rec);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_RUN);
	expect_rings(test, 5);
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&nd->ni, 0, 0), 0);

	/* A revocation waits for no other peer, and a peer that is gone for nothing. */
	set_message(f, 5, 0, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_REVOKE);
	set_message(f, 5, REGION_BASE + 0x500, 0);
	clear_bit(5, other->held);
	KUNIT_EXPECT_EQ(test, carry(test), 0);
	other->session.state = NTB_IRQ_SESSION_DOWN;
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_RUN);
	nd->npeers = 1;
	ntb_irq_peer_free(other);
}

/* The other peer's work, on another CPU, gets ahead while that peer is looked at. */
static bool held_then_sent(const struct ntb_irq_peer *peer, unsigned int index)
{
	struct fixture *f = kunit_get_current_test()->priv;
	struct ntb_irq_peer *other = &f->hosts[0].nd->peers[1];
	struct ntb_irq_record rec;

	if (peer == other && index == f->late) {
		f->late = COUNT;
		ntb_irq_export_next(other, &rec);
		f->late_kind = ntb_irq_record_kind(&rec);
	}
	return test_bit(index, peer->held);
}

/*
 * When all peers hold their rings nothing is left to wait for, not even in the moment in
 * which one of them gets its new message: nothing would have the other one's work run again.
 */
static void peer_hold_race_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_dev *nd = f->hosts[0].nd;
	struct ntb_irq_peer *other;
	struct ntb_irq_record rec;

	set_message(f, 5, REGION_BASE + 0x100, 0);
	begin(test);
	carry_all(test, 0);
	other = second_peer(test);
	f->hosts[0].peer->session.state = NTB_IRQ_SESSION_UP;
	set_message(f, 5, REGION_BASE + 0x900, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	scoped_guard(mutex, &other->lock) {
		ntb_irq_export_next(other, &rec);
		ntb_irq_export_acked(other, &rec);
	}
	f->late = 5;
	kunit_activate_static_stub(test, ntb_irq_export_held, held_then_sent);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_RUN);
	kunit_deactivate_static_stub(test, ntb_irq_export_held);
	KUNIT_EXPECT_EQ_MSG(test, f->late, COUNT, "the other peer was not looked at");
	KUNIT_EXPECT_EQ(test, f->late_kind, NTB_IRQ_RECORD_RUN);
	nd->npeers = 1;
	ntb_irq_peer_free(other);
}

/* The work of host 0's first peer, on another CPU, looks while its second one is served. */
static struct ntb_irq_message message_meanwhile_sent(struct ntb_irq_domain *dom,
						     unsigned int index)
{
	const struct ntb_irq_entry *entry = &dom->entries[index];
	struct fixture *f = kunit_get_current_test()->priv;
	struct ntb_irq_record rec = { };

	if (index == f->late) {
		f->late = COUNT;
		ntb_irq_export_next(f->hosts[0].peer, &rec);
		f->late_kind = ntb_irq_record_kind(&rec);
	}
	return (struct ntb_irq_message) { .addr = entry->addr, .data = entry->data };
}

/* A new message waits for a peer that is being sent that its neighbour is gone, too. */
static void peer_hold_beside_revoked_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_dev *nd = f->hosts[0].nd;
	struct ntb_irq_peer *other;
	struct ntb_irq_record rec;

	set_message(f, 4, REGION_BASE + 0x100, 0);
	set_message(f, 5, REGION_BASE + 0x200, 0);
	begin(test);
	carry_all(test, 0);
	other = second_peer(test);
	set_message(f, 4, 0, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_REVOKE);
	carry_all(test, 0);
	set_message(f, 5, REGION_BASE + 0x900, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_HOLD);
	f->late = 5;
	kunit_activate_static_stub(test, ntb_irq_domain_message, message_meanwhile_sent);
	scoped_guard(mutex, &other->lock)
		ntb_irq_export_next(other, &rec);
	kunit_deactivate_static_stub(test, ntb_irq_domain_message);
	KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), NTB_IRQ_RECORD_REVOKE);
	KUNIT_EXPECT_EQ_MSG(test, f->late, COUNT, "the message was not read");
	KUNIT_EXPECT_EQ_MSG(test, f->late_kind, 0, "the other peer may still ring the old one");
	nd->npeers = 1;
	ntb_irq_peer_free(other);
}

static unsigned int windows_in_use(struct ntb_irq_peer *peer)
{
	unsigned int id, n = 0;

	for (id = 0; id < NTB_IRQ_WINDOW_IDS; id++)
		n += peer->windows[id].state != NTB_IRQ_WINDOW_FREE;
	return n;
}

/*
 * A function that does not respond is not accessed. Its windows may be as they were when it
 * is back, so its interrupts drain until a new session.
 */
static void peer_gone_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *from = f->hosts[0].peer;
	unsigned int before;
	int ret;

	set_message(f, 0, REGION_BASE, 1);
	begin(test);
	carry_all(test, 0);
	before = f->accesses;
	KUNIT_EXPECT_GT(test, before, 0);
	f->gone = true;
	scoped_guard(mutex, &from->lock)
		ntb_irq_export_end(from);
	KUNIT_EXPECT_EQ(test, windows_in_use(from), 1);
	KUNIT_EXPECT_TRUE(test, ntb_irq_export_ops.in_use(&f->hosts[0].dom, 0));
	scoped_guard(mutex, &from->lock)
		ret = ntb_irq_export_begin(from);
	KUNIT_EXPECT_EQ(test, ret, -ENODEV);
	KUNIT_EXPECT_EQ(test, f->accesses, before);

	f->gone = false;
	scoped_guard(mutex, &f->hosts[1].peer->lock)
		ntb_irq_import_end(f->hosts[1].peer);
	begin(test);
	KUNIT_EXPECT_EQ(test, f->closed, BIT_ULL(0));
	carry_all(test, 0);
	expect_rings(test, 0);
}

/* However long the driver waits for each window, a host that leaves is soon through. */
static void peer_close_late_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *from = f->hosts[0].peer;
	unsigned int i, before;

	fake_windows = 4;
	fake_size = SZ_64K;
	for (i = 0; i < 4; i++)
		set_message(f, i, REGION_BASE + i * SZ_128K, 1);
	begin(test);
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, windows_in_use(from), 4);

	before = f->accesses;
	f->unmap_error = -ETIMEDOUT;
	f->unmap_ms = 1100;
	ntb_irq_peer_stop_all(f->hosts[0].nd);
	/* Three take longer than such a host tries. */
	KUNIT_EXPECT_LE(test, f->accesses - before, 3);
	KUNIT_EXPECT_FALSE(test, f->unmap_signals);
	KUNIT_EXPECT_EQ(test, windows_in_use(from), 4);

	/* What failed for another reason is tried again, and then all is closed. */
	f->unmap_ms = 0;
	f->unmap_error = 0;
	ntb_irq_peer_stop_all(f->hosts[0].nd);
	KUNIT_EXPECT_EQ(test, windows_in_use(from), 0);
}

/**
 * struct flusher - what waits until a peer knows all
 * @work:	does
 * @ni:		the function
 * @ret:	what came of it
 */
struct flusher {
	struct work_struct	work;
	struct ntb_irq		*ni;
	int			ret;
};

/* Longer than the test waits. */
#define FLUSH_TIMEOUT	(20 * HZ)

static void flusher_work(struct work_struct *work)
{
	struct flusher *flusher = container_of(work, struct flusher, work);

	flusher->ret = ntb_irq_flush(flusher->ni, 0, FLUSH_TIMEOUT);
}

/* A callback that waits for a peer does not keep this host from leaving. */
static void peer_flush_leaving_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct flusher flusher = { .ni = &f->hosts[0].nd->ni };
	unsigned long began = jiffies;

	set_message(f, 0, REGION_BASE, 1);
	begin(test);
	INIT_WORK_ONSTACK(&flusher.work, flusher_work);
	queue_work(system_unbound_wq, &flusher.work);
	ntb_irq_peer_stop_all(f->hosts[0].nd);
	flush_work(&flusher.work);
	destroy_work_on_stack(&flusher.work);
	KUNIT_EXPECT_EQ(test, flusher.ret, -ETIMEDOUT);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, began + FLUSH_TIMEOUT));
}

/*
 * A session that ends while a window is being closed leaves nothing of it to the next one,
 * in which that window may be planned otherwise.
 */
static void peer_replan_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *from = f->hosts[0].peer;
	struct ntb_irq_record rec;
	bool more;

	fake_windows = 4;
	fake_size = SZ_64K;
	set_message(f, 0, REGION_BASE, 1);
	set_message(f, 1, REGION_BASE + SZ_128K, 1);
	begin(test);
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, windows_in_use(from), 2);
	set_message(f, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, carry(test), NTB_IRQ_RECORD_REVOKE);
	/* The window is to be closed, and the peer does not get to acknowledge it. */
	scoped_guard(mutex, &from->lock)
		more = ntb_irq_export_next(from, &rec);
	KUNIT_ASSERT_TRUE(test, more);
	KUNIT_EXPECT_EQ(test, ntb_irq_record_kind(&rec), NTB_IRQ_RECORD_SHUT);

	fake_size = SZ_1M;
	scoped_guard(mutex, &f->hosts[1].peer->lock)
		ntb_irq_import_end(f->hosts[1].peer);
	begin(test);
	KUNIT_EXPECT_EQ(test, carry_all(test, NTB_IRQ_RECORD_SHUT), 0);
	KUNIT_EXPECT_EQ(test, windows_in_use(from), 1);
	expect_rings(test, 0);
	expect_refused(test, 1);
}

/* A session that cannot begin leaves no interrupt behind that its peer would know. */
static void peer_begin_failed_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *from = f->hosts[0].peer;
	unsigned int i;
	int ret;

	for (i = 0; i < COUNT; i++)
		set_message(f, i, REGION_BASE + 4 * i, i);
	begin(test);
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, from->nknown, COUNT);

	f->map_error = -EIO;
	scoped_guard(mutex, &from->lock)
		ret = ntb_irq_export_begin(from);
	KUNIT_EXPECT_EQ(test, ret, -EIO);
	KUNIT_EXPECT_EQ(test, from->nknown, 0);
	KUNIT_EXPECT_EQ(test, windows_in_use(from), 0);
	for (i = 0; i < COUNT; i++)
		KUNIT_EXPECT_FALSE(test, ntb_irq_export_ops.in_use(&f->hosts[0].dom, i));
}

/* Windows that are open at attach are closed, but not those of the client. */
static void peer_close_found_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	fake_windows = 4;
	f->hosts[0].nd->hw.claimed.windows = BIT(2);
	KUNIT_EXPECT_EQ(test, ntb_irq_window_close_found(f->hosts[0].peer), 0);
	KUNIT_EXPECT_EQ(test, f->closed, BIT_ULL(0) | BIT_ULL(1) | BIT_ULL(3));
	KUNIT_EXPECT_FALSE(test, f->unmap_signals);
}

static struct ntb_irq_window_info *infos_no_memory(struct ntb_irq_peer *peer, unsigned int *count,
						   u64 *usable)
{
	return ERR_PTR(-ENOMEM);
}

/* Where it is not known which windows there are, some may be open: that is no success. */
static void peer_close_found_unknown_test(struct kunit *test)
{
	struct fixture *f = test->priv;

	fake_windows = -EIO;
	KUNIT_EXPECT_EQ(test, ntb_irq_window_close_found(f->hosts[0].peer), -EIO);
	KUNIT_EXPECT_EQ(test, f->closed, 0);
}

/* An errno of the driver is none that says what the peer has done wrong. */
static void peer_window_refused_test(struct kunit *test)
{
	static const struct ntb_irq_window_record win = { .start = REGION_BASE, .len = SZ_4K };
	static const int errors[] = { -EBUSY, -ENXIO, -EDQUOT, -ERANGE, -EPROTO, -EIO };
	struct fixture *f = test->priv;
	struct ntb_irq_peer *to = f->hosts[1].peer;
	struct ntb_irq_record rec;
	unsigned int i;
	int ret;

	f->backend.direction = &ntb_irq_outbound;
	begin(test);
	ntb_irq_window_encode(&win, &rec);
	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		f->map_error = errors[i];
		scoped_guard(mutex, &to->lock)
			ret = ntb_irq_import_record(to, &rec);
		KUNIT_EXPECT_EQ_MSG(test, ret, -EIO, "the driver's is %d", errors[i]);
	}
}

/* A window that cannot be opened for lack of memory is not one too many. */
static void peer_window_no_memory_test(struct kunit *test)
{
	static const struct ntb_irq_window_record win = { .start = REGION_BASE, .len = SZ_4K };
	struct fixture *f = test->priv;
	struct ntb_irq_peer *to = f->hosts[1].peer;
	struct ntb_irq_record rec;
	int ret, later;

	f->backend.direction = &ntb_irq_outbound;
	begin(test);
	ntb_irq_window_encode(&win, &rec);
	kunit_activate_static_stub(test, ntb_irq_window_infos, infos_no_memory);
	scoped_guard(mutex, &to->lock)
		ret = ntb_irq_import_record(to, &rec);
	kunit_deactivate_static_stub(test, ntb_irq_window_infos);
	scoped_guard(mutex, &to->lock)
		later = ntb_irq_import_record(to, &rec);
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_EQ(test, later, 0);
}

static void run_session(struct ntb_irq_peer *peer)
{
	guard(mutex)(&peer->lock);
	ntb_irq_session_run(peer);
}

/* A handshake without memory is made later, with the windows that there are. */
static void peer_handshake_no_memory_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *to = f->hosts[1].peer;
	struct ntb_irq_handshake hs = { };
	struct ntb_irq_frame frame;
	unsigned int tries;

	f->backend.direction = &ntb_irq_outbound;
	kunit_activate_static_stub(test, ntb_irq_window_infos, infos_no_memory);
	run_session(to);
	kunit_deactivate_static_stub(test, ntb_irq_window_infos);
	KUNIT_EXPECT_EQ(test, to->session.state, NTB_IRQ_SESSION_HANDSHAKE);
	KUNIT_EXPECT_EQ_MSG(test, f->sent, 0, "without a window, and yet sent");

	f->sent = 0;
	for (tries = 0; tries < 100 && !f->sent; tries++) {
		msleep(50);
		run_session(to);
	}
	KUNIT_ASSERT_EQ(test, f->sent, 1);
	KUNIT_ASSERT_TRUE(test, ntb_irq_frame_decode(&frame, 0, f->out, NTB_IRQ_FRAME_MAX));
	KUNIT_EXPECT_EQ(test, ntb_irq_handshake_decode(&frame, &hs), 0);
	KUNIT_EXPECT_EQ(test, hs.capacity.size_order, ilog2(SZ_1M));
	KUNIT_EXPECT_EQ(test, hs.nonce, to->session.nonce);
}

/* A session that cannot begin for lack of memory begins a second later. */
static void peer_begin_no_memory_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *peer = f->hosts[0].peer;
	struct ntb_irq_handshake hs = {
		.version	= NTB_IRQ_PROTOCOL_VERSION,
		.max_order	= ilog2(COUNT),
		.nonce		= 0x1234,
	};
	struct ntb_irq_frame frame;

	run_session(peer);
	KUNIT_ASSERT_EQ(test, peer->session.state, NTB_IRQ_SESSION_HANDSHAKE);
	hs.peer_nonce = peer->session.nonce;
	ntb_irq_handshake_encode(&hs, &frame);
	ntb_irq_frame_encode(&frame, 0, f->in, NTB_IRQ_FRAME_MAX);
	f->received = true;
	kunit_activate_static_stub(test, ntb_irq_window_infos, infos_no_memory);
	run_session(peer);
	kunit_deactivate_static_stub(test, ntb_irq_window_infos);
	KUNIT_EXPECT_EQ(test, peer->session.state, NTB_IRQ_SESSION_HANDSHAKE);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(peer->import));

	/* It is tried again soon, without another frame of the peer. */
	KUNIT_EXPECT_TRUE(test, time_before_eq(peer->begin_after, jiffies + HZ));
	peer->begin_after = jiffies;
	run_session(peer);
	KUNIT_EXPECT_EQ(test, peer->session.state, NTB_IRQ_SESSION_UP);
}

static bool fake_unsafe;

static bool unsafe_allowed(void)
{
	return fake_unsafe;
}

static atomic_t exposures;

static void count_exposures(void *data, const char *text, size_t len)
{
	if (strnstr(text, "expose", len))
		atomic_inc(&exposures);
}

/* Begin many sessions; returns the lines of the log about windows that expose too much. */
static int exposures_of_many(struct ntb_irq_peer *peer, u64 align, u64 other_align)
{
	unsigned int i;

	atomic_set(&exposures, 0);
	guard(mutex)(&peer->lock);
	for (i = 0; i < 64; i++) {
		fake_align = i % 2 ? other_align : align;
		ntb_irq_export_begin(peer);
	}
	return atomic_read(&exposures);
}

/* A peer begins sessions as often as it likes, and that does not fill the log. */
static void peer_exposure_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *from = f->hosts[0].peer;
	int same, changing, refused, ret;

	if (register_trace_console(count_exposures, NULL))
		kunit_skip(test, "the kernel log has no tracepoint");
	fake_size = SZ_8M;
	fake_unsafe = true;
	kunit_activate_static_stub(test, ntb_irq_unsafe_allowed, unsafe_allowed);
	same = exposures_of_many(from, SZ_4M, SZ_4M);
	changing = exposures_of_many(from, SZ_4M, SZ_8M);
	scoped_guard(mutex, &from->lock)
		ret = ntb_irq_export_begin(from);
	fake_unsafe = false;
	refused = exposures_of_many(from, SZ_4M, SZ_4M);
	scoped_guard(mutex, &from->lock)
		KUNIT_EXPECT_EQ(test, ntb_irq_export_begin(from), -EPERM);
	unregister_trace_console(count_exposures, NULL);
	tracepoint_synchronize_unregister();
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, same, 1);
	KUNIT_EXPECT_LT(test, changing + refused, 10);
}

/* A window that the driver refuses to open is tried once, not for each interrupt. */
static void peer_pieces_refused_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i, before;

	fake_windows = 4;
	fake_size = SZ_64K;
	fake_stride = 1;
	for (i = 0; i < COUNT; i++)
		set_message(f, i, REGION_BASE + 4 * i, i);
	begin(test);
	f->map_error = -EIO;
	before = f->accesses;
	carry_all(test, 0);
	KUNIT_EXPECT_EQ(test, f->accesses - before, fake_windows);
	KUNIT_EXPECT_EQ(test, ntb_irq_flush(&f->hosts[0].nd->ni, 0, 0), -ENOSPC);
	/* Nor does the peer have all of that done anew by another session. */
	KUNIT_EXPECT_TRUE(test, time_after(f->hosts[0].peer->begin_after, jiffies));

	f->map_error = 0;
	scoped_guard(mutex, &f->hosts[1].peer->lock)
		ntb_irq_import_end(f->hosts[1].peer);
	begin(test);
	carry_all(test, 0);
	for (i = 0; i < COUNT; i++)
		expect_rings(test, i);
}

/* Host 0 receives a handshake of a peer that knows its nonce. */
static void shake_hands(struct fixture *f, u32 nonce)
{
	struct ntb_irq_handshake hs = {
		.version	= NTB_IRQ_PROTOCOL_VERSION,
		.max_order	= ilog2(COUNT),
		.nonce		= nonce,
		.peer_nonce	= f->hosts[0].peer->session.nonce,
	};
	struct ntb_irq_frame frame = { };

	f->backend.direction->capacity(f->hosts[0].peer, &hs.capacity);
	ntb_irq_handshake_encode(&hs, &frame);
	ntb_irq_frame_encode(&frame, 0, f->in, NTB_IRQ_FRAME_MAX);
	f->received = true;
	run_session(f->hosts[0].peer);
}

/* The peer takes the link down and up, and host 0 takes a new nonce. */
static void flap(struct fixture *f)
{
	f->received = false;
	f->link = false;
	run_session(f->hosts[0].peer);
	f->link = true;
	run_session(f->hosts[0].peer);
}

/*
 * A session that cannot begin is not tried again at once, however often the peer begins
 * anew; but it is after a while, without another word of the peer.
 */
static void peer_begin_backoff_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ntb_irq_peer *peer = f->hosts[0].peer;
	unsigned long due;
	unsigned int tries;
	u32 nonce;

	f->map_error = -EIO;
	flap(f);
	shake_hands(f, 1);
	tries = f->accesses;
	KUNIT_EXPECT_EQ(test, tries, 1);
	for (nonce = 2; nonce <= 5; nonce++)
		shake_hands(f, nonce);
	KUNIT_EXPECT_EQ(test, f->accesses, tries);
	/* Nor is it by a peer that has its link go. */
	flap(f);
	enable_delayed_work(&peer->work);
	shake_hands(f, 6);
	KUNIT_EXPECT_EQ(test, f->accesses, tries);
	KUNIT_EXPECT_EQ(test, peer->session.state, NTB_IRQ_SESSION_HANDSHAKE);

	due = peer->begin_after;
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&peer->work));
	KUNIT_EXPECT_TRUE(test, time_in_range(peer->work.timer.expires, due - HZ, due + HZ));
	disable_delayed_work_sync(&peer->work);

	f->map_error = 0;
	peer->begin_after = jiffies;
	run_session(f->hosts[0].peer);
	KUNIT_EXPECT_EQ(test, peer->session.state, NTB_IRQ_SESSION_UP);
	KUNIT_EXPECT_EQ(test, f->accesses, tries + 1);
}

static struct kunit_case ntb_irq_peer_cases[] = {
	KUNIT_CASE_PARAM(peer_not_linear_test, direction_gen_params),
	KUNIT_CASE(peer_runs_test),
	KUNIT_CASE_PARAM(peer_unreachable_test, direction_gen_params),
	KUNIT_CASE(peer_flush_without_change_test),
	KUNIT_CASE_PARAM(peer_late_change_test, late_gen_params),
	KUNIT_CASE(peer_withdraw_silent_test),
	KUNIT_CASE(peer_withdraw_late_test),
	KUNIT_CASE(peer_withdraw_deadline_test),
	KUNIT_CASE(peer_no_capacity_test),
	KUNIT_CASE(peer_share_test),
	KUNIT_CASE(peer_unequal_test),
	KUNIT_CASE(peer_out_of_reach_test),
	KUNIT_CASE(peer_ring_refused_test),
	KUNIT_CASE(peer_burst_test),
	KUNIT_CASE(peer_revoke_in_burst_test),
	KUNIT_CASE_PARAM(peer_dma_client_test, revoke_gen_params),
	KUNIT_CASE(peer_hold_test),
	KUNIT_CASE(peer_hold_revoked_test),
	KUNIT_CASE(peer_hold_shut_test),
	KUNIT_CASE(peer_hold_all_test),
	KUNIT_CASE(peer_hold_race_test),
	KUNIT_CASE(peer_hold_beside_revoked_test),
	KUNIT_CASE(peer_gone_test),
	KUNIT_CASE(peer_close_late_test),
	KUNIT_CASE(peer_flush_leaving_test),
	KUNIT_CASE(peer_replan_test),
	KUNIT_CASE(peer_begin_failed_test),
	KUNIT_CASE(peer_pieces_refused_test),
	KUNIT_CASE(peer_begin_backoff_test),
	KUNIT_CASE(peer_close_found_test),
	KUNIT_CASE(peer_close_found_unknown_test),
	KUNIT_CASE(peer_window_refused_test),
	KUNIT_CASE(peer_window_no_memory_test),
	KUNIT_CASE(peer_handshake_no_memory_test),
	KUNIT_CASE(peer_begin_no_memory_test),
	KUNIT_CASE(peer_exposure_test),
	{ }
};

static struct kunit_suite ntb_irq_peer_suite = {
	.name		= "ntb_irq_peer",
	.init		= peer_test_init,
	.exit		= peer_test_exit,
	.test_cases	= ntb_irq_peer_cases,
};

kunit_test_suite(ntb_irq_peer_suite);
