# SPDX-License-Identifier: GPL-2.0-only
"""The program for users: it shows, rings, waits and measures, and names what is wrong."""

import itertools
import json
import re
from pathlib import Path

from tests.harness import user
from tests.harness.below import below
from tests.harness.client import CORE, parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import Failure, expect, expect_equal, expect_in
from tests.harness.pair import MODULES, Boot
from tests.harness.rings import CORE as LIBRARY
from tests.harness.scenario import scenario
from tests.harness.terminal import Terminal

PROGRAM = f"{MODULES}/ntb-irq"
SOURCES = Path("tools/ntb-irq")
# The status to exit with.
WELL, WRONG, USAGE = range(3)
# A client of mainline that takes the device, and its switch for the link.
OTHER = "ntb_tool"
SWITCH = "/sys/kernel/debug/ntb_tool/{}/link"
INDEX = 40
# Those of processes that others ring beside are below.
FIRST = 512
RINGS = 5
PINGS = 50
THREE = ("6.12", "6.12", "6.12")
# Of each of three hosts with each other, at the same time.
PINGS_EACH = 200
# Terminals, columns and rows, and interrupts that are more than some of them can show.
TERMINALS = ((80, 24), (200, 50), (60, 12), (44, 24))
CROWD = 30
# Seconds from look to look.
LOOK = 8
HEADER = "domain index irq total per second"
# What else rings meanwhile: processes with so many interrupts, each of which comes so often.
BESIDE, ROUNDS = 8, 500
# What is held while list looks at it.
HELD = 3
# The most interrupts of a function, where all are used up.
FEW = 16
# Less than any clock of the program counts in.
MOMENT = 0.0004
# Somebody who is not root.
OTHER_USER = 1000
PCI = "/sys/bus/pci"


def run(host, words, seconds=60):
    """(status, object): what the program said in JSON."""
    status, said = host.try_run(f"{PROGRAM} {words} --json 2>&1", seconds)
    try:
        return status, json.loads(said)
    except ValueError as error:
        raise Failure(f"{host}: ntb-irq {words} gave status {status}: {said!r}") from error


def in_file(host, line):
    """(status, output) of a shell line that writes to a file, which is not a terminal."""
    return host.try_run(f"{line} >/tmp/answer 2>&1; s=$?; cat /tmp/answer; exit $s")


class Background:
    """The program at work, until it ends or is ended."""

    _names = itertools.count()

    def __init__(self, host, words):
        self.host = host
        self.what = f"ntb-irq {words} on {host}"
        self._file = f"/tmp/tool{next(self._names)}"
        self.pid = int(host.run(f"{PROGRAM} {words} >{self._file} 2>&1 & echo $!"))

    def said(self):
        return self.host.read(self._file)

    def wait_for(self, text, seconds=30):
        return wait_until(lambda: text in self.said() and self.said(), seconds,
                          f"{self.what}: {text!r}")

    def wait_end(self, seconds=30):
        wait_until(lambda: self.host.try_run(f"[ -d /proc/{self.pid} ]")[0], seconds,
                   f"the end of {self.what}")
        return self.said()

    def end(self):
        self.host.run(f"kill -TERM {self.pid}")
        return self.wait_end()


def wrong(host, check, *words, timeout=0):
    """Doctor finds one thing wrong, in @check, and names it; return what it advises."""
    status, said = run(host, f"doctor {host.function} --timeout {timeout}")
    expect_equal((status, said["well"]), (WRONG, False), f"{host}: {said}")
    bad = [one for one in said["functions"][0]["checks"] if not one["well"]]
    expect_equal([one["check"] for one in bad], [check], f"{host}: what is wrong in {said}")
    for word in words:
        expect_in(word, f"{bad[0]['found']} {bad[0]['advice']}", f"{host}: what was found")
    expect(bad[0]["advice"], f"{host}: no advice in {said}")
    return bad[0]["advice"]


def follow(host, advice):
    """Do what doctor has advised, which is a shell line behind the place where it is run."""
    where, _, line = advice.partition(": ")
    expect_equal(where, f"In {PCI}", f"{host}: where the advice is followed")
    host.run(f"cd {PCI}; {line.partition(', then')[0]}")


