# SPDX-License-Identifier: GPL-2.0-only
"""The program for users: it shows, rings, waits and measures, and names what is wrong."""

import json
import re
from pathlib import Path

from tests.harness import user
from tests.harness.client import CORE, parse_keys
from tests.harness.deadline import wait_until
from tests.harness.errors import Failure, expect, expect_equal, expect_in
from tests.harness.pair import MODULES, Boot
from tests.harness.rings import CORE as LIBRARY
from tests.harness.scenario import scenario

PROGRAM = f"{MODULES}/ntb-irq"
SOURCES = Path("tools/ntb-irq")
# The status to exit with.
WELL, WRONG, USAGE = range(3)
# A client of mainline that takes the device, and its switch for the link.
OTHER = "ntb_tool"
SWITCH = "/sys/kernel/debug/ntb_tool/{}/link"
INDEX = 40
RINGS = 5
PINGS = 50
# What is held while list looks at it.
HELD = 3


def run(host, words, seconds=60):
    """(status, object): what the program said in JSON."""
    status, said = host.try_run(f"{PROGRAM} {words} --json 2>&1", seconds)
    try:
        return status, json.loads(said)
    except ValueError as error:
        raise Failure(f"{host}: ntb-irq {words} gave status {status}: {said!r}") from error


class Background:
    """The program at work, until it ends or is ended."""

    def __init__(self, host, words, file="/tmp/tool"):
        self.host = host
        self.what = f"ntb-irq {words} on {host}"
        self._file = file
        self.pid = int(host.run(f"{PROGRAM} {words} >{file} 2>&1 & echo $!"))

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
    """Doctor finds one thing wrong, in @check, and names it; return what it found."""
    status, said = run(host, f"doctor {host.function} --timeout {timeout}")
    expect_equal((status, said["well"]), (WRONG, False), f"{host}: {said}")
    bad = [one for one in said["functions"][0]["checks"] if not one["well"]]
    expect_equal([one["check"] for one in bad], [check], f"{host}: what is wrong in {said}")
    for word in words:
        expect_in(word, f"{bad[0]['found']} {bad[0]['advice']}", f"{host}: what was found")
    expect(bad[0]["advice"], f"{host}: no advice in {said}")
    return bad[0]["found"]


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
        pair.both(lambda host: wrong(host, "library", LIBRARY, "not loaded"))
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
    with test.part("peer-that-is-not-there", fatal=True):
        far.write(SWITCH.format(far.function), "N")
        far.remove(OTHER)
        wait_until(lambda: wrong(near, "link", "down"), 20, "a link that is down")
    with test.part("well", fatal=True):
        far.insert(user.MODULE)
        pair.both(well)


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
        expect_in(f"{HELD} of {info['size']} interrupts", host.run(f"{PROGRAM} list"),
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
        expect(0 < said["min_us"] <= said["median_us"] <= said["max_us"], f"times: {said}")
        expect_equal(sum(bucket["count"] for bucket in said["histogram"]), PINGS, "histogram")
        expect_in(f"{PINGS} answered, 0 refused", answering.end(), "the other end")


def watch(pair):
    """The rate of an interrupt is what its peer has rung, and then nothing."""
    near, far = pair.hosts
    answering = Background(far, f"wait {far.function} --index {INDEX} --count {RINGS}")
    answering.wait_for("Waiting")
    watching = Background(far, "watch --interval 0.5 --json", "/tmp/watch")
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
    expect_equal(said[-1]["peers"][0]["connected"], True, "the state of the peer")
    answering.end()


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
        status, said = host.try_run(f"{line} 2>&1 >/tmp/answer; s=$?; cat /tmp/answer; exit $s")
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
    with test.part("list"):
        listed(pair)
    with test.part("ring-and-wait"):
        ring_and_wait(pair)
    with test.part("ping"):
        ping(pair)
    with test.part("watch"):
        watch(pair)
    with test.part("bad-arguments"):
        arguments(pair.hosts[1])
    with test.part("doctor-after-all-that"):
        pair.both(well)
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
