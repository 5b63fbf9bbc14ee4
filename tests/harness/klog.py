# SPDX-License-Identifier: GPL-2.0-only
"""Finds what must not be in a kernel log."""

import re
from dataclasses import dataclass

# Each rule matches the one line that opens a report, so that a splat of
# eighty lines counts once. "WARNING:" alone would also match the notes about
# CPU weaknesses that every boot prints.
RULES = tuple((name, re.compile(pattern)) for name, pattern in (
    ("warning", r"WARNING: (?:CPU[:#]|\S+:\d+ at |.*\bat \S+:\d+)"),
    ("warning", r"WARNING: \S+:\d+ \S+\+0x"),
    ("lockdep", r"WARNING: (?:possible|suspicious|inconsistent|lock|bad unlock|"
                r"held lock|.*deadlock|SOFTIRQ|HARDIRQ|Nested lock)"),
    ("lockdep", r"INFO: (?:possible|trying to register|inconsistent)"),
    ("lockdep", r"BUG: (?:MAX_LOCK|key )"),
    ("lockdep", r"DEBUG_LOCKS_WARN_ON"),
    ("kmemleak", r"kmemleak: [1-9]\d* new suspected"),
    ("kasan", r"BUG: KASAN:|BUG: KFENCE:"),
    ("ubsan", r"UBSAN:"),
    ("bug", r"BUG: (?!KASAN:|KFENCE:|MAX_LOCK|key )|kernel BUG at "),
    ("oops", r"Oops[:\s]|general protection fault|[Uu]nable to handle "),
    ("panic", r"Kernel panic"),
    ("hung", r"INFO: task \S+ blocked for more than|soft lockup|hard LOCKUP"),
    ("stall", r"rcu: INFO: .*(?:stall|self-detected)"),
    ("nmi", r"NMI received for unknown reason|unknown NMI"),
    ("dmar", r"DMAR:.*(?:[Ff]ault reason|handling fault)"),
    ("dmar", r"DMAR: Queued invalidation (?:timeout|error)"),
    ("amd-vi", r"AMD-Vi: Event logged"),
    ("smmu", r"arm-smmu-v3 .*: event 0x"),
    ("irq", r"No irq handler for vector|irq \d+: nobody cared"),
    ("corruption", r"list_(?:add|del) corruption|refcount_t: |ODEBUG: "),
    ("context", r"scheduling while atomic|invalid context at"),
    ("slab", r"Objects remaining in|Slab cache still has objects"),
    ("debugfs", r"debugfs: .*already present|cannot create duplicate"),
))


@dataclass(frozen=True)
class Finding:
    """One line of a kernel log that a rule matched."""
    rule: str
    line: str

    def __str__(self):
        return f"{self.rule}: {self.line}"


def scan(text, allow=()):
    """All findings in @text, without lines that a pattern of @allow matches."""
    allowed = [re.compile(pattern) for pattern in allow]
    found = []
    for line in text.splitlines():
        for name, rule in RULES:
            if not rule.search(line):
                continue
            if not any(pattern.search(line) for pattern in allowed):
                found.append(Finding(name, line.strip()))
            break
    return found


def count(text, pattern):
    """How many lines of @text match @pattern."""
    rule = re.compile(pattern)
    return sum(1 for line in text.splitlines() if rule.search(line))
