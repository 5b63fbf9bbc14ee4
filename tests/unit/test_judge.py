# SPDX-License-Identifier: GPL-2.0-only
import unittest
from dataclasses import replace

from tests.harness.client import Count
from tests.harness.judge import Evidence, judge

COUNT, ROUNDS = 4, 10


def perfect(host):
    """The evidence of a run without fault."""
    total = COUNT * ROUNDS
    return Evidence(
        host=host,
        counts=[Count(i, 40 + i, ROUNDS, ROUNDS) for i in range(COUNT)],
        summary={"lost": 0, "stray": 0, "received": total, "rings_sent": total},
        interrupts={40 + i: ROUNDS for i in range(COUNT)},
        delivered=total, blocked=0)


class Judge(unittest.TestCase):
    def verdict(self, **change):
        return judge([replace(perfect(0), **change), perfect(1)], COUNT, ROUNDS)

    def test_perfect(self):
        self.assertEqual(self.verdict(), [])

    def test_one_lost(self):
        counts = perfect(0).counts
        counts[2] = Count(2, 42, ROUNDS - 1, ROUNDS)
        self.assertIn("2 got 9", self.verdict(counts=counts)[0])

    def test_missing_interrupt(self):
        self.assertIn("has 3 interrupts", self.verdict(counts=perfect(0).counts[:3])[0])

    def test_summary(self):
        for key in ("lost", "stray"):
            summary = dict(perfect(0).summary, **{key: 1})
            self.assertEqual(self.verdict(summary=summary), [f"host 0: {key} is 1, expected 0"])

    def test_summary_without_a_key(self):
        self.assertEqual(len(self.verdict(summary={})), 4)

    def test_kernel_disagrees(self):
        interrupts = dict(perfect(0).interrupts)
        interrupts[41] = ROUNDS + 1
        self.assertIn("irq 41: 11 instead of 10", self.verdict(interrupts=interrupts)[0])

    def test_kernel_does_not_show_them(self):
        self.assertIn("does not list", self.verdict(interrupts={})[0])

    def test_fabric_disagrees(self):
        self.assertIn("delivered 41", self.verdict(delivered=41)[0])

    def test_blocked(self):
        self.assertIn("2 interrupt writes were blocked", self.verdict(blocked=2)[0])

    def test_not_ended(self):
        self.assertIn("did not end", self.verdict(ended=False)[0])


if __name__ == "__main__":
    unittest.main()
