# SPDX-License-Identifier: GPL-2.0-only
"""A domain that is made before the hardware driver asks for vectors."""

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 64
ROUNDS = 20
RESERVED = 256
FEW = 2
MANY = 1024


def load(pair, client):
    """Ours first, so that the client is there when the hardware's driver is bound."""
    pair.insert("ntb")
    rings.insert_modules(pair, pair.vendor, f"reserve={RESERVED} {client}")
    pair.insert_hardware(first=())


def unload(pair):
    """Hardware drivers one after the other, as they tell each other that they go."""
    for module in reversed(pair.vendor.hardware):
        for host in pair.hosts:
            host.remove(module)
    pair.remove_all()


@scenario("reserve-6.12", boot=Boot())
def test_reserve(test, pair):
    with test.part("attach", fatal=True):
        load(pair, f"n={COUNT} max_irqs={RESERVED}")
        clients = rings.connect(pair)
    with test.part("taken-over"):
        for client in clients:
            text = client.core_file("info")
            for line in (f"size: {RESERVED}\n", f"reserved: {RESERVED}\n"):
                expect(line in text, f"no line {line!r} in {text!r}")
    with test.part(f"{COUNT}-interrupts-{ROUNDS}-rings"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part("again-after-the-client-went", fatal=True):
        pair.remove(rings.TEST)
        pair.insert(rings.TEST, f"n={COUNT} max_irqs={RESERVED}")
        clients = rings.connect(pair)
        for client in clients:
            expect(f"reserved: {RESERVED}\n" in client.core_file("info"), "the domain is gone")
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part("goes-with-the-driver", fatal=True):
        unload(pair)
        rings.insert(pair, COUNT)
        for client in rings.connect(pair):
            expect("reserved: 0\n" in client.core_file("info"), "the domain is still there")
        pair.remove_all()
    with test.part("more-than-reserved-is-refused"):
        load(pair, f"n={COUNT} max_irqs={2 * RESERVED}")
        said = (f"{2 * RESERVED} interrupts requested, the limit is {RESERVED} "
                "(reserved by the driver)")
        for host in pair.hosts:
            wait_until(lambda host=host: said in host.run("dmesg"), 20, f"{host}: {said!r}")
            expect_equal(host.run("ls /sys/kernel/debug/ntb_irq_test"), "",
                         f"{host}: devices of the client")
    with test.part("unload", fatal=True):
        unload(pair)
    with test.part("goes-with-the-library"):
        # The hardware's driver knows nothing of the reservation, and is unbound last.
        load(pair, f"n={COUNT} max_irqs={RESERVED}")
        rings.connect(pair)
        for module in (rings.TEST, pair.vendor.backend, rings.CORE):
            pair.remove(module)
        for client in rings.insert_ours(pair, COUNT):
            expect("reserved: 0\n" in client.core_file("info"), "the domain is still there")
        pair.remove(rings.TEST)
        unload(pair)


def its(smp):
    """Below a parent that gives a function as many interrupts as it first asks for."""
    return Boot(kernels=("arm64-6.12",) * 2, mode="passthrough", parent="its", smp=smp)


@scenario("reserve-6.12-its", requires="arm64", boot=its(smp=2))
def test_many(test, pair):
    with test.part(f"{MANY}-interrupts", fatal=True):
        clients = rings.insert(pair, MANY)
        rings.run_exact(pair, clients, MANY, FEW)
    with test.part("unload"):
        rings.remove(pair)


# On machines of their own: what a function has been given sticks until they boot again.
@scenario("late-6.12-its", requires="arm64", boot=its(smp=1))
def test_late(test, pair):
    pair.spent = True
    with test.part("attach"):
        pair.insert_hardware()
        rings.insert_modules(pair, pair.vendor, f"n={MANY}")
    with test.part("the-sentence-names-the-remedy"):
        for host in pair.hosts:
            wait_until(lambda host=host: "call ntb_irq_reserve() before" in host.run("dmesg"), 20,
                       f"{host}: the sentence")
            expect_equal(host.run("ls /sys/kernel/debug/ntb_irq_test"), "",
                         f"{host}: devices of the client")
    with test.part("unload"):
        pair.remove_all()
