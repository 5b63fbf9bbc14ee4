# SPDX-License-Identifier: GPL-2.0-only
"""The harness's own unit tests."""

import unittest

from tests.harness.registry import scenario


def each(suite):
    """All single tests of a suite."""
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from each(item)
        else:
            yield item


@scenario("unit/harness", seconds=60)
def harness(test):
    found = unittest.defaultTestLoader.discover("tests/unit", top_level_dir=".")
    for item in each(found):
        outcome = unittest.TestResult()
        item.run(outcome)
        problems = [text for _, text in outcome.failures + outcome.errors]
        test.add(item.id().removeprefix("tests.unit."), problems)
