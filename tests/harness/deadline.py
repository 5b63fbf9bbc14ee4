# SPDX-License-Identifier: GPL-2.0-only
"""Waiting for a condition, never for a time."""

import os
import time

from .errors import Failure

# With a person's debugger at a machine nothing comes too late.
PATIENCE = 1 if os.environ.get("GDB", "0") in ("", "0") else 1000


class Deadline:
    """A moment that something must not outlast."""

    def __init__(self, seconds):
        self.seconds = seconds * PATIENCE
        self.end = time.monotonic() + self.seconds

    def left(self):
        """Seconds left, never negative."""
        return max(0.0, self.end - time.monotonic())

    def passed(self):
        return time.monotonic() >= self.end


def wait_until(probe, seconds, what, pause=0.1):
    """Call @probe until it returns something true; return that.

    @probe may raise Failure: then it has simply not happened yet.
    """
    deadline = Deadline(seconds)
    last = None
    while True:
        try:
            value = probe()
            if value:
                return value
            last = None
        except Failure as error:
            last = error
        if deadline.passed():
            why = f" ({last})" if last else ""
            raise Failure(f"{what} did not happen within {seconds} s{why}")
        time.sleep(min(pause, deadline.left()))
