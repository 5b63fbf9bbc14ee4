# SPDX-License-Identifier: GPL-2.0-only
"""Measures what interrupts cost over three paths, in one machine that counts instructions.

The machine has both functions of the bridge, so that one rings the other, and a
storage controller whose MSI-X table nobody uses. Its clock is the number of
instructions executed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from . import user
from .client import parse_keys
from .deadline import wait_until
from .errors import Failure, expect
from .fabric import Fabric
from .parents import find
from .pair import NEEDS, Host
from .bench_report import spread, verdicts, write_json, write_plots, write_text
from .rings import CORE
from .vm import Vm, root_port

MODULE = "ntb_irq_bench"
FOLDER = "/sys/kernel/debug/ntb_irq_bench"
PATHS = ("floor", "legacy", "ours")
# Interrupts that the function has for the legacy path beside its own: what one
# CPU can hold, and the most that do not oops the kernel.
LEGACY_FEW, LEGACY_MANY = 8, 256
# So many are held to weigh them, and so many may be when tables are weighed.
HELD = 120
# Interrupts of the machine with many CPUs, and how many make a median.
MANY, LEGACY_HELD, WINDOW = 2000, 245, 16
POINTS = 100
TOLD = 1024
TABLES = (1024, 16384)
FUNCTIONS = 2
# How many samples of one thing in one repetition.
RINGS, ENTRIES, PAIRS, WAKES = 200, 200, 100, 100
# How a process waits for an interrupt, which has this index.
WAYS, INDEX = ("read", "poll"), 0
GROWTH_ROUNDS, MEMORY_ROUNDS = 3, 3
LOGS = "build/logs/bench"
# What the short run measures, the ratios it is held against, and how much worse is too much.
CHECKED = ("request_free_vs_floor", "ring_vs_legacy", "entry_vs_own_msix", "ring_writes",
           "ring_reads", "user_ring_vs_call", "user_read_vs_thread", "user_poll_vs_thread")
REFERENCE = "tests/bench/reference.json"
SLACK = 0.05
COUNTING = ("-icount", "shift=0,sleep=off")
# One instruction a nanosecond.
COUNTED_KHZ = 1000000
# A machine with many CPUs executes them in turn, and idle ones take their turns.
BOOT_SECONDS = 900
READY_SECONDS = 120
# A count of everything takes a while where others need the CPUs of the host.
SETTLE_SECONDS = 600
CALM = 4


class Bed:
    """The machine, with mainline's hardware modules and the bench as they are needed."""

    def __init__(self, environment, smp, logs):
        (kernel,) = environment.kernels.values()
        self.vendor = environment.vendor
        self._folder = tempfile.mkdtemp(prefix="ntb-irq-")
        self.fabric = Fabric(self.vendor.name, FUNCTIONS, self._folder, logs,
                             self.vendor.legacy_settings, trace=True)
        functions = [self.fabric.socket_of(index) for index in range(FUNCTIONS)]
        extra = [*COUNTING, *root_port(FUNCTIONS),
                 "-device", f"nvme,serial=bench,bus=rp{FUNCTIONS},msix_qsize=2048"]
        self.vm = Vm(0, kernel, find("vt-d"), smp, 1024, functions, self._folder,
                     logs, extra, COUNTED_KHZ)
        self.vm.boot_seconds = BOOT_SECONDS
        self.host = Host(self.vm)
        self._path = None

    def __enter__(self):
        try:
            self.fabric.start()
            self.vm.start()
            self.vm.wait_ready()
        except BaseException:
            self.__exit__(Failure, None, None)
            raise
        return self

    def __exit__(self, kind, *_):
        self.vm.kill()
        try:
            if kind:
                self.fabric.kill()
            else:
                self.fabric.stop()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def insert_hardware(self, legacy=0):
        """Mainline's modules, with @legacy interrupts for the legacy path if any."""
        first, *others = self.vendor.hardware
        self.host.insert("ntb")
        self.host.insert(first, f"nirqs={legacy}" if legacy else "")
        for module in others:
            self.host.insert(module)
        wait_until(lambda: len(self.host.run("ls /sys/bus/ntb/devices").split()) == FUNCTIONS,
                   READY_SECONDS, "both NTB devices")

    def remove_all(self):
        self.host.remove_all()

    def insert_ours(self):
        self.host.insert(CORE)
        self.host.insert(self.vendor.backend)

    def load(self, path, options=""):
        """Make the bench ready for @path."""
        self.host.insert(MODULE, f"path={path} {options}".strip(), 120)
        self.wait_ready()

    def wait_ready(self):
        """Wait until what is held can be rung, and the peers have nothing left to say."""
        wait_until(lambda: self.host.read(f"{FOLDER}/ready").strip() == "1", READY_SECONDS,
                   "readiness of the bench")

    def unload(self):
        self.host.remove(MODULE, 120)

    def run(self, line, seconds=300):
        """Carry out one operation; return its samples by name."""
        self.host.write(f"{FOLDER}/run", line, seconds)
        return parse_series(self.host.read(f"{FOLDER}/samples"))

    def slab_bytes(self):
        """Bytes of all slab objects in use, but for those that are only a cache of something.

        What CPUs hold back counts as used, so they are not allowed to. What others
        hold for a moment only adds, and goes away a little later: the least is
        taken, once it was not undercut for some counts.
        """
        least, calm = self._slab_count(), 0

        def settled():
            nonlocal least, calm
            now = self._slab_count()
            calm = 0 if now < least else calm + 1
            least = min(least, now)
            return calm == CALM
        wait_until(settled, SETTLE_SECONDS, "slab counts that go down no more")
        return least

    def _slab_count(self):
        text = self.host.run("for cache in /sys/kernel/slab/*; do [ -L $cache ] || "
                             "{ echo 0 > $cache/cpu_partial; echo 1 > $cache/shrink; }; done; "
                             "grep -l 1 /sys/kernel/slab/*/reclaim_account; cat /proc/slabinfo",
                             120)
        reclaimable = set(re.findall(r"^/sys/kernel/slab/(.+)/reclaim_account$", text, re.M))
        total = 0
        for line in text.splitlines():
            words = line.split()
            if len(words) > 4 and words[1].isdigit() and words[0] not in reclaimable:
                total += int(words[1]) * int(words[3])
        expect(total, "/proc/slabinfo tells nothing")
        return total

    def table_bytes(self):
        """Bytes of unreclaimable slab, tables too large for a cache included, and of vmalloc."""
        text = self.host.read("/proc/meminfo")
        return 1024 * sum(int(re.search(rf"^{name}: +(\d+) kB$", text, re.M)[1])
                          for name in ("SUnreclaim", "VmallocUsed"))

    def core(self, file):
        """A file of the core about the first function."""
        first = self.host.run("ls /sys/kernel/debug/ntb_irq").split()[0]
        return parse_keys(self.host.read(f"/sys/kernel/debug/ntb_irq/{first}/{file}"))


