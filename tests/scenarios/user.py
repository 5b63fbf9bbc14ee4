# SPDX-License-Identifier: GPL-2.0-only
"""Processes have interrupts, ring those of others, and leave nothing when they go."""

import re

from tests.harness import user
from tests.harness.below import EACH, below
from tests.harness.client import CORE, parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import Failure, expect, expect_equal, expect_in
from tests.harness.pair import DEBUG, PCI_DEVICES, Boot
from tests.harness.scenario import scenario

from .lifecycle import NOTICE_SECONDS, leaks_nothing

# So many of each process for each peer, and two processes on each host.
COUNT = 32
PROCESSES = 2
ROUNDS = 20
THREE = ("6.12", "6.12", "6.12")
# A rally that others go on beside: its interrupts, and how often each comes.
BESIDE = 8
LONG = 2000
# The interrupts of processes that are ended are behind those.
FIRST = 512
HELD = 16
KILLS = 10
OPENS = 1000
# Of one open file, where a test allocates as many as it can.
FEW = 16
# A node that is made by hand, and what is done to bind a function.
NODE = "/tmp/early"
CLIENT = f"/sys/bus/ntb/drivers/{user.MODULE}"
FAULTS = "/sys/kernel/debug/failslab"
PAGE_FAULTS = "/sys/kernel/debug/fail_page_alloc"
MODPROBE = "/proc/sys/kernel/modprobe"
# More allocations than there are in device_add().
ALLOCATIONS = 100
# Where it is noted that the function has gone.
UNBOUND = "/tmp/unbound"
GONE = "results: info ENODEV peer ENODEV ring ENODEV free ENODEV alloc ENODEV"


def exact(test, pair):
    with test.part("attach", fatal=True):
        user.insert(pair)
    with test.part("every-count-is-exact", fatal=True):
        user.Rally(pair, PROCESSES, COUNT, ROUNDS).finish()
    with test.part("unload"):
        pair.remove_all()


@scenario("user-6.12", boot=Boot())
def test_user(test, pair):
    exact(test, pair)


@scenario("user-7.3", boot=Boot(kernels=("7.3", "7.3")), soak=True)
def test_user_newer(test, pair):
    exact(test, pair)


for _parent in EACH:
    below("user", _parent, soak=True)(test_user)


@scenario("user-hosts-6.12", boot=Boot(kernels=THREE), kind="messages")
def test_user_hosts(test, pair):
    exact(test, pair)


@scenario("user-hosts-7.3", boot=Boot(kernels=("7.3",) * 3), kind="messages", soak=True)
def test_user_hosts_newer(test, pair):
    exact(test, pair)


def offered(host):
    """How many interrupts the only peer of @host offers, by the core's account."""
    return parse_keys(host.run(f"cat {CORE}/*/peers"))["imported"]


def offered_at_first(host):
    """The same once there is a session: until then it is an errno."""
    return wait_until(lambda: [count for count in (offered(host),) if count >= 0], 60,
                      f"{host}: a session")[0]


class Before:
    """What there was before processes came, which must be what there is when they are gone."""

    def __init__(self, pair):
        self._pair = pair
        self._irqs = [len(user.interrupts(host)) for host in pair.hosts]
        self._offered = [offered_at_first(host) for host in pair.hosts]

    def grown(self, index, count):
        """Host @index has @count interrupts more, and the other host knows."""
        wait_until(lambda: self._now(index) == (self._irqs[index] + count,
                                                self._offered[1 - index] + count), 20,
                   f"host {index}: {count} interrupts more than before")

    def _now(self, index):
        hosts = self._pair.hosts
        return len(user.interrupts(hosts[index])), offered(hosts[1 - index])


