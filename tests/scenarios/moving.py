# SPDX-License-Identifier: GPL-2.0-only
"""Messages that change while rings run, since there is no remapping: none is lost."""

import re
from dataclasses import replace

from tests.harness import rings
from tests.harness.client import parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.pair import DEBUG, Boot
from tests.harness.scenario import scenario

from .affinity import exact_while_moving
from .refuse import OVERRIDE

COUNT = 16
ROUNDS = 300
CPUS = 4
LAST = CPUS - 1
TURNS = 5
# A host that is gone by a link event is waited for no longer; and some time to look.
GO_ON_SECONDS = 2
ONLINE = f"/sys/devices/system/cpu/cpu{LAST}/online"


def held(client):
    """Rings of the host's only peer that waited for a new message."""
    return parse_keys(client.core_file("peers"))["held"]


def attach(pair):
    pair.insert_hardware()
    return rings.insert_ours(pair, COUNT, core=f"{OVERRIDE}=1")


@scenario("offline-noremap-6.12", boot=Boot(mode="noremap", smp=CPUS))
@scenario("offline-noremap-debug-6.12", soak=True, seconds=900, provokes=("debug_allow",),
          boot=replace(DEBUG, mode="noremap", smp=CPUS))
def test_offline(test, pair):
    with test.part("attach", fatal=True):
        clients = attach(pair)
    for turn in range(TURNS):
        with test.part(f"cpu-goes-offline-while-ringing-{turn}", fatal=True):
            far = clients[1]
            for count in far.counts():
                far.host.write(f"/proc/irq/{count.irq}/smp_affinity_list", LAST)
            run = rings.Run(pair, clients, COUNT, ROUNDS)
            run.start()
            far.host.write(ONLINE, 0)
            problems = run.finish(moving=True)
            far.host.write(ONLINE, 1)
            expect(not problems, "\n".join(problems))
    with test.part("unload"):
        rings.remove(pair)


@scenario("moving-noremap-6.12", boot=Boot(mode="noremap", smp=CPUS), soak=True)
def test_moving(test, pair):
    with test.part("attach", fatal=True):
        clients = attach(pair)
    with test.part("rings-while-moving"):
        exact_while_moving(pair, clients, COUNT, 2 * ROUNDS)
    with test.part("rings-waited-for-new-messages"):
        expect(sum(held(client) for client in clients), "no ring came while a message changed")
    with test.part("unload"):
        rings.remove(pair)


def of_peers(client, key):
    """What the core of a host has under @key for each of its peers."""
    return [int(value) for value in re.findall(rf"^{key}: (\d+)$", client.core_file("peers"), re.M)]


def move(client, index, ringer):
    """Have the message of an interrupt change; it may take rings until x86 does that."""
    before = client.active()[index]
    cpu = int(client.host.read(f"/proc/irq/{before[0]}/effective_affinity_list"))
    client.host.write(f"/proc/irq/{before[0]}/smp_affinity_list", (cpu + 1) % CPUS)

    def moved():
        if client.active()[index] != before:
            return True
        ringer.ring(index)
        return False
    wait_until(moved, 20, f"a new message of interrupt {index}")


def gone_while_moving(pair, clients):
    """Host 1 holds its rings until host 2 does, too, and host 2 is gone instead."""
    near, ringer, gone = clients
    records, waited = of_peers(near, "records_sent")[0], of_peers(ringer, "held")[0]
    gone.host.vm.pause()
    try:
        move(near, 0, ringer)
        wait_until(lambda: of_peers(near, "records_sent")[0] > records, 5, "rings being held")
        expect(not ringer.ring(0), "a ring that is held was refused")
        expect(of_peers(ringer, "held")[0] == waited, "rings were not held for a host that hangs")
    finally:
        gone.host.vm.kill()
    wait_until(lambda: of_peers(ringer, "held")[0] > waited, GO_ON_SECONDS,
               "the ring that was held")
    gone.host.restart()


@scenario("moving-hosts-noremap-6.12", kind="messages",
          boot=Boot(kernels=("6.12", "6.12", "6.12"), mode="noremap", smp=CPUS))
def test_moving_hosts(test, pair):
    with test.part("attach", fatal=True):
        clients = attach(pair)
    with test.part("rings-of-three-hosts-while-moving"):
        exact_while_moving(pair, clients, COUNT, ROUNDS // 3)
    with test.part("rings-of-one-host-do-not-wait-for-another-that-is-gone", fatal=True):
        gone_while_moving(pair, clients)
    with test.part("unload"):
        pair.remove_all()
