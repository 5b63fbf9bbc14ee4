# SPDX-License-Identifier: GPL-2.0-only
"""Has everything record while a run is on, and gathers it."""

import os

from ..errors import Failure
from . import chains, clocks, guest, qmp, record, remap

# So many messages and words of the fabric, which is the part of the run that is shown.
ROOM = 8192
# Bytes of an emulator's log, in which other interrupts of the machine are as well.
LOG_LIMIT = 8 << 20


class Recorder:
    """Records a run of @pair; from begin() on, hosts must not be restarted."""

    def __init__(self, pair, room=ROOM):
        self._pair = pair
        self._room = room
        self._guests = []
        self._logs = {}
        self._texts = {}
        self._notes = {}
        # Whether nothing is recorded any more, and whether the run was not over by then.
        self._stopped = False
        self._cut = False
        self._before = 0
        self._first = None
        self._record = None
        self._interrupts = []

    def begin(self):
        """Before the modules are inserted: record the exchange."""
        pair = self._pair
        self._first = clocks.sample()
        self._guests = pair.both(lambda host: guest.Guest(host, pair.boot.smp))
        for host, each in zip(pair.hosts, self._guests):
            host.watchers.append(each.inserted)
        pair.fabric.command(f"record {self._room}")

    def start_rings(self, clients):
        """Before the first ring: record rings."""
        self._interrupts = [
            {index: chains.Interrupt(*values) for index, values in active.items()}
            for active in self._pair.both(lambda host: clients[host.index].active())]
        self._before = self._delivered()
        share = -(-self._room // len(self._guests))
        self._pair.both(lambda host: self._guests[host.index].start_rings(
            [each.irq for each in self._interrupts[host.index].values()], share, share))
        events = remap.events_of(self._pair.boot.behind.name)
        for host in self._pair.hosts if events else ():
            try:
                log = qmp.Log(host.vm.control, os.path.abspath(
                    os.path.join(self._pair.logs, f"host{host.index}.remap.log")))
                log.start(events)
                self._logs[host.index] = log
            except Failure as error:
                self._notes[host.index] = f"no remapping is known: {error}"

    def watch(self):
        """Now and then during the run: record no more than there is room for."""
        for index, log in list(self._logs.items()):
            if log.size() > LOG_LIMIT:
                self._stop_log(index)
                self._notes[index] = "the emulator's log was full, so later remappings are missing"
        if not self._stopped and self._delivered() - self._before >= self._room:
            self._cut = True
            self._stop()

    def finish(self):
        """The timeline of what was recorded."""
        if not self._stopped:
            self._stop()
        hosts = self._pair.both(self._host)
        last = clocks.sample()
        for each, there in zip(hosts, self._guests):
            each.scale = (clocks.ticks_scale(self._first, last) if there.counts_ticks
                          else clocks.SAME)
        return chains.build(chains.Capture(hosts, self._record,
                                           clocks.realtime_scale(self._first, last)))

    def _delivered(self):
        return sum(host["msi_writes"] for host in self._pair.fabric.stats())

    def _stop_log(self, index):
        try:
            self._texts[index] = self._logs.pop(index).stop()
        except (Failure, OSError) as error:
            self._notes[index] = f"no remapping is known: {error}"

    def _stop(self):
        self._stopped = True
        self._pair.both(lambda host: self._guests[host.index].stop())
        self._record = record.parse(self._pair.fabric.command("record"))
        self._pair.fabric.command("record off")
        for index in list(self._logs):
            self._stop_log(index)

    def _host(self, host):
        index = host.index
        host.watchers.remove(self._guests[index].inserted)
        (exchange, missed), (events, dropped) = self._guests[index].read()
        return chains.HostCapture(
            exchange + events, missed, dropped, self._interrupts[index], None,
            remap.parse(self._texts.get(index, ""), remap.requester(host.function)),
            self._cut, self._notes.get(index, ""))
