# SPDX-License-Identifier: GPL-2.0-only
"""Hosts that stop, sleep or reboot: their peers notice, and ring exactly when they are back."""

import re
from dataclasses import replace

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.pair import DEBUG, Boot
from tests.harness.scenario import scenario

from .lifecycle import NOTICE_SECONDS, attached, busy, uptime, works

COUNT = 32
# A host that leaves in order has its peers acknowledge that.
LEAVE_SECONDS = 4
# So long a session that must not begin has for it, of the machine's time.
QUIET_SECONDS = 5
# A process that has this open has the kernel call those that prepare for hibernation, and
# those that undo it when it is closed.
SNAPSHOT = "/dev/snapshot"
AWAKE = "/tmp/awake"
REFUSED = re.compile("No such file or directory|not connected")


def refused(client):
    return REFUSED.search(client.ring(0))


def known_words(client):
    """What the core counts as sent to its only peer, and what for probes."""
    text = client.core_file("peers")
    return [int(re.search(rf"^{key}: (\d+)$", text, re.M)[1]) for key in
            ("words_sent", "probe_words")]


def attached_asleep(pair, clients):
    """A client that attaches between the two calls for a sleep is quiet until the second."""
    near, far = clients
    host = far.host
    host.remove(rings.TEST)
    pid = host.run(f"rm -f {AWAKE}; exec 3<{SNAPSHOT}; (until [ -e {AWAKE} ]; do "
                   "usleep 100000; done) >/dev/null 2>&1 & echo $!").strip()
    try:
        host.insert_again((rings.TEST,))
        clients[1] = attached(host)
        until = uptime(host) + QUIET_SECONDS
        while uptime(host) < until:
            expect(refused(near), "a client that was attached to a sleeping host is rung")
    finally:
        host.run(f": >{AWAKE}")
        wait_until(lambda: host.try_run(f"[ -d /proc/{pid} ]")[0], 20, "the end of the sleep")
    works(pair, clients)


@scenario("leave-6.12", boot=Boot())
@scenario("leave-debug-6.12", boot=DEBUG, seconds=900, soak=True, provokes=("debug_allow",))
def test_leave(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    near, far = clients
    with test.part("idle-session-is-probed"):
        before = [known_words(client) for client in clients]
        wait_until(lambda: any(known_words(client)[1] > old[1] + 12
                               for client, old in zip(clients, before)), 40, "probes of the peer")
        for client, old in zip(clients, before):
            expect(known_words(client)[0] == old[0],
                   f"{client.host}: an idle session sent words beside those of probes")
        expect(near.ready() and far.ready(), "a session was lost while it was idle")
    with test.part("stopped-host-is-noticed", fatal=True):
        far.host.vm.pause()
        try:
            expect(not refused(near), "rings are refused before the peer can be known to be gone")
            wait_until(lambda: refused(near), NOTICE_SECONDS, "rings of a stopped peer refused")
        finally:
            far.host.vm.resume()
        works(pair, clients)
    with test.part("sleeping-host-is-not-rung", fatal=True):
        far.host.write("/sys/power/pm_test", "freezer")
        far.host.run("(echo freeze >/sys/power/state) >/dev/null 2>&1 &")
        wait_until(lambda: refused(near), LEAVE_SECONDS, "rings of a sleeping peer refused")
        works(pair, clients)
    if not far.host.vm.kernel.debug:
        with test.part("attached-to-a-sleeping-host-is-not-rung", fatal=True):
            attached_asleep(pair, clients)
            far = clients[1]
    with test.part("rebooting-host-is-not-rung", fatal=True):
        names = list(far.host.loaded)
        far.host.run("(sleep 1; reboot -f) >/dev/null 2>&1 &")
        wait_until(lambda: refused(near), LEAVE_SECONDS, "rings of a rebooting peer refused")
        wait_until(lambda: not far.host.vm.alive(), 30, "the end of the host")
        far.host.restart()
        far.host.insert_again(names)
        clients[1] = attached(far.host)
        works(pair, clients)
    with test.part("unload"):
        rings.remove(pair)


def executes(test, pair, options=""):
    """A host goes over to another kernel, with no reset of its hardware between."""
    with test.part("attach", fatal=True):
        pair.insert_hardware()
        clients = rings.insert_ours(pair, COUNT, core=options)
    near, far = clients

    def writes():
        stats = pair.fabric.stats()[far.host.index]
        return stats["msi_writes"] + stats["msi_blocked"]

    with test.part("executing-host-is-not-rung", fatal=True):
        # The other kernel has no images in its turn.
        pair.spent = True
        far.host.load_images()
        near.host.write(f"{near.folder}/pelt", 1)
        wait_until(lambda: far.counts()[0].received, 20, "rings of the peer")
        far.host.execute_images()
        wait_until(lambda: refused(near), LEAVE_SECONDS, "rings refused before the other kernel")
    with test.part("nothing-arrives-in-the-other-kernel", fatal=True):
        wait_until(lambda: not rings.interrupt_windows(pair)[near.host.index], LEAVE_SECONDS,
                   "the windows to interrupts closed")
        before = writes()
        far.host.wait_executed()
        expect(near.summary()["rings_refused"], "the peer has not tried")
        near.host.write(f"{near.folder}/pelt", 0)
        expect(writes() == before, f"{writes() - before} writes to interrupts in the other kernel")
    with test.part("exact-again", fatal=True):
        pair.insert_hardware_on(far.host)
        rings.insert_modules(far.host, pair.vendor, f"n={COUNT}", options)
        clients[1] = attached(far.host)
        works(pair, clients)
    with test.part("unload"):
        rings.remove(pair)


@scenario("kexec-6.12", boot=Boot(images=True), soak=True, provokes=("again_allow",))
@scenario("kexec-debug-6.12", boot=replace(DEBUG, images=True), seconds=900, soak=True,
          provokes=("debug_allow", "again_allow"))
def test_kexec(test, pair):
    executes(test, pair)


@scenario("kexec-noremap-6.12", boot=Boot(images=True, mode="noremap"))
def test_kexec_noremap(test, pair):
    executes(test, pair, "allow_unsafe_interrupts=1")


@scenario("signals-6.12", boot=Boot())
def test_signals(test, pair):
    """The process that unloads is killed, and what it had begun comes to its end."""
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    far = pair.hosts[1]
    for signal in ("INT", "TERM", "KILL"):
        with test.part(f"SIG{signal}-while-detaching-and-ringing", fatal=True):
            busy(pair, clients)
            far.run(f"rmmod {rings.TEST} & pid=$!; usleep 20000; kill -{signal} $pid; wait $pid; "
                    "true")
            wait_until(lambda: not far.try_run(f"grep -q '^{rings.TEST} ' /proc/modules || exit 0; "
                                               f"rmmod {rings.TEST}")[0], 20, "the module gone")
            far.loaded.remove(rings.TEST)
            left = rings.interrupt_windows(pair)[0]
            expect(not left, f"windows to interrupts that outlive the client: {left}")
            far.insert_again((rings.TEST,))
            clients[1] = attached(far)
            works(pair, clients)
    with test.part("unload"):
        rings.remove(pair)
