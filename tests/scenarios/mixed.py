# SPDX-License-Identifier: GPL-2.0-only
"""Two kernels whose drivers do not understand each other's scratchpads."""

from tests.harness import rings
from tests.harness.client import Client
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.registry import scenario

COUNT = 8
SENTENCE = "has been silent"


@scenario("mixed-6.12-7.3", boot=Boot(kernels=("6.12", "7.3")))
def mixed(test, pair):
    """The mailbox lies elsewhere on either side: nothing rings, and a sentence says why."""
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