def kill_each_state(test, pair, kills):
    """Processes of host 1 that are killed in each state they can be in."""
    near, far = pair.hosts
    before = Before(pair)
    with test.part("killed-with-interrupts"):
        process = user.Process(far, "hold", FIRST, HELD)
        process.wait_for("holding")
        before.grown(1, HELD)
        process.end("KILL")
        before.grown(1, 0)
    with test.part("killed-while-waiting-and-rung"):
        ringer = user.Process(near, "ask", 0, FIRST)
        waiter = user.Process(far, "wait", FIRST)
        ringer.wait_for("answer")
        waiter.end("KILL")
        before.grown(1, 0)
        expect(ringer.alive(), f"{ringer.what} ended: {ringer.output()}")
    with test.part("killed-while-ringing"):
        waiter = user.Process(far, "wait", FIRST)
        waiter.wait_for("came")
        ringer.end("KILL")
        before.grown(1, 1)
        waiter.end("KILL")
        before.grown(1, 0)
    with test.part("killed-in-a-call"):
        for _ in range(kills):
            process = user.Process(far, "churn", FIRST)
            process.wait_for("churning")
            process.end("KILL")
        before.grown(1, 0)


def share(test, pair):
    """A file is of all processes that have it: what it holds goes with the last of them."""
    far = pair.hosts[1]
    before = Before(pair)
    for way in ("pass", "heir"):
        with test.part(f"file-of-another-process-by-{way}"):
            first = user.Process(far, way, FIRST)
            heir = int(re.search(r"^heir (\d+)$", first.wait_for("heir"), re.M)[1])
            before.grown(1, 1)
            far.run(f"kill -KILL {heir}")
            before.grown(1, 0)


def refuse(test, pair):
    """Whatever a process gives to a call is refused, or does no harm."""
    far = pair.hosts[1]
    before = Before(pair)
    with test.part(f"{OPENS}-files"):
        expect_in(f"{OPENS} files, {OPENS // 50} interrupts", user.run(far, "opens", OPENS),
                  "opening many")
        before.grown(1, 0)
    with test.part("bad-arguments"):
        limit = f"{user.PARAMETERS}/max_per_file"
        usual = far.read(limit).strip()
        far.write(limit, FEW)
        said = user.run(far, "arguments")
        print(f"  {said.strip()}", flush=True)
        far.write(limit, usual)
        before.grown(1, 0)
    if not far.vm.kernel.debug:
        with test.part("calls-of-32-bit-programs"):
            user.run(far, "compat")
            before.grown(1, 0)


def fuzz(test, pair, seconds):
    far = pair.hosts[1]
    before = Before(pair)
    with test.part(f"calls-by-chance-for-{seconds}-s"):
        limit = f"{user.PARAMETERS}/max_per_file"
        usual = far.read(limit).strip()
        far.write(limit, FEW)
        said = user.run(far, "fuzz", seconds, 1, FIRST, seconds=120 + 10 * seconds)
        print(f"  {said.strip()}", flush=True)
        done, good = (int(word) for word in
                      re.search(r"(\d+) calls, (\d+) succeeded", said).groups())
        expect(done > 10 * seconds and good > seconds, f"too little was done: {said}")
        far.write(limit, usual)
        before.grown(1, 0)


@scenario("user-processes-6.12", boot=Boot(), seconds=600)
def test_user_processes(test, pair):
    with test.part("attach", fatal=True):
        user.insert(pair)
        beside = user.Rally(pair, 1, BESIDE, LONG)
        beside.wait_for("playing")
    kill_each_state(test, pair, KILLS)
    share(test, pair)
    refuse(test, pair)
    fuzz(test, pair, 3)
    with test.part("what-others-have-goes-on"):
        beside.finish(300, others=True)
    with test.part("unload"):
        pair.remove_all()


def watchers(pair):
    """A process on each host that has an interrupt and watches."""
    found = [user.Process(host, "watch", FIRST) for host in pair.hosts]
    for process in found:
        process.wait_for("connected")
    return found


def link_loss(pair):
    """What the peer offers goes with the link and comes back; the open file stays."""
    watching = watchers(pair)
    pair.fabric.link(False)
    for process in watching:
        process.wait_for("count 0 ENOTCONN", 20)
    said = [process.output().count("connected") for process in watching]
    pair.fabric.link(True)
    for process, old in zip(watching, said):
        wait_until(lambda process=process, old=old:
                   process.output().count("connected") > old, 60,
                   f"{process.what}: the offers of its peer")
        process.end("KILL")


