# SPDX-License-Identifier: GPL-2.0-only
"""Runs the chosen scenarios, boots what they share, prints KTAP."""

import os
import shutil
import sys
import threading
import time
import traceback

from . import klog, registry, tap
from .errors import Failure
from .pair import Pair
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

    def __init__(self, pair):
        self._pair = pair
        files = [pair.fabric.log]
        for host in pair.hosts:
            files += [host.vm.console, host.vm.transcript]
        self._offsets = {name: self._size(name) for name in files}

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


class Runner:
    """Runs scenarios one after another."""

    def __init__(self, environment, out=sys.stdout, progress=sys.stderr):
        self.environment = environment
        self.out = out
        self.progress = progress
        self.results = []
        self._pair = None
        self._key = None

    def run(self, items, overall):
        """Run all of @items; return whether all passed."""
        end = time.monotonic() + overall
        self._print("KTAP version 1", f"1..{len(items)}")
        try:
            for number, item in enumerate(items, 1):
                left = end - time.monotonic()
                result = self._one(item, left)
                self.results.append(result)
                self._print(*tap.lines(result, number))
                self._report(result, number, len(items))
        finally:
            self._drop_pair()
        self._print(tap.closing_line(self.results))
        return all(result.passed for result in self.results)

    def _print(self, *lines):
        for line in lines:
            print(line, file=self.out)
        self.out.flush()

    def _report(self, result, number, total):
        state = "ok    " if result.passed else "FAILED"
        passed, failed = result.totals()
        print(f"[{number:2}/{total}] {state} {result.name} "
              f"({passed} passed, {failed} failed, {result.seconds:.1f} s)",
              file=self.progress, flush=True)

    def _one(self, item, left):
        name = registry.full_name(item, self.environment.vendor.name)
        folder = os.path.join(LOGS, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        test = Subtests(name, folder, self.environment)
        started = time.monotonic()
        if left <= 0:
            test.result.reason = "not run: the time for all tests is over"
        elif item.boot:
            self._with_pair(item, test, left)
        else:
            self._call(item, test, left, None, lambda: item.action(test))
        test.result.seconds = time.monotonic() - started
        if not test.result.children and not test.result.reason:
            test.result.reason = "the scenario reported nothing"
        if not test.result.passed:
            self._show_tails(test)
        return test.result

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

    def _with_pair(self, item, test, left):
        key = (item.boot, item.name if item.alone else "")
        if self._key != key or not self._pair:
            self._drop_pair()
            try:
                self._boot(item.boot, key)
            except Exception as error:
                test.result.reason = f"boot: {describe(error)}"
                if self._pair:
                    self._save_logs(test, None)
                self._drop_pair()
                return
            mark = None
        else:
            mark = LogMark(self._pair)
        pair = self._pair
        self._call(item, test, left, pair, lambda: item.action(test, pair))
        self._check_logs(item, test, mark)
        # Machines that something went wrong on serve nobody else.
        if item.alone or not test.result.passed or not pair.alive():
            self._drop_pair()

    def _boot(self, boot, key):
        self._pair = Pair(self.environment.vendor, boot, self.environment.kernels)
        self._key = key
        self._pair.start()

    def _drop_pair(self):
        pair, self._pair, self._key = self._pair, None, None
        if not pair:
            return
        try:
            pair.stop()
        except Failure as error:
            # Nobody's test any more, but it must not pass in silence.
            self.results.append(tap.Result("fabric-end", reason=str(error)))
            print(f"FAILED fabric-end: {error}", file=self.progress, flush=True)

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
                text = self._console(host, mark)
            found = klog.scan(text, item.allow + test.allowed)
            problems += [str(finding) for finding in found[:10]]
            test.add(f"kernel-log-{host.index}", problems)
        self._save_logs(test, mark)

    @staticmethod
    def _console(host, mark):
        if mark:
            return mark.fresh(host.vm.console)
        with open(host.vm.console, encoding="utf-8", errors="replace") as file:
            return file.read()

    @staticmethod
    def _write(test, name, text):
        with open(os.path.join(test.folder, name), "w", encoding="utf-8") as file:
            file.write(text + "\n")

    def _save_logs(self, test, mark):
        if mark:
            mark.save(test.folder)
            return
        for name in os.listdir(self._pair.logs):
            if name.endswith(".log"):
                shutil.copy(os.path.join(self._pair.logs, name), test.folder)

    def _show_tails(self, test):
        """Reasons and the ends of the logs, for the one who has to find out."""
        for leaf in test.result.leaves():
            if not leaf.passed:
                print(f"  {test.result.name}: {leaf.name}: {leaf.reason}", file=self.progress)
        for name in sorted(os.listdir(test.folder)):
            path = os.path.join(test.folder, name)
            with open(path, encoding="utf-8", errors="replace") as file:
                tail = file.read().splitlines()[-15:]
            if tail:
                print(f"  --- end of {path}", file=self.progress)
                for line in tail:
                    print(f"  | {line}", file=self.progress)
        self.progress.flush()
