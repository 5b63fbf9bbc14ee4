# SPDX-License-Identifier: GPL-2.0-only
"""The patches for a kernel tree, and kernels that were built with them."""

import os
import re

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario
from tests.scenarios import control
from tests.scenarios.lifecycle import rebind
from tests.scenarios.refuse import OVERRIDE, denied, forbidden
from tests.scenarios.static import must_pass, run

SERIES = os.path.abspath("scripts/series")
CPUS = 4
COUNT = 64
ROUNDS = 20
DISK_BLOCKS = 256
# What the hardware's modules need before they are inserted.
FIRST = ("ntb", rings.CORE)
OLDER = "ntb_irq_older"
DEBUGFS = f"/sys/kernel/debug/{OLDER}"
TRAPPED = "/tmp/trapped"
# Older interrupts that mainline's test asks for where there is no other limit.
LEGACY = 29


def interrupts(host, pattern):
    """Total of each line of /proc/interrupts that @pattern matches, by its last word."""
    totals = {}
    for line in host.run("cat /proc/interrupts").splitlines():
        words = line.split()
        if re.search(pattern, line):
            totals[words[-1]] = totals.get(words[-1], 0) + sum(
                int(word) for word in words[1:CPUS + 1])
    return totals


def legacy_count(vendor):
    """How many messages fit into the scratchpads, two words each and one for the count."""
    return vendor.legacy_interrupts or min(LEGACY, (vendor.scratchpads - 1) // 2)


def rung_through_the_domain(host):
    """The transport's handlers run for interrupts of the function's own domain."""
    totals = interrupts(host, r"\bIR-NTB-.*ntb_transport")
    expect(totals and all(totals.values()), f"{host}: interrupts of the transport: {totals}")


def transport(test, pair):
    """It wants a window for itself beside that for the interrupts."""
    if "perf" in pair.vendor.clients:
        control.netdev(test, pair, "use_msi=1", rung_through_the_domain)


def legacy(test, pair):
    """Mainline's clients of the older interface."""
    if pair.vendor.safe_scratchpads:
        control.msi(test, pair, legacy_count(pair.vendor))
        race(test, pair)
        signalled(test, pair)
        stuck(test, pair)
    else:
        with test.part("msi-refused"):
            control.refused(pair, "ntb_msi_test")
    if pair.vendor.transport_leaves:
        transport(test, pair)
    control.pingpong(test, pair)
    if pair.vendor.windows_meet:
        windows(test, pair)


def race(test, pair):
    """An older client's interrupt is not freed below a free_irq() that has not returned, and
    its descriptor is the client's once it has.
    """
    host = pair.hosts[0]
    with test.part("request-while-another-is-freed"):
        pair.insert(OLDER)
        wait_until(lambda: host.try_write(f"{DEBUGFS}/open", 1) == "", 30, "open windows")
        host.write(f"{DEBUGFS}/race", 1)
    with test.part("no-write-to-what-was-freed"):
        host.write(f"{DEBUGFS}/late", 1)
    with test.part("older-client-unload"):
        pair.remove(OLDER)


def unbind_signalled(host, folder, name):
    """Unbind @name by a process that has a signal pending all the time."""
    host.run(f"rm -f {TRAPPED}; sh -c 'trap : TERM; : >{TRAPPED}; echo {name} >{folder}/unbind' & "
             f"pid=$!; until [ -e {TRAPPED} ]; do usleep 1000; done; "
             "while kill -TERM $pid 2>/dev/null; do usleep 1000; done; wait $pid")


def opened(pair):
    """A client of the older interface on host 0 that has windows open; its driver and device."""
    host, folder = pair.hosts[0], f"/sys/bus/ntb/drivers/{OLDER}"
    wait_until(lambda: host.try_write(f"{DEBUGFS}/open", 1) == "", 30, "open windows")
    wait_until(lambda: any(rings.interrupt_windows(pair)), 10, "an open window to interrupts")
    return folder, host.run(f"ls {folder} | grep :").strip()


def closed(pair):
    left = rings.interrupt_windows(pair)
    expect(not any(left), f"windows to interrupts that outlive the client: {left}")


def signalled(test, pair):
    """Drivers may wait for their hardware until a signal comes."""
    with test.part("unbound-with-signals-pending"):
        pair.insert(OLDER)
        unbind_signalled(pair.hosts[0], *opened(pair))
        closed(pair)
        pair.remove(OLDER)


def mapped(host):
    """How many interrupts the domain of the function has."""
    text = host.run("cat /sys/kernel/debug/irq/domains/*NTB* 2>/dev/null || true")
    return sum(int(count) for count in re.findall(r"^ *mapped: +(\d+)$", text, re.MULTILINE))


def stuck(test, pair):
    """What a window leads to that cannot be closed is kept until the driver goes."""
    host = pair.hosts[0]

    def leave():
        folder, name = opened(pair)
        host.write(f"{DEBUGFS}/take", 1)
        host.write(f"{DEBUGFS}/stuck", "Y")
        host.write(f"{folder}/unbind", name)
        said = host.run("dmesg | grep 'window [0-9]* stays open' | tail -n 1")
        expect(re.search(r"peer 0: window \d+ stays open: it could not be closed in \d+ ms \(-5\)",
                         said), f"what the log has: {said!r}")
        expect(mapped(host) > before, "the interrupts were given away")
        return folder, name

    with test.part("kept-with-a-window-that-stays-open"):
        before = mapped(host)
        pair.insert(OLDER)
        folder, name = leave()
        said = host.try_write(f"{folder}/bind", name)
        expect("Device or resource busy" in said, f"the next client: {said!r}")
        rebind(pair, host)
        host.write(f"{DEBUGFS}/stuck", "N")
        opened(pair)
        pair.remove(OLDER)
        closed(pair)
        expect_equal(mapped(host), before, "interrupts that are left")


def windows(test, pair):
    """Two callers at a time, whom the driver serves one after the other."""
    with test.part("two-windows-at-a-time"):
        pair.insert("ntb_tool")
        base = control.folder(pair.hosts[0], "ntb_tool")
        control.link_both(pair, base)
        failed = control.windows_at_once(pair.hosts[0], base, control.MEETINGS)
        expect_equal(failed, [], "windows that were not opened")
        control.memory_window(pair, base)
        pair.remove("ntb_tool")


def own_interface(test, pair):
    """The project's own interface, with as many interrupts as were reserved."""
    with test.part("attach", fatal=True):
        pair.insert(pair.vendor.backend)
        pair.insert(rings.TEST, f"n={COUNT}")
        clients = rings.connect(pair)
    with test.part("reserved"):
        for client in clients:
            text = client.core_file("info")
            want = 1024 if pair.vendor.reserves else 0
            expect(f"reserved: {want}\n" in text, f"not {want} reserved: {text}")
    with test.part(f"{COUNT}-interrupts-{ROUNDS}-rings"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part("detach", fatal=True):
        pair.remove(rings.TEST)
        pair.remove(pair.vendor.backend)


def disk(host):
    """An ordinary device with a vector for each queue: its data and its interrupts."""
    queues = interrupts(host, r"PCI-MSIX-.*nvme0q[1-9]")
    expect_equal(len(queues), CPUS, f"{host}: queues of the disk")
    host.run(f"dd if=/dev/urandom of=/tmp/data bs=4096 count={DISK_BLOCKS} 2>/dev/null")
    host.run(" && ".join(
        f"taskset {1 << cpu:x} dd if=/tmp/data of=/dev/nvme0n1 bs=4096 seek={cpu * DISK_BLOCKS} "
        "conv=fsync 2>/dev/null" for cpu in range(CPUS)), 60)
    host.run("echo 3 > /proc/sys/vm/drop_caches")
    sums = host.run("md5sum < /tmp/data; " + "; ".join(
        f"taskset {1 << cpu:x} dd if=/dev/nvme0n1 bs=4096 skip={cpu * DISK_BLOCKS} "
        f"count={DISK_BLOCKS} 2>/dev/null | md5sum" for cpu in range(CPUS)), 60).split("\n")
    expect_equal(len(set(filter(None, sums))), 1, f"{host}: different checksums")
    after = interrupts(host, r"PCI-MSIX-.*nvme0q[1-9]")
    idle = [name for name, total in after.items() if total <= queues[name]]
    expect(not idle, f"{host}: no interrupt of {idle}: {queues}, then {after}")


def reserved_early(host):
    """The domain is there before anybody attaches, with the interrupt that holds it."""
    text = host.run("cat /sys/kernel/debug/irq/domains/*NTB*")
    expect(re.search(r"^ *mapped: +1$", text, re.MULTILINE), f"{host}: {text!r}")


def test_migrated(test, pair):
    with test.part("probe", fatal=True):
        pair.insert_hardware(options={}, first=FIRST)
    if pair.vendor.reserves:
        with test.part("reserved-early"):
            pair.both(reserved_early)
    if pair.vendor.kind == "scratchpads":
        legacy(test, pair)
    own_interface(test, pair)
    with test.part("disk"):
        pair.both(disk)
    if not pair.vendor.transport_leaves:
        transport(test, pair)
        return
    with test.part("unload", fatal=True):
        pair.remove_all()


for _kernel in ("6.12", "7.3"):
    scenario(f"series-{_kernel}", seconds=400, soak=_kernel != "7.3",
             boot=Boot(kernels=(f"series-{_kernel}",) * 2, smp=CPUS, disk=True,
                       transport=True))(test_migrated)


@scenario("refuse-nosid-7.3", boot=Boot(kernels=("series-7.3",) * 2, parent="vt-d-nosid"))
def test_nosid(test, pair):
    """Remapping that does not ask whose a message is does not isolate, and the kernel says so."""
    with test.part("refused-with-a-sentence", fatal=True):
        pair.insert_hardware(options={}, first=FIRST)
        pair.insert(pair.vendor.backend)
        pair.insert(rings.TEST, f"n={COUNT}")
        pair.both(lambda host: forbidden(denied(host, "INTEL-IR-.* does not isolate MSIs")))
    with test.part("override-rings-exactly"):
        pair.remove(rings.TEST)
        for host in pair.hosts:
            host.write(f"/sys/module/{rings.CORE}/parameters/{OVERRIDE}", "Y")
        pair.insert(rings.TEST, f"n={COUNT}")
        rings.run_exact(pair, rings.connect(pair), COUNT, ROUNDS)
    with test.part("unload"):
        pair.remove_all()


def refusals(test, name):
    """Each with one sentence, and nothing is written."""
    source = test.environment.kernels[name].build
    empty, full = (os.path.join(test.folder, name) for name in ("empty", "full"))
    for folder in (empty, full):
        os.makedirs(folder, exist_ok=True)
    with open(os.path.join(full, "file"), "w", encoding="ascii"):
        pass
    for words, status, sentence in (
            ((), 2, "usage: "),
            ((source,), 2, "usage: "),
            ((source, empty, empty), 2, "usage: "),
            ((os.path.join(empty, "none"), empty), 1, "no such folder"),
            ((empty, empty), 1, "is no kernel source tree"),
            ((source, empty), 1, "has drivers/ntb/irq already"),
            ((source, full), 1, "is not empty"),
            ((source, os.path.join(full, "file")), 1, "is no folder")):
        got, output = run(test, "refusals", [SERIES, *words])
        expect_equal(got, status, f"{words}: status")
        expect(sentence in output and output.count("\n") == 1, f"{words}: {output!r}")
    expect_equal(os.listdir(empty), [], "what was written")


def test_patches(test, case):
    (name,) = case.scenario.kernels
    with test.part("refusals"):
        refusals(test, name)
    with test.part("patches"):
        words = ["--all"] if case.scenario.soak else []
        must_pass(test, "series", ["tests/series", *words, name], case.scenario.seconds - 20)


# Each commit in one configuration for one kernel; in all of them, and for the other, is for
# long runs.
for _kernel, _all in (("7.3", False), ("6.12", True), ("7.3", True)):
    scenario(f"static/patches-{'all-' if _all else ''}{_kernel}", soak=_all,
             kernels=(f"series-{_kernel}",), seconds=7200 if _all else 2400,
             inputs=("core", "vendors", "clients", "include", "Documentation", "Kbuild", "Kconfig",
                     "MAINTAINERS", "tests/client", "tests/series", "tests/kernel-tree.sh",
                     "tests/scenarios/static.py",
                     "scripts/series", "scripts/patches", "scripts/migrate", "scripts/migration",
                     "scripts/coccinelle", "scripts/env/series.config"))(test_patches)