def gone_below(pair, take, give):
    """The function of host 1 goes while files are open, and comes back."""
    far = pair.hosts[1]
    watching = watchers(pair)
    held = user.Process(far, "hold", FIRST + 1, HELD)
    held.wait_for("holding")
    waiter = user.Process(far, "wait", FIRST + HELD + 1)
    ringer = user.Process(far, "ring", 0, FIRST)
    ringer.wait_for("ringing")
    take(far)
    expect_in("poll: POLLERR POLLHUP", watching[1].wait_for(GONE), "what was watched")
    watching[0].wait_for("count 0", NOTICE_SECONDS)
    expect_equal(ringer.wait_end(), f"ringing\nringing {FIRST} of peer 0: No such device",
                 "what the ringing process said")
    expect(held.alive() and waiter.alive(), "a process ended with the function")
    give(far)
    # The files of the function that has gone are still open.
    user.Rally(pair, 1, BESIDE, ROUNDS).finish()
    for process in (*watching, held, waiter):
        process.end("KILL")


def driver(pair):
    return f"/sys/bus/pci/drivers/{pair.vendor.pci_driver}"


def unbind(pair):
    return (lambda host: host.write(f"{driver(pair)}/unbind", host.function),
            lambda host: host.write(f"{driver(pair)}/bind", host.function))


def unbinding(pair, before="", after=""):
    """Begin to take the function of host 1 away, between two shell lines."""
    far = pair.hosts[1]
    far.run(f"rm -f {UNBOUND}; {before} (echo {far.function} >{driver(pair)}/unbind; "
            f"echo gone >{UNBOUND}) >/dev/null 2>&1 & {after}")


def unbound(pair):
    """Wait until it has gone, and give it back."""
    far = pair.hosts[1]
    wait_until(lambda: not far.try_run(f"[ -e {UNBOUND} ]")[0], 30, f"{far}: the end of unbinding")
    expect_equal(user.interrupts(far), {}, f"{far}: interrupts that are left")
    far.write(f"{driver(pair)}/bind", far.function)
    user.Rally(pair, 1, BESIDE, ROUNDS).finish()


def gone_below_a_stalled_call(pair):
    """A process that keeps the kernel waiting for its memory does not keep the function."""
    far = pair.hosts[1]
    process = user.Process(far, "stall")
    process.wait_for("stalling")
    wait_until(lambda: "userfault" in far.read(f"/proc/{process.pid}/wchan"), 20,
               f"{process.what}: a call that waits for its memory")
    unbinding(pair)
    try:
        unbound(pair)
        expect(process.alive(), f"{process.what} ended: {process.output()}")
    finally:
        process.end("KILL")


def gone_below_a_close(pair):
    """A file is closed when the function is about to go, for which it waits for a call."""
    near, far = pair.hosts
    before = Before(pair)
    held = user.Process(far, "hold", FIRST, HELD)
    held.wait_for("holding")
    late = user.Process(far, "late", FIRST + HELD)
    late.wait_for("holding")
    before.grown(1, HELD + 1)
    node = f"{user.CLASS}/{user.device(far).removeprefix('/dev/')}"
    # A peer that does not answer makes the call take its time.
    near.vm.pause()
    try:
        unbinding(pair, f"kill -USR1 {late.pid}; until grep -q freeing {late.file}; do :; done;",
                  f"while [ -e {node} ]; do :; done; kill -KILL {held.pid}")
        held.wait_end()
    finally:
        near.vm.resume()
    unbound(pair)
    late.end("KILL")


def pull_out(pair):
    def take(host):
        pair.fabric.dead(host.index)
        host.write(f"{PCI_DEVICES}/{host.function}/remove", 1)

    def give(host):
        pair.fabric.dead(host.index, False)
        host.write("/sys/bus/pci/rescan", 1)
    return take, give


def lifetime(test, pair):
    with test.part("module-stays-while-a-file-is-open"):
        process = user.Process(pair.hosts[1], "hold", FIRST, 1)
        process.wait_for("holding")
        status, said = pair.hosts[1].try_run(f"rmmod {user.MODULE}")
        expect(status and "temporarily unavailable" in said, f"rmmod gave {status}: {said}")
        process.end("KILL")
    with test.part("link-lost-with-open-files", fatal=True):
        link_loss(pair)
    with test.part("unbound-with-open-files", fatal=True):
        gone_below(pair, *unbind(pair))
    with test.part("pulled-out-with-open-files", fatal=True):
        gone_below(pair, *pull_out(pair))
    with test.part("unbound-while-a-file-is-closed", fatal=True):
        gone_below_a_close(pair)
    if not pair.hosts[1].vm.kernel.debug:
        with test.part("unbound-with-a-stalled-call", fatal=True):
            gone_below_a_stalled_call(pair)


