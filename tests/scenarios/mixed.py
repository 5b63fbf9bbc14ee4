# SPDX-License-Identifier: GPL-2.0-only
"""Two hosts of different kernels, whose drivers may not find each other's scratchpads."""

from tests.harness import rings
from tests.harness.client import Client
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 8
ROUNDS = 50
SENTENCE = "no response for"


@scenario("mixed-6.12-7.3", boot=Boot(kernels=("6.12", "7.3")))
def test_mixed(test, pair):
    """What either kernel can tell the other rings; what it cannot, a sentence explains."""
    (rings_exactly if pair.vendor.mixes else says_why_not)(test, pair)


def rings_exactly(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part("rings"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part("unload"):
        pair.remove_all()


def says_why_not(test, pair):
    """The mailbox lies elsewhere on either side."""
    with test.part("attach", fatal=True):
        pair.insert_hardware()
        pair.insert(rings.CORE)
        pair.insert(pair.vendor.backend)
        pair.insert(rings.TEST, f"n={COUNT}")
        clients = pair.both(Client)
    with test.part("both-sides-say-so"):
        pair.both(lambda host: host.wait_for("dmesg", lambda out: SENTENCE in out, 60,
                                             f"a sentence with {SENTENCE!r}"))
    with test.part("nothing-rings"):
        for client in clients:
            expect(not client.ready(), f"{client.host} believes to know its peer's interrupts")
            expect(client.ring(0), f"{client.host} rang a peer it does not know")
    with test.part("unload"):
        pair.remove_all()
