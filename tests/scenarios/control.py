# SPDX-License-Identifier: GPL-2.0-only
"""Mainline's own clients, unmodified, over the legacy path.

They know nothing of this project. That they work is the evidence that the
emulated hardware behaves as their drivers expect of the real one.
"""

import re

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import Failure, expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

DEBUGFS = "/sys/kernel/debug"
WINDOW_BYTES = 65536
# How often two windows are opened at a time.
MEETINGS = 10


def folder(host, client):
    """The debugfs folder of mainline's @client, which serves one device."""
    return host.run(f"echo {DEBUGFS}/{client}/*").strip()


def other(pair, host):
    return pair.hosts[1 - host.index]


def number(text):
    return int(text.strip(), 0)


def numbers(text):
    """The output of "grep . FILES": {file name: number}."""
    values = {}
    for line in text.splitlines():
        path, _, value = line.rpartition(":")
        values[path.rsplit("/", 1)[1]] = number(value)
    return values


def link_both(pair, base):
    """Bring the link up from both sides, as the tool lets one do."""
    if pair.vendor.link_switch:
        pair.both(lambda host: host.write(f"{base}/link", "Y"))
    pair.both(lambda host: host.wait_for(f"cat {base}/peer0/link",
                                         lambda out: out.strip() == "Y", 60, "link up"))


def doorbells(pair, base):
    """Each doorbell bit set on one side shows on the other, and no other bit."""
    valid = number(pair.hosts[0].read(f"{base}/db_valid_mask"))
    bits = [bit for bit in range(64) if valid >> bit & 1]
    expect(len(bits) >= 2, f"doorbell mask {valid:#x} has less than two bits")
    for host in pair.hosts:
        peer = other(pair, host)
        peer.write(f"{base}/db", f"c {valid:#x}")
        want = 0
        for bit in bits:
            want |= 1 << bit
            host.write(f"{base}/peer_db", f"s {1 << bit:#x}")
            # Bits that are no doorbells are the driver's own business.
            peer.wait_for(f"cat {base}/db", lambda out, want=want: number(out) & valid == want,
                          5, f"doorbell bit {bit}, db {want:#x}")
        peer.write(f"{base}/db", f"c {valid:#x}")
        expect_equal(number(peer.read(f"{base}/db")) & valid, 0, "the cleared doorbells")


def doorbell_event(pair, base):
    """An unmasked doorbell wakes a waiter, that is, it interrupts."""
    for host in pair.hosts:
        peer = other(pair, host)
        mask = number(peer.read(f"{base}/db_valid_mask"))
        bit = mask & -mask
        irqs = f"grep {pair.vendor.interrupts or pair.vendor.pci_driver} /proc/interrupts"
        before = peer.run(irqs)
        peer.write(f"{base}/db_mask", f"c {bit:#x}")
        host.write(f"{base}/peer_db", f"s {bit:#x}")
        peer.write(f"{base}/db_event", f"{bit:#x}", 10)
        peer.wait_for(irqs, lambda out, before=before: out != before, 5, "a doorbell interrupt")
        peer.write(f"{base}/db_mask", f"s {bit:#x}")
        peer.write(f"{base}/db", f"c {bit:#x}")


def scratchpads(pair, base):
    """Every scratchpad written on one side is read on the other."""
    for host in pair.hosts:
        peer = other(pair, host)
        count = int(host.run(f"ls -d {base}/peer0/spad* | wc -l"))
        want = pair.vendor.scratchpads
        expect(count >= want, f"{count} scratchpads, expected at least {want}")
        last = count - 1
        salt = 1000003 * (host.index + 1)
        host.run(f"for i in $(seq 0 {last}); do "
                 f"echo $(({salt} + i * 7919)) > {base}/peer0/spad$i || exit 1; done", 60)
        want = {f"spad{i}": salt + i * 7919 for i in range(count)}
        expect_equal(numbers(peer.run(f"grep . {base}/spad*")), want, "the peer's scratchpads")


def memory_window(pair, base):
    """Random bytes written through a window arrive in the peer's memory."""
    for host in pair.hosts:
        peer = other(pair, host)
        windows = int(peer.run(f"ls -d {base}/peer0/mw_trans* | wc -l"))
        expect(windows >= 1, "no memory window")
        for index in range(min(windows, 2)):
            peer.write(f"{base}/peer0/mw_trans{index}", WINDOW_BYTES)
            host.write(f"{base}/peer0/peer_mw_trans{index}", f"0:{WINDOW_BYTES}")
            host.run(f"dd if=/dev/urandom of=/tmp/out bs={WINDOW_BYTES} count=1 2>/dev/null; "
                     f"dd if=/tmp/out of={base}/peer0/peer_mw{index} bs=4096 2>/dev/null", 30)
            # Nobody answers a write, so the last ones may still be under way.
            want = host.run("md5sum < /tmp/out")
            peer.wait_for(f"dd if={base}/peer0/mw{index} bs=4096 "
                          f"count={WINDOW_BYTES // 4096} 2>/dev/null | md5sum",
                          lambda out, want=want: out == want, 10,
                          f"{WINDOW_BYTES} bytes with checksum {want!r}, window {index}")
            host.write(f"{base}/peer0/peer_mw_trans{index}", "0:0")
            peer.write(f"{base}/peer0/mw_trans{index}", 0)


