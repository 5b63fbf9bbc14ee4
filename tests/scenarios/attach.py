# SPDX-License-Identifier: GPL-2.0-only
"""Clients that come early, take their time, wait in a callback, or make mistakes."""

import errno

from tests.harness import rings
from tests.harness.client import CLIENT, parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 32
# The frame with the interrupt and the one that ends the table, each found within a second.
FLUSH_SECONDS = 3
# What include/linux/ntb_irq.h and the comments of the functions promise for each mistake.
REFUSED = {
    "attach_again": errno.EEXIST,
    "attach_scratchpads_wrap": errno.EINVAL,
    "attach_half_a_mailbox": errno.EINVAL,
    "reserve_too_many": errno.EINVAL,
    "alloc_at_limit": errno.EINVAL,
    "alloc_at_last_number": errno.EINVAL,
    "alloc_at_taken": errno.EBUSY,
    "request_without_handler": errno.EINVAL,
    "vector_at_limit": errno.ENOENT,
    "vector_at_last_number": errno.ENOENT,
    "withdraw_none": 0,
    "withdraw_at_limit": errno.EINVAL,
    "withdraw_past_limit": errno.EINVAL,
    "withdraw_wraps": errno.EINVAL,
    "ring_no_peer": errno.EINVAL,
    "ring_last_peer": errno.EINVAL,
    "ring_last_number": errno.EINVAL,
    "ring_no_interrupt": errno.ENOENT,
    "ring_last_interrupt": errno.ENOENT,
    "message_no_peer": errno.EINVAL,
    "message_no_interrupt": errno.ENOENT,
    "count_no_peer": errno.EINVAL,
    "flush_no_peer": errno.EINVAL,
}


@scenario("attach-6.12", boot=Boot())
def test_attach(test, pair):
    with test.part("hardware", fatal=True):
        pair.insert_hardware()
        pair.insert(rings.CORE)
    with test.part("waits-for-the-backend", fatal=True):
        pair.insert(rings.TEST, f"n={COUNT} slow_ms=500")
        for folders in pair.both(lambda host: host.run(f"ls {CLIENT}")):
            expect_equal(folders, "", "devices of a client whose backend is not loaded")
    with test.part("attaches-when-it-is-loaded", fatal=True):
        pair.insert(pair.vendor.backend)
        clients = rings.connect(pair)
    with test.part("no-callback-before-attach-has-returned"):
        # The client warns in its log, and that fails the scenario.
        rings.run_exact(pair, clients, COUNT, 5)
    with test.part("unload"):
        pair.remove(rings.TEST)
        pair.remove_all()


def events(client):
    """What the client has counted of its callback for peers."""
    return parse_keys(client.host.read(f"{client.folder}/events"))


@scenario("callback-6.12", boot=Boot())
def test_callback(test, pair):
    """A callback can wait until its peer knows all: it does not keep that from happening."""
    with test.part("attach", fatal=True):
        pair.insert_hardware()
        clients = rings.insert_ours(pair, COUNT, client="flush_in_event=1")
    with test.part("more-interrupts-are-reported"):
        for client in clients:
            other = clients[1 - client.host.index]
            before = events(other)["events"]
            expect_equal(client.alloc(), "", f"{client.host}: an interrupt more")
            wait_until(lambda other=other, before=before: events(other)["events"] > before, 20,
                       f"{other.host}: its callback")
    with test.part("no-wait-was-in-vain"):
        pair.both(lambda host: clients[host.index].wait_ready())
        expect_equal([events(client)["errors"] for client in clients], [0, 0],
                     "callbacks in which flushing failed")
    with test.part("unload"):
        rings.remove(pair)


def synced(client):
    """Whether the peer has acknowledged everything."""
    return parse_keys(client.core_file("peers"))["synced"] == "yes"


@scenario("quiet-mailbox-6.12", boot=Boot(), kind="scratchpads")
def test_quiet_mailbox(test, pair):
    """A client's mailbox that notifies of nothing is looked into each second."""
    with test.part("attach", fatal=True):
        pair.insert_hardware()
        clients = rings.insert_ours(pair, COUNT, client="quiet_mailbox=1")
    with test.part("nothing-is-taken-for-it"):
        for client in clients:
            info = parse_keys(client.core_file("info"))
            expect_equal((info["doorbells"], info["scratchpads"]), ("0x0", "0+0"),
                         f"{client.host}: what the library has taken")
    for client in clients * 2:
        with test.part(f"an-interrupt-more-of-{client.host}-is-known-in-{FLUSH_SECONDS}-s"):
            # Nothing is on its way before, so that no repeat has the peer look.
            wait_until(lambda: all(synced(other) for other in clients), 20, "all known")
            expect_equal(client.alloc(), "", f"{client.host}: an interrupt more")
            wait_until(lambda client=client: synced(client), FLUSH_SECONDS,
                       "what flushing waits for")
    with test.part("rings"):
        rings.run_exact(pair, clients, COUNT + 2, 5)
    with test.part("unload"):
        rings.remove(pair)


@scenario("misuse-6.12", boot=Boot())
def test_misuse(test, pair):
    """Calls that make no sense have the errno that is documented, and change nothing."""
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
        before = [client.core_file("info") for client in clients]
    with test.part("refused"):
        for client in clients:
            results = parse_keys(client.host.read(f"{client.folder}/misuse"))
            expect_equal({name: -result for name, result in results.items()}, REFUSED,
                         f"{client.host}: errno of each mistake")
    with test.part("nothing-changed"):
        expect_equal([client.core_file("info") for client in clients], before, "the state")
        # New interrupts are sent to the peer by the same way as before.
        for client in clients:
            expect_equal(client.alloc(), "", f"{client.host}: an interrupt more")
        pair.both(lambda host: clients[host.index].wait_ready())
        expect(all(client.ready() for client in clients), "an interrupt is not known to the peer")
        rings.run_exact(pair, clients, COUNT + 1, 5)
    with test.part("unload"):
        rings.remove(pair)
