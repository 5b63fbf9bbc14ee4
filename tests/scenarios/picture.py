# SPDX-License-Identifier: GPL-2.0-only
"""The picture of a run has each ring, with all of its steps and in order."""

import json
import os
from collections import Counter
from xml.etree import ElementTree

from tests.harness import rings
from tests.harness.below import EACH, below
from tests.harness.errors import expect, expect_equal, expect_in
from tests.harness.pair import Boot
from tests.harness.picture import page, perfetto
from tests.harness.picture.recorder import Recorder
from tests.harness.scenario import scenario

COUNT = 32
ROUNDS = 12
THREE = ("6.12", "6.12", "6.12")
# Room for a part of a run.
FEW = 300


def recorded(pair, clients, recorder):
    """The timeline of a run, whether or not it is perfect."""
    recorder.start_rings(clients)
    run = rings.Run(pair, clients, COUNT, ROUNDS)
    run.start()
    run.wait_end(stall=3, progress=lambda _: recorder.watch())
    return recorder.finish()


def has_each_ring(pair, clients, timeline):
    """All rings are there, as often as the clients counted them."""
    expect_equal(timeline.problems, [], "what is wrong with the timeline")
    expect_equal(timeline.notes, [], "what the timeline lacks")
    counts = Counter((ring.to, ring.index) for ring in timeline.rings)
    for host in pair.hosts:
        for count in clients[host.index].counts():
            expect_equal(counts.pop((host.index, count.index), 0), count.received,
                         f"{host}: rings of interrupt {count.index} in the timeline")
    expect(not counts, f"rings of unknown interrupts: {counts}")


def is_remapped(pair, timeline):
    """The emulator found the entry of each message, the one that the kernel configured."""
    for ring in timeline.rings:
        expect(ring.remap, f"no remapping of a ring of interrupt {ring.index} of host {ring.to}")
        # Where vectors are not of CPUs, the kernel traces none.
        expect(bool(ring.vector) == (pair.boot.behind.console == "ttyS0"),
               f"the kernel configured vector {ring.vector}")
        if ring.vector:
            expect_equal(ring.remap.vector, ring.vector[0],
                         f"the vector of interrupt {ring.index} of host {ring.to}")
            expect_equal(ring.handler.cpu, ring.vector[1],
                         f"the CPU of interrupt {ring.index} of host {ring.to}")


def arrows(events):
    """{number of a ring: [(time, phase, thread)] of its arrows}"""
    found = {}
    for event in events:
        if event["ph"] in "stf":
            found.setdefault(event["id"], []).append((event["ts"], event["ph"], event["tid"]))
    return found


def is_in_order(events, count):
    """By the file: arrows lead from the write to the handler, and time does not go back."""
    found = arrows(events)
    expect_equal(len(found), count, "rings in the file")
    begins = {(event["tid"], event["ts"]) for event in events if event["ph"] == "X"}
    for number, steps in found.items():
        expect_equal("".join(phase for _, phase, _ in steps), "s" + "t" * (len(steps) - 2) + "f",
                     f"the arrows of ring {number}")
        expect(len(steps) >= 3, f"ring {number} has {len(steps)} steps")
        for (before, *_), (after, *_) in zip(steps, steps[1:]):
            # The emulator logs whole microseconds.
            expect(after > before - 1, f"ring {number} goes back in time: {steps}")
        expect(steps[-1][0] > steps[0][0], f"ring {number} is handled before its write: {steps}")
        for at, _, thread in steps:
            expect((thread, at) in begins, f"ring {number}: no slice begins at {at} us")


def is_nested(events):
    """Of two slices of a thread one is inside of the other, or they have nothing in common."""
    threads = {}
    for event in events:
        if event["ph"] == "X":
            threads.setdefault(event["tid"], []).append(event)
    for slices in threads.values():
        ends = []
        for each in sorted(slices, key=lambda event: (event["ts"], -event["dur"])):
            while ends and ends[-1] <= each["ts"] + 1e-6:
                ends.pop()
            end = each["ts"] + each["dur"]
            expect(not ends or end <= ends[-1] + 1e-6,
                   f"{each} goes on after {ends[-1] if ends else None} us")
            ends.append(end)


def can_be_read(folder, pair, timeline):
    """The files are what they should be."""
    about = {"vendor": pair.vendor.name, "kernel": pair.boot.kernels[0],
             "parent": pair.boot.parent, "mode": pair.boot.mode, "hosts": len(pair.hosts),
             "interrupts": COUNT, "rounds": ROUNDS,
             "total": len(pair.hosts) * (len(pair.hosts) - 1) * COUNT * ROUNDS}
    trace, drawing = (os.path.join(folder, f"run.{kind}") for kind in ("json", "svg"))
    perfetto.write(trace, timeline, pair.boot.smp, about)
    page.write(drawing, timeline, about)
    with open(trace, encoding="ascii") as file:
        events = json.load(file)["traceEvents"]
    is_in_order(events, len(timeline.rings))
    is_nested(events)
    text = " ".join(ElementTree.parse(drawing).getroot().itertext())
    expect_in(f"Of {about['total']:,} rings {len(timeline.rings):,} are recorded", text,
              "the drawing")


def test_picture(test, pair):
    recorder = Recorder(pair)
    with test.part("attach", fatal=True):
        recorder.begin()
        clients = rings.insert(pair, COUNT)
    with test.part("each-ring-is-there", fatal=True):
        timeline = recorded(pair, clients, recorder)
        has_each_ring(pair, clients, timeline)
    with test.part("remapped-as-configured"):
        is_remapped(pair, timeline)
    with test.part("exchange-is-there"):
        names = Counter((frame.host, frame.name) for frame in timeline.frames)
        for host in pair.hosts:
            expect_equal(names[host.index, "ntb_irq_entry"], COUNT * (len(pair.hosts) - 1),
                         f"{host}: interrupts traced")
            for name in ("ntb_irq_export", "ntb_irq_import", "ntb_irq_window"):
                expect(names[host.index, name], f"{host}: no {name} was traced")
        expect_equal({word.sender for word in timeline.words}, set(range(len(pair.hosts))),
                     "senders of words")
    with test.part("files-can-be-read"):
        can_be_read(test.folder, pair, timeline)
    with test.part("a-part-is-said-to-be-one"):
        recorder = Recorder(pair, FEW)
        recorder.begin()
        timeline = recorded(pair, clients, recorder)
        expect(0 < len(timeline.rings) <= FEW, f"{len(timeline.rings)} rings in room for {FEW}")
        expect(any("record was full" in note for note in timeline.notes),
               f"nothing is said of a record that was full: {timeline.notes}")
        can_be_read(test.folder, pair, timeline)
    with test.part("a-lost-ring-is-missed"):
        recorder = Recorder(pair)
        recorder.begin()
        pair.fabric.fault("drop", 0)
        timeline = recorded(pair, clients, recorder)
        pair.fabric.clear_faults()
        expect_equal(len(timeline.problems), 1, "interrupts that something is wrong with")
        expect_in("rings", timeline.problems[0], "the problem")
    with test.part("unload"):
        rings.remove(pair)


scenario("picture-6.12", boot=Boot())(test_picture)
scenario("picture-hosts-6.12", soak=True, boot=Boot(kernels=THREE), kind="messages")(test_picture)
scenario("picture-7.3", soak=True, boot=Boot(kernels=("7.3", "7.3")))(test_picture)
for _parent in EACH:
    below("picture", _parent, soak=True)(test_picture)
