# SPDX-License-Identifier: GPL-2.0-only
"""The exchange of messages: how many words it takes, and what bad words do to it."""

import sys

from tests.harness import rings
from tests.harness.client import Client, parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 32
ROUNDS = 20
MANY = 1024
# That have vectors for so many interrupts.
MANY_CPUS = 6
WORDS = 16
# Faults of mailbox words: (kind, argument, how many). Those that come late, by
# milliseconds, are overtaken by others.
FAULTS = (("drop", 0, 9), ("xor", 0x00010000, 7), ("xor", 1, 5), ("repeat", 0, 12),
          ("late", 20, 9))
UNTIL_CLEARED = 0
PREFIX = {"scratchpads": "spad", "messages": "msg"}


def peers(client):
    return parse_keys(client.core_file("peers"))


@scenario("words-6.12", boot=Boot(smp=MANY_CPUS))
def test_words(test, pair):
    """A table of many interrupts takes a handful of words."""
    with test.part("attach", fatal=True):
        pair.insert_hardware()
        clients = rings.insert_ours(pair, MANY)
    with test.part(f"{MANY}-interrupts-in-at-most-{WORDS}-words"):
        # What was told while they were still being allocated says nothing of this.
        before = [peers(client) for client in clients]
        rings.flap(pair, clients)
        pair.both(lambda host: clients[host.index].wait_ready())
        for client, old in zip(clients, before):
            info = parse_keys(client.core_file("info"))
            new = peers(client)
            stats = {key: new[key] - old[key] for key in ("records_sent", "words_sent")}
            # Each record takes a frame, or two where four words are a frame.
            frame = info["mailbox_frame_words"] * (2 if info["mailbox_frame_words"] < 6 else 1)
            # One record tells of a window, the last that the table is complete.
            runs = stats["records_sent"] - 2
            print(f"  {client.host}: {MANY} interrupts exported in {runs} runs of {frame} words; "
                  f"{stats['words_sent']} words since the link was lost",
                  file=sys.stderr, flush=True)
            expect(new["exported"] == MANY, f"{new['exported']} of {MANY} interrupts were exported")
            expect(runs * frame <= WORDS, f"{runs} runs of {frame} words for {MANY} interrupts")
    with test.part("all-ring"):
        rings.run_exact(pair, clients, MANY, 2)
    with test.part("unload"):
        pair.remove_all()


@scenario("bad-words-6.12", boot=Boot())
def test_bad_words(test, pair):
    """Lost, altered, repeated and reordered words, and a peer that starts anew amid its
    exchange, end in a correct table, never in a wrong ring."""
    def arm(kind, host, argument, count):
        pair.fabric.fault(f"{PREFIX[pair.vendor.kind]}-{kind}", host.index, argument, count)

    with test.part("hardware", fatal=True):
        pair.insert_hardware()
        pair.insert(rings.CORE)
        pair.insert(pair.vendor.backend)
    with test.part("peer-starts-anew-in-mid-exchange", fatal=True):
        near, far = pair.hosts
        # Nothing comes from the far host, not even that it has understood.
        arm("drop", far, 0, UNTIL_CLEARED)
        pair.insert(rings.TEST, f"n={COUNT}")
        clients = pair.both(Client)
        wait_until(lambda: peers(clients[1])["words_recv"], 20, "the far host hearing the near one")
        names = list(far.loaded)
        far.restart()
        pair.fabric.clear_faults()
        far.insert_again(names)
        clients = rings.connect(pair)
        rings.run_exact(pair, clients, COUNT, ROUNDS)
        pair.remove(rings.TEST)
    for kind, argument, count in FAULTS:
        with test.part(f"{kind}-{argument:#x}-{count}-times"):
            for host in pair.hosts:
                arm(kind, host, argument, count)
            pair.insert(rings.TEST, f"n={COUNT}")
            try:
                clients = rings.connect(pair)
                pair.fabric.clear_faults()
                rings.run_exact(pair, clients, COUNT, ROUNDS)
            finally:
                pair.fabric.clear_faults()
                pair.remove(rings.TEST)
    with test.part("unload"):
        pair.remove_all()
