# SPDX-License-Identifier: GPL-2.0-only
"""Puts together what belongs to one ring, and all of it on one line of time.

A host rings an interrupt again only when its handler has run, so the nth ring of an
interrupt is its nth message and its nth handler.
"""

from dataclasses import dataclass, field

from ..errors import Failure
from . import clocks


@dataclass(frozen=True)
class Interrupt:
    """An interrupt of a host, by the library's account."""
    irq: int
    address: int
    data: int


@dataclass
class HostCapture:
    """What was recorded of one host."""
    events: list
    # Events that had no room, by CPU: of the exchange, then of the rings. Of both there are
    # those above that came before.
    missed: dict
    dropped: dict
    # By index.
    interrupts: dict
    # From the trace's clock to one that is shifted, but has the fabric's rate.
    scale: object
    remaps: list = field(default_factory=list)
    # Whether tracing was ended before the run was.
    stopped: bool = False
    # Why there are no remaps, or not all.
    remap_note: str = ""

    @property
    def whole(self):
        return not self.dropped and not self.stopped


@dataclass
class Capture:
    """What was recorded of a run."""
    hosts: list
    record: object
    # From the time of day to the fabric's.
    realtime: object


@dataclass(frozen=True)
class Step:
    """A time at one CPU."""
    at: int
    cpu: int


@dataclass(frozen=True)
class Handler:
    """A handler's run."""
    at: int
    end: int
    cpu: int


@dataclass(frozen=True)
class Remapped:
    at: int
    text: str
    vector: int


@dataclass(frozen=True)
class Ring:
    """One interrupt, from the write of its sender to the end of its handler."""
    sender: int
    to: int
    index: int
    irq: int
    sent: Step
    passage: object
    # What the emulator logged, if it did.
    remap: object
    handler: Handler
    # What the kernel configured: (vector, cpu), or None.
    vector: tuple


@dataclass(frozen=True)
class Frame:
    """Something of the exchange that a host noticed."""
    host: int
    at: int
    name: str
    text: str


@dataclass
class Timeline:
    """A run on one line of time, that of the fabric, in ns."""
    rings: list
    frames: list
    words: list
    shifts: list
    # Messages of which a host recorded too little, since its record ended before.
    left_out: int
    # What is not there, in sentences.
    notes: list
    # What must not be: a step that is missing although nothing was cut.
    problems: list

    @property
    def begin(self):
        return min([ring.sent.at for ring in self.rings]
                   + [frame.at for frame in self.frames] + [word.came for word in self.words])

    @property
    def end(self):
        return max([ring.handler.end for ring in self.rings]
                   + [frame.at for frame in self.frames] + [word.came for word in self.words])


def peer_host(host, pidx):
    """The host that is peer @pidx of @host: peers are counted by port number."""
    return pidx + (pidx >= host)


def _append(table, key, value):
    table.setdefault(key, []).append(value)


def sent_rings(number, host):
    """{(host, index) that is rung: its rings}, in the host's own time."""
    sent = {}
    for event in host.events:
        if event.name == "ntb_irq_test_ring":
            to = peer_host(number, event.number("peer"))
            _append(sent, (to, event.number("index")),
                    Step(host.scale(event.at), event.cpu))
    return sent


def run_handlers(number, host):
    """{(host, index): its handlers' runs}, in the host's own time."""
    index_of = {interrupt.irq: index for index, interrupt in host.interrupts.items()}
    running, handlers = {}, {}
    for event in host.events:
        if event.name == "irq_handler_entry":
            running[event.cpu] = event
        elif event.name == "irq_handler_exit":
            entry = running.pop(event.cpu, None)
            # Another handler may have run inside of it, whose entry is not traced.
            if entry and entry.number("irq") == event.number("irq") in index_of:
                _append(handlers, (number, index_of[event.number("irq")]),
                        Handler(host.scale(entry.at), host.scale(event.at), event.cpu))
            elif entry:
                running[event.cpu] = entry
    return handlers


def configured(host):
    """{irq: (vector, cpu)} as the kernel configured them last before the first ring."""
    vectors = {}
    for event in host.events:
        if event.name == "ntb_irq_test_ring":
            break
        if event.name == "vector_config":
            vectors[event.number("irq")] = event.number("vector"), event.number("cpu")
    return vectors


def passed_messages(capture):
    """({(host, index): its messages}, those for no known interrupt)"""
    names = {(number, each.address, each.data): (number, index)
             for number, host in enumerate(capture.hosts)
             for index, each in host.interrupts.items()}
    passed, strange = {}, []
    for passage in capture.record.of("message"):
        key = names.get((passage.to, passage.address, passage.value))
        if key is None:
            strange.append(passage)
        else:
            _append(passed, key, passage)
    return passed, strange


def logged_remaps(capture):
    """{(host, index): its remappings}"""
    remapped = {}
    for number, host in enumerate(capture.hosts):
        names = {(each.address, each.data): index for index, each in host.interrupts.items()}
        # An emulator that does not log the address knows messages by their data.
        names.update({(None, each.data): index for index, each in host.interrupts.items()})
        for remap in host.remaps:
            index = names.get((remap.address, remap.data))
            if index is not None:
                _append(remapped, (number, index),
                        Remapped(capture.realtime(remap.at), remap.text, remap.vector))
    return remapped


