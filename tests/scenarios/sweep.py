# SPDX-License-Identifier: GPL-2.0-only
"""Rings that are bent to interrupts of others."""

import re
import time

from tests.harness import rings
from tests.harness.below import KERNELS, below
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
RESTLESS = r"timer|tty|uart|dmar|evtq"
# Where the function has no memory: what is reported of a write to there, and what follows.
STRAY = 1 << 20
UNMAPPED = (r"arm-smmu-v3 .*: event 0x10 received", r"arm-smmu-v3 .*:\s+0x[0-9a-f]{16}$")


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


def bent(pair, clients, faults):
    """Ring once with each of @faults, (kind, argument).

    Returns how many of the writes the peer's hardware took, and how often each of its
    interrupts came.
    """
    before, stats = counts(pair.hosts[1]), pair.fabric.stats()[1]

    def written(key):
        return pair.fabric.stats()[1][key] - stats[key]
    for number, (kind, bits) in enumerate(faults):
        pair.fabric.fault(kind, 0, bits, 1)
        expect_equal(clients[0].ring(0), "", f"the ring with {kind} {bits:#x}")
        wait_until(lambda at=number: written("msi_writes") + written("msi_blocked") > at, 10,
                   f"what became of the ring with {kind} {bits:#x}")
    time.sleep(SETTLE_SECONDS)
    return written("msi_writes"), moved(before, counts(pair.hosts[1]))


def sweep(pair, clients):
    """Bend a ring to each interrupt in turn."""
    message = clients[1].messages()[0]
    return bent(pair, clients, [pair.boot.behind.bend(message, index) for index in INDICES])


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
        if pair.boot.behind.refuses:
            expect_equal(taken, COUNT + vectors, "the number of rings that were taken")
    if not pair.boot.behind.refuses:
        with test.part("words-beside-the-doorbell-raise-nothing"):
            address, _ = clients[1].messages()[0]
            _, came = bent(pair, clients, [("addr-xor", bits) for bits in
                                           (*range(4, 0x100, 4), *range(0x100, 0x1000, 0x100))])
            # Those of the driver come when the hosts talk.
            raised = [name for name in came if "NTB-" in name] + list(split(pair, came)[1])
            expect(not raised, f"words beside {address:#x} raised {raised}")
    if pair.boot.mode == "translated" and not pair.boot.behind.refuses:
        with test.part("a-page-that-is-not-mapped-is-a-fault"):
            host = pair.hosts[1]
            before = counts(host)
            pair.fabric.fault("addr-xor", 0, STRAY, 1)
            expect_equal(clients[0].ring(0), "", "the ring")
            host.wait_for("dmesg", lambda log: re.search(UNMAPPED[0], log), 20,
                          f"the fault of a write to {address ^ STRAY:#x}")
            raised = split(pair, moved(before, counts(host)))
            expect_equal(raised, ({}, {}), f"what a word at {address ^ STRAY:#x} raised")
    with test.part("rings-exactly-after"):
        rings.run_exact(pair, clients, COUNT, 5)
    with test.part("unload"):
        rings.remove(pair)


def test_stock(test, pair):
    """The control: an emulator that does not know whose a message is, or a parent that does
    not ask.
    """
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

# Behind its last interrupt it still refuses.
scenario("sweep-6.12-nosid", boot=Boot(parent="vt-d-nosid"),
         allow=PARENTS["vt-d-nosid"].foreign)(test_stock)

for _kernel in KERNELS:
    for _parent in ("its", "its-smmu", "its-smmu-translated"):
        below("sweep", _parent, _kernel, allow=UNMAPPED, soak=_kernel != KERNELS[0])(test_sweep)
