# SPDX-License-Identifier: GPL-2.0-only
"""The text of a kernel's trace buffer."""

import re
from dataclasses import dataclass

from ..errors import Failure

# "  <idle>-0  [001] d.h1.  34713241147: irq_handler_exit: irq=61 ret=handled". Clocks that
# count nanoseconds are printed as seconds with six digits behind the point.
LINE = re.compile(r"\s*(?P<task>.+)-\d+\s+\[(?P<cpu>\d+)\]\s+(?:\S{3,}\s+)?"
                  r"(?P<at>\d+(?:\.\d{6})?): (?P<name>\w+): ?(?P<text>.*)")
FIELD = re.compile(r"(\w+)=(\S+)")
WRITTEN = re.compile(r"# entries-in-buffer/entries-written: (\d+)/(\d+)")


@dataclass(frozen=True)
class Event:
    """A tracepoint that was hit."""
    cpu: int
    # Nanoseconds, or ticks of a counter.
    at: int
    name: str
    text: str

    def number(self, key):
        """The field @key."""
        for name, value in FIELD.findall(self.text):
            if name == key:
                try:
                    return int(value, 0)
                except ValueError:
                    break
        raise Failure(f"{self.name} has no number {key!r}: {self.text!r}")


def _at(text):
    seconds, point, micros = text.partition(".")
    return int(seconds) * 10**9 + int(micros) * 1000 if point else int(seconds)


def parse(text):
    """The events of a text, by time; the header must be there, and nothing else but events."""
    events, whole = [], False
    for line in text.splitlines():
        if not line or line.startswith("#"):
            match = WRITTEN.match(line)
            if match and match[1] != match[2]:
                raise Failure(f"the trace holds {match[1]} of {match[2]} events: the first "
                              "ones were overwritten")
            whole = whole or bool(match)
            continue
        match = LINE.fullmatch(line)
        if not match:
            raise Failure(f"a line of the trace is no event: {line[:200]!r}")
        events.append(Event(int(match["cpu"]), _at(match["at"]), match["name"], match["text"]))
    if not whole:
        raise Failure(f"the trace has no header, but {len(events)} events")
    return sorted(events, key=lambda event: event.at)


def parse_dropped(text):
    """{cpu: events that had no room}, from lines "<cpu> dropped events: <number>"."""
    dropped = {}
    for line in text.splitlines():
        match = re.fullmatch(r"(\d+) dropped events: (\d+)", line.strip())
        if not match:
            raise Failure(f"a line on dropped events is {line!r}")
        if int(match[2]):
            dropped[int(match[1])] = int(match[2])
    return dropped


def before_loss(events, dropped):
    """Those events up to which no CPU has dropped one."""
    ends = [max((event.at for event in events if event.cpu == cpu), default=0)
            for cpu in dropped]
    return [event for event in events if event.at <= min(ends)] if ends else events