def _shifts(capture, sent, passed, remapped, handlers):
    """The shift of each host's clock."""
    sents = [[] for _ in capture.hosts]
    receiveds = [[] for _ in capture.hosts]
    for key, passages in passed.items():
        sender = passages[0].sender
        for step, passage in zip(sent.get(key, ()), passages):
            sents[sender].append((step.at, passage.came))
        arrived = [passage for passage in passages if passage.left]
        for passage, handler in zip(arrived, handlers.get(key, ())):
            receiveds[key[0]].append((passage.left, handler.at))
        for remap, handler in zip(remapped.get(key, ()), handlers.get(key, ())):
            receiveds[key[0]].append((remap.at, handler.at))
    return [clocks.align(f"host {number}", sents[number], receiveds[number])
            for number in range(len(capture.hosts))]


def _moved(step, shift, **others):
    return type(step)(step.at + shift.value, **others)


def _ring(key, number, capture, steps, shifts, vectors):
    """Ring @number of interrupt @key, or None when a step is missing."""
    sent, passages, remaps, handlers = (step.get(key, ()) for step in steps)
    if number >= min(len(sent), len(passages), len(handlers)):
        return None
    passage, handler = passages[number], handlers[number]
    shift = shifts[key[0]]
    irq = capture.hosts[key[0]].interrupts[key[1]].irq
    return Ring(passage.sender, key[0], key[1], irq,
                _moved(sent[number], shifts[passage.sender], cpu=sent[number].cpu), passage,
                remaps[number] if number < len(remaps) else None,
                _moved(handler, shift, end=handler.end + shift.value, cpu=handler.cpu),
                vectors[key[0]].get(irq))


def _frames(number, host, shift):
    # An entry for each interrupt would be all that is seen.
    return [Frame(number, host.scale(event.at) + shift.value, event.name, event.text)
            for event in host.events
            if event.name.startswith("ntb_irq_") and event.name != "ntb_irq_test_ring"]


def _check_order(ring):
    """No step of a ring is before the one that causes it."""
    steps = [("ring", ring.sent.at), ("window", ring.passage.came), ("left", ring.passage.left)]
    if ring.remap:
        steps.append(("remapping", ring.remap.at))
    steps.append(("handler", ring.handler.at))
    for (first, before), (second, after) in zip(steps, steps[1:]):
        # Emulators log microseconds, cut off.
        if after < before - (1000 if second == "remapping" else 0):
            raise Failure(f"interrupt {ring.index} of host {ring.to}: its {second} comes "
                          f"{before - after} ns before its {first}")


def _notes(capture, left_out):
    notes = []
    for number, host in enumerate(capture.hosts):
        for what, missing in (("exchange", host.missed), ("rings", host.dropped)):
            if missing:
                notes.append(f"host {number}: {sum(missing.values()):,} events of the {what} had "
                             f"no room on {len(missing)} of its CPUs")
        if host.remap_note:
            notes.append(f"host {number}: {host.remap_note}")
    if capture.record.lost:
        notes.append(f"the fabric's record was full: at least {capture.record.lost:,} messages "
                     "and words came later")
    if left_out:
        notes.append(f"{left_out:,} messages reached a host whose record had ended, or had "
                     "been sent by one")
    return notes


def build(capture):
    """The timeline of what was captured."""
    sent, handlers = {}, {}
    for number, host in enumerate(capture.hosts):
        sent.update(sent_rings(number, host))
        handlers.update(run_handlers(number, host))
    passed, strange = passed_messages(capture)
    remapped = logged_remaps(capture)
    shifts = _shifts(capture, sent, passed, remapped, handlers)
    vectors = [configured(host) for host in capture.hosts]
    steps = sent, passed, remapped, handlers
    found, left_out, problems = [], 0, []
    whole = not capture.record.lost and all(host.whole for host in capture.hosts)
    for key in sorted({*sent, *passed, *handlers}):
        counts = [len(step.get(key, ())) for step in (sent, passed, handlers)]
        for number in range(max(counts)):
            ring = _ring(key, number, capture, steps, shifts, vectors)
            if ring:
                _check_order(ring)
                found.append(ring)
            elif number < counts[1]:
                left_out += 1
        if whole and len(set(counts)) > 1:
            problems.append(f"interrupt {key[1]} of host {key[0]}: {counts[0]} rings, "
                            f"{counts[1]} messages, {counts[2]} handlers")
    if strange:
        problems.append(f"{len(strange)} messages are for no interrupt, the first of them "
                        f"{strange[0].value:#x} to {strange[0].address:#x} of host "
                        f"{strange[0].to}")
    if not found:
        raise Failure("nothing was recorded from a ring to its handler")
    found.sort(key=lambda ring: ring.passage.came)
    frames = [frame for number, host in enumerate(capture.hosts)
              for frame in _frames(number, host, shifts[number])]
    words = capture.record.of("word")
    return Timeline(found, sorted(frames, key=lambda frame: frame.at), words, shifts,
                    0 if whole else left_out, _notes(capture, 0 if whole else left_out), problems)
