# SPDX-License-Identifier: GPL-2.0-only
"""Which scenarios are chosen, and how they are grouped."""

from types import SimpleNamespace

import pytest

from tests.harness import scenario, vendors
from tests.harness.pair import Boot
from tests.harness.scenario import Case, Scenario

PLAIN = SimpleNamespace(name="plain", kind="scratchpads", share="", repeats="",
                        legacy_settings=(), few=())
FUSSY = SimpleNamespace(name="fussy", kind="messages", share="one*,rep*", repeats="rep*",
                        legacy_settings=(("a", 1),), few=(1,))


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(vendors, "VENDORS", {"plain": PLAIN, "fussy": FUSSY})


def names(groups):
    return [[case.name for case in group] for group in groups]


def grouped(*items, vendor=PLAIN):
    return names(scenario.groups([Case(vendor, item) for item in items]))


def run(*items, **asked):
    """The names of those of @items that are chosen."""
    return [case.name for item in items for case in scenario.cases(item, asked.get("vendor", ""))
            if scenario.chosen(case, **asked)]


def test_modes_share_machines():
    assert grouped(Scenario("one", Boot(mode="translated")), Scenario("other", Boot(smp=4)),
                   Scenario("two", Boot(mode="passthrough"))) == [
                       ["plain/one", "plain/two"], ["plain/other"]]


def test_machines_without_remapping_are_others():
    assert len(grouped(Scenario("one", Boot()), Scenario("two", Boot(mode="noremap")))) == 2


def test_all_hardware_shares_machines():
    cases = [Case(vendor, item) for vendor in (PLAIN, FUSSY)
             for item in (Scenario("one", Boot()), Scenario("two", Boot(legacy=True)))]
    assert names(scenario.groups(cases)) == [["plain/one", "plain/two", "fussy/one", "fussy/two"]]


def test_many_scenarios_are_worth_more_machines():
    items = [Scenario(str(number), Boot()) for number in range(scenario.GROUP + 3)]
    found = grouped(*items)
    assert [len(group) for group in found] == [14, 13]
    assert sum(found, []) == [f"plain/{item.name}" for item in items]


def test_long_ones_come_first():
    assert grouped(Scenario("short", seconds=1), Scenario("long", seconds=9)) == [
        ["long"], ["short"]]


ONE, TWO = Scenario("one", Boot()), Scenario("two", Boot())
AGAIN = Scenario("one-again", Boot(), soak=True)
ALONE = Scenario("static/alone")
FEW = Scenario("few", Boot(), requires="few")
KIND = Scenario("kind", Boot(), kind="messages")
ALL = (ONE, TWO, AGAIN, ALONE, FEW, KIND)


def test_one_in_full_and_the_share_of_others():
    assert run(*ALL) == ["plain/one", "fussy/one", "plain/two", "static/alone"]


def test_a_vendor_has_all_there_is_for_it():
    assert run(*ALL, vendor="fussy") == ["fussy/one", "fussy/two", "fussy/one-again",
                                         "static/alone", "fussy/few", "fussy/kind"]


def test_a_name_brings_back_what_repeats():
    assert run(*ALL, select="one") == ["plain/one", "fussy/one", "plain/one-again",
                                       "fussy/one-again", "static/alone"]
    assert run(*ALL, select="plain/o*,two") == ["plain/one", "plain/two", "plain/one-again"]
    assert run(*ALL, select="three") == []


def test_hardware_that_repeats_is_for_long_runs():
    item = Scenario("repeated", Boot())
    assert run(item) == ["plain/repeated"]
    for asked in ({"soak": True}, {"select": "rep"}):
        assert run(item, **asked) == ["plain/repeated", "fussy/repeated"]
    assert run(item, vendor="fussy") == ["fussy/repeated"]


def test_soak_is_everything():
    assert run(*ALL, soak=True) == [
        "plain/one", "fussy/one", "plain/two", "fussy/two", "plain/one-again", "fussy/one-again",
        "static/alone", "fussy/few", "fussy/kind"]


def test_without_machines_it_runs_once_where_it_fits():
    only = Scenario("static/few", requires="few")
    assert [case.vendor for case in scenario.cases(only)] == [FUSSY]
    assert run(only, vendor="plain") == []
    assert [case.vendor for case in scenario.cases(ALONE, "fussy")] == [FUSSY]


def test_it_allows_its_own_lines_and_those_of_its_hardware():
    hardware = SimpleNamespace(gone=("b", "c"), other=("d",))
    assert Case(hardware, Scenario("one", allow=("a",), provokes=("gone",))).allow == (
        "a", "b", "c")
    assert Case(hardware, Scenario("two", allow=("a",))).allow == ("a",)