def windows_at_once(host, base, times):
    """Open and close two windows, each in a process of its own; return what failed."""
    one = " & ".join(
        f"(for i in $(seq {times}); do echo {WINDOW_BYTES} >{base}/peer0/mw_trans{index}; "
        f"echo 0 >{base}/peer0/mw_trans{index}; done)" for index in range(2))
    return [line for line in host.run(f"({one} & wait) 2>&1", 120).splitlines() if line]


def tool(test, pair):
    with test.part("tool-link", fatal=True):
        pair.insert("ntb_tool")
        base = folder(pair.hosts[0], "ntb_tool")
        link_both(pair, base)
    for name, action in (("doorbells", doorbells), ("doorbell-event", doorbell_event),
                         ("scratchpads", scratchpads), ("memory-window", memory_window)):
        with test.part(f"tool-{name}"):
            action(pair, base)
    with test.part("tool-unload", fatal=True):
        pair.remove("ntb_tool")


def pingpong(test, pair):
    with test.part("pingpong-counts-rise", fatal=True):
        pair.insert("ntb_pingpong", "delay_ms=10 unsafe=1")
        base = folder(pair.hosts[0], "ntb_pingpong")

        def rises(host):
            count = number(host.read(f"{base}/count"))
            host.wait_for(f"cat {base}/count", lambda out: number(out) >= count + 10, 30,
                          f"count rising from {count} by 10")
        pair.both(rises)
    with test.part("pingpong-unload", fatal=True):
        pair.remove("ntb_pingpong")


def refused(pair, module):
    """A client that cannot work says so and leaves the device alone."""
    for host in pair.hosts:
        host.insert(module)
        bound = host.run(f"ls /sys/bus/ntb/drivers/{module} 2>/dev/null | grep : || true")
        expect_equal(bound.strip(), "", f"devices of {module} on {host}")
        host.remove(module)


def msi(test, pair, count=0):
    """Each legacy interrupt, triggered once, is counted once by the peer."""
    count = count or pair.vendor.legacy_interrupts
    with test.part("msi-tables", fatal=True):
        pair.insert("ntb_msi_test", f"num_irqs={count}")
        base = folder(pair.hosts[0], "ntb_msi_test")
        pair.both(lambda host: host.wait_for(
            f"cat {base}/peer0/ready; cat {base}/peer0/count",
            lambda out: out.split() == ["1", str(count)], 60, f"{count} interrupts of the peer"))
    for host in pair.hosts:
        peer = other(pair, host)
        with test.part(f"msi-{count}-from-host-{host.index}"):
            counters = f"grep . {base}/irq*_occurrences"
            want = numbers(peer.run(counters))
            expect_equal(len(want), count, "the number of counters")
            for index in range(count):
                host.write(f"{base}/peer0/trigger", index)
                want[f"irq{index}_occurrences"] += 1
                peer.wait_for(counters, lambda out, want=want: numbers(out) == want,
                              10, f"exactly one more of interrupt {index}")
    with test.part("msi-unload", fatal=True):
        pair.remove("ntb_msi_test")


def perf_buffers(text):
    """Whether a side of ntb_perf has exchanged buffers with its peer."""
    return bool(re.search(r"Out buffer xlat 0x0*[1-9a-f]", text)
                and re.search(r"In buffer xlat 0x0*[1-9a-f]", text))


def until_agreed(what, begin, withdraw, attempts=5):
    """@begin() until its hosts agree; its result. @withdraw() after one that did not.

    What mainline's clients tell each other when a link comes up can get lost:
    ntb_perf drops a command that arrives before it has noticed the link, and
    ntb_transport's clean-up after the old link cancels the work that the new
    one has begun. Neither tries again, so their start is a matter of luck.
    """
    for _ in range(attempts):
        try:
            return begin()
        except Failure as error:
            withdraw()
            last = error
    raise Failure(f"no {what} in {attempts} attempts: {last}")


def perf_insert(pair, options):
    """Insert ntb_perf and await its buffers; a run without them would block for ever."""
    def begin():
        pair.insert("ntb_perf", options)
        base = folder(pair.hosts[0], "ntb_perf")
        pair.both(lambda host: host.wait_for(f"cat {base}/info", perf_buffers, 5, "buffers"))
        return base
    return until_agreed("agreement on buffers", begin, lambda: pair.remove("ntb_perf"))


