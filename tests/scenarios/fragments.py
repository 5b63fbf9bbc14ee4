# SPDX-License-Identifier: GPL-2.0-only
"""A table whose messages are in no order costs in proportion to its size, not to its square."""

import random
import sys
import time

from tests.harness import rings
from tests.harness.client import parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

SEED = 7
FEW, MANY = 1000, 2000
# That have vectors for so many interrupts.
CPUS = 12
# How much more than twice as much twice as many may cost.
SLACK = 1.5


def busy_ticks(host):
    """What the CPUs of a machine have worked, in ticks: all but idle and waiting."""
    words = [int(word) for word in host.read("/proc/stat").split("\n", 1)[0].split()[1:8]]
    return sum(words) - words[3] - words[4]


def learn(pair, clients):
    """Have the tables sent anew; (words, records, seconds, ticks of the host that learns)."""
    near, far = clients

    def sent():
        stats = parse_keys(near.core_file("peers"))
        return stats["words_sent"], stats["records_sent"]

    def known():
        return parse_keys(far.core_file("peers"))

    wait_until(near.ready, 60, "the table, before it is sent anew")
    size = parse_keys(near.core_file("peers"))["exported"]
    pair.fabric.link(False)
    wait_until(lambda: known()["session"] != "up", 20, "the end of the session")
    words, records = sent()
    ticks, began = busy_ticks(far.host), time.monotonic()
    pair.fabric.link(True)
    wait_until(lambda: known()["imported"] == size, 240, f"{size} interrupts learnt")
    took = time.monotonic() - began
    return (*(new - old for new, old in zip(sent(), (words, records))), took,
            busy_ticks(far.host) - ticks)


def shuffle(client, count):
    """Free half of the interrupts in no order, and request as many again."""
    indices = random.Random(SEED).sample(range(count), count // 2)
    folder = client.folder
    for start in range(0, len(indices), 50):
        some = " ".join(str(index) for index in indices[start:start + 50])
        client.host.run(f"for i in {some}; do echo $i > {folder}/free || exit 1; done", 120)
    wait_until(lambda: client.alloc(len(indices)) == "", 60, "interrupts requested again")


# A parent that remaps composes messages in the order of their handles, and gives out the
# lowest that is free, so that whatever comes and goes they are in order again.
@scenario("fragments-noremap-6.12", boot=Boot(mode="noremap", smp=CPUS), soak=True, seconds=1800)
def test_fragments(test, pair):
    costs = {}
    pair.insert_hardware()
    for count in (FEW, MANY):
        with test.part(f"{count}-interrupts", fatal=True):
            clients = rings.insert_ours(pair, count, core="allow_unsafe_interrupts=1",
                                        client="max_irqs=2048")
            ordered = learn(pair, clients)
            shuffle(clients[0], count)
            costs[count] = learn(pair, clients)
            for name, (words, records, took, ticks) in (("in order", ordered),
                                                        ("in no order", costs[count])):
                print(f"  {count} interrupts {name}: {words} words, {records} records, "
                      f"{took:.1f} s, {ticks} ticks of the host that learns",
                      file=sys.stderr, flush=True)
            expect(costs[count][1] > count / 8, "the messages are still in order")
            rings.run_exact(pair, clients, count, 2)
            pair.remove(rings.TEST)
            pair.remove(pair.vendor.backend)
            pair.remove(rings.CORE)
    with test.part("cost-is-proportional"):
        for what, few, many in zip(("words", "records", "seconds", "ticks"), costs[FEW],
                                   costs[MANY]):
            expect(many <= 2 * SLACK * few, f"{what}: {few} for {FEW}, {many} for {MANY}")
    with test.part("unload"):
        pair.remove_all()