def well(host, timeout=20):
    status, said = run(host, f"doctor {host.function} --timeout {timeout}")
    expect_equal((status, said["well"]), (WELL, True), f"{host}: {said}")


def device_of(host):
    return user.device(host).removeprefix("/dev/")


def broken(test, pair):
    """Set-ups that lack more and more of what is needed, and then less and less."""
    near, far = pair.hosts
    with test.part("nothing-loaded"):
        pair.both(lambda host: wrong(host, "driver", "not loaded", pair.vendor.hardware[-1]))
    with test.part("hardware-driver-only", fatal=True):
        pair.insert_hardware()
        pair.both(lambda host: wrong(host, "library", LIBRARY, "not loaded", "modprobe"))
    with test.part("hardware-driver-not-bound", fatal=True):
        not_bound(pair)
    with test.part("modules-of-another-kernel"):
        not_installed(pair.hosts[1])
    with test.part("library-without-backend", fatal=True):
        pair.insert(LIBRARY)
        pair.both(lambda host: wrong(host, "library", pair.vendor.backend, "not loaded"))
    with test.part("backend-without-client", fatal=True):
        pair.insert(pair.vendor.backend)
        pair.both(lambda host: wrong(host, "client", user.MODULE, "not loaded"))
    with test.part("another-client-holds-it", fatal=True):
        far.insert(OTHER)
        far.insert(user.MODULE)
        wrong(far, "client", OTHER, "holds")
        far.remove(user.MODULE)
    with test.part("silent-peer", fatal=True):
        far.write(SWITCH.format(far.function), "Y")
        near.insert(user.MODULE)
        wait_until(lambda: wrong(near, "session", "silent"), 20, "a session that is waited for")
    with test.part("words-of-others-in-the-log"):
        forged(near, pair.vendor.pci_driver)
    with test.part("function-that-goes-meanwhile"):
        going(near)
    with test.part("peer-that-is-not-there", fatal=True):
        far.write(SWITCH.format(far.function), "N")
        far.remove(OTHER)
        wait_until(lambda: wrong(near, "link", "down"), 20, "a link that is down")
    with test.part("well", fatal=True):
        far.insert(user.MODULE)
        pair.both(well)


def forged(host, driver):
    """
    What others bring into the kernel log names no cause, hides none and draws nothing; the
    log of the library is that of a peer that is silent.
    """
    ours = f"{driver} {host.function}: ntb_irq: "
    paint = "\\033]0;forged\\007\\033[31m\\233"
    wait_until(lambda: wrong(host, "session", "no response for"), 20, "a sentence of the library")
    for words in (f"{ours}peer 0: incompatible: {paint} forged",
                  f"a line\\n{ours}peer 0: incompatible: {paint} forged",
                  f"{ours}domain {paint} forged",
                  f"forged {paint}\\n{ours}domain forged\\nforged",
                  # What this is known by is behind the place where it is cut.
                  f"{ours}peer 0: {'x' * 700} incompatible: forged",
                  f"forged\\n SUBSYSTEM=pci\\n DEVICE=+pci:{host.function}\\n{ours}domain forged",
                  f"{ours}the function has 0 peers, supported are 1 to 64"):
        for priority in ("", "<3>", "<11>"):
            host.run(f"printf '{priority}{words}\\n' >/dev/kmsg")
        line = f"{PROGRAM} doctor {host.function} --timeout 0"
        for more in ("", " --json"):
            status, said = in_file(host, line + more)
            expect_equal(status, WRONG, f"{words!r} had {line}{more} say {said!r}: status")
            expect(re.fullmatch(r"[\n -~]+", said), f"{words!r} had it print {said!r}")
            expect("forged" not in said, f"{words!r} had it say {said!r}")
        wrong(host, "session", "silent", "no response for", "Load the modules")


def going(host):
    """The function has no client any more while doctor waits for its peer."""
    client = f"/sys/bus/ntb/drivers/{user.MODULE}"
    waiting = Background(host, f"doctor {host.function} --timeout 60")
    waiting.wait_for("device")
    device = host.run(f"cd {client}; ls -d *{host.function}*").strip()
    host.write(f"{client}/unbind", device)
    said = waiting.wait_end()
    expect_in("has gone", said, "of a function that goes")
    expect_in("is not well", said, "of a function that goes")
    host.write(f"{client}/bind", device)


