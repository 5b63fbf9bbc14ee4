# SPDX-License-Identifier: GPL-2.0-only
"""More interrupts than there are vectors."""

from tests.harness import rings
from tests.harness.below import below
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 16
LIMIT = 1000
NO_SPACE = "No space left on device"
VECTORS = "/sys/kernel/debug/irq/domains/VECTOR"


def state(client):
    """What an allocation that fails must leave as it was."""
    return client.counts(), sorted(client.interrupts())


@scenario("exhaustion-6.12", boot=Boot(smp=1))
def test_exhaustion(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT, client=f"max_irqs={LIMIT}")
    host, client = pair.hosts[0], clients[0]
    before = state(client)
    with test.part("enospc-and-nothing-else", fatal=True):
        got = 0
        while got < LIMIT:
            error = client.alloc()
            if error:
                break
            got += 1
        expect(NO_SPACE in error, f"allocation {got + 1} gave {error!r}, expected {NO_SPACE!r}")
        expect(COUNT + got < LIMIT, f"{COUNT + got} interrupts fit: that is the domain's limit")
        full = state(client)
        expect(NO_SPACE in client.alloc(), "an allocation more succeeded")
        expect_equal(state(client), full, "the state after a failed allocation")
    with test.part("as-before-after-freeing", fatal=True):
        for index in range(COUNT, COUNT + got):
            expect_equal(client.free(index), "", f"freeing interrupt {index}")
        expect_equal(state(client), before, "the state after freeing all")
        expect_equal(client.alloc(), "", "an allocation after freeing")
        expect_equal(client.free(COUNT), "", "freeing it")
    with test.part("rings-exactly-after"):
        rings.run_exact(pair, clients, COUNT, 10)
    with test.part("too-many-at-insmod"):
        host.remove(rings.TEST)
        status, text = host.try_run(f"insmod /modules/{rings.TEST}.ko n={LIMIT}", 60)
        if status == 0:
            host.loaded.append(rings.TEST)
        log = host.run("dmesg")
        expect("-28" in log or NO_SPACE in log or NO_SPACE in text,
               f"no word of the error for n={LIMIT}: {text!r}")
    with test.part("unload"):
        pair.remove_all()


# Vectors of four CPUs are more than an AMD IOMMU has entries for one function.
below("exhaustion", "amd-vi", boot={"smp": 4})(test_exhaustion)
