# SPDX-License-Identifier: GPL-2.0-only
"""Mainline's own clients where messages take the place of scratchpads.

Such hardware joins more than two hosts and lets the writer set up its windows,
so mainline's transport and its interrupt test refuse it, and its performance
test writes to another window than the one it opened. What is left must work.
"""

import re

from tests.harness.deadline import wait_until
from tests.harness.errors import Failure, expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario
from tests.scenarios.control import WINDOW_BYTES, folder, number, pingpong, refused

ALL_BELLS = 0xffffffff
MESSAGES = 4
ALL_MESSAGES = 0xf000f
INTERRUPTS = "grep -F -- -{} /proc/interrupts"
# Clients that need what this hardware does not have.
REFUSED = ("ntb_transport", "ntb_msi_test")


def directions(pair):
    """Every ordered pair of two hosts."""
    return [(host, peer) for host in pair.hosts for peer in pair.hosts if host is not peer]


def peer_folder(base, host, peer):
    """The folder in which @host keeps @peer: hosts are numbered without oneself."""
    return f"{base}/peer{peer.index - (peer.index > host.index)}"


def links(pair, base, want):
    """Wait until every host sees every other one's link as @want."""
    for host, peer in directions(pair):
        host.wait_for(f"cat {peer_folder(base, host, peer)}/link",
                      lambda out: out.strip() == want, 60, f"link of {peer} being {want}")


def link(pair, base):
    """The link comes up, follows the cable, and goes when one side lets go."""
    pair.both(lambda host: host.write(f"{base}/link", "Y"))
    links(pair, base, "Y")
    pair.fabric.link(False)
    links(pair, base, "N")
    pair.fabric.link(True)
    links(pair, base, "Y")
    last = pair.hosts[-1]
    last.write(f"{base}/link", "N")
    for host in pair.hosts[:-1]:
        host.wait_for(f"cat {peer_folder(base, host, last)}/link",
                      lambda out: out.strip() == "N", 60, f"link of {last} being down")
    last.write(f"{base}/link", "Y")
    links(pair, base, "Y")


def doorbells(pair, base):
    """A doorbell rings at all other hosts and not at the one that rings."""
    clear = f"echo 'c {ALL_BELLS:#x}' > {base}/db"
    pair.both(lambda host: host.run(clear))
    for host in pair.hosts:
        for bit in (0, 1, 31):
            host.write(f"{base}/peer_db", f"s {1 << bit:#x}")
            for other in pair.hosts:
                want = 0 if other is host else 1 << bit
                other.wait_for(f"cat {base}/db", lambda out, want=want: number(out) == want,
                               5, f"doorbells being {want:#x}")
                other.run(clear)


def interrupts(host):
    """The lines of the function in the kernel's table of interrupts."""
    return host.run(INTERRUPTS.format(host.function))


def doorbell_event(pair, base):
    """An unmasked doorbell wakes a waiter and interrupts nobody else."""
    pair.both(lambda host: host.write(f"{base}/db_mask", f"s {ALL_BELLS:#x}"))
    for host, peer in directions(pair):
        peer.write(f"{base}/db_mask", "c 0x4")
        before = [interrupts(each) for each in pair.hosts]
        host.write(f"{base}/peer_db", "s 0x4")
        peer.write(f"{base}/db_event", "0x4", 10)
        peer.wait_for(INTERRUPTS.format(peer.function),
                      lambda out, old=before[peer.index]: out != old, 5, "a doorbell interrupt")
        for each in pair.hosts:
            if each is not peer:
                expect_equal(interrupts(each), before[each.index], f"interrupts of {each}")
        peer.write(f"{base}/db_mask", "s 0x4")
        pair.both(lambda each: each.write(f"{base}/db", "c 0x4"))


def messages(pair, base):
    """Every register of every host reaches every other one, with its sender's name."""
    clear = f"echo 'c {ALL_MESSAGES:#x}' > {base}/msg_sts"
    pair.both(lambda host: host.run(clear))
    for host, peer in directions(pair):
        sender = peer_folder(base, peer, host).rsplit("peer", 1)[1]
        for index in range(MESSAGES):
            value = 0x10000000 + 0x100 * host.index + 0x10 * peer.index + index
            host.write(f"{peer_folder(base, host, peer)}/msg{index}", f"{value:#x}")
            peer.wait_for(f"cat {base}/msg{index}",
                          lambda out, want=f"{value:#010x}<-{sender}": out.strip() == want,
                          5, f"message {index} of {host} being {value:#x}")
        # The registers are full now: the next one fails, at its sender.
        host.write(f"{peer_folder(base, host, peer)}/msg2", "0x5")
        expect_equal(number(host.read(f"{base}/msg_sts")), 1 << 2, f"message status of {host}")
        expect_equal(number(peer.read(f"{base}/msg_sts")), 0xf0000, f"message status of {peer}")
        pair.both(lambda each: each.run(clear))