def parse_series(text):
    """{name: samples} of lines as "ring: 11 11"; others are left out."""
    return {name: [int(word) for word in words.split()]
            for name, words in re.findall(r"^(\w+):((?: \d+)+)$", text, re.M)}


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def typical(values):
    """The first quartile: what an operation takes that nothing disturbed.

    The rest met a timer, or had to fill a slab. Where both happen about as
    often, a median would be the one or the other by chance.
    """
    return sorted(values)[len(values) // 4]


def costs(bed, path):
    """{what: typical instructions} of one repetition over @path."""
    bed.load(path)
    clock = median(bed.run(f"empty {RINGS}")["empty"])
    # The first makes directories of procfs that stay.
    bed.run(f"request 1 {PAIRS}")
    found = {**bed.run(f"request 1 {PAIRS}"), **bed.run(f"entry {ENTRIES}"),
             **bed.run(f"wake {WAKES}")}
    bed.run("hold 1")
    bed.wait_ready()
    found.update(bed.run(f"ring {RINGS}"))
    bed.unload()
    found = {name: [value - clock for value in values] for name, values in found.items()}
    found["pair"] = [sum(both) for both in zip(found["request"], found["free"])]
    return {name: typical(values) for name, values in found.items()}


def user_costs(bed):
    """{what: typical instructions} of one repetition for a process; "call" is what it pays
    for a system call that does nothing.
    """
    bed.host.insert(user.MODULE)
    near, far = wait_until(
        lambda: len(names := bed.host.run(f"ls {user.CLASS}").split()) == FUNCTIONS and
        [f"/dev/{name}" for name in names], READY_SECONDS, "both devices")
    # This path leaves the bridge alone, and raises interrupts of others.
    bed.load("floor")
    found = user_ring(bed, near, far)
    clock = median(found.pop("empty"))
    for way in WAYS:
        found[way] = user_wake(bed, near, way)
    bed.unload()
    bed.host.remove(user.MODULE, 120)
    return {name: typical([value - clock for value in values]) for name, values in found.items()}


def user_ring(bed, near, far):
    """Samples of a process with @far that rings an interrupt of @near."""
    holder = user.Process(bed.host, "hold", INDEX, 1, path=near)
    holder.wait_for("holding")
    # None of them comes, so that none is handled while another is rung.
    for host in range(FUNCTIONS):
        bed.fabric.fault("drop", host, 0, 0)
    said = wait_until(lambda: parse_series(user.run(bed.host, "ring-cost", 0, INDEX, RINGS,
                                                    path=far)), READY_SECONDS,
                      "an interrupt that can be rung")
    bed.fabric.clear_faults()
    holder.end("KILL")
    return said


def user_wake(bed, near, way):
    """Samples of a process with @near that sleeps until its interrupt comes: until it is awake."""
    sleeper = user.Process(bed.host, "wake-cost", INDEX, WAKES, way, path=near)
    irq = re.search(r"^irq (\d+)$", sleeper.wait_for("irq"), re.M)[1]
    raised = bed.run(f"raise {irq} {WAKES}")["raise"]
    woken = parse_series(sleeper.wait_end())["woken"]
    # Both are the lower bits of one clock.
    return [(after - before) % 2**32 for before, after in zip(raised, woken, strict=True)]


def cost_ratios(cost):
    """The ratios that one repetition over all paths gives; {path: costs}."""
    ours, legacy, floor = cost["ours"], cost["legacy"], cost["floor"]
    process = cost["user"]
    return {
        "request_free_vs_floor": ours["pair"] / floor["pair"],
        "ring_vs_legacy": ours["ring"] / legacy["ring"],
        "entry_vs_own_msix": ours["entry"] / ours["own"],
        "user_ring_vs_call": process["ring"] / process["call"],
        "user_ring_vs_ring": process["ring"] / ours["ring"],
        **{f"user_{way}_vs_{what}": process[way] / ours[yardstick] for way in WAYS
           for what, yardstick in (("thread", "wake"), ("entry", "entry"))},
    }


def checked_ratios(every_cost, bus):
    """Those of CHECKED, which one machine with one CPU can give: {name: [value of each round]}."""
    every = [cost_ratios(cost) for cost in every_cost]
    found = {name: [one[name] for one in every] for name in every[0]}
    found["ring_writes"] = [bus["writes"] / RINGS]
    found["ring_reads"] = [bus["reads"] / RINGS]
    return found


def ring_on_the_bus(bed, count):
    """What @count rings make host 1 do on the bus, by the fabric's trace."""
    bed.load("ours")
    bed.run("hold 1")
    bed.wait_ready()
    with open(bed.fabric.trace_file, encoding="utf-8") as file:
        bed.fabric.command("trace on")
        file.seek(0, os.SEEK_END)
        bed.run(f"ring {count}")
        bed.fabric.command("trace off")
        lines = file.read().splitlines()
    bed.unload()

    def count(pattern):
        return sum(bool(re.search(pattern, line)) for line in lines)
    # Each of them may be there once for each ring, and nothing else at all.
    return {"writes": count(r" host1 w\d+ "), "reads": count(r" host1 r\d+ "),
            "delivered": count(r" host1 -> host0 write32 0xfee")}


def memory(bed):
    """{path: bytes of slab one interrupt takes}; tables are a part of ours."""
    def held(path, few, many):
        """Bytes each of @many - @few more takes, by both counts."""
        bed.load(path)
        bed.run(f"hold {few}")
        bed.wait_ready()
        before = bed.slab_bytes()
        bed.run(f"hold {many - few}")
        bed.wait_ready()
        found = (bed.slab_bytes() - before) / (many - few)
        bed.unload()
        return found

    def tables():
        """What attaching takes for each interrupt that may ever be, used or not."""
        sizes = []
        for size in TABLES:
            bed.load("ours", f"max_irqs={size}")
            sizes.append(bed.table_bytes())
            bed.unload()
        return (sizes[1] - sizes[0]) / (TABLES[1] - TABLES[0]) / FUNCTIONS

    def hardware(count):
        """Bytes in use when the first driver has @count interrupts for the legacy path."""
        bed.remove_all()
        bed.insert_hardware(count)
        return bed.slab_bytes()

    # The legacy path has its interrupts from the first driver, used or not. What each
    # reload leaves behind is as much before the many as after them.
    found = {}
    before, many, after = [hardware(count) for count in (LEGACY_FEW, LEGACY_MANY, LEGACY_FEW)]
    per_vector = (many - (before + after) / 2) / (LEGACY_MANY - LEGACY_FEW) / FUNCTIONS
    bed.remove_all()
    bed.insert_hardware(LEGACY_FEW + HELD)
    bed.insert_ours()
    found["floor"] = held("floor", 1, HELD)
    found["legacy"] = held("legacy", 1, HELD) + per_vector
    bed.remove_all()
    bed.insert_hardware()
    bed.insert_ours()
    found["tables"] = tables()
    found["ours"] = held("ours", 1, HELD) + found["tables"]
    return found


def growth(bed, rounds):
    """{path: [cost of the request of each index, in each of @rounds]}."""
    found = {}
    for path, count, options in (("floor", MANY, ""), ("legacy", LEGACY_HELD, ""),
                                 # Nobody is told meanwhile: that is measured by itself.
                                 ("ours", MANY, f"max_irqs={TOLD * 2} link=0")):
        bed.load(path, options)
        # The first round makes directories of procfs that stay.
        bed.run(f"request {count} 1")
        samples = bed.run(f"request {count} {rounds}", 600)["request"]
        found[path] = [samples[start:start + count] for start in range(0, len(samples), count)]
        bed.unload()
    return found


def ends(curve):
    """The cost of the first and of the last, over windows that smooth out single slabs."""
    return median(curve[:WINDOW]), median(curve[-WINDOW:])


def smooth(rounds):
    """[[index, median cost around it]] of several rounds, at so many points as a plot shows."""
    count = len(rounds[0])
    step = max(1, count // POINTS)
    return [[first, median([value for curve in rounds for value in curve[first:first + WINDOW]])]
            for first in range(0, count - WINDOW + 1, step)]


def publishing(bed):
    """What telling peers takes, in mailbox words."""
    found = {"one_more": {}}

    def said():
        stats = bed.core("peers")
        return stats["words_sent"], stats["records_sent"]

    bed.load("ours", f"max_irqs={TOLD * 2}")
    held = 0
    for there in (1, 16, 128, TOLD - 1):
        bed.run(f"hold {there - held}")
        bed.wait_ready()
        before = said()
        bed.run("hold 1")
        bed.wait_ready()
        held = there + 1
        found["one_more"][there] = [now - then for now, then in zip(said(), before)]
    # A link that comes back has the whole table told at once.
    before = said()
    bed.fabric.link(False)
    wait_until(lambda: bed.core("peers")["session"] != "up", READY_SECONDS, "loss of the session")
    bed.fabric.link(True)
    wait_until(lambda: bed.core("peers")["exported"] == TOLD, READY_SECONDS, "a new session")
    bed.wait_ready()
    words, records = (now - then for now, then in zip(said(), before))
    frame = bed.core("info")["mailbox_frame_words"]
    # One record tells of the window, the last that the table is complete.
    found["table"] = {"interrupts": TOLD, "words": (records - 2) * frame, "all_words": words,
                      "legacy_words": 2 * TOLD}
    before = said()
    moved = move_interrupts(bed)
    found["moved"] = {"interrupts": moved, "words": said()[0] - before[0]}
    bed.unload()
    return found


def move_interrupts(bed):
    """Give interrupts another CPU; return how many."""
    irqs = re.findall(r"^ *(\d+):.*\bIR-NTB-0000:01", bed.host.read("/proc/interrupts"), re.M)[:64]
    for number, irq in enumerate(irqs):
        bed.host.write(f"/proc/irq/{irq}/smp_affinity_list", number % 16)
    return len(irqs)


def code_bytes(folder, module):
    """Bytes of code in a module."""
    done = subprocess.run(["size", "-A", f"{folder}/{module}.ko"], check=True,
                          stdout=subprocess.PIPE, encoding="utf-8")
    return sum(int(size) for size in re.findall(r"^\.(?:\w+\.)?text\S* +(\d+)", done.stdout, re.M))


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def short(environment, logs, rounds):
    """What a change is held against: checked_ratios() of @rounds."""
    (kernel,) = environment.kernels.values()
    with Bed(environment, 1, logs) as bed:
        bed.insert_hardware(LEGACY_FEW + HELD)
        bed.insert_ours()
        costs_found = [costs_of_all(bed) for _ in range(rounds)]
        bus = ring_on_the_bus(bed, RINGS)
    return checked_ratios(costs_found, bus)


def costs_of_all(bed):
    """{path: costs} of one repetition."""
    return {**{path: costs(bed, path) for path in PATHS}, "user": user_costs(bed)}


def reference():
    """{name: the ratio it had} that later changes are held against."""
    with open(REFERENCE, encoding="utf-8") as file:
        return json.load(file)


def worse(ratios, wanted, slack=SLACK):
    """Sentences about the ratios that lost more than @slack against the reference."""
    found = []
    for name, was in wanted.items():
        now = ratios.get(name)
        if now is None:
            found.append(f"{name} was not measured")
        elif now > was * (1 + slack):
            found.append(f"{name} is {now:.3f}, was {was:.3f}: more than {slack:.0%} worse")
    return found


def measure(environment, rounds, folder):
    """Everything; the results."""
    (kernel,) = environment.kernels.values()
    results = {"kernel": kernel.release, "vendor": environment.vendor.name, "rounds": rounds}
    say("one CPU: costs of one operation")
    with Bed(environment, 1, LOGS) as bed:
        bed.insert_hardware(LEGACY_FEW + HELD)
        bed.insert_ours()
        results["costs"] = []
        for number in range(rounds):
            results["costs"].append(costs_of_all(bed))
            say(f"repetition {number + 1} of {rounds}: " + ", ".join(
                f"{name} {value:.3f}"
                for name, value in cost_ratios(results["costs"][-1]).items()))
        results["bus"] = ring_on_the_bus(bed, RINGS)
        results["memory"] = []
        for number in range(MEMORY_ROUNDS):
            results["memory"].append(memory(bed))
            say(f"memory {number + 1} of {MEMORY_ROUNDS}: {results['memory'][-1]}")
    say("16 CPUs: growth, and what peers are told; booting takes minutes")
    with Bed(environment, 16, LOGS) as bed:
        bed.insert_hardware(LEGACY_MANY)
        bed.insert_ours()
        results["publishing"] = publishing(bed)
        say(f"told: {results['publishing']}")
        curves = growth(bed, GROWTH_ROUNDS)
    results["growth"] = {path: smooth(rounds) for path, rounds in curves.items()}
    results["ends"] = {path: [ends(curve) for curve in rounds] for path, rounds in curves.items()}
    results["code"] = {module: code_bytes(folder, module) for module in (CORE, NEEDS[CORE])}
    results["ratios"] = all_ratios(results)
    return results


def all_ratios(results):
    """{name: median and spread} of everything that has a target."""
    found = checked_ratios(results["costs"], results["bus"])
    for path, rounds in results["ends"].items():
        found[f"growth_{path}"] = [last / first for first, last in rounds]
    added = {path: [last - first for first, last in rounds]
             for path, rounds in results["ends"].items()}
    found["added_vs_floor"] = [ours / floor for ours, floor in zip(added["ours"], added["floor"])]
    found["memory_vs_legacy"] = [one["ours"] / one["legacy"] for one in results["memory"]]
    told = results["publishing"]
    found["words_table"] = [told["table"]["words"]]
    found["words_moved"] = [told["moved"]["words"]]
    more = list(told["one_more"].values())
    found["one_more_vs_first"] = [one[0] / more[0][0] for one in more[1:]]
    return {name: spread(values) for name, values in found.items()}


def bench(environment, args):
    """The whole bench; returns the exit status."""
    (kernel,) = environment.kernels.values()
    os.makedirs(LOGS, exist_ok=True)
    try:
        results = measure(environment, args.rounds, f"build/{kernel.release}")
    except Failure as error:
        say(f"FAILED: {error}; logs are in {LOGS}")
        return 1
    write_json(results, "build/bench.json")
    write_plots(results)
    write_text(results)
    for row in verdicts(results["ratios"]):
        print(f"{row[0]:<60} {row[2]:>9} ({row[3]}), {row[1]}: {row[5].strip('*')}")
    if args.reference:
        write_json({name: round(results["ratios"][name]["median"], 4) for name in CHECKED},
                   REFERENCE)
    return 0
