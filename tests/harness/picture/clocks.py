# SPDX-License-Identifier: GPL-2.0-only
"""One time for the clocks of hosts, emulators and the fabric.

The fabric's is CLOCK_MONOTONIC of the machine that all of it runs on. The rate of each other
clock is known: an x86 host shows that machine's time stamp counter, shifted by what it was
when the host was started; an arm64 host counts the nanoseconds of the machine's clock;
emulators log the time of day. What is not known is by how much a host's clock is
shifted. But no ring can come into the fabric before it was sent, and no handler can run
before the message that it is for has left the fabric, or has been remapped by the emulator.
Each ring thus bounds the shift of its sender from above, and each handler that of its host
from below. The middle is taken, and half of what is between the bounds is the uncertainty.
"""

import time
from dataclasses import dataclass

from .. import tsc
from ..errors import Failure

# Reading two clocks takes as long as the machine is busy with others in between.
TRIES = 20


@dataclass(frozen=True)
class Sample:
    """What the machine's clocks show at one time, in ns and ticks."""
    monotonic: int
    realtime: int
    ticks: int


def sample():
    """The one of several that took the least time."""
    read = tsc.counter().read
    best = None
    for _ in range(TRIES):
        before = time.monotonic_ns()
        ticks = read()
        realtime = time.time_ns()
        after = time.monotonic_ns()
        if best is None or after - before < best[0]:
            best = after - before, Sample((before + after) // 2, realtime, ticks)
    return best[1]


@dataclass(frozen=True)
class Scale:
    """Takes another clock to the monotonic one, by what both showed twice."""
    first: tuple
    last: tuple

    def __post_init__(self):
        if self.last[0] <= self.first[0] or self.last[1] <= self.first[1]:
            raise Failure(f"a clock stood still or went back: {self.first}, {self.last}")

    def __call__(self, value):
        other, ours = (last - first for first, last in zip(self.first, self.last))
        return self.first[1] + (value - self.first[0]) * ours // other


# Of a clock that counts nanoseconds already.
SAME = Scale((0, 0), (1, 1))


def ticks_scale(first, last):
    """From ticks, of a counter that may be shifted, to nanoseconds."""
    return Scale((first.ticks, first.monotonic), (last.ticks, last.monotonic))


def realtime_scale(first, last):
    """From the time of day."""
    return Scale((first.realtime, first.monotonic), (last.realtime, last.monotonic))


@dataclass(frozen=True)
class Shift:
    """What is added to a host's time, and how wrong that can be, in ns."""
    value: int
    uncertainty: int


def align(name, sent, received):
    """The shift of one host's clock.

    @sent has pairs of the host's time of a ring and the time at which it came into the
    fabric, and @received pairs of the time at which a message was on its way to the host
    and the host's time of its handler.
    """
    if not sent or not received:
        raise Failure(f"{name}: {len(sent)} rings and {len(received)} handlers are recorded, "
                      "of which each is needed to know what its clock shows")
    most = min(came - ours for ours, came in sent)
    least = max(left - ours for left, ours in received)
    if least > most:
        raise Failure(f"{name}: whatever its clock shows, a handler runs {least - most} ns "
                      "before its ring")
    # Rounded so that the shift is inside of both bounds.
    return Shift((least + most) // 2, (most - least + 1) // 2)
