# SPDX-License-Identifier: GPL-2.0-only
"""What an emulator logged of its remapping of messages."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone

# The trace events of the emulator, by the beginning of the parent's name. An ITS logs a write
# to its doorbell, then the entry that it has found for it.
EVENTS = {
    "vt-d": ("vtd_ir_remap_msi",),
    "amd-vi": ("amdvi_ir_remap_msi",),
    "its": ("gicv3_its_translation_write", "gicv3_its_ite_read"),
}
LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z (\w+) (.*)")
X86 = re.compile(r"\(addr (\w+), data (\w+)\) -> \(addr (\w+), data (\w+)\)")
WRITE = re.compile(r"data (0x[0-9a-f]+)")
ENTRY = re.compile(r"event ?id (0x[0-9a-f]+).* intid (0x[0-9a-f]+)", re.I)


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


def _at(day, micros):
    moment = datetime.strptime(day, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 10**9 + int(micros) * 1000


def _x86(at, text):
    match = X86.fullmatch(text)
    if not match:
        return None
    address, data, to, value = (int(word, 16) for word in match.groups())
    # A destination of more than eight bits has the rest in the upper half of the address.
    cpu = (to >> 12 & 0xff) | (to >> 32 & 0xffffff00)
    return Remap(at, address, data, f"vector {value & 0xff:#x}, destination {cpu:#x}",
                 value & 0xff)


def parse(text):
    """The remappings of a log. Other lines, and one that was cut off, are passed over."""
    remaps, written = [], None
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if not match:
            continue
        at, name, rest = _at(match[1], match[2]), match[3], match[4]
        if name in ("vtd_ir_remap_msi", "amdvi_ir_remap_msi"):
            found = _x86(at, rest)
            if found:
                remaps.append(found)
        elif name == "gicv3_its_translation_write":
            data = WRITE.search(rest)
            written = (at, int(data[1], 16)) if data else None
        elif name == "gicv3_its_ite_read" and written:
            entry = ENTRY.search(rest)
            if entry and int(entry[1], 16) == written[1]:
                lpi = int(entry[2], 16)
                remaps.append(Remap(written[0], None, written[1], f"LPI {lpi}", lpi))
            written = None
    return remaps
