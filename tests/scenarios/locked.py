# SPDX-License-Identifier: GPL-2.0-only
"""A peer that keeps the lock which this host takes to close its windows."""

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal, expect_in
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

from .lifecycle import attached, rebind, works

COUNT = 32
# How long mainline's driver waits for its lock, and this host beside that.
DRIVER_SECONDS = 50
LEAVE_SECONDS = 30
POKE = "ntb_irq_poke"
KEPT = rf"ntb_irq: {COUNT} interrupts are kept until the driver of the function is unbound"
REFUSED = "ntb_irq: interrupts of an earlier user are kept"


def poke(host, offset, value):
    """Write a word into the function's registers, past its driver."""
    host.insert(POKE, f"bus={int(host.function[5:7], 16)} offset={offset} value={value}")
    host.remove(POKE)


@scenario("locked-6.12", boot=Boot(), seconds=600, soak=True, requires="lock")
def test_locked(test, pair):
    hostile, host = pair.hosts
    offset, lock, unlock = pair.vendor.lock
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
        works(pair, clients)
    with test.part("leaves-all-the-same", fatal=True):
        poke(hostile, offset, lock)
        # Nor does it acknowledge anything.
        pair.fabric.fault("spad-drop", hostile.index, 0, 0)
        host.remove(rings.TEST, DRIVER_SECONDS + LEAVE_SECONDS)
        expect(rings.interrupt_windows(pair)[0], "no window is open: nothing was held")
        expect_in("a window stays open", host.run("dmesg"), f"{host}: its log")
    with test.part("interrupts-behind-the-window-are-kept"):
        expect_in(KEPT.partition(": ")[2], host.run("dmesg"), f"{host}: its log")
        expect_equal(len(host.run("grep -l NTB- /sys/kernel/irq/*/chip_name").split()), COUNT,
                     f"{host}: interrupts without a user")
    with test.part("attaching-is-refused"):
        host.insert(rings.TEST, f"n={COUNT}")
        wait_until(lambda: REFUSED in host.run("dmesg"), 20, f"{host}: a sentence")
        expect_equal(host.run("ls /sys/kernel/debug/ntb_irq_test"), "", f"{host}: clients")
        expect(host.try_run(f"rmmod {rings.CORE}")[0], f"{host}: the library was unloaded")
    with test.part("exact-again-once-the-driver-is-bound-anew"):
        pair.fabric.clear_faults()
        poke(hostile, offset, unlock)
        rebind(pair, host)
        clients[1] = attached(host)
        works(pair, clients)
    with test.part("unload"):
        rings.remove(pair)
