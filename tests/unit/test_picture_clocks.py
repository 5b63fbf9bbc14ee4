# SPDX-License-Identifier: GPL-2.0-only
import pytest

from tests.harness.errors import Failure
from tests.harness.picture import clocks


def test_middle_of_the_bounds():
    # The host's clock is 1000 behind; rings take 40 at least, messages 60.
    sent = [(100, 1140), (200, 1900)]
    received = [(3000, 2060), (4000, 3900)]
    shift = clocks.align("host 0", sent, received)
    assert (shift.value, shift.uncertainty) == (990, 50)
    assert all(ours + shift.value <= came for ours, came in sent)
    assert all(ours + shift.value >= left for left, ours in received)


def test_no_time_between_the_bounds():
    shift = clocks.align("host 0", [(0, 7)], [(7, 0)])
    assert (shift.value, shift.uncertainty) == (7, 0)


def test_handler_before_its_ring():
    with pytest.raises(Failure, match="host 1: whatever its clock shows, a handler runs 5 ns"):
        clocks.align("host 1", [(0, 100)], [(200, 95)])


@pytest.mark.parametrize("sent, received", (([], [(1, 1)]), ([(1, 1)], [])))
def test_too_little(sent, received):
    with pytest.raises(Failure, match="of which each is needed"):
        clocks.align("host 0", sent, received)


def test_scales():
    first, last = clocks.Sample(1000, 5_001_000, 70), clocks.Sample(3000, 5_003_000, 6070)
    ticks = clocks.ticks_scale(first, last)
    assert [ticks(value) for value in (70, 3070, 6070, 9070)] == [1000, 2000, 3000, 4000]
    assert clocks.realtime_scale(first, last)(5_002_000) == 2000
    assert clocks.SAME(123) == 123
    for still in ((1, 0), (0, 1), (-1, -1)):
        with pytest.raises(Failure, match="stood still or went back"):
            clocks.Scale((0, 0), still)


def test_sample():
    first = clocks.sample()
    last = clocks.sample()
    assert last.monotonic > first.monotonic and last.ticks > first.ticks
