# SPDX-License-Identifier: GPL-2.0-only
"""Results that other programs print, as (name, problems) of each test.

Those of KUnit are read by the kernel's own parser, out of its source, and those of
other programs by Debian's python3-tap.
"""

import importlib
import io
import os
import sys
from dataclasses import dataclass

from tap.parser import Parser


@dataclass
class Kunit:
    """The kernel's parser, and where it prints to."""
    parser: object
    printed: io.StringIO

    @classmethod
    def of_kernel(cls, kernel):
        """That in the source of @kernel, in which nothing is written."""
        folder = os.path.join(kernel.source, "tools/testing/kunit")
        before = sys.dont_write_bytecode
        sys.dont_write_bytecode = True
        sys.path.insert(0, folder)
        try:
            parser = importlib.import_module("kunit_parser")
        finally:
            sys.path.remove(folder)
            sys.dont_write_bytecode = before
        printed = io.StringIO()
        parser.stdout = type(parser.stdout)(printed)
        return cls(parser, printed)

    def results(self, log):
        """Results of all suites in a kernel @log; those that are skipped are left out."""
        self.printed.seek(0)
        self.printed.truncate()
        top = self.parser.parse_run_tests(log.splitlines())
        found = list(_leaves(self.parser, top, ""))
        if top.counts.errors:
            # A plan that was not kept, a suite without end.
            lines = [line for line in self.printed.getvalue().splitlines() if "[ERROR]" in line]
            found.append(("parser", [f"{top.counts.errors} errors in the results", *lines[:5]]))
        return found


def _leaves(parser, test, above):
    """Each single test, and each suite that failed though its tests did not."""
    for sub in test.subtests:
        name = f"{above}.{sub.name}" if above else sub.name
        yield from _leaves(parser, sub, name)
        if sub.status is parser.TestStatus.SKIPPED:
            continue
        if not sub.subtests:
            yield name, [] if sub.ok_status() else list(sub.log) or [sub.status.name.lower()]
        elif not sub.ok_status() and all(each.ok_status() for each in sub.subtests):
            yield name, ["the suite failed outside of its tests"]


def tap(text):
    """Results of a program that prints TAP."""
    found, notes, plan = [], [], None
    for line in Parser().parse_text(text):
        if line.category == "diagnostic":
            notes.append(line.text.lstrip("# "))
        elif line.category == "plan":
            plan = line.expected_tests
        elif line.category == "test":
            found.append((line.description, [] if line.ok else notes or ["reported as not ok"]))
            notes = []
    if plan != len(found):
        found.append(("plan", [f"{len(found)} of {plan or 'an unknown number of'} tests reported"]))
    return found
