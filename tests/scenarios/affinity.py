# SPDX-License-Identifier: GPL-2.0-only
"""Interrupts move between CPUs while rings run."""

from tests.harness import rings
from tests.harness.below import everywhere
from tests.harness.client import parse_keys
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario
from tests.scenarios.exchange import MANY_CPUS

CPUS = 4
COUNT = 64
ROUNDS = 200

# Moves every interrupt on, one CPU a pass, until the file that says so is gone.
MOVER = ("pass=0; while [ -e /tmp/move ]; do "
         "for irq in {irqs}; do "
         "echo $(((irq + pass) % {cpus})) > /proc/irq/$irq/smp_affinity_list || "
         "echo $irq >> /tmp/refused; "
         "done; pass=$((pass + 1)); echo $pass > /tmp/passes; done; touch /tmp/moved")


def start_moving(host, client):
    irqs = " ".join(str(count.irq) for count in client.counts())
    host.run("rm -f /tmp/refused /tmp/passes /tmp/moved; touch /tmp/move")
    host.run(f"({MOVER.format(irqs=irqs, cpus=CPUS)}) > /dev/null 2>&1 &")


def stop_moving(host):
    """Passes made; every move must have been accepted."""
    host.run("rm -f /tmp/move")
    host.wait_for("ls /tmp", lambda out: "moved" in out.split(), 20, "the end of the moving")
    refused = host.run("cat /tmp/refused 2>/dev/null | wc -l").strip()
    expect_equal(refused, "0", f"{host}: refused moves")
    return int(host.run("cat /tmp/passes 2>/dev/null || echo 0"))


def exact_while_moving(pair, clients, count, rounds):
    """A run that must be perfect while all interrupts move; return the passes of each host."""
    run = rings.Run(pair, clients, count, rounds)
    pair.both(lambda host: start_moving(host, clients[host.index]))
    run.start()
    problems = run.finish(moving=True)
    passes = pair.both(stop_moving)
    expect(not problems, "\n".join(problems))
    return passes


def words_sent(client):
    """Words the core wrote to its peer since it attached."""
    keys = parse_keys(client.core_file("peers"))
    expect("words_sent" in keys, f"the peers file does not tell words_sent: {sorted(keys)}")
    return keys["words_sent"]


# More CPUs than it is about, to share the machines of those who need many vectors.
@scenario("affinity-6.12", boot=Boot(smp=MANY_CPUS))
def test_affinity(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    told = [words_sent(client) for client in clients]
    with test.part("rings-while-moving", fatal=True):
        passes = exact_while_moving(pair, clients, COUNT, ROUNDS)
    with test.part("every-interrupt-moved"):
        expect(min(passes) >= CPUS, f"only {passes} passes over the CPUs during the run")
    with test.part("no-word-told-to-the-peer"):
        expect_equal([words_sent(client) for client in clients], told, "words sent to the peers")
    with test.part("unload"):
        pair.remove_all()


everywhere("affinity", boot={"smp": CPUS})(test_affinity)
