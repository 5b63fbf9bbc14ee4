# SPDX-License-Identifier: GPL-2.0-only
"""The exchange of messages: how many words it takes, and what bad words do to it."""

import sys

from tests.harness import rings
from tests.harness.client import parse_keys
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.registry import scenario

COUNT = 32
ROUNDS = 20
MANY = 1024
WORDS = 16
# Faults of mailbox words: (kind, argument, how many).
FAULTS = (("drop", 0, 9), ("xor", 0x00010000, 7), ("xor", 1, 5), ("repeat", 0, 12))
PREFIX = {"scratchpads": "spad", "messages": "msg"}


def peers(client):
    return parse_keys(client.core_file("peers"))


@scenario("words-6.12", boot=Boot(smp=8))
def words(test, pair):
    """A table of many interrupts takes a handful of words."""
    with test.part("attach", fatal=True):
        pair.insert_hardware()
        clients = rings.insert_ours(pair, MANY)
    with test.part(f"{MANY}-interrupts-in-at-most-{WORDS}-words"):
        for client in clients:
            info = parse_keys(client.core_file("info"))
            stats = peers(client)
            # Each record takes a frame, or two where four words are a frame.
            frame = info["mailbox_frame_words"] * (2 if info["mailbox_frame_words"] < 6 else 1)
            # One record tells of a window, the last that the table is complete.
            runs = stats["records_sent"] - 2
            print(f"  {client.host}: {MANY} interrupts told in {runs} runs of {frame} words; "
                  f"{stats['words_sent']} words since attach", file=sys.stderr, flush=True)
            expect(stats["told"] == MANY, f"{stats['told']} of {MANY} interrupts were told")
            expect(runs * frame <= WORDS, f"{runs} runs of {frame} words for {MANY} interrupts")
    with test.part("all-ring"):
        rings.run_exact(pair, clients, MANY, 2)
    with test.part("unload"):
        pair.remove_all()


@scenario("bad-words-6.12", boot=Boot())
def bad_words(test, pair):
    """Lost, altered and repeated words end in a correct table, never in a wrong ring."""
    with test.part("hardware", fatal=True):
        pair.insert_hardware()
        pair.insert(rings.CORE)
        pair.insert(pair.vendor.backend)
    for kind, argument, count in FAULTS:
        with test.part(f"{kind}-{argument:#x}-{count}-times"):
            name = f"{PREFIX[pair.vendor.kind]}-{kind}"
            for host in pair.hosts:
                pair.fabric.fault(name, host.index, argument, count)
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