def not_bound(pair):
    """The driver is there, and the function is not its; the advice binds it again."""
    far = pair.hosts[1]
    function, driver = f"{PCI}/devices/{far.function}", pair.vendor.pci_driver
    for override, word in ((driver, "not bound"), ("vfio-pci", "vfio-pci")):
        before = far.read(f"{function}/driver_override").strip()
        far.write(f"{function}/driver/unbind", far.function)
        far.write(f"{function}/driver_override", override)
        follow(far, wrong(far, "driver", word))
        wrong(far, "library", "not loaded")
        far.write(f"{function}/driver_override", "" if before == "(null)" else before)


def not_installed(host):
    """What a kernel that was upgraded lacks, by the list that modprobe uses."""
    folder = host.run("echo /lib/modules/$(uname -r)").strip()
    try:
        host.run(f"mkdir -p {folder}; echo kernel/drivers/ntb/ntb.ko: >{folder}/modules.dep")
        wrong(host, "library", f"{LIBRARY} is not loaded, nor is it installed", "dkms")
        host.run(f"echo updates/dkms/{LIBRARY}.ko: >{folder}/modules.dep")
        expect("modprobe" in wrong(host, "library", "not loaded"), "no word of modprobe")
    finally:
        host.run(f"rm -rf {folder}")


def unusable(test, pair):
    """A client is attached, and yet a process cannot use its device."""
    far = pair.hosts[1]
    node = user.device(far)
    with test.part("device-of-somebody-else"):
        # The root folder of a machine is for root only.
        far.run("chmod 755 /; mkdir -p /etc; "
                f"echo other:x:{OTHER_USER}:{OTHER_USER}::/:/bin/sh >/etc/passwd")
        line = f"start-stop-daemon -S -c other -x {PROGRAM} -- doctor --timeout 0"
        status, said = in_file(far, line)
        expect_equal(status, WRONG, f"status for another user, who read {said}")
        expect_in(f"not open to user {OTHER_USER}", said, "what another user reads")
        far.run(f"chmod 644 {node}")
        expect_in("for reading only", in_file(far, line)[1], "what a user who may look reads")
        far.run(f"chmod 600 {node}")
    with test.part("device-that-is-not-in-/dev"):
        # One made by hand would stay, with its number, when the device goes.
        far.run(f"mv {node} {node}.away")
        wrong(far, "device", "does not exist")
        far.run(f"mv {node}.away {node}")
    with test.part("no-interrupt-left", fatal=True):
        far.remove(user.MODULE)
        far.insert(user.MODULE, f"max_irqs={FEW}")
        holder = user.Process(far, "hold", 0, FEW)
        holder.wait_for("holding")
        wrong(far, "interrupts", f"all {FEW} interrupts", user.device(far))
        holder.end("KILL")
        far.remove(user.MODULE)
        far.insert(user.MODULE)
        pair.both(well)


def function_of(host):
    """What list says of the only function that has a device."""
    found = [one for one in run(host, "list")[1]["functions"] if one["device"]]
    expect_equal(len(found), 1, f"{host}: functions with a device")
    return found[0]


def peers_of(host):
    return function_of(host)["peers"]


def listed(pair):
    """What list says of each function is what the library says."""
    for host in pair.hosts:
        holders = [user.Process(host, "hold", 0, HELD)]
        holders[0].wait_for("holding")
    for host, other in zip(pair.hosts, reversed(pair.hosts)):
        wait_until(lambda host=host: parse_keys(host.run(f"cat {CORE}/*/peers"))["imported"]
                   == HELD, 20, f"{host}: what the peer offers")
        status, said = run(host, "list")
        expect_equal(status, WELL, f"{host}: status")
        expect_equal(len(said["functions"]), 1, f"{host}: functions")
        found = said["functions"][0]
        info = parse_keys(host.run(f"cat {CORE}/*/info"))
        peer = parse_keys(host.run(f"cat {CORE}/*/peers"))
        expected = {"function": host.function, "driver": pair.vendor.pci_driver,
                    "client": user.MODULE, "device": user.device(host), "held": HELD,
                    "domain": info["domain"], "parent": info["parent"], "limit": info["size"]}
        for key, value in expected.items():
            expect_equal(found[key], value, f"{host}: {key}")
        expect_equal(len(found["peers"]), 1, f"{host}: peers")
        expect_equal(found["peers"][0],
                     {"peer": 0, "port": peer["port"], "connected": True, "synced": True,
                      "unreachable": False, "offers": HELD}, f"{host}: its peer")
        expect_in(f"{HELD} of {info['size']} interrupts", in_file(host, f"{PROGRAM} list")[1],
                  f"{host}: list in words")
    for host in pair.hosts:
        host.run("kill -KILL $(pidof user)")