@scenario("user-gone-6.12", boot=Boot(), seconds=400, provokes=("gone_allow",))
def test_user_gone(test, pair):
    with test.part("attach", fatal=True):
        user.insert(pair)
    lifetime(test, pair)
    with test.part("unload"):
        pair.remove_all()


def debug(test, pair, seconds):
    with test.part("attach", fatal=True):
        user.insert(pair)
    kill_each_state(test, pair, KILLS)
    share(test, pair)
    refuse(test, pair)
    fuzz(test, pair, seconds)
    lifetime(test, pair)
    with test.part("unload"):
        pair.remove_all()
    with test.part("no-leak"):
        pair.both(leaks_nothing)


@scenario("user-debug-6.12", boot=DEBUG, seconds=900, provokes=("debug_allow", "gone_allow"))
def test_user_debug(test, pair):
    debug(test, pair, 10)


@scenario("user-debug-long-6.12", boot=DEBUG, seconds=1800, soak=True,
          provokes=("debug_allow", "gone_allow"))
def test_user_debug_long(test, pair):
    debug(test, pair, 60)


def fail_below(host, function):
    """Allocations that @function of the kernel causes can be made to fail, and no others."""
    lines = host.run(f"grep -A1 ' [tT] {function}$' /proc/kallsyms").splitlines()
    first, last = (int(line.split()[0], 16) for line in lines)
    for name, value in (("verbose", 0), ("ignore-gfp-wait", "N"), ("require-start", first),
                        ("require-end", last)):
        host.write(f"{FAULTS}/{name}", value)
    # Those of pages are in no such function.
    host.write(f"{PAGE_FAULTS}/require-start", 1)
    host.write(f"{PAGE_FAULTS}/stacktrace-depth", 0)


def opened_too_early(host, function):
    """A process that has opened the node of a @function whose probe failed afterwards.

    The probe is repeated, with one allocation after the other that fails in it.
    """
    process = None
    for nth in range(1, ALLOCATIONS):
        if not process:
            process = user.Process(host, "early", path=NODE)
            process.wait_for("trying")
        status, _ = host.try_run(f"echo {nth} >/proc/self/fail-nth; "
                                 f"echo {function} >{CLIENT}/bind")
        if status and "opened" in process.output():
            return process
        if not status:
            # The allocation was one that can be done without.
            host.write(f"{CLIENT}/unbind", function)
            process.end("KILL")
            process = None
    raise Failure(f"{host}: no probe failed after the node was opened")


@scenario("user-early-debug-6.12", boot=DEBUG, seconds=400, provokes=("debug_allow",))
def test_user_early(test, pair):
    """A device that is opened before it is there for all, and never is."""
    far = pair.hosts[1]
    with test.part("attach", fatal=True):
        user.insert(pair)
        major, minor = far.read(f"{user.CLASS}/ntb_irq0/dev").strip().split(":")
        function = far.run(f"ls {CLIENT} | grep :").strip()
    with test.part("opened-and-then-the-probe-fails", fatal=True):
        far.write(f"{CLIENT}/unbind", function)
        far.run(f"rm -f {NODE}; mknod {NODE} c {major} {minor}")
        fail_below(far, "device_add")
        modprobe = far.read(MODPROBE).strip()
        # No process is started for each time that the node cannot be opened.
        far.write(MODPROBE, "")
        try:
            process = opened_too_early(far, function)
        finally:
            far.write(MODPROBE, modprobe)
        expect_in(GONE, process.wait_for("results:", 30), "what the open file gives")
        expect_equal(user.interrupts(far), {}, "interrupts that are left")
        process.end("KILL")
    with test.part("exact-again", fatal=True):
        far.write(f"{CLIENT}/bind", function)
        user.Rally(pair, 1, BESIDE, ROUNDS).finish()
    with test.part("unload"):
        pair.remove_all()
    with test.part("no-leak"):
        pair.both(leaks_nothing)
