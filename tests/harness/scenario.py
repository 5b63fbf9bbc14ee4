# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios: which there are, on which hardware they run, and which share machines."""

import fnmatch
from dataclasses import dataclass

import pytest

from . import vendors


@dataclass(frozen=True)
class Scenario:
    """A test that names itself and what it needs."""
    name: str
    # What to boot; None for a scenario without machines.
    boot: object = None
    # Kernels it needs prepared beyond those it boots.
    kernels: tuple = ()
    # Patterns of kernel log lines that this scenario provokes.
    allow: tuple = ()
    # What more its hardware's mainline driver provokes, by names of the vendor's attributes.
    provokes: tuple = ()
    # The longest it may take, its boot not included.
    seconds: int = 300
    # The kind of hardware it is for; empty is all of them.
    kind: str = ""
    # Files and folders whose bytes, with the kernels it needs and the tools, decide
    # how it ends; none for a scenario that must run each time.
    inputs: tuple = ()
    # Whether it needs what the kernel's documentation is built with.
    sphinx: bool = False
    # What a vendor must have for it, by the name of the vendor's attribute.
    requires: str = ""
    # Whether it shows what another one shows too, only in another place.
    soak: bool = False

    def fits(self, vendor):
        """Whether @vendor has what it is about."""
        return (self.kind in ("", vendor.kind)
                and bool(not self.requires or getattr(vendor, self.requires)))

    def needs(self):
        """All kernels it needs."""
        booted = self.boot.kernels if self.boot else ()
        return tuple(dict.fromkeys(tuple(booted) + tuple(self.kernels)))


def scenario(name, **options):
    """Mark a test function as scenario @name; it may have several such marks.

    It has the argument test, and pair if the scenario boots machines.
    """
    return pytest.mark.scenario(Scenario(name, **options))


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario on one kind of hardware."""
    vendor: object
    scenario: Scenario

    @property
    def name(self):
        """The name shown: scenarios with machines carry the vendor's name."""
        name = self.scenario.name
        return f"{self.vendor.name}/{name}" if self.scenario.boot else name

    @property
    def allow(self):
        """Patterns of the kernel log lines that it provokes."""
        return self.scenario.allow + sum((getattr(self.vendor, name)
                                          for name in self.scenario.provokes), ())

    @property
    def machines(self):
        """The machines it runs on, told from those of others."""
        boot = self.scenario.boot
        return boot.machine if boot else self.name


def cases(item, asked=""):
    """Scenario @item on each hardware it is about; without machines it runs once."""
    known = list(vendors.VENDORS.values())
    if not item.boot:
        known.sort(key=lambda vendor: vendor.name != asked)
    fitting = [Case(vendor, item) for vendor in known if item.fits(vendor)]
    return fitting if item.boot else fitting[:1]


def matches(name, pattern):
    """Whether @pattern, a glob or a part of the name, selects @name."""
    return not pattern or fnmatch.fnmatchcase(name, pattern) or pattern in name


def any_matches(name, patterns):
    """Whether any of several patterns, separated by commas, selects @name."""
    parts = [part for part in patterns.split(",") if part] or [""]
    return any(matches(name, part) for part in parts)


def repeats(case):
    """Whether @case shows what another one shows too."""
    return case.scenario.soak or bool(
        case.vendor.repeats and any_matches(case.scenario.name, case.vendor.repeats))


def chosen(case, select="", vendor="", soak=False):
    """Whether @case is to run.

    @select is what was asked for by name, @vendor by hardware. Without either,
    hardware takes part in its share only, and what merely repeats is left out.
    """
    if not any_matches(case.name, select):
        return False
    if vendor:
        return case.vendor.name == vendor
    if soak:
        return True
    return any_matches(case.scenario.name, case.vendor.share) and bool(select or not repeats(case))


# So many scenarios on the same machines; more are worth machines of their own,
# that can run beside the first.
GROUP = 24


def groups(chosen_cases):
    """Lists of those cases that run one after the other on the same machines.

    What may take longest comes first, so that nothing long is left for the end. Of groups
    of different size xdist runs the largest first.
    """
    found = {}
    for case in chosen_cases:
        found.setdefault(case.machines, []).append(case)
    parts = []
    for group in found.values():
        count = -(-len(group) // GROUP)
        size = -(-len(group) // count)
        parts += [group[at:at + size] for at in range(0, len(group), size)]
    return sorted(parts, key=lambda group: -sum(case.scenario.seconds for case in group))