def dma_address(text):
    """The bus address in the tool's account of a window."""
    found = re.search(r"DMA Address\s+(0x[0-9a-f]+)", text)
    if not found:
        raise Failure(f"no bus address in {text!r}")
    size = re.search(r"Window Size\s+(0x[0-9a-f]+)", text)
    return int(found.group(1), 16), int(size.group(1), 16)


def window(base, host, peer, index):
    """Random bytes that @host writes through a window arrive in @peer's memory."""
    inside = peer_folder(base, peer, host)
    outside = peer_folder(base, host, peer)
    peer.write(f"{inside}/mw_trans{index}", WINDOW_BYTES)
    address, size = dma_address(peer.read(f"{inside}/mw_trans{index}"))
    host.write(f"{outside}/peer_mw_trans{index}", f"{address}:{size}")
    host.run(f"dd if=/dev/urandom of=/tmp/out bs={WINDOW_BYTES} count=1 2>/dev/null; "
             f"dd if=/tmp/out of={outside}/peer_mw{index} bs=4096 2>/dev/null", 60)
    blocks = WINDOW_BYTES // 4096
    # Writes are posted. Reading them back through the window waits for them.
    sums = [host.run("md5sum < /tmp/out"),
            host.run(f"dd if={outside}/peer_mw{index} bs=4096 count={blocks} 2>/dev/null "
                     "| md5sum", 60),
            peer.run(f"dd if={inside}/mw{index} bs=4096 count={blocks} 2>/dev/null "
                     "| md5sum", 60)]
    # Removing the tool with a window open oopses the kernel.
    host.write(f"{outside}/peer_mw_trans{index}", "0:0")
    peer.write(f"{inside}/mw_trans{index}", 0)
    expect_equal(sums[1:], sums[:1] * 2, f"checksums, {host} to {peer}, window {index}")


def windows(pair, base):
    """Each direction by a table entry of its own, and one by the last window."""
    count = int(pair.hosts[0].run(f"ls -d {base}/peer0/peer_mw_trans* | wc -l"))
    expect(count >= len(pair.hosts), f"{count} windows for {len(pair.hosts)} hosts")
    for host, peer in directions(pair):
        window(base, host, peer, peer.index)
    window(base, pair.hosts[-1], pair.hosts[0], count - 1)


def survivor(pair, base):
    """A host that is killed is missed, and nothing else is; then it is back."""
    lost = pair.hosts[1]
    lost.vm.kill()
    rest = [host for host in pair.hosts if host is not lost]
    for host in rest:
        host.wait_for(f"cat {peer_folder(base, host, lost)}/link",
                      lambda out: out.strip() == "N", 30, f"link of {lost} being down")
        for peer in rest:
            if peer is not host:
                expect_equal(host.read(f"{peer_folder(base, host, peer)}/link").strip(), "Y",
                             f"link from {host} to {peer}")
    if len(rest) > 1:
        window(base, rest[0], rest[1], 2)
    lost.restart()
    for module in ("ntb", *pair.vendor.hardware, "ntb_tool"):
        lost.insert(module)
    lost.write(f"{base}/link", "Y")
    links(pair, base, "Y")
    window(base, lost, rest[0], 0)


def test_control(test, pair):
    with test.part("probe", fatal=True):
        pair.insert_hardware()
        pair.insert("ntb_tool")
        base = folder(pair.hosts[0], "ntb_tool")
    for action in (link, doorbells, doorbell_event, messages, windows, survivor):
        with test.part(action.__name__.replace("_", "-")):
            action(pair, base)
    with test.part("tool-unload", fatal=True):
        pair.remove("ntb_tool")
    with test.part("refusals"):
        for module in REFUSED:
            refused(pair, module)
    pingpong(test, pair)
    with test.part("no-bad-access"):
        wait_until(lambda: all(not stats["bad_accesses"] and not stats["requester_drops"]
                               for stats in pair.fabric.stats()), 1, "clean counters")
    with test.part("unload", fatal=True):
        pair.remove_all()


for _kernels, _mode, _soak in ((("6.12", "6.12"), "translated", False),
                               (("7.3", "7.3"), "translated", True),
                               (("6.12", "7.3", "6.12"), "passthrough", False)):
    _name = "+".join(dict.fromkeys(_kernels))
    scenario(f"messages-{len(_kernels)}-{_name}-{_mode}", seconds=600, kind="messages", soak=_soak,
             boot=Boot(kernels=_kernels, mode=_mode, legacy=True))(test_control)
