# SPDX-License-Identifier: GPL-2.0-only
import unittest

from tests.harness import tap
from tests.harness.tap import Result

KUNIT = """\
[    5.000000] KTAP version 1
[    5.000000] 1..2
[    5.000100]     KTAP version 1
[    5.000100]     # Subtest: window
[    5.000100]     1..3
[    5.000200]     ok 1 plan_one
[    5.000300]     # plan_two: EXPECTATION FAILED at tests/kunit/window.c:42
[    5.000300]     Expected a == 1, but
[    5.000300]     not ok 2 plan_two
[    5.000400]     ok 3 plan_three # SKIP not here
[    5.000500] # window: pass:1 fail:1 skip:1 total:3
[    5.000500] not ok 1 window
[    5.000600]     KTAP version 1
[    5.000600]     # Subtest: run
[    5.000600]     1..2
[    5.000700]         KTAP version 1
[    5.000700]         # Subtest: cases
[    5.000800]         ok 1 a
[    5.000800]         ok 2 b
[    5.000900]     ok 1 cases
[    5.001000] ok 2 run
"""


class Totals(unittest.TestCase):
    def test_leaf_counts_one(self):
        self.assertEqual(Result("a").totals(), (1, 0))
        self.assertEqual(Result("a", reason="no").totals(), (0, 1))

    def test_only_leaves_count(self):
        tree = Result("a", children=[
            Result("b", children=[Result("c"), Result("d", reason="no")]),
            Result("e")])
        self.assertEqual(tree.totals(), (2, 1))
        self.assertFalse(tree.passed)

    def test_reason_beside_children_is_a_failure_more(self):
        tree = Result("a", reason="late", children=[Result("b")])
        self.assertEqual(tree.totals(), (1, 1))
        self.assertFalse(tree.passed)

    def test_closing_line(self):
        results = [Result("a"), Result("b", children=[Result("c", reason="no"), Result("d")])]
        self.assertEqual(tap.closing_line(results), "2 passed, 1 failed")
        self.assertEqual(tap.closing_line([]), "0 passed, 0 failed")


class Lines(unittest.TestCase):
    def test_nested(self):
        tree = Result("top", 2.0, children=[
            Result("one", 0.5), Result("two", 1.0, reason="first\nsecond")])
        self.assertEqual(tap.lines(tree, 7), [
            "    # Subtest: top",
            "    KTAP version 1",
            "    1..2",
            "    ok 1 one # 0.5 s",
            "    # first",
            "    # second",
            "    not ok 2 two # 1.0 s",
            "not ok 7 top # 2.0 s"])

    def test_own_output_is_parsed_again(self):
        tree = Result("top", children=[Result("one"), Result("two", reason="no")])
        again = tap.parse("\n".join(["KTAP version 1", "1..1"] + tap.lines(tree, 1)))
        self.assertEqual([r.name for r in again], ["top"])
        self.assertEqual(again[0].totals(), (1, 1))


class Parse(unittest.TestCase):
    def test_kernel_log(self):
        window, run = tap.parse(KUNIT)
        self.assertEqual(window.name, "window")
        self.assertEqual([c.name for c in window.children], ["plan_one", "plan_two"])
        self.assertIn("window.c:42", window.children[1].reason)
        self.assertEqual(window.totals(), (1, 1))
        # "run" announced two tests and reported one.
        self.assertIn("1 of 2", run.reason)
        self.assertEqual(run.totals(), (2, 1))

    def test_nothing(self):
        self.assertEqual(tap.parse("[ 1.0] hello\n"), [])


if __name__ == "__main__":
    unittest.main()