def ring_and_wait(pair):
    near, far = pair.hosts
    status, said = run(near, f"ring {device_of(near)} 0 {INDEX} 3")
    expect_equal((status, said["rung"], said["refused"]), (WRONG, 0, 3), "rings of nothing")
    expect_in("does not offer", said["why"], "why")
    waiter = Background(far, f"wait {far.function} --index {INDEX} --count {RINGS} --timeout 60")
    waiter.wait_for(f"Waiting for interrupt {INDEX}")
    for number in range(1, RINGS + 1):
        wait_until(lambda: run(near, f"ring {near.function} 0 {INDEX}")[0] == WELL, 20,
                   "a ring that is taken")
        waiter.wait_for(f" {number} in all")
    waiter.wait_end()
    status, said = run(far, f"wait {device_of(far)} --timeout 0.2")
    expect_equal((status, said["came"]), (WRONG, 0), "a wait without a ring")
    expect(0.2 <= said["seconds"] < 5, f"it did not wait for its time: {said}")
    status, said = run(far, f"wait {device_of(far)} --timeout {MOMENT}")
    expect_equal((status, said["came"]), (WRONG, 0), "a wait for a moment")


def ping(pair):
    """From each host to the other, which answers."""
    for near, far in (pair.hosts, pair.hosts[::-1]):
        status, said = near.try_run(f"{PROGRAM} ping {near.function} 0 --timeout 0.3 2>&1")
        expect_equal(status, WRONG, "status without the other end")
        expect_in("--answer", said, "without the other end")
        answering = Background(far, f"ping {far.function} --answer")
        answering.wait_for("Answering")
        status, said = run(near, f"ping {near.function} 0 --count {PINGS} --interval 0.001 "
                                 "--timeout 20", 120)
        print(f"  {near}: {said}", flush=True)
        expect_equal([status] + [said[key] for key in ("sent", "answered", "lost", "refused")],
                     [WELL, PINGS, PINGS, 0, 0], f"{near}: round trips")
        expect_equal([said[key] for key in ("function", "device", "peer", "port")],
                     [near.function, user.device(near), 0, peers_of(near)[0]["port"]],
                     f"{near}: what was pinged")
        expect(0 < said["min_us"] <= said["median_us"] <= said["max_us"], f"times: {said}")
        expect_equal(sum(bucket["count"] for bucket in said["histogram"]), PINGS, "histogram")
        expect_in(f"{PINGS} answered, 0 refused", answering.end(), "the other end")


def ping_each_other(pair):
    """All hosts ping all others at the same time; each answer is of the peer that was asked."""
    ports = [function_of(host)["port"] for host in pair.hosts]
    expect_equal(len(set(ports)), len(pair.hosts), f"different ports in {ports}")
    answering = [Background(host, f"ping {host.function} --answer --json") for host in pair.hosts]
    pinging = {(host.index, peer["peer"]): Background(
        host, f"ping {host.function} {peer['peer']} --count {PINGS_EACH} --interval 0.002 "
              f"--timeout 60 --json") for host in pair.hosts for peer in peers_of(host)}
    for (index, peer), one in pinging.items():
        said = json.loads(one.wait_end(300))
        expect_equal([said[key] for key in ("sent", "answered", "lost", "refused")],
                     [PINGS_EACH, PINGS_EACH, 0, 0], f"{one.what}: round trips")
        expect_equal(said["port"], peers_of(pair.hosts[index])[peer]["port"],
                     f"{one.what}: the port that was pinged")
        print(f"  {one.what}: port {said['port']}, median {said['median_us']} us", flush=True)
    for host, one in zip(pair.hosts, answering):
        said = json.loads(one.end())
        expect_equal(said["answered"], PINGS_EACH * (len(ports) - 1), f"{one.what}: answers")
        expect_equal({peer["port"]: peer["answered"] for peer in said["peers"]},
                     {port: PINGS_EACH for port in ports if port != ports[host.index]},
                     f"{one.what}: answers by port")


