# SPDX-License-Identifier: GPL-2.0-only
"""Loads our modules on a pair, lets the hosts ring each other, gathers the evidence."""

import sys
import time

from .client import Client
from .deadline import PATIENCE, Deadline, wait_until
from .errors import Failure, expect
from .judge import Evidence, judge

CORE = "ntb_irq"
TEST = "ntb_irq_test"
# What the client asks for unless it is given a limit.
RESERVED = 1024


def insert(pair, count, backend="", client="", hardware=None):
    """Insert everything on all hosts; return the clients, tables complete."""
    if pair.boot.behind.sized_once:
        return insert_reserved(pair, count, RESERVED, client, hardware)
    pair.insert_hardware(hardware)
    return insert_ours(pair, count, backend=backend, client=client)


def insert_modules(place, vendor, client, core="", backend=""):
    """Insert our three modules, with these options, on a host or on all of a pair."""
    place.insert(CORE, core)
    place.insert(vendor.backend, backend)
    place.insert(TEST, client.strip())


def insert_reserved(pair, count, reserved, client="", hardware=None):
    """Insert ours first, which reserves interrupts when the hardware's driver is bound."""
    pair.insert("ntb")
    insert_modules(pair, pair.vendor, f"reserve={reserved} n={count} {client}")
    pair.insert_hardware(hardware, first=())
    return connect(pair)


def insert_ours(pair, count, core="", backend="", client=""):
    """Insert our three modules on all hosts; return the clients."""
    insert_modules(pair, pair.vendor, f"n={count} {client}", core, backend)
    return connect(pair)


def open_windows(pair, interrupts):
    """The open windows of each host that lead to interrupts, or those that do not."""
    return [[window for window in windows if window["enabled"] and
             (int(window["target"], 0) in pair.regions[window["target_host"]]) == interrupts]
            for windows in pair.fabric.windows()]


def interrupt_windows(pair):
    """The windows to interrupts each host writes through, by the fabric's account."""
    return open_windows(pair, True)


def memory_windows(pair):
    """The windows to memory each host writes through, by the fabric's account."""
    return open_windows(pair, False)


def remove(pair):
    """Remove everything; once the client is gone, nothing may lead to interrupts."""
    pair.remove(TEST)
    left = interrupt_windows(pair)
    expect(not any(left), f"windows to interrupts that outlive the client: {left}")
    pair.remove_all()


def connect(pair, seconds=60):
    """The clients of a pair, once each knows its peer's interrupts."""
    clients = pair.both(Client)
    # A kernel that does not remap interrupts after all has them below something else.
    for host in pair.hosts:
        name = clients[host.index].summary()["parent"]
        expect(name.startswith(pair.boot.behind.domain),
               f"{host}: interrupts are below {name}, expected {pair.boot.behind.domain}*")
        if not pair.boot.behind.region:
            pair.set_region(host.index, clients[host.index].region())
    nudges = pair.both(lambda host: clients[host.index].wait_ready(seconds))
    if any(nudges):
        print(f"  the link was nudged: {nudges}", file=sys.stderr, flush=True)
    return clients


class Run:
    """One run, from the reset counters to the verdict.

    One host of each two serves a ball to each interrupt that the other has for
    it, whose handler plays it back, and so on: each of them comes @rounds times.
    """

    def __init__(self, pair, clients, count, rounds, first=0):
        self.pair = pair
        self.clients = clients
        # Each host has @count interrupts for each of its peers.
        self.count = count * (len(clients) - 1)
        self.rounds = rounds
        self.first = first
        self._stats = None
        self._before = None

    def start(self, server=0):
        """Zero all counters and serve; of two hosts, @server does."""
        self._before = self.pair.both(lambda host: self.clients[host.index].interrupts())
        self._stats = self.pair.fabric.stats()
        if len(self.clients) > 2:
            self.pair.both(lambda host: self.clients[host.index].expect(self.rounds))
            self.pair.both(lambda host: self.clients[host.index].serve_up())
            return
        self.clients[1 - server].expect(self.rounds)
        self.clients[server].serve(self.rounds)

    def wait_end(self, seconds=180, stall=10, progress=None):
        """Wait until nothing is missing and nothing more comes.

        Gives up, and says so by returning False, when nothing moves for @stall
        seconds. @progress is told, now and then, what each host has received.
        """
        deadline = Deadline(seconds)
        last, moved = None, time.monotonic()
        while not deadline.passed():
            summaries = self.pair.both(lambda host: self.clients[host.index].summary())
            now = [summary["received"] for summary in summaries]
            if progress:
                progress(now)
            if now != last:
                last, moved = now, time.monotonic()
            elif not any(summary["lost"] for summary in summaries):
                return True
            elif time.monotonic() - moved > stall * PATIENCE:
                return False
            time.sleep(0.2)
        return False

    def evidence(self, ended=True):
        """What all sides say."""
        stats = self.pair.fabric.stats()

        def gather(host):
            client = self.clients[host.index]
            before = self._before[host.index]
            after = client.interrupts()
            old, new = self._stats[host.index], stats[host.index]
            return Evidence(
                host=host.index, counts=client.counts(), summary=client.summary(),
                interrupts={irq: total - before.get(irq, 0) for irq, total in after.items()},
                delivered=new["msi_writes"] - old["msi_writes"],
                blocked=new["msi_blocked"] - old["msi_blocked"], ended=ended)
        return self.pair.both(gather)

    def finish(self, seconds=180, stall=10, progress=None, moving=False):
        """Wait for the end; return the list of problems."""
        ended = self.wait_end(seconds, stall, progress)
        return judge(self.evidence(ended), self.count, self.rounds, self.first, moving)


def run_exact(pair, clients, count, rounds, server=0, first=0):
    """A run that must be perfect."""
    run = Run(pair, clients, count, rounds, first)
    run.start(server)
    problems = run.finish()
    if problems:
        raise Failure("\n".join(problems))


def flap(pair, clients, times=1):
    """Take the link away and give it back, each time until the clients have noticed."""
    for _ in range(times):
        pair.fabric.link(False)
        wait_until(lambda: not any(client.ready() for client in clients), 20, "tables gone")
        pair.fabric.link(True)
        wait_until(lambda: any(client.ready() for client in clients), 20, "a table again")
