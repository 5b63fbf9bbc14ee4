# SPDX-License-Identifier: GPL-2.0-only
"""Data in a window of the client, and a ring that is not to arrive before them."""

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 4
ROUNDS = 20
# Longer than the test takes: nothing comes in because it waited.
LATE_MS = 600_000
WINDOW = 0


def open_window(sender, receiver):
    """Have the sender's window lead into a buffer of the receiver."""
    receiver.host.write(f"{receiver.folder}/data_in", 1)
    address = receiver.host.read(f"{receiver.folder}/addresses").split()[0]
    sender.host.write(f"{sender.folder}/data_out", address)


def arrived(client):
    return client.counts()[0].received


def send(sender, receiver, way, word):
    """Write @word and ring by @way; return the word that the handler has seen."""
    before = arrived(receiver)
    sender.host.write(f"{sender.folder}/{way}", word)
    wait_until(lambda: arrived(receiver) > before, 20, f"the ring behind the word {word}")
    return int(receiver.host.read(f"{receiver.folder}/data_seen"))


@scenario("order-6.12", boot=Boot(), requires="data_window")
def test_order(test, pair):
    with test.part("attach", fatal=True):
        near, far = rings.insert(pair, COUNT, client=f"claim_windows={1 << WINDOW} buffers=1")
    for sender, receiver in ((near, far), (far, near)):
        with test.part(f"window-of-{sender.host}", fatal=True):
            open_window(sender, receiver)
            expect_equal(send(sender, receiver, "data_ring", 1), 1, "the word in time")
        with test.part(f"a-ring-of-{sender.host}-overtakes-its-data"):
            pair.fabric.fault("memory-late", sender.host.index, LATE_MS, 1)
            expect_equal(send(sender, receiver, "data_ring", 2), 1, "the word, which is late")
        with test.part(f"{ROUNDS}-rings-of-{sender.host}-behind-their-data"):
            pair.fabric.fault("memory-late", sender.host.index, LATE_MS, 0)
            before = pair.fabric.stats()[sender.host.index]
            words = range(3, 3 + ROUNDS)
            seen = [send(sender, receiver, "data_ring_after", word) for word in words]
            after = pair.fabric.stats()[sender.host.index]
            pair.fabric.clear_faults()
            expect_equal(seen, list(words), "the words that handlers have seen")
        with test.part(f"one-read-of-{sender.host}-for-each"):
            expect_equal(after["window_reads"] - before["window_reads"], ROUNDS, "reads")
    with test.part("rings-exactly-after"):
        rings.run_exact(pair, (near, far), COUNT, ROUNDS)
    with test.part("unload"):
        rings.remove(pair)
