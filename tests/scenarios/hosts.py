# SPDX-License-Identifier: GPL-2.0-only
"""More than two hosts: all directions at once, and one of them dies and comes back."""

from tests.harness import rings
from tests.harness.client import Client
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.judge import judge
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 64
ROUNDS = 100
LONG = 100000
THREE = ("6.12", "6.12", "6.12")


def between(client, peer, count):
    """What @client received on its interrupts for the peer of that index."""
    return sum(c.received for c in client.counts() if c.index // count == peer)


def others_go_on(clients):
    """The two that are left still ring each other, and nothing of that is lost."""
    # To hosts 0 and 1 the other of them is the first peer.
    before = [between(client, 0, COUNT) for client in clients[:2]]
    wait_until(lambda: all(between(client, 0, COUNT) > old + 10 * COUNT
                           for client, old in zip(clients[:2], before)), 60,
               "the hosts that are left going on")


@scenario("hosts-6.12", boot=Boot(kernels=THREE), kind="messages")
def test_hosts(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part("six-directions-at-once"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part("one-is-killed-while-ringing", fatal=True):
        rings.Run(pair, clients, COUNT, LONG).start()
        wait_until(lambda: between(clients[0], 1, COUNT) > COUNT, 60, "host 2 playing along")
        pair.hosts[2].vm.kill()
        others_go_on(clients)
    with test.part("the-others-lost-nothing", fatal=True):
        for host in pair.hosts[:2]:
            host.write(f"{clients[host.index].folder}/expect", 0)
        run = rings.Run(pair, clients, COUNT, ROUNDS)
        for host in pair.hosts[:2]:
            clients[host.index].expect(ROUNDS)
        # Rings of the dead host's partner are refused, those of the others are not.
        pair.hosts[0].try_write(f"{clients[0].folder}/serve_up", 1)
        wait_until(lambda: all(between(client, 0, COUNT) == COUNT * run.rounds
                               for client in clients[:2]), 60, "each ring arriving")
        expect(all(c.received == ROUNDS for client in clients[:2] for c in client.counts()
                   if c.index < COUNT), "an interrupt between the two did not come exactly "
               f"{ROUNDS} times")
    with test.part("it-comes-back", fatal=True):
        host = pair.hosts[2]
        host.restart()
        pair.insert_hardware_on(host)
        for module in (rings.CORE, pair.vendor.backend):
            host.insert(module)
        host.insert(rings.TEST, f"n={COUNT}")
        clients[2] = Client(host)
        rings.connect(pair)
    with test.part("six-directions-again"):
        run = rings.Run(pair, clients, COUNT, ROUNDS)
        run.start()
        problems = judge(run.evidence(run.wait_end()), run.count, ROUNDS)
        expect(not problems, "\n".join(problems))
    with test.part("unload"):
        pair.remove_all()
