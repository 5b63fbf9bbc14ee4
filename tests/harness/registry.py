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
    # Whether the machines must be new and are not used again.
    alone: bool = False
    # The kind of hardware it is for; empty is all of them.
    kind: str = ""

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


def select(vendor, kind, pattern="", share=""):
    """The chosen scenarios, those that share a boot next to each other.

    @kind is the kind of hardware that @vendor makes. @pattern is what was asked
    for, @share what the vendor takes part in; either may be several patterns.
    """
    chosen = [item for item in _scenarios
              if item.kind in ("", kind)
              and any_matches(full_name(item, vendor), pattern)
              and (not share or any_matches(item.name, share))]
    groups = {}
    for item in chosen:
        key = (item.boot, item.name if item.alone else "") if item.boot else item.name
        groups.setdefault(key, []).append(item)
    return [item for group in groups.values() for item in group]
