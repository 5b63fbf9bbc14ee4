# SPDX-License-Identifier: GPL-2.0-only
"""The list of scenarios, in the order they were written down."""

import fnmatch
from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """A test that names itself and what it needs."""
    name: str
    action: object
    # What to boot; None for a scenario without machines.
    boot: object = None
    # Kernels it needs prepared beyond those it boots.
    kernels: tuple = ()
    # Patterns of kernel log lines that this scenario provokes.
    allow: tuple = ()
    # The longest it may take, its boot not included.
    seconds: int = 300
    # The kind of hardware it is for; empty is all of them.
    kind: str = ""
    # Files and folders whose bytes, with the kernels it needs and the tools, decide
    # how it ends; none for a scenario that must run each time.
    inputs: tuple = ()
    # What a vendor must have for it, by the name of the vendor's attribute.
    requires: str = ""

    def fits(self, vendor):
        """Whether @vendor has what it is about."""
        return (self.kind in ("", vendor.kind)
                and bool(not self.requires or getattr(vendor, self.requires)))

    def needs(self):
        """All kernels it needs."""
        booted = self.boot.kernels if self.boot else ()
        return tuple(dict.fromkeys(tuple(booted) + tuple(self.kernels)))


_scenarios = []


def scenario(name, **options):
    """Register the decorated function as scenario @name.

    A scenario with machines is called as action(test, pair), one without as
    action(test). Decorators may be stacked to register one function often.
    """
    def register(action):
        _scenarios.append(Scenario(name, action, **options))
        return action
    return register


def full_name(item, vendor):
    """The name shown: scenarios with machines carry the vendor's name."""
    return f"{vendor}/{item.name}" if item.boot else item.name


def matches(name, pattern):
    """Whether @pattern, a glob or a part of the name, selects @name."""
    return not pattern or fnmatch.fnmatchcase(name, pattern) or pattern in name


def any_matches(name, patterns):
    """Whether any of several patterns, separated by commas, selects @name."""
    parts = [part for part in patterns.split(",") if part] or [""]
    return any(matches(name, part) for part in parts)


def select(vendor, pattern="", share=""):
    """The chosen scenarios for @vendor, in the order they were written down.

    @pattern is what was asked for, @share what the vendor takes part in; either
    may be several patterns.
    """
    return [item for item in _scenarios
            if item.fits(vendor)
            and any_matches(full_name(item, vendor.name), pattern)
            and (not share or any_matches(item.name, share))]


# So many scenarios on the same machines; more are worth machines of their own,
# that can run beside the first.
GROUP = 24


def groups(jobs):
    """Lists of those (vendor, scenario) that run one after the other on the same machines.

    What may take longest comes first, so that nothing long is left for the end.
    """
    found = {}
    for vendor, item in jobs:
        found.setdefault(machines(vendor, item), []).append((vendor, item))
    parts = []
    for group in found.values():
        count = -(-len(group) // GROUP)
        size = -(-len(group) // count)
        parts += [group[at:at + size] for at in range(0, len(group), size)]
    return sorted(parts, key=lambda group: -sum(item.seconds for _, item in group))


def machines(vendor, item):
    """What tells the machines a scenario runs on from those of others."""
    if not item.boot:
        return item.name
    return item.boot.machine