def ping_one_of_two(pair):
    """One host pings one that answers and one that does not: only the former answers."""
    near, far, third = pair.hosts
    numbers = {peer["port"]: peer["peer"] for peer in peers_of(near)}
    answering = Background(far, f"ping {far.function} --answer --json")
    for host, answers in ((far, True), (third, False)):
        peer = numbers[function_of(host)["port"]]
        status, said = near.try_run(f"{PROGRAM} ping {near.function} {peer} --count 5 "
                                    f"--interval 0 --timeout {20 if answers else 1} 2>&1")
        expect_equal(status, WELL if answers else WRONG, f"a ping of {host}, which said {said}")
        if not answers:
            expect_in("--answer", said, f"a ping of {host}")
    said = json.loads(answering.end())
    expect_equal({peer["port"]: peer["answered"] for peer in said["peers"]},
                 {function_of(near)["port"]: 5, function_of(third)["port"]: 0},
                 f"{far}: answers by port")


def watch(pair):
    """The rate of an interrupt is what its peer has rung, and then nothing."""
    near, far = pair.hosts
    answering = Background(far, f"wait {far.function} --index {INDEX} --count {RINGS}")
    answering.wait_for("Waiting")
    watching = Background(far, "watch --interval 0.5 --json")
    wait_until(lambda: watching.said().count("\n") >= 2, 20, "two looks")
    for number in range(1, RINGS):
        wait_until(lambda: run(near, f"ring {near.function} 0 {INDEX}")[0] == WELL, 20,
                   "a ring that is taken")
        answering.wait_for(f" {number} in all")
    looks = watching.said().count("\n")
    wait_until(lambda: watching.said().count("\n") >= looks + 2, 20, "two looks more")
    said = [json.loads(line) for line in watching.end().splitlines()]
    found = [one for look in said for one in look["interrupts"] if one["index"] == INDEX]
    expect_equal(found[-1]["total"], RINGS - 1, f"what came, of {found}")
    # Each look is half a second apart at least, so the rates add up to twice the rings.
    total = sum(one["rate"] for one in found)
    expect(0 < total <= 2.1 * (RINGS - 1), f"the rates add up to {total}: {found}")
    expect_equal(found[-1]["rate"], 0, "the rate at rest")
    peers = [{"function": far.function, **peer} for peer in peers_of(far)]
    expect_equal(said[-1]["peers"], peers, "the peers of watch and of list")
    answering.end()


def expect_watched(screen, interrupts):
    """The screen shows a look at so many interrupts, in lines that fit, and nothing else."""
    expect_equal((screen.broken, screen.scrolled), (0, 0), "lines too long, and too many")
    lines = screen.lines()
    width = screen.columns
    header = lines[0]
    expect(" ".join(header.split()) == HEADER if width >= 80 else HEADER.startswith(
        " ".join(header.split()[:3])), f"the header {header!r}")
    shown = min(interrupts, screen.rows - 1 - 2 - 1)
    # Where the columns of numbers end, as far as they are on the screen.
    ends = [match.end() for match in re.finditer(r"index|irq|total|per second", header)]
    for line in lines[1:1 + shown]:
        expect(re.fullmatch(r"[-A-Z]*NTB-[0-9a-f:.]+ +\d+ +\d+( +\d+( +[\d.]+)?)?", line),
               f"the line {line!r} of an interrupt")
        own = [match.end() for match in re.finditer(r"\S+", line)][1:]
        common = [end for end in ends if end < width]
        expect_equal(own[:len(common)], common, f"where the columns of {line!r} end")
    more = f", {interrupts - shown} not shown" if shown < interrupts else ""
    for line, begins, rest in (
            (lines[1 + shown], f"{interrupts} interrupts{more}, ", r"[\d.]+ per second in all"),
            (lines[2 + shown], "0000:", r"[0-9a-f:.]+ peer 0: port \d+, connected(, synced)?, "
                                        r"offers \d+")):
        expect(line.startswith(begins), f"a line behind them is {line!r}, not {begins!r}")
        # Only one that fills the screen may have been cut, at a blank as well.
        expect(len(line) >= width - 1 or re.fullmatch(rest, line.removeprefix(begins)),
               f"a line behind them is {line!r}")
    expect_equal([line for line in lines[3 + shown:] if line], [], "what is below")
    expect_equal((screen.row, screen.column), (3 + shown, 0), "the cursor")


