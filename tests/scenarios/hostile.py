# SPDX-License-Identifier: GPL-2.0-only
"""Three hosts, one of which obeys no protocol: the others ring each other exactly."""

import re
import time

from tests.harness import rings
from tests.harness.client import Client, parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

HOSTILE = "ntb_irq_hostile"
PARAMETERS = f"/sys/module/{HOSTILE}/parameters"
SEED = 1
COUNT = 16
ROUNDS = 200
THREE = ("6.12", "6.12", "6.12")
# What a host prints of one peer in a minute, see core/log.c, with the line that says how
# many were left out.
LINES_A_MINUTE = 11
# What a table of the hostile host's and the lists beside it may take.
MEMORY_KIB = 8 << 10
# Of two hosts, to each the other is the first peer, and the hostile one the second.
HONEST, BAD = 0, 1


def peer_keys(client, pidx):
    """What the core says of one peer."""
    text = client.core_file("peers").split("peer: ")[1 + pidx]
    return parse_keys(f"peer: {text}")


def know_each_other(clients):
    return all(peer_keys(client, HONEST)["imported"] == 2 * COUNT
               and peer_keys(client, HONEST)["synced"] == "yes" for client in clients)


def exact(clients):
    """The rally of two hosts in spite of the third: each interrupt for the other comes."""
    for client in clients:
        client.expect(ROUNDS)
    # The rallies with the third host cannot begin.
    clients[0].host.try_write(f"{clients[0].folder}/serve_up", 1)

    def received(client):
        return [count.received for count in client.counts() if count.index < COUNT]

    wait_until(lambda: all(min(received(client)) >= ROUNDS for client in clients), 120,
               "all balls between the honest hosts")
    for client in clients:
        expect_equal(set(received(client)), {ROUNDS}, f"{client.host}: balls on each interrupt")


def lines(host):
    """What the library printed of the hostile peer since the last call, by its mark."""
    text = host.run("dmesg")
    return [line for line in text.splitlines() if f"ntb_irq: peer {BAD}: " in line]


def available(host):
    return int(re.search(r"^MemAvailable: +(\d+) kB", host.read("/proc/meminfo"), re.M)[1])


def hostile(test, pair, seconds):
    honest, bad = pair.hosts[:2], pair.hosts[2]
    with test.part("attach", fatal=True):
        pair.insert_hardware()
        for host in honest:
            rings.insert_modules(host, pair.vendor, f"n={COUNT}")
        clients = [Client(host) for host in honest]
        wait_until(lambda: know_each_other(clients), 60, "the honest hosts knowing each other")
        exact(clients)
    with test.part(f"exact-beside-a-hostile-host-for-{seconds}-s", fatal=True):
        before = [available(host) for host in honest]
        bad.insert(HOSTILE, f"seed={SEED}")
        began = time.monotonic()
        runs = 0
        while time.monotonic() - began < seconds:
            exact(clients)
            runs += 1
        took = time.monotonic() - began
        sent = {name: int(bad.read(f"{PARAMETERS}/{name}"))
                for name in ("frames", "records", "sessions")}
        print(f"  {runs} rallies of {ROUNDS} balls on {COUNT} interrupts in {took:.0f} s beside "
              f"{sent['frames']} frames, {sent['records']} records in {sent['sessions']} sessions",
              flush=True)
        # What is rejected ends a session, and a host takes up the next after a second.
        expect(sent["records"] > seconds and sent["sessions"] > seconds / 4,
               f"it has not been hostile: {sent}")
    with test.part("what-it-costs-is-bounded"):
        for host, old in zip(honest, before):
            said = lines(host)
            most = LINES_A_MINUTE * (1 + took / 60)
            print(f"  {host}: {len(said)} lines about it, {old - available(host)} KiB of memory",
                  flush=True)
            expect(said, f"{host}: nothing that was sent was noticed")
            expect(len(said) <= most, f"{host}: {len(said)} lines in {took:.0f} s")
            expect(old - available(host) < MEMORY_KIB,
                   f"{host}: {old - available(host)} KiB of memory went")
    with test.part("unload"):
        pair.remove_all()


@scenario("hostile-6.12", boot=Boot(kernels=THREE), kind="messages", seconds=600)
def test_hostile(test, pair):
    hostile(test, pair, 45)


@scenario("hostile-long-6.12", boot=Boot(kernels=THREE), kind="messages", seconds=3000, soak=True)
def test_hostile_long(test, pair):
    hostile(test, pair, 1200)


@scenario("hostile-debug-6.12", kind="messages", seconds=1800, soak=True, provokes=("debug_allow",),
          boot=Boot(kernels=("debug-6.12",) * 3, memory=1024))
def test_hostile_debug(test, pair):
    hostile(test, pair, 120)
