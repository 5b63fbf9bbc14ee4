# SPDX-License-Identifier: GPL-2.0-only
"""Any moment is a legal moment to go away."""

from tests.harness import rings
from tests.harness.below import everywhere
from tests.harness.client import Client
from tests.harness.deadline import wait_until
from tests.harness.errors import expect_equal
from tests.harness.pair import DEBUG, Boot
from tests.harness.scenario import scenario

# After this long at most, see Documentation/limits.rst, a dead peer is noticed; and what it
# takes to look, on a slow emulator.
NOTICE_SECONDS = 15 + 3
COUNT = 32
FLAPS = 100
KMEMLEAK = "/sys/kernel/debug/kmemleak"


def busy(pair, clients):
    """Rings that outlast whatever happens next."""
    rings.Run(pair, clients, COUNT, 100000).start()
    wait_until(lambda: clients[1].summary()["received"] > 0, 20, "rings")


def works(pair, clients):
    """Whatever happened before, a run is exact again."""
    pair.both(lambda host: clients[host.index].wait_ready())
    rings.run_exact(pair, clients, COUNT, 5)


def rebind(pair, host):
    """Take the PCI function from its driver and give it back."""
    name = host.run(f"ls /sys/bus/pci/drivers/{pair.vendor.pci_driver} | grep ^0000:").strip()
    host.write(f"/sys/bus/pci/drivers/{pair.vendor.pci_driver}/unbind", name, 60)
    host.write(f"/sys/bus/pci/drivers/{pair.vendor.pci_driver}/bind", name, 60)


def attached(host):
    """The client of @host, once it is attached again."""
    def probe():
        return Client(host)
    return wait_until(probe, 60, f"{host}: the client on its device")


def uptime(host):
    return float(host.read("/proc/uptime").split()[0])


def leaks_nothing(host):
    """What the kernel's leak detector has to say of all that was allocated until now."""
    # It looks at objects from an age of five seconds on, of the machine's time.
    ripe = uptime(host) + 6
    wait_until(lambda: uptime(host) > ripe, 60, f"{host}: objects old enough to be looked at")
    # What changed between two scans is in use, so the first alone finds nothing new.
    for _ in range(2):
        host.write(KMEMLEAK, "scan", 300)
    expect_equal(host.run(f"head -c 3000 {KMEMLEAK}"), "", f"{host}: suspected leaks")


def lifecycle(test, pair, flaps):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part(f"{flaps}-link-flaps-while-ringing", fatal=True):
        busy(pair, clients)
        rings.flap(pair, clients, flaps)
        works(pair, clients)
    with test.part("unbind-and-bind-while-ringing", fatal=True):
        busy(pair, clients)
        rebind(pair, pair.hosts[1])
        clients[1] = attached(pair.hosts[1])
        works(pair, clients)
    for module in (rings.TEST, pair.vendor.backend, rings.CORE):
        with test.part(f"remove-and-insert-{module}-while-ringing", fatal=True):
            busy(pair, clients)
            host = pair.hosts[1]
            above = host.loaded[host.loaded.index(module):]
            for name in reversed(above):
                host.remove(name)
            host.insert_again(above)
            clients[1] = attached(host)
            works(pair, clients)
    with test.part("power-cut-of-the-peer", fatal=True):
        busy(pair, clients)
        host = pair.hosts[1]
        names = list(host.loaded)
        host.restart()
        wait_until(lambda: not clients[0].ready(), 20, "the table of the dead peer gone")
        host.insert_again(names)
        clients[1] = attached(host)
        works(pair, clients)
    with test.part("unload"):
        rings.remove(pair)
    if pair.hosts[0].vm.kernel.debug:
        with test.part("no-leak"):
            pair.both(leaks_nothing)


@scenario("silent-6.12", boot=Boot(silent=True), requires="silent_settings")
def test_silent(test, pair):
    """A host whose hardware does not report that its peer is gone notices by itself."""
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    for cut in (1, 0):
        with test.part(f"power-cut-of-host-{cut}", fatal=True):
            busy(pair, clients)
            host = pair.hosts[cut]
            names = list(host.loaded)
            host.restart()
            wait_until(lambda cut=cut: not clients[1 - cut].ready(), NOTICE_SECONDS,
                       f"host {1 - cut} noticing that its peer is gone")
            host.insert_again(names)
            clients[cut] = attached(host)
            works(pair, clients)
    with test.part("unload"):
        rings.remove(pair)


@scenario("lifecycle-6.12", boot=Boot())
@scenario("lifecycle-rt-6.12", boot=Boot(kernels=("rt-6.12", "rt-6.12")), soak=True)
def test_stock(test, pair):
    lifecycle(test, pair, FLAPS)


@scenario("lifecycle-debug-6.12", boot=DEBUG, seconds=900, provokes=("debug_allow",))
def test_debug(test, pair):
    lifecycle(test, pair, 10)


everywhere("lifecycle")(test_stock)
