# SPDX-License-Identifier: GPL-2.0-only
from dataclasses import replace

import pytest

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


def verdict(**change):
    return judge([replace(perfect(0), **change), perfect(1)], COUNT, ROUNDS)


def test_perfect():
    assert verdict() == []


def test_one_lost():
    counts = perfect(0).counts
    counts[2] = Count(2, 42, ROUNDS - 1, ROUNDS)
    assert "2 got 9" in verdict(counts=counts)[0]


def test_missing_interrupt():
    assert "has 3 interrupts" in verdict(counts=perfect(0).counts[:3])[0]


@pytest.mark.parametrize("key", ("lost", "stray"))
def test_summary(key):
    summary = dict(perfect(0).summary, **{key: 1})
    assert verdict(summary=summary) == [f"host 0: {key} is 1, expected 0"]


def test_summary_without_a_key():
    assert len(verdict(summary={})) == 4


def test_kernel_disagrees():
    interrupts = dict(perfect(0).interrupts)
    interrupts[41] = ROUNDS + 1
    assert "irq 41: 11 instead of 10" in verdict(interrupts=interrupts)[0]


def test_kernel_does_not_show_them():
    assert "does not list" in verdict(interrupts={})[0]


def test_fabric_disagrees():
    assert "delivered 41" in verdict(delivered=41)[0]


def test_blocked():
    assert "2 interrupt writes were blocked" in verdict(blocked=2)[0]


def test_not_ended():
    assert "did not end" in verdict(ended=False)[0]
