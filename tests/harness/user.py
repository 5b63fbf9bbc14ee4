# SPDX-License-Identifier: GPL-2.0-only
"""Processes inside a machine that use the device of ntb_irq_user."""

import itertools

from .client import CORE as FILES
from .client import TOTALS, parse_counts, parse_region, parse_totals
from .deadline import wait_until
from .errors import Failure, expect
from .judge import Evidence, judge
from .pair import MODULES
from .rings import CORE, RESERVED, TEST

MODULE = "ntb_irq_user"
PROGRAM = f"{MODULES}/user"
CLASS = "/sys/class/ntb_irq"
PARAMETERS = f"/sys/module/{MODULE}/parameters"


def insert(pair, options=""):
    """Insert everything on all hosts."""
    if pair.boot.behind.sized_once:
        insert_reserved(pair, options)
    else:
        pair.insert_hardware()
        for module, words in ((CORE, ""), (pair.vendor.backend, ""), (MODULE, options)):
            pair.insert(module, words)
    if not pair.boot.behind.region:
        for host in pair.hosts:
            info = wait_until(lambda host=host: host.run(f"cat {FILES}/*/info 2>/dev/null || :"),
                              20, f"{host}: what the library says of the function")
            pair.set_region(host.index, parse_region(info))


def insert_reserved(pair, options=""):
    """Insert ours first, and behind them the test client, which has devices that no other has
    taken: there is none, but it reserves interrupts when the hardware's driver is bound.
    """
    pair.insert("ntb")
    for module, words in ((CORE, ""), (pair.vendor.backend, ""), (MODULE, options),
                          (TEST, f"reserve={RESERVED}")):
        pair.insert(module, words)
    pair.insert_hardware(first=())


def device(host):
    """The name of the only device that is there, in /dev."""
    def only():
        names = host.run(f"ls {CLASS}").split()
        if len(names) != 1:
            raise Failure(f"{host}: {CLASS} holds {len(names)} devices, expected 1")
        return f"/dev/{names[0]}"
    return wait_until(only, 60, f"{host}: a device")


def interrupts(host):
    """{linux irq: times it came} of those that processes have."""
    return parse_totals(host.run(f"awk '{TOTALS}' /proc/interrupts"))


def irqs_of(host, index):
    """How many interrupts of that index /proc/interrupts lists."""
    return int(host.try_run(f"grep -cE 'NTB-.* {index}-edge' /proc/interrupts")[1])


class Process:
    """A command of the test program in the background."""

    _names = itertools.count()

    def __init__(self, host, command, *args, path=None):
        self.host = host
        self.what = f"{command} on {host}"
        self.file = f"/tmp/user{next(self._names)}"
        words = " ".join(str(arg) for arg in (command, path or device(host), *args))
        self.pid = int(host.run(f"{PROGRAM} {words} >{self.file} 2>&1 & echo $!"))

    def output(self):
        return self.host.read(self.file)

    def alive(self):
        return not self.host.try_run(f"[ -d /proc/{self.pid} ]")[0]

    def wait_for(self, text, seconds=60):
        """Wait until the program has said @text; return all that it has said."""
        def said():
            output = self.output()
            if text in output:
                return output
            if not self.alive() and text not in self.output():
                raise EndedFailure(f"{self.what} ended and said {self.output()!r}")
            raise Failure(f"it has said {output[-300:]!r}")
        return wait_until(said, seconds, f"{self.what}: {text!r}")

    def kill(self, signal="KILL"):
        self.host.run(f"kill -{signal} {self.pid}")

    def wait_end(self, seconds=60):
        wait_until(lambda: not self.alive(), seconds, f"the end of {self.what}")
        return self.output()

    def end(self, signal="TERM", seconds=60):
        """End it; return all that it has said."""
        self.kill(signal)
        return self.wait_end(seconds)


class EndedFailure(Failure):
    """What is waited for cannot come any more."""


def run(host, command, *args, seconds=120, path=None):
    """Run a command of the test program that ends by itself; return what it said."""
    words = " ".join(str(arg) for arg in (command, path or device(host), *args))
    return host.run(f"{PROGRAM} {words} 2>&1", seconds)


class Rally:
    """Processes of all hosts that ring each other: @processes on each.

    Each of them has @count interrupts for each peer, from index @first on, and each of
    those comes @rounds times.
    """

    def __init__(self, pair, processes, count, rounds, first=0):
        self._pair = pair
        self._rounds = rounds
        self._first = first
        # Of one process, and of all.
        each = count * (len(pair.hosts) - 1)
        self._all = each * processes
        # Processes ring faster than a busy machine takes the interrupts.
        self._stats = pair.fabric.settled()
        # Two hosts may not be told apart by their port numbers.
        many = len(pair.hosts) > 2
        self.players = [[Process(host, "rally", first + at * each, count, rounds,
                                 2 if many else host.index)
                         for at in range(processes)] for host in pair.hosts]

    def wait_for(self, text, seconds=120):
        for players in self.players:
            for player in players:
                player.wait_for(text, seconds)

    def _evidence(self, host, stats, others):
        totals = interrupts(host)
        counts = [count for player in self.players[host.index]
                  for count in parse_counts(player.end())]
        received = sum(count.received for count in counts)
        old, new = self._stats[host.index], stats[host.index]
        summary = {
            "received": received,
            "rings_sent": sum(count.sent for count in counts),
            "lost": sum(max(0, self._rounds - count.received) for count in counts),
            "stray": sum(max(0, count.received - self._rounds) for count in counts),
        }
        return Evidence(host=host.index, counts=counts, summary=summary, interrupts=totals,
                        delivered=None if others else new["msi_writes"] - old["msi_writes"],
                        blocked=new["msi_blocked"] - old["msi_blocked"])

    def finish(self, seconds=60, others=False):
        """Wait for the end, which must be perfect; @others ring at the same time."""
        try:
            self.wait_for("done", seconds)
        except Failure:
            # The counts so far are left in the logs.
            for player in itertools.chain(*self.players):
                player.end()
            raise
        stats = self._pair.fabric.stats()
        evidence = self._pair.both(lambda host: self._evidence(host, stats, others))
        problems = judge(evidence, self._all, self._rounds, self._first)
        expect(not problems, "\n".join(problems))
