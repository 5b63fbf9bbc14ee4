# SPDX-License-Identifier: GPL-2.0-only
"""A client that comes early, and one whose probe takes its time."""

from tests.harness import rings
from tests.harness.errors import expect_equal
from tests.harness.client import CLIENT
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 32


@scenario("attach-6.12", boot=Boot())
def test_attach(test, pair):
    with test.part("hardware", fatal=True):
        pair.insert_hardware()
        pair.insert(rings.CORE)
    with test.part("waits-for-the-backend", fatal=True):
        pair.insert(rings.TEST, f"n={COUNT} slow_ms=500")
        for folders in pair.both(lambda host: host.run(f"ls {CLIENT}")):
            expect_equal(folders, "", "devices of a client whose backend is not loaded")
    with test.part("attaches-when-it-is-loaded", fatal=True):
        pair.insert(pair.vendor.backend)
        clients = rings.connect(pair)
    with test.part("no-callback-before-attach-has-returned"):
        # The client warns in its log, and that fails the scenario.
        rings.run_exact(pair, clients, COUNT, 5)
    with test.part("unload"):
        pair.remove(rings.TEST)
        pair.remove_all()
