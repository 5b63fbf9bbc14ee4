# SPDX-License-Identifier: GPL-2.0-only
"""What is shown of a run beside what pytest shows, and that nothing is forgotten."""

import os
import time

import pytest

from .errors import BedFault, Failure

LOGS = "build/logs"
TAIL = 15
# So many of the most expensive tests are shown.
COSTLY = 12
STARTED = pytest.StashKey()
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds():
    """CPU time of this process, of all that it started, and of all that those did."""
    children, total = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                words = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(words[1]), []).append(int(name))
        # Its own time, and that of children it has waited for.
        total[int(name)] = sum(int(word) for word in words[11:15])
    todo, ticks = [os.getpid()], 0
    while todo:
        pid = todo.pop()
        ticks += total.get(pid, 0)
        todo += children.get(pid, [])
    return ticks / TICKS


def short(nodeid):
    """The name that chooses a test."""
    scenario = nodeid.rpartition("[")[2].partition("]")[0] if "[" in nodeid else ""
    return scenario if nodeid.startswith("scenarios/") else nodeid.partition("@")[0]


def is_part(report):
    """Whether it is the report of a part, not of a whole test."""
    return hasattr(report, "context")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    item.stash[STARTED] = time.monotonic(), cpu_seconds()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure is a sentence; how it came about in the code of the tests is of no interest."""
    if call.when == "teardown":
        wall, cpu = item.stash[STARTED]
        item.user_properties.append(("cost", (time.monotonic() - wall, cpu_seconds() - cpu)))
    report = yield
    if call.excinfo and call.excinfo.errisinstance(Failure):
        report.longrepr = str(call.excinfo.value)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_report_teststatus(report):
    """No letters: there is a line for each test. Parts are counted in the end."""
    category, _, word = yield
    return "subtests passed" if is_part(report) and report.passed else category, "", word


class Ledger:
    """In the process that reports: which tests there are, how they went, what they cost."""

    def __init__(self, config):
        self._config = config
        self._expected = set()
        # What failed of each test that did: the reasons of its parts, or its own.
        self._failed = {}
        self._parts = {}
        # (wall, CPU) seconds of each test that ended.
        self._costs = {}

    def pytest_collection_finish(self, session):
        self._expected.update(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self._expected.update(ids)

    def pytest_runtest_logreport(self, report):
        name = report.nodeid
        if report.failed:
            self._failed[name] = None
        if is_part(report):
            self._parts[name] = self._parts.get(name, 0) + 1
        if report.when == "teardown":
            properties = dict(report.user_properties)
            self._costs[name] = properties.get("cost", (0, 0))
            self._show_progress(name, properties.get("note"))

    def _show_progress(self, name, note):
        """A line for each test; single units are too many, unless they fail."""
        failed = name in self._failed
        if not failed and name.endswith("@unit"):
            return
        parts = self._parts.get(name, 0)
        wall, cpu = self._costs[name]
        note = note or f"{wall:.1f} s, CPU {cpu:.1f} s"
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        terminal.ensure_newline()
        terminal.line(f"[{len(self._costs):3}/{len(self._expected)}] "
                      f"{'FAILED' if failed else 'ok    '} {short(name)} "
                      f"({f'{parts} parts, ' if parts else ''}{note})")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session, exitstatus):
        """A worker that died must not pass for one that had nothing to do."""
        if self._config.option.collectonly or exitstatus not in (
                pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        for nodeid in sorted(self._expected - set(self._costs) - set(self._failed)):
            self._config.hook.pytest_runtest_logreport(report=pytest.TestReport(
                nodeid, (nodeid, None, nodeid), {}, "failed", "it did not report", "call"))
        if self._failed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        for nodeid in self._failed:
            self._show_tails(terminalreporter, short(nodeid))
        if len(self._costs) > 1:
            self._show_costs(terminalreporter)
        faults = [warning for warning in terminalreporter.stats.get("warnings", ())
                  if BedFault.__name__ in warning.message]
        if faults:
            terminalreporter.line(f"{len(faults)} faults of the test bed, not of the code under test: "
                                  "see the warnings, and boot*/ in the logs")

    @staticmethod
    def _show_tails(terminal, name):
        """The ends of the logs, for the one who has to find out."""
        folder = os.path.join(LOGS, name)
        if not name or not os.path.isdir(folder):
            return
        terminal.section(f"logs of {name}", "-")
        for path in sorted(entry.path for entry in os.scandir(folder) if entry.is_file()):
            with open(path, encoding="utf-8", errors="replace") as file:
                tail = file.read().splitlines()[-TAIL:]
            if tail:
                terminal.line(f"end of {path}:")
                for line in tail:
                    terminal.line(f"| {line}")

    def _show_costs(self, terminal):
        """The tests that cost most; the first on its machines pays for their boot."""
        terminal.section("CPU time of tests", "-")
        ordered = sorted(self._costs.items(), key=lambda entry: -entry[1][1])
        for nodeid, (wall, cpu) in ordered[:COSTLY]:
            if cpu >= 1:
                terminal.line(f"{cpu:7.1f} s CPU {wall:7.1f} s  {short(nodeid)}")
        terminal.line(f"{sum(cpu for _, (_, cpu) in ordered):7.1f} s CPU in all")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ledger(config), "ntb-irq-ledger")