def perf(test, pair):
    """One run from each side ends and moves all its data."""
    order = 17
    with test.part("perf-link", fatal=True):
        base = perf_insert(
            pair, f"total_order={order} chunk_order=14 max_mw_size={pair.vendor.perf_window}")
    for host in pair.hosts:
        with test.part(f"perf-run-on-host-{host.index}"):
            host.write(f"{base}/run", 0, 60)
            text = host.read(f"{base}/run")
            expect(f"copied {1 << order} bytes" in text,
                   f"{host}: the run did not copy {1 << order} bytes: {text.strip()!r}")
    with test.part("perf-unload", fatal=True):
        pair.remove("ntb_perf")


def netdev(test, pair, options="", check=None):
    """Two addresses, three pings each way, none lost; then @check(host) if there is one."""
    before = rings.memory_windows(pair)

    def begin():
        pair.insert("ntb_transport", options)
        pair.insert("ntb_netdev")
        name = wait_until(lambda: pair.hosts[0].run(
            "ls /sys/class/net | grep ^eth || true").strip(), 30, "a network device")
        expect_equal(len(name.split()), 1, "the number of network devices")

        def up(host):
            host.run(f"ip addr add 10.0.0.{host.index + 1}/24 dev {name}; ip link set {name} up")
            host.wait_for(f"cat /sys/class/net/{name}/carrier",
                          lambda out: out.strip() == "1", 10, "carrier")
        pair.both(up)

    def withdraw():
        if not pair.vendor.transport_leaves:
            pair.both(lambda host: host.restart())
            pair.insert_hardware_again()
            return
        pair.remove("ntb_netdev")
        # While it is removed it must not hear that the link is gone or there: its works
        # free and set up the same windows as its removal, and no lock is between them.
        pair.fabric.link(False)
        wait_until(lambda: rings.memory_windows(pair) == before, 20,
                   "windows of the transport closed")
        for host in pair.hosts:
            host.remove("ntb_transport")
        pair.fabric.link(True)

    with test.part("netdev-carrier", fatal=True):
        until_agreed("carrier", begin, withdraw)
    for host in pair.hosts:
        with test.part(f"netdev-ping-from-host-{host.index}"):
            text = host.run(f"ping -c 3 -i 0.2 -W 10 10.0.0.{2 - host.index}", 60)
            expect("3 packets received, 0% packet loss" in text, f"ping said {text[-200:]!r}")
        if check:
            with test.part(f"netdev-{check.__name__.replace('_', '-')}-{host.index}"):
                check(host)
    if not pair.vendor.transport_leaves:
        # These machines serve nobody else.
        pair.spent = True
        return
    with test.part("netdev-unload", fatal=True):
        withdraw()


def test_control(test, pair):
    with test.part("probe", fatal=True):
        pair.insert_hardware()
    # The last one that can be removed leaves doorbell bits set when it goes, which its
    # peer may still ring while it does; none of the others clears what it finds set.
    clients = [tool, msi, perf, netdev, pingpong]
    if not pair.vendor.transport_leaves:
        clients = [tool, msi, perf, pingpong, netdev]
    for client in clients:
        if client.__name__ in pair.vendor.clients:
            client(test, pair)
    if pair.spent:
        return
    with test.part("unload", fatal=True):
        pair.remove_all()
        for host in pair.hosts:
            expect_equal(host.run("lsmod | grep -c ntb || true").strip(), "0",
                         f"{host}: NTB modules left")


@scenario("meet-6.12", boot=Boot(), requires="windows_meet", soak=True)
def test_meet(test, pair):
    """Two callers that open windows at a time fail in mainline's driver.

    The series has a patch for the driver; see Documentation/limits.rst for what it means.
    """
    with test.part("probe", fatal=True):
        pair.insert_hardware()
        pair.insert("ntb_tool")
        base = folder(pair.hosts[0], "ntb_tool")
        link_both(pair, base)
    with test.part("two-windows-at-a-time"):
        failed = windows_at_once(pair.hosts[0], base, MEETINGS)
        expect(failed, "two callers that open windows at a time were served")
    with test.part("unload", fatal=True):
        pair.remove("ntb_tool")
        pair.remove_all()


# Each kernel and each mode once; the other two are for long runs.
for _kernel, _mode, _soak in (("6.12", "translated", False), ("6.12", "passthrough", True),
                              ("7.3", "translated", True), ("7.3", "passthrough", False)):
    scenario(f"control-{_kernel}-{_mode}", kind="scratchpads", soak=_soak,
             boot=Boot(kernels=(_kernel, _kernel), mode=_mode, legacy=True))(test_control)
# Passed through: translated, the pings of mainline's network device get lost on some
# hardware below the emulated IOMMU, where nothing of ours has a part.
scenario("control-6.12-passthrough-amd-vi", kind="scratchpads", soak=True,
         boot=Boot(mode="passthrough", parent="amd-vi", legacy=True))(test_control)
