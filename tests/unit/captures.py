# SPDX-License-Identifier: GPL-2.0-only
"""Recordings of small runs, as kernels, emulators and the fabric would have made them."""

from dataclasses import dataclass, field

from tests.harness.picture import chains, clocks, record
from tests.harness.picture.ftrace import Event
from tests.harness.picture.remap import Remap

# What the clocks of hosts show when the fabric's shows 0, and how long each step takes.
STARTED = 5_000_000, 80_000_000
SEND, LEAVE, REMAP, HANDLE, RUN = 40_000, 100, 30_000, 60_000, 8_000
FIRST_IRQ = 50


def message(to, index):
    """(address, data) of an interrupt."""
    return 0xFEE00000 + (to << 16) + 32 * index, 0


@dataclass
class Bed:
    """Two hosts, whose recordings are written ring by ring."""
    interrupts: int = 2
    hosts: list = field(default_factory=lambda: [[], []])
    remaps: list = field(default_factory=lambda: [[], []])
    rows: list = field(default_factory=list)
    now: int = 1_000_000

    def host_event(self, host, at, name, text, cpu=0):
        self.hosts[host].append(Event(cpu, at - STARTED[host], name, text))

    def ring(self, to, index, handled=True, remapped=True):
        """One ring of an interrupt of host @to."""
        sender, (address, data) = 1 - to, message(to, index)
        sent = self.now
        came = sent + SEND
        left = came + LEAVE
        handler = left + REMAP + HANDLE
        self.host_event(sender, sent, "ntb_irq_test_ring", f"peer=0 index={index}")
        self.rows.append(["message", "done", sender, to, "direct", 4, 1, 32 * index, address, data,
                          came, left, left + REMAP])
        if remapped:
            self.remaps[to].append(Remap(left + REMAP, address, data, "vector 0x31", 0x31))
        if handled:
            self.host_event(to, handler, "irq_handler_entry",
                            f"irq={FIRST_IRQ + index} name=ntb_irq_test", 1)
            self.host_event(to, handler + RUN, "irq_handler_exit",
                            f"irq={FIRST_IRQ + index} ret=handled", 1)
        self.now = handler + 2 * RUN

    def rally(self, rounds):
        """So many rings of each interrupt, in both directions."""
        for _ in range(rounds):
            for index in range(self.interrupts):
                self.ring(1, index)
                self.ring(0, index)

    def capture(self, lost=0, dropped=None, stopped=False):
        table = {index: None for index in range(self.interrupts)}
        hosts = [chains.HostCapture(
            events, {}, (dropped or {}) if number == 0 else {},
            {index: chains.Interrupt(FIRST_IRQ + index, *message(number, index))
             for index in table}, clocks.SAME, self.remaps[number], stopped)
            for number, events in enumerate(self.hosts)]
        found = record.parse({"columns": list(record.COLUMNS), "rows": self.rows, "lost": lost})
        return chains.Capture(hosts, found, clocks.SAME)

    def timeline(self, **options):
        return chains.build(self.capture(**options))


ABOUT = {"vendor": "hard<ware", "kernel": "6.12", "parent": "vt-d", "mode": "translated",
         "hosts": 2, "interrupts": 2, "rounds": 3, "total": 12}


def small():
    """A perfect run with some of the exchange before it."""
    bed = Bed()
    for host in (0, 1):
        bed.host_event(host, 500_000, "ntb_irq_entry", "0000:01:00.0 index=0 irq=50")
        bed.host_event(host, 510_000, "vector_config", "irq=50 vector=49 cpu=1 apicdest=0x1")
        bed.host_event(host, 520_000, "ntb_irq_export",
                       "0000:01:00.0 peer=0 index=0 count=2 window=0 offset=0x0 data=0x0")
    bed.rows.append(["word", "done", 0, 1, "scratchpad", -1, 3, 0, 0, 0xABCD, 600_000, 600_100,
                     600_200])
    bed.rally(3)
    return bed
