# SPDX-License-Identifier: GPL-2.0-only
"""Rings that are bent to interrupts of others."""

import re
import time

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import PCI_DEVICES, Boot
from tests.harness.parents import PARENTS
from tests.harness.scenario import scenario

COUNT = 16
INDICES = range(128)
# How long after its write an interrupt may still be handled.
SETTLE_SECONDS = 1
# What comes by itself: the timer, what the agent is spoken to with, and the report of a
# message that was refused.
RESTLESS = r"timer|tty|dmar"


def counts(host):
    """{line of /proc/interrupts without its numbers: times}, of what has an interrupt number."""
    found = {}
    for line in host.read("/proc/interrupts").splitlines():
        match = re.match(r"\s*(\d+):((?:\s+\d+)+)\s+(.*)", line)
        if match:
            name = f"{match[1]}: {' '.join(match[3].split())}"
            found[name] = sum(int(word) for word in match[2].split())
    return found


def moved(before, after):
    return {name: after[name] - before.get(name, 0) for name in after
            if after[name] != before.get(name, 0)}


def sweep(pair, clients):
    """Bend a ring to each interrupt in turn.

    Returns how many of the writes the peer's hardware took, and how often each of its
    interrupts came.
    """
    host, client = pair.hosts[1], clients[1]
    parent = pair.boot.behind
    message = client.messages()[0]
    before, stats = counts(host), pair.fabric.stats()[1]

    def written(key):
        return pair.fabric.stats()[1][key] - stats[key]
    for number, index in enumerate(INDICES):
        kind, bits = parent.bend(message, index)
        pair.fabric.fault(kind, 0, bits, 1)
        expect_equal(clients[0].ring(0), "", f"the ring that is bent to interrupt {index}")
        wait_until(lambda at=number: written("msi_writes") + written("msi_blocked") > at, 10,
                   f"what became of the ring that is bent to interrupt {index}")
    time.sleep(SETTLE_SECONDS)
    return written("msi_writes"), moved(before, counts(host))


def split(pair, came):
    """Of those that came: the function's own, and those of others."""
    function = pair.hosts[1].function
    own = {name: times for name, times in came.items() if function in name}
    others = {name: times for name, times in came.items()
              if name not in own and not re.search(RESTLESS, name)}
    return own, others


def test_sweep(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
        rings.run_exact(pair, clients, COUNT, 5)
    with test.part(f"{len(INDICES)}-bent-rings-raise-nothing-else"):
        host = pair.hosts[1]
        # Those that the driver has allocated and not requested are its own too.
        vectors = len(host.run(f"ls {PCI_DEVICES}/{host.function}/msi_irqs").split())
        taken, came = sweep(pair, clients)
        own, others = split(pair, came)
        expect(not others, f"interrupts of others came: {others}")
        ours = [times for name, times in own.items() if "NTB-" in name]
        expect_equal(ours, [1] * COUNT, f"how often those of {COUNT} that are rung came")
        expect_equal(taken, COUNT + vectors, "the number of rings that were taken")
    with test.part("rings-exactly-after"):
        rings.run_exact(pair, clients, COUNT, 5)
    with test.part("unload"):
        pair.remove_all()


def test_stock(test, pair):
    """The control: an emulator that does not know whose a message is."""
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part(f"{len(INDICES)}-bent-rings-raise-interrupts-of-others"):
        taken, came = sweep(pair, clients)
        own, others = split(pair, came)
        expect(others, f"no interrupt of others came; {taken} rings were taken, its own: {own}")
    # Others than the function were disturbed.
    pair.spent = True


for _parent, _name in (("vt-d", "sweep-6.12"), ("amd-vi", "sweep-6.12-amd-vi")):
    _built = PARENTS[_parent].qemu != ""
    scenario(_name, boot=Boot(parent=_parent, other_qemu=not _built),
             allow=PARENTS[_parent].foreign)(test_sweep)
    scenario(f"{_name}-stock", boot=Boot(parent=_parent, other_qemu=_built),
             allow=PARENTS[_parent].foreign)(test_stock)
