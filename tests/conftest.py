# SPDX-License-Identifier: GPL-2.0-only
"""How pytest runs the scenarios: which, in which order, on which machines."""

import argparse
import os
import shutil
import threading

import pytest

from tests.harness import vendors
from tests.harness.errors import Failure
from tests.harness.kernel import Environment, parse_kernel
from tests.harness.machines import Machines
from tests.harness.parts import Parts
from tests.harness.proof import Proof, sources_of
from tests.harness.scenario import any_matches, cases, chosen, groups

pytest_plugins = ("tests.harness.report",)

LOGS = "build/logs"
# The rest of its group from an item on, as cases.
REST = pytest.StashKey()
# Whether the next test runs on the same machines.
KEEP = pytest.StashKey()
# The machines of this worker, for the timer.
MACHINES = pytest.StashKey()
TIMER = pytest.StashKey()


def pytest_addoption(parser):
    group = parser.getgroup("ntb-irq")
    group.addoption("--select", default="", help="patterns of names, comma separated")
    group.addoption("--vendor", default="", help="the only one; otherwise one in full and the "
                    "share of the others")
    group.addoption("--soak", action="store_true", help="all hardware in full, all that repeats")
    group.addoption("--kernel", action="append", default=[], type=kernel_option,
                    metavar="NAME=FOLDER=INITRD")
    group.addoption("--needs", metavar="FILE", help="where to write what must be built for them")


def kernel_option(text):
    try:
        return parse_kernel(text)
    except Failure as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def pytest_configure(config):
    try:
        if config.getoption("vendor"):
            vendors.find(config.getoption("vendor"))
    except Failure as error:
        raise pytest.UsageError(str(error)) from error


def pytest_generate_tests(metafunc):
    """Each scenario of a function on each hardware is a test, with the name people use."""
    found = [case for mark in metafunc.definition.iter_markers("scenario")
             for case in cases(mark.args[0], metafunc.config.getoption("vendor"))]
    if found:
        metafunc.parametrize("case", [
            pytest.param(case, id=case.name, marks=pytest.mark.timeout(case.scenario.seconds))
            for case in found])


def case_of(item):
    """What a test is a case of, None for a unit test."""
    return item.callspec.params["case"] if "case" in getattr(item, "fixturenames", ()) else None


def name_of(item):
    """The name that patterns are held against."""
    case = case_of(item)
    return case.name if case else item.nodeid.split("[")[0]


# Before xdist looks for the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leave the chosen ones, group by group."""
    select, vendor, soak = (config.getoption(name) for name in ("select", "vendor", "soak"))
    units = [item for item in items if not case_of(item) and any_matches(name_of(item), select)]
    by_case = {case_of(item): item for item in items if case_of(item)
               and chosen(case_of(item), select, vendor, soak)}
    left = []
    for number, group in enumerate(groups(by_case)):
        for at, case in enumerate(group):
            item = by_case[case]
            item.add_marker(pytest.mark.xdist_group(f"{number}"))
            item.stash[REST] = group[at:]
            left.append(item)
    for item in units:
        item.add_marker(pytest.mark.xdist_group("unit"))
    left += units
    kept = set(left)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = left
    if not items:
        raise pytest.UsageError(f"no test matches {select!r}"
                                + (f" for {vendor}" if vendor else ""))


def pytest_collection_finish(session):
    path = session.config.getoption("needs")
    if path:
        found = [case_of(item).scenario for item in session.items if case_of(item)]
        names = dict.fromkeys(name for one in found for name in one.needs())
        # Beside kernels, the QEMU that is built here, and the kernel's Sphinx extensions.
        if any(one.boot and one.boot.behind.qemu for one in found):
            names["qemu"] = None
        if any(one.sphinx for one in found):
            names["sphinx"] = None
        with open(path, "w", encoding="ascii") as file:
            file.writelines(f"{name}\n" for name in names)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    item.stash[KEEP] = bool(nextitem and case_of(item) and nextitem.stash.get(REST, None)
                            and nextitem.stash[REST] == item.stash[REST][1:])
    return (yield)


@pytest.fixture(scope="session")
def kernels(request):
    return {kernel.name: kernel for kernel in request.config.getoption("kernel")}


@pytest.fixture(scope="session")
def machines(request, kernels):
    """The machines of this worker."""
    lender = request.config.stash[MACHINES] = Machines(kernels)
    yield lender
    lender.drop()


@pytest.fixture
def test(case, kernels, subtests):
    """What a scenario reports its parts with."""
    folder = os.path.join(LOGS, case.name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return Parts(subtests, folder, Environment(case.vendor, kernels))


@pytest.fixture
def pair(request, test, case, machines):
    """Machines with the hardware that the scenario is about."""
    yield machines.lend(case, request.node.stash[REST], test.folder)
    machines.take_back(test, case.allow, request.node.stash[KEEP])


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a scenario, unless it is known how it ends."""
    test = pyfuncitem.funcargs.get("test")
    if not test:
        return None
    item = case_of(pyfuncitem).scenario
    proof = None
    if item.inputs:
        proof = Proof(item.name, sources_of(pyfuncitem.function, item),
                      [os.path.realpath(test.environment.kernels[name].folder)
                       for name in item.needs()])
        known = proof.load()
        if known:
            pyfuncitem.user_properties.append(("known", True))
            for name in known:
                test.add(name, [])
            return True
    arguments = pyfuncitem._fixtureinfo.argnames
    test.run(lambda: pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in arguments}))
    if proof:
        proof.store(test.passed)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item, settings):
    """Beside the usual timer: what waits for machines ends when they do."""
    lender = item.config.stash.get(MACHINES, None)
    if lender:
        timer = item.stash[TIMER] = threading.Timer(settings.timeout, lender.abort)
        timer.daemon = True
        timer.start()


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_cancel_timer(item):
    timer = item.stash.get(TIMER, None)
    if timer:
        timer.cancel()