def watched(terminal, interrupts, seconds=20):
    """Wait until the screen is that."""
    def as_expected():
        expect_watched(terminal.update(), interrupts)
        return True
    try:
        wait_until(as_expected, seconds, "a look at what there is")
    except Failure as error:
        raise Failure(f"{error}; the screen:\n" + "\n".join(terminal.screen.lines())) from error


def watch_on_terminals(pair, interrupts):
    """While @interrupts ring: what is drawn over, and what a terminal of another size shows."""
    far = pair.hosts[1]
    terminal = Terminal(far, f"{PROGRAM} watch --interval 0.3", *TERMINALS[0])
    watched(terminal, interrupts)
    holder = user.Process(far, "hold", FIRST, CROWD)
    watched(terminal, interrupts + CROWD)
    for size in (*TERMINALS[1:], TERMINALS[0]):
        terminal.resize(*size)
        watched(terminal, interrupts + CROWD)
    print("\n".join(f"  |{line}" for line in terminal.screen.lines()), flush=True)
    # It is drawn again at once, not only at the next look.
    slow = Terminal(far, f"{PROGRAM} watch --interval {LOOK}", *TERMINALS[0])
    watched(slow, interrupts + CROWD, 5 * LOOK)
    slow.resize(*TERMINALS[1])
    watched(slow, interrupts + CROWD, LOOK / 2)
    holder.end("KILL")
    watched(terminal, interrupts)
    far.run("kill -INT $(pidof ntb-irq)")
    for one in (terminal, slow):
        one.process.wait_end()
    said = in_file(far, f"{PROGRAM} watch --interval 0.1 --count 2")[1]
    expect("\033" not in said and said.count(HEADER.split()[0]) == 2, f"in a file: {said!r}")


def words_on_terminals(pair):
    """What is in one line in a file is broken between words where a terminal ends."""
    far = pair.hosts[1]
    for command in ("list", f"doctor {far.function}", "doctor 0000:00:00.0"):
        plain = in_file(far, f"{PROGRAM} {command}")[1]
        expect("\033" not in plain, f"{command} in a file: {plain!r}")
        for columns, rows in ((80, 24), (200, 24), (44, 24)):
            terminal = Terminal(far, f"{PROGRAM} {command}", columns, rows)
            terminal.process.wait_end()
            screen = terminal.update()
            expect_equal((screen.broken, screen.scrolled), (0, 0),
                         f"{command}: lines too long, and too many, of {columns} columns")
            expect_equal(" ".join(" ".join(screen.lines()).split()), " ".join(plain.split()),
                         f"{command}: words on {columns} columns")
            print("\n".join(f"  |{line}" for line in screen.lines() if line), flush=True)
            if columns == 200:
                expect_equal(screen.lines()[:len(plain.splitlines())],
                             [line.rstrip() for line in plain.splitlines()],
                             f"{command}: lines of a terminal that is wide enough")


BAD = ("", "nothing", "list 1", "ring", "ring {0} 0", "ring {0} 1 0", "ring {0} x 0",
       "ring {0} 0 -1", "ring {0} 0 0 0", "ring {0} 0 0 1 1", "wait", "wait {0} --index 16384",
       "wait {0} --count 0", "wait {0} --count", "wait {0} --timeout never", "wait {0} --wrong",
       "ping {0}", "ping {0} 1", "ping {0} 0 --answer", "ping {0} 0 --count 5x",
       "watch --interval 0", "doctor nonsense", "list --json=1")


