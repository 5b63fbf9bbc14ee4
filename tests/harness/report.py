# SPDX-License-Identifier: GPL-2.0-only
"""What is shown of a run beside what pytest shows."""

import os

import pytest

from .errors import Failure

LOGS = "build/logs"
TAIL = 15


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call):
    """A failure is a sentence; how it came about in the code of the tests is of no interest."""
    report = yield
    if call.excinfo and call.excinfo.errisinstance(Failure):
        report.longrepr = str(call.excinfo.value)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report):
    """Parts that passed are counted, not shown; of a check it is shown when it passed before."""
    if not report.passed:
        return None
    if hasattr(report, "context"):
        return "subtests passed", "", ""
    if report.when == "call" and dict(report.user_properties).get("known"):
        return "passed", ".", "PASSED before, from the same bytes:"
    return None


def scenario_of(nodeid):
    """The name of a scenario, which is in brackets."""
    return nodeid.rpartition("[")[2].partition("]")[0] if nodeid.startswith("scenarios/") else ""


def pytest_terminal_summary(terminalreporter):
    """The ends of the logs of scenarios that failed, for the one who has to find out."""
    failed = terminalreporter.getreports("failed") + terminalreporter.getreports("error")
    for name in dict.fromkeys(scenario_of(report.nodeid) for report in failed):
        folder = os.path.join(LOGS, name)
        if not name or not os.path.isdir(folder):
            continue
        terminalreporter.section(f"logs of {name}", "-")
        for path in sorted(entry.path for entry in os.scandir(folder) if entry.is_file()):
            with open(path, encoding="utf-8", errors="replace") as file:
                tail = file.read().splitlines()[-TAIL:]
            if tail:
                terminalreporter.line(f"end of {path}:")
                for line in tail:
                    terminalreporter.line(f"| {line}")
