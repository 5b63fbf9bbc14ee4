# SPDX-License-Identifier: GPL-2.0-only
"""The tracepoints of one host: switched on, switched off, read."""

import base64
import binascii
import gzip
import zlib

from .. import rings
from ..errors import Failure
from . import ftrace

TRACING = "/sys/kernel/tracing"
# Bytes of a ring and of its handler in a buffer, and how much more there is than they take: CPUs
# do not get the same share. What does not fit is not read over a serial line either.
EVENT_BYTES = 24, 60
SPARE = 1.4
BUFFER_LEAST = 64
# KiB for each CPU while there is nothing but the exchange: what a kernel has by default.
EXCHANGE_BUFFER = 1408
HANDLER = "irq_handler_entry", "irq_handler_exit"
# What is as it was at boot, when all is done.
AT_BOOT = (("trace_clock", "local"), ("options/overwrite", 1), ("options/record-cmd", 1),
           *((f"events/irq/{event}/filter", 0) for event in HANDLER), ("tracing_on", 1))
# The counter of x86 CPUs, which needs no calibration, and else what no one adjusts.
CLOCKS = ("x86-tsc", "mono_raw")
EVERY_CPU = ("for c in {folder}/per_cpu/cpu*; do "
             "sed -n \"s/^dropped/${{c##*cpu}} dropped/p\" $c/stats; done")


class Guest:
    """The trace buffer of @host, which has @smp CPUs."""

    def __init__(self, host, smp):
        self._host = host
        self._smp = smp
        self._exchange = [], {}
        self._enabled = []
        known = host.read(f"{TRACING}/trace_clock").replace("[", " ").replace("]", " ").split()
        clocks = [clock for clock in CLOCKS if clock in known]
        if not clocks:
            raise Failure(f"{host}: the kernel has none of the trace clocks {', '.join(CLOCKS)}")
        self.counts_ticks = clocks[0] == CLOCKS[0]
        self._write("trace_clock", clocks[0])
        # What comes first stays: a part of the run that is complete.
        self._write("options/overwrite", 0)
        self._write("options/record-cmd", 0)
        self._write("buffer_size_kb", EXCHANGE_BUFFER)
        if host.try_run(f"[ -e {TRACING}/events/irq_vectors ]")[0] == 0:
            self._enable("irq_vectors/vector_config")

    def _write(self, name, value):
        self._host.write(f"{TRACING}/{name}", value)

    def _enable(self, event):
        self._write(f"events/{event}/enable", 1)
        self._enabled.append(event)

    def inserted(self, module):
        """A module is there; the events of ours begin."""
        if module == rings.CORE:
            self._enable(rings.CORE)

    def start_rings(self, irqs, rings_sent, rings_taken):
        """Keep what there is of the exchange; then trace so many rings and handlers of @irqs."""
        self._exchange = self._read()
        self._write("trace", "")
        need = sum(map(int.__mul__, EVENT_BYTES, (rings_sent, rings_taken)))
        self._write("buffer_size_kb", max(BUFFER_LEAST, int(need * SPARE) // 1024 // self._smp))
        # The serial line over which this goes has interrupts as well.
        for event in HANDLER:
            self._write(f"events/irq/{event}/filter", f"irq >= {min(irqs)} && irq <= {max(irqs)}")
        for event in (*(f"irq/{event}" for event in HANDLER), rings.TEST):
            self._enable(event)

    def stop(self):
        self._write("tracing_on", 0)

    def read(self):
        """(events of the exchange, those since), each as (events, how many had no room, by CPU).

        The events are those up to the first that had no room. The buffer is left as it was
        at boot.
        """
        found = self._exchange, self._read()
        for event in self._enabled:
            self._write(f"events/{event}/enable", 0)
        for name, value in AT_BOOT:
            self._write(name, value)
        self._write("trace", "")
        return found

    def _read(self):
        text = self._host.run(f"gzip -1 <{TRACING}/trace | base64", 300)
        dropped = ftrace.parse_dropped(self._host.run(EVERY_CPU.format(folder=TRACING)))
        return ftrace.before_loss(ftrace.parse(unpack(text)), dropped), dropped


def unpack(text):
    """What gzip and base64 made of a text."""
    try:
        packed = base64.b64decode("".join(text.split()), validate=True)
        return gzip.decompress(packed).decode("utf-8", errors="replace")
    except (OSError, EOFError, binascii.Error, zlib.error) as error:
        raise Failure(f"a trace came damaged: {error}") from error
