# SPDX-License-Identifier: GPL-2.0-only
"""Interrupts come and go while others ring."""

import re

from tests.harness import rings
from tests.harness.below import everywhere
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 32
ROUNDS = 300
EXTRA = 8
REFUSED = "No such file or directory"
TRACING = "/sys/kernel/tracing"
EVENTS = f"{TRACING}/events/ntb_irq/enable"


def received(client):
    """{index: times received}"""
    return {count.index: count.received for count in client.counts()}


def arrives(far, index, times):
    """@index of @far has come so often, which a ring under way may take a while to do."""
    wait_until(lambda: received(far).get(index) == times, 10,
               f"{far.host}: interrupt {index} coming {times} times")


def rings_once(near, far, index):
    """Ring @index of @far from near until it is known, then exactly once more."""
    before = received(far).get(index, 0)
    wait_until(lambda: near.ring(index) == "", 20, f"{near.host}: knowing interrupt {index}")
    arrives(far, index, before + 1)
    expect_equal(near.ring(index), "", f"ringing interrupt {index}")
    arrives(far, index, before + 2)


def expect_events(host, *events):
    """The kernel's trace has each of these events: (name, pattern of its fields)."""
    trace = host.read(f"{TRACING}/trace")
    for name, fields in events:
        expect(re.search(rf"ntb_irq_{name}: [0-9a-f:.]+ {fields}$", trace, re.M),
               f"{host}: no event {name} with {fields} in the trace:\n{trace[-2000:]}")


def traced(pair, near, far, index):
    """@index, the next of @far to be allocated, comes and goes under trace."""
    pair.both(lambda host: host.write(EVENTS, 1))
    expect_equal(far.alloc(), "", f"allocating interrupt {index}")
    rings_once(near, far, index)
    expect_equal(far.free(index), "", f"freeing interrupt {index}")
    message = rf"peer=\d+ index={index} count=1 window=\d+ offset=0x[0-9a-f]+ data=0x[0-9a-f]+"
    expect_events(far.host, ("entry", rf"index={index} irq=[1-9]\d*"), ("export", message),
                  ("revoke", message), ("entry", rf"index={index} irq=0"))
    expect_events(near.host, ("import", message))
    pair.both(lambda host: host.write(EVENTS, 0))


@scenario("runtime-6.12", boot=Boot())
@scenario("runtime-rt-6.12", boot=Boot(kernels=("rt-6.12", "rt-6.12")), soak=True)
def test_runtime(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    near, far = clients
    with test.part("allocated-ones-ring"):
        for index in range(COUNT, COUNT + EXTRA):
            expect_equal(far.alloc(), "", f"allocating interrupt {index}")
            rings_once(near, far, index)
    with test.part("freed-one-is-refused-and-reaches-nobody"):
        gone = COUNT + 1
        expect_equal(far.free(gone), "", f"freeing interrupt {gone}")
        wait_until(lambda: REFUSED in near.ring(gone), 20,
                   f"the refusal of freed interrupt {gone}")
        before = received(far)
        for _ in range(20):
            expect(REFUSED in near.ring(gone), f"a ring of freed interrupt {gone} was accepted")
        expect_equal(received(far), before, "the counts after rings of a freed interrupt")
    with test.part("freed-index-serves-again"):
        expect_equal(far.alloc(), "", "allocating in the place of the freed one")
        rings_once(near, far, gone)
    with test.part("tracepoints"):
        traced(pair, near, far, COUNT + EXTRA)
    with test.part("others-ring-meanwhile", fatal=True):
        for index in range(COUNT, COUNT + EXTRA):
            expect_equal(far.free(index), "", f"freeing interrupt {index}")
        run = rings.Run(pair, clients, COUNT, ROUNDS)
        run.start()
        changes = 0
        while clients[0].summary()["lost"] and changes < 40:
            expect_equal(far.alloc(), "", "allocating while others ring")
            expect_equal(far.free(COUNT), "", "freeing while others ring")
            changes += 1
        problems = run.finish()
        expect(not problems, "\n".join(problems))
        expect(changes >= 3, f"only {changes} changes fitted into the run")
    with test.part("windows-close"):
        pair.both(lambda host: host.write(EVENTS, 1))
        pair.remove(rings.TEST)
        for host in pair.hosts:
            expect_events(host, ("window",
                                 r"peer=\d+ window=\d+ base=0x[0-9a-f]+ size=0x0 ret=0"))
    with test.part("unload"):
        pair.remove_all()


everywhere("runtime")(test_runtime)
