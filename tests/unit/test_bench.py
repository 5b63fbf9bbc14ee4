# SPDX-License-Identifier: GPL-2.0-only
"""What the bench makes of its samples."""

import pytest

from tests.harness import bench
from tests.harness.bench_report import spread, user_rows

COST = {
    "floor": {"pair": 100, "ring": 3},
    "legacy": {"ring": 22},
    "ours": {"pair": 90, "ring": 11, "entry": 100, "own": 100, "wake": 2000},
    "user": {"call": 300, "ring": 660, "read": 3000, "poll": 4000},
}


def test_series():
    text = "irq 5\nempty: 1 1 2\nring: 9\nused: x\nnothing:\nwoken: 4294967295 0\n"
    assert bench.parse_series(text) == {"empty": [1, 1, 2], "ring": [9],
                                        "woken": [4294967295, 0]}


def test_user_ratios():
    ratios = bench.cost_ratios(COST)
    assert ratios["user_ring_vs_call"] == 2.2
    assert ratios["user_ring_vs_ring"] == 60
    assert ratios["user_read_vs_thread"] == 1.5
    assert ratios["user_poll_vs_entry"] == 40


def test_user_rows():
    ratios = {name: spread([value, value * 1.5]) for name, value in bench.cost_ratios(COST).items()}
    rows = user_rows({"costs": [COST, COST], "ratios": ratios})
    assert ["Ring", "660", "the system call", "2.750", "2.200 to 3.300"] in rows
    assert [r"\ ", "", "the kernel's ring", "75", "60 to 90"] in rows
    assert ["Ring, in the kernel", "11", "", "", ""] in rows
    assert len(rows) == 10


@pytest.mark.parametrize("now, problems", ((2.3, 0), (2.32, 1), (None, 1)))
def test_worse(now, problems):
    ratios = {} if now is None else {"user_ring_vs_call": now}
    assert len(bench.worse(ratios, {"user_ring_vs_call": 2.2})) == problems
