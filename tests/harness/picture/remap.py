# SPDX-License-Identifier: GPL-2.0-only
"""What an emulator logged of its remapping of messages."""

import functools
import re
from dataclasses import dataclass
from datetime import datetime, timezone

# The trace events of the emulator, by the beginning of the parent's name. VT-d has one table for
# all functions. The others have a table for each function, so that messages of two functions
# may be the same, but log first whose message it is.
EVENTS = {
    "vt-d": ("vtd_ir_remap_msi",),
    "amd-vi": ("amdvi_ir_remap_msi_req", "amdvi_ir_remap_msi"),
    "its": ("gicv3_its_translation_write", "gicv3_its_ite_read"),
}
LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z (\w+) (.*)")
X86 = re.compile(r"\(addr (\w+), data (\w+)\) -> \(addr (\w+), data (\w+)\)")
REQUEST = re.compile(r"addr \w+ data (\w+) devid (\w+)")
WRITE = re.compile(r"data (0x[0-9a-f]+) size \d+ requester_id (0x[0-9a-f]+)")
ENTRY = re.compile(r"EventID (0x[0-9a-f]+): valid \d .*\bintid (0x[0-9a-f]+)")


@dataclass(frozen=True)
class Remap:
    """A message, and what became of it."""
    # Nanoseconds of the time of day.
    at: int
    # The address is None where the emulator does not log it.
    address: int
    data: int
    text: str
    # The vector of a CPU, or the LPI; None where none was found.
    vector: int


def events_of(parent):
    """The trace events for the parent of that name."""
    for name, events in EVENTS.items():
        if parent.startswith(name):
            return events
    return ()


@functools.cache
def _second(text):
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


def _x86(at, text):
    match = X86.fullmatch(text)
    if not match:
        return None
    address, data, to, value = (int(word, 16) for word in match.groups())
    # A destination of more than eight bits has the rest in the upper half of the address.
    cpu = (to >> 12 & 0xff) | (to >> 32 & 0xffffff00)
    return Remap(at, address, data, f"vector {value & 0xff:#x}, destination {cpu:#x}",
                 value & 0xff)


def requester(function):
    """The requester id of a function, "<domain>:<bus>:<device>.<function>"."""
    _, bus, rest = function.split(":")
    device, number = rest.split(".")
    return int(bus, 16) << 8 | int(device, 16) << 3 | int(number)


class _Parser:
    """Reads the events of a log, one after the other."""

    def __init__(self, of):
        self._of = of
        # (data, requester id) of a request whose answer follows.
        self._request = None
        self.remaps = []

    def _answers(self, data, bits=16):
        """Whether a request of the function for that data came just before.

        Of the requester's id the emulator has logged so many bits.
        """
        request, self._request = self._request, None
        return request == (data, self._of & (1 << bits) - 1)

    def _ask(self, pattern, text):
        match = pattern.search(text)
        self._request = match and tuple(int(word, 16) for word in match.groups())

    def event(self, at, name, text):
        """One event; others than the known ones are passed over."""
        if name == "amdvi_ir_remap_msi_req":
            self._ask(REQUEST, text)
        elif name == "gicv3_its_translation_write":
            self._ask(WRITE, text)
        elif name in ("vtd_ir_remap_msi", "amdvi_ir_remap_msi"):
            found = _x86(at, text)
            # The request has the number of the device on its bus, and not the bus.
            if found and (name == "vtd_ir_remap_msi" or self._answers(found.data, 8)):
                self.remaps.append(found)
        elif name == "gicv3_its_ite_read":
            entry = ENTRY.search(text)
            if entry and self._answers(int(entry[1], 16)):
                number, lpi = (int(word, 16) for word in entry.groups())
                self.remaps.append(Remap(at, None, number, f"event {number:#x} is LPI {lpi}", lpi))


def parse(text, of):
    """The remappings of a log of messages of the function with requester id @of.

    Other lines, and one that was cut off, are passed over.
    """
    parser = _Parser(of)
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if match:
            at = _second(match[1]) * 10**9 + int(match[2]) * 1000
            parser.event(at, match[3], match[4])
    return parser.remaps
