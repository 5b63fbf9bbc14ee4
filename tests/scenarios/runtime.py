# SPDX-License-Identifier: GPL-2.0-only
"""Interrupts come and go while others ring."""

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.registry import scenario

COUNT = 32
ROUNDS = 300
EXTRA = 8
REFUSED = "No such file or directory"


def received(client):
    """{index: times received}"""
    return {count.index: count.received for count in client.counts()}


def rings_once(near, far, index):
    """Ring @index of @far from @near until it is known, then exactly once more."""
    wait_until(lambda: near.ring(index) == "", 20, f"{near.host}: knowing interrupt {index}")
    before = received(far)
    expect_equal(near.ring(index), "", f"ringing interrupt {index}")
    wait_until(lambda: received(far).get(index) == before.get(index, 0) + 1, 10,
               f"{far.host}: one more of interrupt {index}")


@scenario("runtime-6.12", boot=Boot())
def runtime(test, pair):
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
    with test.part("unload"):
        pair.remove_all()
