# SPDX-License-Identifier: GPL-2.0-only
"""Processes have interrupts, ring those of others, and leave nothing when they go."""

from tests.harness import user
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

# So many of each process for each peer, and two processes on each host.
COUNT = 32
PROCESSES = 2
ROUNDS = 20
THREE = ("6.12", "6.12", "6.12")


def exact(test, pair):
    with test.part("attach", fatal=True):
        user.insert(pair)
    with test.part("every-count-is-exact", fatal=True):
        user.Rally(pair, PROCESSES, COUNT, ROUNDS).finish()
    with test.part("unload"):
        pair.remove_all()


@scenario("user-6.12", boot=Boot())
def test_user(test, pair):
    exact(test, pair)


@scenario("user-7.3", boot=Boot(kernels=("7.3", "7.3")), soak=True)
def test_user_newer(test, pair):
    exact(test, pair)
