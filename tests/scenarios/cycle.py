# SPDX-License-Identifier: GPL-2.0-only
"""An interrupt comes and goes again and again, while the peer rings it all the time."""

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import DEBUG, Boot
from tests.harness.scenario import scenario

COUNT = 8
INDEX = 3
LAST = 5
# The machine answers nothing else while it cycles.
AT_ONCE = 250
# While an interrupt has no handler, rings of a peer that does not know that yet are
# faults of the remapping unit.
FAULTS = (r"DMAR: (?:\[INTR-REMAP\]|DRHD: handling fault)",)
FOREVER = 0x7fffffff


def write(client, name, value, seconds=60):
    client.host.write(f"{client.folder}/{name}", value, seconds)


def cycle(client, name, times):
    for _ in range(times // AT_ONCE):
        write(client, name, INDEX << 32 | AT_ONCE, 120)


def counts(client, index=INDEX):
    return next(count for count in client.counts() if count.index == index)


def prepare(clients):
    """Zero all counters; the first host answers each ring, the second none."""
    clients[0].expect(FOREVER)
    clients[1].expect(0)


def hammered(pair, clients, times):
    """Withdrawn, freed and requested: no ring is lost, none comes to another user."""
    near, far = clients
    prepare(clients)
    write(far, "hammer", INDEX + 1)
    cycle(near, "cycle_irq", times)
    before = counts(near).received
    wait_until(lambda: counts(near).received > before, 20, "rings after the last cycle")
    write(far, "hammer", 0)
    sent = counts(far).sent
    wait_until(lambda: counts(far).received == sent, 20, f"{sent} answers to {sent} rings")
    expect_equal(counts(near).received, sent, "rings received, of those sent")
    summary = far.summary()
    print(f"  {times} cycles: {sent} rings, {summary['rings_refused']} refused", flush=True)
    expect(summary["rings_refused"], "no ring met a withdrawn interrupt: nothing was shown")


def pelted(pair, clients, times):
    """The handler goes and comes: rings are delivered, blocked or held, none goes astray.

    Those that come while the message is sent anew are held by the peer, and become one.
    """
    near, far = clients
    prepare(clients)
    # Here, too: an answer would be a ring without a question.
    near.expect(0)

    def writes():
        stats = pair.fabric.stats()[near.host.index]
        return stats["msi_writes"] + stats["msi_blocked"]

    before = writes()
    write(far, "pelt", INDEX + 1)
    cycle(near, "cycle_handler", times)
    seen = counts(near).received
    wait_until(lambda: counts(near).received > seen, 20, "rings after the last cycle")
    write(far, "pelt", 0)
    # This one is behind all others.
    expect_equal(far.ring(LAST), "", "the last ring")
    wait_until(lambda: counts(near, LAST).received, 60, "the last ring to arrive")
    sent = counts(far).sent
    print(f"  {times} cycles: {sent} rings, {writes() - before - 1} writes to interrupts, "
          f"{counts(near).received} times the handler ran", flush=True)
    expect(sent > times, f"only {sent} rings in {times} cycles")
    expect(counts(near).received <= writes() - before - 1 <= sent,
           "handlers that ran, writes to interrupts and rings that were sent are not in order")
    others = {count.index: count.received for count in near.counts()
              if count.received and count.index not in (INDEX, LAST)}
    expect_equal(others, {}, "rings that came to other interrupts")


def cycles(test, pair, times):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part(f"withdraw-free-request-{times}-times", fatal=True):
        hammered(pair, clients, times)
    with test.part(f"free-irq-request-irq-{times}-times", fatal=True):
        pelted(pair, clients, times)
    with test.part("exact-after-all"):
        pair.both(lambda host: clients[host.index].wait_ready())
        rings.run_exact(pair, clients, COUNT, 20)
    with test.part("unload"):
        rings.remove(pair)


@scenario("cycles-6.12", boot=Boot(), seconds=400, allow=FAULTS)
@scenario("cycles-rt-6.12", boot=Boot(kernels=("rt-6.12", "rt-6.12")), seconds=400, soak=True,
          allow=FAULTS)
@scenario("cycles-debug-6.12", boot=DEBUG, seconds=1800, soak=True, allow=FAULTS,
          provokes=("debug_allow",))
def test_cycles(test, pair):
    cycles(test, pair, 500)


@scenario("cycles-long-6.12", boot=Boot(), seconds=3600, soak=True, allow=FAULTS)
def test_cycles_long(test, pair):
    cycles(test, pair, 10000)