def arguments(host):
    """Each wrong command line is refused with one sentence, and does nothing."""
    before = len(user.interrupts(host))
    for words in BAD:
        line = f"{PROGRAM} {words.format(device_of(host))}"
        status, said = in_file(host, line)
        expect_equal(status, USAGE, f"{line!r} said {said!r}: status")
        expect(re.fullmatch(r"ntb-irq[^\n]*: [^\n]+\n?", said), f"{line!r} said {said!r}")
    for line, word in ((f"ring {host.function[:-1]}7 0 0", "is no NTB function"),
                       ("ring /dev/null 0 0", "is no device"),
                       ("wait ntb_irq9999", "does not exist"),
                       (f"wait {host.function} --index 16383", "at most")):
        status, said = host.try_run(f"{PROGRAM} {line} 2>&1")
        expect_equal(status, WRONG, f"{line!r} said {said!r}: status")
        expect_in(word, said, f"{line!r}")
    expect_equal(len(user.interrupts(host)), before, "interrupts after bad arguments")
    for words in ("--help", "--version", *(f"{name} --help" for name in commands())):
        expect(len(host.run(f"{PROGRAM} {words}")) > 20, f"ntb-irq {words} says nothing")


@scenario("tool-6.12", boot=Boot(), seconds=400)
def test_tool(test, pair):
    broken(test, pair)
    unusable(test, pair)
    with test.part("list"):
        listed(pair)
    with test.part("ring-and-wait"):
        ring_and_wait(pair)
    with test.part("ping"):
        ping(pair)
    with test.part("watch"):
        watch(pair)
    with test.part("watch-on-terminals"):
        beside = user.Rally(pair, 1, BESIDE, 10 * ROUNDS)
        beside.wait_for("playing")
        try:
            watch_on_terminals(pair, BESIDE)
        finally:
            for player in itertools.chain(*beside.players):
                player.end()
    with test.part("words-on-terminals"):
        words_on_terminals(pair)
    with test.part("bad-arguments"):
        arguments(pair.hosts[1])
    with test.part("doctor-after-all-that"):
        pair.both(well)
    with test.part("unload"):
        pair.remove_all()


@scenario("tool-nosid-6.12", boot=Boot(parent="vt-d-nosid"))
def test_nosid(test, pair):
    """What the library cannot see: remapping that does not ask whose a message is."""
    with test.part("attach", fatal=True):
        user.insert(pair)
    with test.part("doctor-names-it"):
        pair.both(lambda host: wrong(host, "remapping", "intremap=nosid"))
    with test.part("doctor-accepts-the-override"):
        for host in pair.hosts:
            host.write(f"/sys/module/{LIBRARY}/parameters/allow_unsafe_interrupts", "Y")
        pair.both(well)
    with test.part("unload"):
        pair.remove_all()


@below("tool", "its", soak=True, seconds=600)
def test_other_architecture(test, pair):
    """The program and the modules of arm64."""
    with test.part("attach", fatal=True):
        user.insert(pair)
        pair.both(lambda host: well(host, 60))
    for part in (listed, ring_and_wait, ping, watch, words_on_terminals):
        with test.part(part.__name__.replace("_", "-")):
            part(pair)
    with test.part("unload"):
        pair.remove_all()


# On machines of their own: what a function has been given sticks until they boot again.
@below("tool-late", "its", boot={"smp": 1}, soak=True)
def test_late(test, pair):
    pair.spent = True
    with test.part("reservation-is-named"):
        pair.insert_hardware()
        for module in (LIBRARY, pair.vendor.backend, user.MODULE):
            pair.insert(module)
        pair.both(lambda host: wrong(host, "attached", "no interrupt left", "reserves"))
    with test.part("unload"):
        pair.remove_all()


@scenario("tool-hosts-6.12", boot=Boot(kernels=THREE), kind="messages", seconds=600, soak=True)
def test_hosts(test, pair):
    with test.part("attach", fatal=True):
        user.insert(pair)
        pair.both(lambda host: well(host, 60))
    with test.part("one-of-two-answers"):
        ping_one_of_two(pair)
    with test.part("pings-of-all-while-others-ring"):
        beside = user.Rally(pair, 1, BESIDE, ROUNDS)
        beside.wait_for("playing")
        ping_each_other(pair)
        beside.finish(300, others=True)
    with test.part("unload"):
        pair.remove_all()


@scenario("tool-noremap-6.12", boot=Boot(mode="noremap", smp=4), soak=True)
def test_noremap(test, pair):
    with test.part("remapping-is-named"):
        user.insert(pair)
        pair.both(lambda host: wrong(host, "remapping", "remapping is off", "0 IOMMU groups"))
    with test.part("override-is-accepted"):
        pair.remove(user.MODULE)
        pair.both(lambda host: host.write(
            f"/sys/module/{LIBRARY}/parameters/allow_unsafe_interrupts", 1))
        pair.insert(user.MODULE)
        pair.both(well)
    with test.part("unload"):
        pair.remove_all()


