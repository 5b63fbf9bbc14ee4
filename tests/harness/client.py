# SPDX-License-Identifier: GPL-2.0-only
"""The debugfs files of the test client and of the core."""

import re
from dataclasses import dataclass

from .agent import AgentError
from .deadline import Deadline, wait_until
from .errors import Failure

# How long a table may be missing before the link is looked at again.
NUDGE_SECONDS = 3

CLIENT = "/sys/kernel/debug/ntb_irq_test"
CORE = "/sys/kernel/debug/ntb_irq"


@dataclass(frozen=True)
class Count:
    """One interrupt of the client."""
    index: int
    irq: int
    received: int
    sent: int


def parse_counts(text):
    """The lines "index irq received sent" of a counts file."""
    counts = []
    for line in text.splitlines():
        words = line.split()
        if not words or not words[0].isdigit():
            continue
        if len(words) != 4:
            raise Failure(f"a line of counts has {len(words)} words, expected 4: {line!r}")
        counts.append(Count(*(int(word) for word in words)))
    return counts


def parse_keys(text):
    """The lines "key: value" of a file; numbers become integers."""
    values = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            continue
        value = value.strip()
        values[key.strip()] = int(value) if value.lstrip("-").isdigit() else value
    return values


# What /proc/interrupts has on our interrupts, "number times" a line, put together
# inside: a serial line is slow. The name begins with the parent's prefix, as that of
# PCI/MSI does.
TOTALS = ("/[ \\t]([A-Z]+-)?NTB-/ { n = 0; for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i; "
          "print $1 + 0, n }")


def parse_totals(text):
    """{linux irq: times it came}"""
    return {int(irq): int(times) for irq, times in (line.split() for line in text.splitlines())}


def parse_region(info):
    """The bus addresses of interrupt messages that the core names in its file about a function."""
    base, size = (int(word, 0) for word in re.search(
        r"^region: (\w+)\+(\w+)$", info, re.M).groups())
    return range(base, base + size)


class Client:
    """The test client on one host."""

    def __init__(self, host):
        self.host = host
        self.folder = self._only(CLIENT)

    def _only(self, folder):
        names = self.host.run(f"ls {folder}").split()
        if len(names) != 1:
            raise Failure(f"{self.host}: {folder} holds {len(names)} devices, expected 1")
        return f"{folder}/{names[0]}"

    @property
    def core(self):
        """The core's folder of the same function."""
        return self._only(CORE)

    def ready(self):
        return self.host.read(f"{self.folder}/ready").strip() == "1"

    def wait_ready(self, seconds=60):
        """Wait until both sides know each other's interrupts; return the nudges it took.

        A hardware driver that is told of a link while it still drops the one
        before may never look at the new one. Enabling the link once more makes
        it look.
        """
        nudges = 0
        deadline = Deadline(seconds)
        while True:
            try:
                wait_until(self.ready, min(NUDGE_SECONDS, deadline.left()),
                           f"{self.host}: the peer's table")
                return nudges
            except AgentError:
                raise
            except Failure as error:
                if deadline.passed():
                    raise Failure(f"{self.host}: the peer's table is not complete after "
                                  f"{seconds} s and {nudges} nudges of the link") from error
                self.host.write(f"{self.folder}/link", 1)
                nudges += 1

    def expect(self, balls):
        """Zero the counters and await @balls on each interrupt."""
        self.host.write(f"{self.folder}/expect", balls)

    def serve(self, balls):
        """Zero the counters, then ring each of the peer's interrupts for the first time."""
        self.host.write(f"{self.folder}/serve", balls, 60)

    def serve_up(self):
        """Ring for the first time the interrupts of peers with a higher port number."""
        self.host.write(f"{self.folder}/serve_up", 1, 60)

    def counts(self):
        return parse_counts(self.host.read(f"{self.folder}/counts"))

    def summary(self):
        return parse_keys(self.host.read(f"{self.folder}/summary"))

    def alloc(self, count=1):
        """Request more interrupts; return "" or the error."""
        return self.host.try_write(f"{self.folder}/alloc", count, 60)

    def free(self, index):
        return self.host.try_write(f"{self.folder}/free", index)

    def ring(self, index):
        """Ring the peer's interrupt @index once; return "" or the error."""
        return self.host.try_write(f"{self.folder}/ring", index)

    def core_file(self, name):
        return self.host.read(f"{self.core}/{name}")

    def region(self):
        """The bus addresses of interrupt messages, by the core's account."""
        return parse_region(self.core_file("info"))

    def active(self):
        """{index: (Linux interrupt, address, data)} of the interrupts that are active here."""
        lines = [line.split() for line in self.core_file("interrupts").splitlines()[1:]]
        return {int(index): (int(irq), int(address, 0), int(data, 0))
                for index, irq, address, data, state in lines if state == "active"}

    def messages(self):
        """{index: (address, data)} of those."""
        return {index: (address, data) for index, (_, address, data) in self.active().items()}

    def words_sent(self):
        """Mailbox words told to each peer since attach."""
        return [int(words) for words in re.findall(r"^words_sent: (\d+)$",
                                                   self.core_file("peers"), re.MULTILINE)]

    def interrupts(self):
        return parse_totals(self.host.run(f"awk '{TOTALS}' /proc/interrupts"))
