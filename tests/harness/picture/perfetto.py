# SPDX-License-Identifier: GPL-2.0-only
"""The timeline as a trace that Perfetto and chrome://tracing read.

Each host is a process with a thread for each of its CPUs, one for what its remapping unit
did, and one for the exchange; the fabric is a process with a thread for each window, and
for the words between two hosts.
"""

import bisect
import json

# Numbers of 0 mean the idle task to Perfetto, and no two threads may have the same.
FABRIC = 1000
REMAPPING, EXCHANGE = 9000, 9001
# How long a slice is of which only the beginning is known, and the shortest there is.
WRITE = 1000
SHORTEST = 100


def host_thread(host, thread):
    """The place of thread @thread of a host; its CPUs are counted from 0."""
    return host + 1, (host + 1) * 10000 + thread + 1


class Trace:
    """Events, in the JSON that both read. Times are in microseconds."""

    def __init__(self, zero):
        self._zero = zero
        self.events = []

    def _us(self, at):
        return round((at - self._zero) / 1000, 3)

    def name(self, pid, text, tid=None, order=None):
        """Name a process, or one of its threads."""
        what = "process" if tid is None else "thread"
        where = {"pid": pid} if tid is None else {"pid": pid, "tid": tid}
        self.events.append({"ph": "M", "name": f"{what}_name", **where, "args": {"name": text}})
        self.events.append({"ph": "M", "name": f"{what}_sort_index", **where,
                            "args": {"sort_index": pid if order is None else order}})

    def slice(self, place, name, at, end, **args):
        self.events.append({"ph": "X", "cat": "ring", "name": name, "pid": place[0],
                            "tid": place[1], "ts": self._us(at),
                            "dur": round(max(SHORTEST, end - at) / 1000, 3), "args": args})

    def flow(self, phase, place, number, at):
        event = {"ph": phase, "cat": "ring", "name": "ring", "id": number, "pid": place[0],
                 "tid": place[1], "ts": self._us(at)}
        if phase == "f":
            event["bp"] = "e"
        self.events.append(event)

    def instant(self, place, name, at, **args):
        self.events.append({"ph": "i", "s": "t", "cat": "exchange", "name": name,
                            "pid": place[0], "tid": place[1], "ts": self._us(at), "args": args})


class Fabric:
    """Gives each window, and the words of each two hosts, a thread of the fabric."""

    def __init__(self, trace):
        self._trace = trace
        self._threads = {}

    def thread(self, name):
        if name not in self._threads:
            tid = self._threads[name] = len(self._threads) + 1
            self._trace.name(FABRIC, name, FABRIC * 10000 + tid, tid)
        return FABRIC, FABRIC * 10000 + self._threads[name]


def _ends_of_writes(rings):
    """For each ring a time at which its write is over: its CPU does something else.

    It has begun another write, or ended the handler that this one was in.
    """
    marks = {}
    for ring in rings:
        marks.setdefault((ring.sender, ring.sent.cpu), set()).add(ring.sent.at)
        marks.setdefault((ring.to, ring.handler.cpu), set()).add(ring.handler.end)
    marks = {place: sorted(times) for place, times in marks.items()}
    ends = []
    for ring in rings:
        times = marks[ring.sender, ring.sent.cpu]
        after = bisect.bisect_right(times, ring.sent.at)
        ends.append(min([ring.sent.at + WRITE, *times[after:after + 1]]))
    return ends


def _ring(trace, fabric, number, ring, written):
    """The slices of one interrupt, and the arrows between them."""
    passage = ring.passage
    where = {"interrupt": ring.index, "host": ring.to, "irq": ring.irq}
    places = [(host_thread(ring.sender, ring.sent.cpu), ring.sent.at)]
    trace.slice(places[0][0], f"ring {ring.index} of host {ring.to}", ring.sent.at,
                written, **where)

    window = fabric.thread(f"host {ring.sender} to host {ring.to}: {passage.window}")
    trace.slice(window, f"{passage.address:#x} = {passage.value:#x}", passage.came, passage.left,
                bar=passage.bar, offset=f"{passage.offset:#x}", fate=passage.fate,
                answered_after_us=(passage.done - passage.came) / 1000 if passage.done else None,
                **where)
    places.append((window, passage.came))

    parent = {} if ring.vector is None else {"vector": f"{ring.vector[0]:#x}",
                                             "cpu": ring.vector[1]}
    if ring.remap:
        place = host_thread(ring.to, REMAPPING)
        trace.slice(place, ring.remap.text, ring.remap.at, ring.remap.at,
                    kernel_configured=parent, **where)
        places.append((place, ring.remap.at))

    place = host_thread(ring.to, ring.handler.cpu)
    trace.slice(place, f"handler of irq {ring.irq}", ring.handler.at, ring.handler.end,
                **where, **parent)
    places.append((place, ring.handler.at))
    for step, (place, at) in enumerate(places):
        trace.flow("s" if step == 0 else "f" if step == len(places) - 1 else "t",
                   place, number, at)


def events(timeline, smp):
    """All trace events of @timeline, on hosts with @smp CPUs."""
    trace = Trace(timeline.begin)
    fabric = Fabric(trace)
    trace.name(FABRIC, "fabric")
    for host, shift in enumerate(timeline.shifts):
        trace.name(host + 1, f"host {host} (clock within {shift.uncertainty / 1000:.1f} us)")
        for thread, name in (*((cpu, f"CPU {cpu}") for cpu in range(smp)),
                             (REMAPPING, "remapping unit"), (EXCHANGE, "exchange")):
            trace.name(host + 1, name, host_thread(host, thread)[1], thread)
    for number, (ring, written) in enumerate(
            zip(timeline.rings, _ends_of_writes(timeline.rings)), 1):
        _ring(trace, fabric, number, ring, written)
    for frame in timeline.frames:
        trace.instant(host_thread(frame.host, EXCHANGE), frame.name, frame.at, text=frame.text)
    for word in timeline.words:
        place = fabric.thread(f"words of host {word.sender} to host {word.to}")
        trace.instant(place, f"{word.way} {word.index}", word.came, value=f"{word.value:#x}",
                      fate=word.fate)
    return trace.events


def write(path, timeline, smp, about):
    """Write the file; @about are words on the run, by name."""
    value = {"traceEvents": events(timeline, smp), "displayTimeUnit": "ns",
             "otherData": {**about, "rings": len(timeline.rings), "notes": timeline.notes,
                           "problems": timeline.problems}}
    with open(path, "w", encoding="ascii") as file:
        # A line for each event.
        lines = ",\n".join(json.dumps(event, separators=(",", ":"))
                           for event in value.pop("traceEvents"))
        file.write(f'{{"traceEvents":[\n{lines}\n],\n{json.dumps(value)[1:]}\n')
