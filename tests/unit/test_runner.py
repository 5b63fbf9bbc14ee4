# SPDX-License-Identifier: GPL-2.0-only
"""How scenarios are grouped, and how what they say is added up."""

import io
import unittest
from types import SimpleNamespace
from unittest import mock

from tests.harness import registry, runner, tap
from tests.harness.agent import BootFailure
from tests.harness.pair import BOOTS, Boot
from tests.harness.registry import Scenario
from tests.harness.runner import Lane, Report

PLAIN = SimpleNamespace(name="plain", legacy_settings=(), wide_settings=())
FUSSY = SimpleNamespace(name="fussy", legacy_settings=(("a", 1),), wide_settings=())


def names(groups):
    return [[item.name for _, item in group] for group in groups]


class Groups(unittest.TestCase):
    def test_modes_share_machines(self):
        items = [Scenario("one", None, Boot(mode="translated")), Scenario("other", None, Boot(smp=4)),
                 Scenario("two", None, Boot(mode="passthrough"))]
        found = registry.groups((PLAIN, item) for item in items)
        self.assertEqual(names(found), [["one", "two"], ["other"]])

    def test_machines_without_remapping_are_others(self):
        items = [Scenario("one", None, Boot()), Scenario("two", None, Boot(mode="noremap"))]
        self.assertEqual(len(registry.groups((PLAIN, item) for item in items)), 2)

    def test_all_hardware_shares_machines(self):
        items = [Scenario("one", None, Boot()), Scenario("two", None, Boot(legacy=True))]
        jobs = [(vendor, item) for vendor in (PLAIN, FUSSY) for item in items]
        self.assertEqual(names(registry.groups(jobs)), [["one", "two", "one", "two"]])

    def test_many_scenarios_are_worth_more_machines(self):
        items = [Scenario(str(number), None, Boot()) for number in range(registry.GROUP + 3)]
        found = registry.groups((PLAIN, item) for item in items)
        self.assertEqual([len(group) for group in found], [14, 13])
        self.assertEqual(sum(names(found), []), [item.name for item in items])

    def test_long_ones_come_first(self):
        items = [Scenario("short", None, seconds=1), Scenario("long", None, seconds=9)]
        self.assertEqual(names(registry.groups((PLAIN, item) for item in items)),
                         [["long"], ["short"]])


class Reports(unittest.TestCase):
    def report(self, total, *results):
        out = io.StringIO()
        report = Report(total, out, io.StringIO())
        for result in results:
            report.add(result)
        return report.close(), out.getvalue().splitlines()[-1]

    def test_all_passed(self):
        self.assertEqual(self.report(2, tap.Result("a"), tap.Result("b")),
                         (True, "2 passed, 0 failed"))

    def test_a_failure_is_one(self):
        self.assertEqual(self.report(2, tap.Result("a"), tap.Result("b", reason="broken")),
                         (False, "1 passed, 1 failed"))

    def test_what_did_not_report_is_a_failure(self):
        self.assertEqual(self.report(2, tap.Result("a")), (False, "1 passed, 1 failed"))


class Boots(unittest.TestCase):
    def boot(self, timeouts):
        """Boot machines that fail so often to come up; return (starts, what was said)."""
        starts = []

        def start():
            starts.append(True)
            if len(starts) <= timeouts:
                raise BootFailure("no answer")
        said = io.StringIO()
        lane = Lane({}, Report(1, io.StringIO(), said), None, 0)
        test = SimpleNamespace(environment=SimpleNamespace(vendor=PLAIN), result=tap.Result("one"))
        with mock.patch.object(runner, "Pair") as pair:
            pair.return_value.start.side_effect = start
            try:
                lane._boot(Scenario("one", None, Boot()), test, [])
            except BootFailure:
                return len(starts), None
        return len(starts), said.getvalue()

    def test_up_at_once(self):
        self.assertEqual(self.boot(0), (1, ""))

    def test_a_boot_that_hangs_is_said_and_repeated(self):
        starts, said = self.boot(2)
        self.assertEqual((starts, said.count("booting again")), (3, 2))

    def test_a_machine_that_never_comes_up_is_a_failure(self):
        self.assertEqual(self.boot(9), (BOOTS, None))


if __name__ == "__main__":
    unittest.main()
