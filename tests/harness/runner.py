# SPDX-License-Identifier: GPL-2.0-only
"""Runs the chosen scenarios, boots what they share, prints KTAP."""

import os
import queue
import shutil
import sys
import threading
import time
import traceback
from dataclasses import dataclass

from . import klog, registry, tap
from .errors import Failure
from .pair import Pair, hardware, until_up
from .proof import Proof
from .subtests import Abort, Subtests

LOGS = "build/logs"


def describe(error):
    """What a reader is told of an exception."""
    if isinstance(error, Failure):
        return str(error)
    traceback.print_exception(error, file=sys.stderr)
    return f"{type(error).__name__}: {error}"


class Watchdog:
    """Kills the machines of a scenario that takes too long.

    Whatever waits for a killed machine then fails, with this reason.
    """

    def __init__(self, seconds, pair):
        self.fired = False
        self._pair = pair
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True

    def _fire(self):
        self.fired = True
        if self._pair:
            for host in self._pair.hosts:
                host.vm.abort()

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_):
        self._timer.cancel()


class LogMark:
    """Where the files of a running pair stood when a scenario began."""

    def __init__(self, pair, used):
        files = [fabric.log for fabric in pair.fabrics]
        for host in pair.hosts:
            files += [host.vm.console, host.vm.transcript]
        # Nothing is old to the first scenario.
        self._offsets = {name: self._size(name) if used else 0 for name in files}

    @staticmethod
    def _size(name):
        return os.path.getsize(name) if os.path.exists(name) else 0

    def fresh(self, name):
        """The text @name grew by."""
        with open(name, "rb") as file:
            file.seek(self._offsets[name])
            return file.read().decode(errors="replace")

    def save(self, folder):
        """Copy what is new into the scenario's folder."""
        for name in self._offsets:
            if os.path.exists(name):
                target = os.path.join(folder, os.path.basename(name))
                with open(target, "w", encoding="utf-8") as file:
                    file.write(self.fresh(name))


@dataclass(frozen=True)
class Environment:
    """What a scenario is run with."""
    vendor: object
    kernels: dict


class Report:
    """Prints results as they come, from whichever lane, and adds them up."""

    def __init__(self, total, out=sys.stdout, progress=sys.stderr):
        self.results = []
        self.progress = progress
        self._total = total
        self._out = out
        self._lock = threading.Lock()
        self._print("KTAP version 1", f"1..{total}")

    def add(self, result):
        with self._lock:
            self.results.append(result)
            number = len(self.results)
            self._print(*tap.lines(result, number))
            state = "ok    " if result.passed else "FAILED"
            passed, failed = result.totals()
            print(f"[{number:2}/{self._total}] {state} {result.name} "
                  f"({passed} passed, {failed} failed, {result.seconds:.1f} s)",
                  file=self.progress, flush=True)

    def show_tails(self, test):
        """Reasons and the ends of the logs, for the one who has to find out."""
        lines = [f"  {test.result.name}: {leaf.name}: {leaf.reason}"
                 for leaf in test.result.leaves() if not leaf.passed]
        for name in sorted(os.listdir(test.folder)):
            path = os.path.join(test.folder, name)
            if os.path.isdir(path):
                continue
            with open(path, encoding="utf-8", errors="replace") as file:
                tail = file.read().splitlines()[-15:]
            if tail:
                lines += [f"  --- end of {path}"] + [f"  | {line}" for line in tail]
        with self._lock:
            print("\n".join(lines), file=self.progress, flush=True)

    def say(self, text):
        with self._lock:
            print(f"  {text}", file=self.progress, flush=True)

    def close(self):
        """The closing line; returns whether all passed."""
        missing = self._total - len(self.results)
        if missing > 0:
            # A lane that died must not pass for one that had nothing to do.
            self.add(tap.Result("all-reported", reason=f"{missing} of {self._total} tests "
                                "did not report"))
        self._print(tap.closing_line(self.results))
        return all(result.passed for result in self.results)

    def _print(self, *lines):
        for line in lines:
            print(line, file=self._out)
        self._out.flush()


def run(jobs, kernels, overall, lanes):
    """Run all of the (vendor, scenario) @jobs in so many @lanes; return whether all passed."""
    report = Report(len(jobs))
    waiting = queue.SimpleQueue()
    for group in registry.groups(jobs):
        waiting.put(group)
    end = time.monotonic() + overall
    running = [Lane(kernels, report, waiting, end) for _ in range(lanes)]
    for lane in running:
        lane.start()
    try:
        for lane in running:
            lane.join()
    except KeyboardInterrupt:
        for lane in running:
            lane.abort()
        raise
    return report.close()


