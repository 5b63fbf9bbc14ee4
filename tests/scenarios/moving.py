# SPDX-License-Identifier: GPL-2.0-only
"""Messages that change while rings run, since there is no remapping: none is lost."""

from dataclasses import replace

from tests.harness import rings
from tests.harness.client import parse_keys
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


@scenario("moving-hosts-noremap-6.12", kind="messages",
          boot=Boot(kernels=("6.12", "6.12", "6.12"), mode="noremap", smp=CPUS))
def test_moving_hosts(test, pair):
    with test.part("attach", fatal=True):
        clients = attach(pair)
    with test.part("rings-of-three-hosts-while-moving"):
        exact_while_moving(pair, clients, COUNT, ROUNDS // 3)
    with test.part("unload"):
        pair.remove_all()