@scenario("tool-signed-6.12", boot=Boot(), soak=True)
def test_signed(test, pair):
    """A kernel that takes signed modules only, as with Secure Boot; it does so until it boots."""
    pair.spent = True
    with test.part("signatures-are-named"):
        pair.insert_hardware()
        for host in pair.hosts:
            expect("sign" not in wrong(host, "library", "not loaded"),
                   f"{host}: signatures are named where they are not asked for")
            host.write("/sys/module/module/parameters/sig_enforce", 1)
            status, said = host.try_run(f"insmod {MODULES}/{LIBRARY}.ko 2>&1")
            expect(status, f"{host}: a module without a signature was taken: {said}")
            wrong(host, "library", "signed modules only: sig_enforce", "modprobe", "install.rst")
    with test.part("unload"):
        pair.remove_all()


@scenario("tool-few-6.12", boot=Boot(few=True), requires="few_settings", soak=True)
def test_few(test, pair):
    with test.part("scratchpads-are-named"):
        user.insert(pair)
        pair.both(lambda host: wrong(host, "attached", "scratchpads are needed"))
    with test.part("unload"):
        pair.remove_all()


def source(name):
    return (SOURCES / name).read_text(encoding="utf-8")


def commands():
    return re.findall(r"cmd_(\w+) }", source("main.c"))


def vendor_ids(kernel):
    """{(vendor, device, backend)} of the tables in vendors/, as the program has them."""
    header = next(Path(kernel.folder).glob("pkg/usr/src/*/include/linux/pci_ids.h"))
    numbers = dict(re.findall(r"^#define PCI_VENDOR_ID_(\w+)\s+0x(\w+)",
                              header.read_text(encoding="utf-8"), re.M))
    return {(numbers[vendor], "any" if device == "PCI_ANY_ID" else device[2:].lower(), path.stem)
            for path in Path("vendors").glob("*.c")
            for vendor, device in re.findall(
                r"{ (?:PCI_V?|\w+_)DEVICE\((?:PCI_VENDOR_ID_)?(\w+), (\w+)\)",
                path.read_text(encoding="utf-8"))}


@scenario("static/tool", kernels=("6.12",),
          inputs=("tools/ntb-irq", "vendors", "Documentation/log.rst"))
def test_tables(test):
    """What the program repeats of the library is what the library has."""
    with test.part("ids-of-functions"):
        own = {(vendor, "any" if device == "ANY" else device[2:], family.lower())
               for vendor, device, family in re.findall(
                   r"{ 0x(\w+), (\w+), \w+, (\w+) }", source("bridges.c"))}
        expect(len(own) > 20, f"only {len(own)} ids found")
        known = vendor_ids(test.environment.kernels["6.12"])
        expect_equal(sorted(own), sorted(known), "ids of functions")
    with test.part("sentences"):
        page = Path("Documentation/log.rst").read_text(encoding="utf-8")
        shown = [" ".join(block.split()) for block in
                 re.findall(r"^\.\. code-block:: none\n\n((?:   .*\n)+)", page, re.M)]
        known = re.findall(r'^\t{ "([^"]*)", (?:"([^"]*)"|NULL), (?:true|false),$',
                           source("klog.c"), re.M)
        expect(len(known) > 20, f"only {len(known)} sentences found")
        for begins, has in known:
            expect(any(line.startswith(begins) and has in line for line in shown),
                   f"Documentation/log.rst shows no {begins!r} with {has!r}")
    with test.part("manual-page-and-completion"):
        options = set(re.findall(r'{ "([a-z]+)", OPTION_', "".join(
            path.read_text(encoding="utf-8") for path in SOURCES.glob("*.c"))))
        expect(len(options) >= 5, f"only {options} found")
        for name in ("ntb-irq.1", "completion"):
            text = source(name).replace("\\-", "-")
            for word in (*commands(), *(f"--{option}" for option in options),
                         "--json", "--help", "--version"):
                expect_in(word, text, f"{name}")