class Lane(threading.Thread):
    """Runs groups of scenarios one after another, on machines of its own."""

    def __init__(self, kernels, report, waiting, end):
        super().__init__(daemon=True)
        self._kernels = kernels
        self._report = report
        self._waiting = waiting
        self._end = end
        self._aborted = False
        self._pair = None

    def run(self):
        while not self._aborted:
            try:
                group = self._waiting.get_nowait()
            except queue.Empty:
                return
            try:
                for number, (vendor, item) in enumerate(group):
                    self._report.add(self._one(vendor, item, group[number:]))
            finally:
                self._drop_pair()

    def abort(self):
        """End the machines; what waits for them fails, and nothing more is begun."""
        self._aborted = True
        pair = self._pair
        if pair:
            pair.kill()

    def _one(self, vendor, item, group):
        name = registry.full_name(item, vendor.name)
        folder = os.path.join(LOGS, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        test = Subtests(name, folder, Environment(vendor, self._kernels))
        left = self._end - time.monotonic()
        started = time.monotonic()
        if left <= 0:
            test.result.reason = "not run: the time for all tests is over"
        elif item.boot:
            self._with_pair(item, test, left, group)
        else:
            self._without_machines(item, test, left)
        test.result.seconds = time.monotonic() - started
        if not test.result.children and not test.result.reason:
            test.result.reason = "the scenario reported nothing"
        if not test.result.passed:
            self._report.show_tails(test)
        return test.result

    def _without_machines(self, item, test, left):
        """Run @item, unless it is known how it ends."""
        proof = Proof(item, self._kernels) if item.inputs else None
        test.result.children += proof.load() if proof else []
        if test.result.children:
            return
        self._call(item, test, left, None, lambda: item.action(test))
        if proof:
            proof.store(test.result)

    def _call(self, item, test, left, pair, action):
        """Run @action; every way it can end becomes part of the result."""
        seconds = min(item.seconds, left)
        with Watchdog(seconds, pair) as watchdog:
            try:
                action()
            except Abort:
                pass
            except Exception as error:
                # A defect of a test fails that test, not the whole run.
                test.result.reason = describe(error)
        if watchdog.fired:
            test.result.reason = f"ended after {seconds:.0f} s, the longest it may take"

    def _with_pair(self, item, test, left, group):
        """Run @item on machines that serve all of @group, its rest, unless one breaks them."""
        used = self._pair is not None
        mark = None
        try:
            if not used:
                self._boot(item, test, [hardware(vendor, each.boot) for vendor, each in group])
            pair = self._pair
            mark = LogMark(pair, used)
            pair.select(test.environment.vendor, item.boot)
        except Exception as error:
            test.result.reason = f"boot: {describe(error)}"
            if self._pair:
                (mark or LogMark(self._pair, used)).save(test.folder)
            self._drop_pair()
            return
        self._call(item, test, left, pair, lambda: item.action(test, pair))
        self._check_logs(item, test, mark)
        # Machines that something went wrong on serve nobody else.
        if not test.result.passed or pair.spent or not pair.alive():
            self._drop_pair()

    def _boot(self, item, test, kinds):
        """Boot machines with functions of @kinds."""
        def boot():
            self._drop_pair()
            self._pair = Pair(kinds, item.boot, self._kernels)
            self._pair.start()
        until_up(boot, lambda text: self._report.say(f"{test.result.name}: {text}"),
                 lambda: self._aborted)

    def _drop_pair(self):
        pair, self._pair = self._pair, None
        if not pair:
            return
        try:
            pair.stop()
        except Failure as error:
            # Nobody's test any more, but it must not pass in silence.
            self._report.add(tap.Result("fabric-end", reason=str(error)))

    def _check_logs(self, item, test, mark):
        """Fetch, keep and scan the kernel logs of a scenario."""
        pair = self._pair
        for host in pair.hosts:
            problems = []
            text = ""
            try:
                text = host.collect_log()
            except Failure as error:
                problems.append(f"{host}: the kernel log cannot be read: {error}")
            self._write(test, f"host{host.index}.dmesg.log", text)
            if not text:
                # The machine is gone: its console is all there is.
                text = mark.fresh(host.vm.console)
            found = klog.scan(text, item.allow + test.allowed)
            problems += [str(finding) for finding in found[:10]]
            test.add(f"kernel-log-{host.index}", problems)
        mark.save(test.folder)

    @staticmethod
    def _write(test, name, text):
        with open(os.path.join(test.folder, name), "w", encoding="utf-8") as file:
            file.write(text + "\n")
