# SPDX-License-Identifier: GPL-2.0-only
"""The machines that the scenarios of a group share, and what they leave in logs."""

import itertools
import os

from . import klog
from .agent import BootFailure
from .errors import Failure
from .pair import Pair, hardware, until_up


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


class Machines:
    """Lends a pair of machines to one scenario after another."""

    def __init__(self, kernels):
        self._kernels = kernels
        self._pair = None
        self._mark = None
        # What the running machines are, as Case.machines has it.
        self._are = None

    def lend(self, case, rest, folder):
        """Machines for @case that serve @rest, its group from here on, as well."""
        if self._are != case.machines:
            self.drop()
        used = self._pair is not None
        self._mark = None
        try:
            if not used:
                self._boot(case, rest, folder)
            self._mark = LogMark(self._pair, used)
            self._pair.select(case.vendor, case.scenario.boot)
        except Exception:
            if self._pair:
                (self._mark or LogMark(self._pair, used)).save(folder)
                self._pair.kill()
            self.drop()
            raise
        return self._pair

    def take_back(self, test, allow, keep):
        """Keep and scan what @test left in the logs; drop machines that were not left well."""
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
                text = self._mark.fresh(host.vm.console)
            found = klog.scan(text, allow)
            problems += [str(finding) for finding in found[:10]]
            test.add(f"kernel-log-{host.index}", problems)
        self._mark.save(test.folder)
        if not keep or test.failed or pair.spent or not pair.alive():
            self.drop()

    def abort(self):
        """End the machines from another thread; what waits for them fails."""
        if self._pair:
            for host in self._pair.hosts:
                host.vm.abort()

    def drop(self):
        """End the machines and require that the fabrics go cleanly."""
        pair, self._pair, self._are = self._pair, None, None
        if pair:
            pair.stop()

    def _boot(self, case, rest, folder):
        """Boot machines with functions of all kinds that @rest is about."""
        kinds = [hardware(each.vendor, each.scenario.boot) for each in rest]
        attempts = itertools.count(1)

        def boot():
            self.drop()
            self._pair = Pair(kinds, case.scenario.boot, self._kernels)
            self._are = case.machines
            attempt = next(attempts)
            try:
                self._pair.start()
            except BootFailure:
                kept = os.path.join(folder, f"boot{attempt}")
                os.makedirs(kept)
                LogMark(self._pair, False).save(kept)
                raise
        until_up(boot)

    @staticmethod
    def _write(test, name, text):
        with open(os.path.join(test.folder, name), "w", encoding="utf-8") as file:
            file.write(text + "\n")
