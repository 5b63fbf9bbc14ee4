# SPDX-License-Identifier: GPL-2.0-only
"""A function that is pulled out, or reset behind its driver's back, harms no host."""

from tests.harness import rings
from tests.harness.client import parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.pair import DEBUG, PCI_DEVICES, Boot
from tests.harness.scenario import scenario

from .leave import refused
from .lifecycle import NOTICE_SECONDS, attached, busy, rebind, works

COUNT = 32


def session(client):
    """State of the session with the only peer."""
    return parse_keys(client.core_file("peers"))["session"]


def pull_out(pair, clients, wait):
    """Take the function of host 1 away while it rings; wait until all know, or not."""
    far = pair.hosts[1]
    busy(pair, clients)
    pair.fabric.dead(1)
    if wait:
        wait_until(lambda: session(clients[1]) == "down", NOTICE_SECONDS,
                   "the end of the session of a function that is gone")
        wait_until(lambda: refused(clients[0]), NOTICE_SECONDS, "rings of a gone peer refused")
    far.write(f"{PCI_DEVICES}/{far.function}/remove", 1)
    pair.fabric.dead(1, False)
    far.write("/sys/bus/pci/rescan", 1)
    clients[1] = attached(far)
    works(pair, clients)


def gone(test, pair, turns):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    for turn in range(turns):
        with test.part(f"pulled-out-while-ringing-{turn}", fatal=True):
            pull_out(pair, clients, turn % 2 == 0)
    with test.part("unload"):
        rings.remove(pair)


@scenario("gone-6.12", boot=Boot(), seconds=400, provokes=("gone_allow",))
def test_gone(test, pair):
    gone(test, pair, 2)


@scenario("gone-long-6.12", boot=Boot(), seconds=1800, soak=True, provokes=("gone_allow",))
def test_gone_long(test, pair):
    gone(test, pair, 20)


@scenario("gone-debug-6.12", boot=DEBUG, seconds=900, soak=True,
          provokes=("gone_allow", "debug_allow"))
def test_gone_debug(test, pair):
    gone(test, pair, 4)


@scenario("bus-reset-6.12", boot=Boot())
@scenario("bus-reset-debug-6.12", boot=DEBUG, seconds=900, soak=True, provokes=("debug_allow",))
def test_bus_reset(test, pair):
    """The function forgets its registers, and its driver does not know."""
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part("a-dead-session-is-noticed", fatal=True):
        far = pair.hosts[1]
        far.write(f"{PCI_DEVICES}/{far.function}/reset", 1)
        wait_until(lambda: refused(clients[0]) and refused(clients[1]), NOTICE_SECONDS,
                   "rings refused on both hosts")
    with test.part("exact-again-once-the-driver-is-bound-anew"):
        rebind(pair, far)
        clients[1] = attached(far)
        works(pair, clients)
    expect(not pair.fabric.stats()[1]["msi_blocked"], "a write to an interrupt was blocked")
    with test.part("unload"):
        rings.remove(pair)
