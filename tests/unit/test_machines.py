# SPDX-License-Identifier: GPL-2.0-only
"""Machines that do not come up, and the scenarios that they serve."""

import warnings
from types import SimpleNamespace
from unittest import mock

import pytest

from tests.harness import machines, vendors
from tests.harness.agent import BootFailure
from tests.harness.errors import BedFault, Failure
from tests.harness.machines import Machines
from tests.harness.pair import BOOTS, Boot
from tests.harness.scenario import Case, Scenario

VENDOR = vendors.find("switchtec")
CASE, OTHER = (Case(VENDOR, Scenario("a", boot)) for boot in (Boot(), Boot(smp=4)))


@pytest.fixture
def pairs(monkeypatch):
    """Stand-ins for the pairs that are booted."""
    made = []

    def pair(*_):
        stand_in = mock.Mock(hosts=[], fabrics=[], spent=False)
        stand_in.alive.return_value = True
        made.append(stand_in)
        return stand_in
    monkeypatch.setattr(machines, "Pair", mock.Mock(side_effect=pair))
    return made


def outcome(failed=(), folder="/nonexistent"):
    return SimpleNamespace(failed=failed, folder=folder, add=None)


def test_they_serve_the_whole_group(pairs):
    lender = Machines({})
    for keep in (True, True, False):
        lender.lend(CASE, [CASE], "")
        lender.take_back(outcome(), (), keep)
    assert len(pairs) == 1
    pairs[0].stop.assert_called_once()


@pytest.mark.parametrize("broken", ("failed", "spent", "dead"))
def test_broken_ones_serve_nobody_else(pairs, broken):
    lender = Machines({})
    lender.lend(CASE, [CASE], "")
    pairs[0].spent = broken == "spent"
    pairs[0].alive.return_value = broken != "dead"
    lender.take_back(outcome(["part"] if broken == "failed" else []), (), True)
    pairs[0].stop.assert_called_once()
    lender.lend(CASE, [CASE], "")
    assert len(pairs) == 2


def test_others_are_booted_for_another_group(pairs):
    lender = Machines({})
    for case in (CASE, OTHER):
        lender.lend(case, [case], "")
        lender.take_back(outcome(), (), True)
    assert [pair.stop.called for pair in pairs] == [True, False]


def test_ones_that_cannot_be_set_up_are_dropped(pairs):
    lender = Machines({})
    lender.lend(CASE, [CASE], "")
    lender.take_back(outcome(), (), True)
    pairs[0].select.side_effect = Failure("no driver")
    with pytest.raises(Failure, match="no driver"):
        lender.lend(CASE, [CASE], "")
    pairs[0].stop.assert_called_once()


@pytest.mark.parametrize("failures", (0, BOOTS - 1, BOOTS))
def test_a_boot_that_ends_is_repeated_and_reported(monkeypatch, tmp_path, failures):
    starts = []
    log = tmp_path / "fabric.log"
    log.write_text("how it went")

    def start():
        starts.append(True)
        if len(starts) <= failures:
            raise BootFailure("no answer")
    pair = mock.Mock(hosts=[], fabrics=[mock.Mock(log=str(log))])
    pair.start.side_effect = start
    monkeypatch.setattr(machines, "Pair", lambda *_: pair)
    with warnings.catch_warnings(record=True) as reported:
        warnings.simplefilter("always")
        if failures < BOOTS:
            Machines({}).lend(CASE, [CASE], str(tmp_path))
        else:
            with pytest.raises(BootFailure):
                Machines({}).lend(CASE, [CASE], str(tmp_path))
    assert [path.read_text() for path in tmp_path.glob("boot*/fabric.log")] == [
        "how it went"] * failures
    assert len(starts) == min(failures + 1, BOOTS)
    assert [(warning.category, str(warning.message)) for warning in reported] == [
        (BedFault, "no answer; booting again")] * min(failures, BOOTS - 1)
