# SPDX-License-Identifier: GPL-2.0-only
"""Results of other programs. The kernel's own parser is tried in scenarios/kunit.py."""

import io
from enum import Enum, auto
from types import SimpleNamespace

from tests.harness import ktap


class Status(Enum):
    SUCCESS = auto()
    FAILURE = auto()
    SKIPPED = auto()


def result(name, status=Status.SUCCESS, subtests=(), log=(), errors=0):
    return SimpleNamespace(name=name, status=status, subtests=subtests, log=log,
                           counts=SimpleNamespace(errors=errors),
                           ok_status=lambda: status is not Status.FAILURE)


def kunit(*suites, errors=0):
    parser = SimpleNamespace(TestStatus=Status, parse_run_tests=lambda lines: result(
        "main", subtests=suites, errors=errors))
    return ktap.Kunit(parser, io.StringIO("[ERROR] early")).results("")


def test_leaves_are_counted_and_skipped_ones_left_out():
    assert kunit(result("s", subtests=[result("a"), result("b", Status.SKIPPED)]),
                 result("t", subtests=[result("c", subtests=[result("d")])])) == [
                     ("s.a", []), ("t.c.d", [])]


def test_a_failure_has_its_log():
    bad = Status.FAILURE
    assert kunit(result("s", bad, [result("a", bad, log=["why"]), result("b", bad)])) == [
        ("s.a", ["why"]), ("s.b", ["failure"])]


def test_a_suite_that_failed_outside_of_its_tests():
    assert kunit(result("s", Status.FAILURE, [result("a")]))[1] == (
        "s", ["the suite failed outside of its tests"])


def test_an_error_of_the_parser_is_a_failure():
    assert kunit(result("s", subtests=[result("a")]), errors=2)[1] == (
        "parser", ["2 errors in the results"])


TAP = "TAP version 13\nok 1 dma: one\n# a.c:7: not true: x\nnot ok 2 dma: two\nok 3 dma: three\n"


def test_tap():
    assert ktap.tap(TAP + "1..3\n") == [
        ("dma: one", []), ("dma: two", ["a.c:7: not true: x"]), ("dma: three", [])]


def test_tap_without_its_plan():
    assert ktap.tap(TAP)[-1] == ("plan", ["3 of an unknown number of tests reported"])


def test_tap_with_tests_missing():
    assert ktap.tap(TAP + "1..4\n")[-1] == ("plan", ["3 of 4 tests reported"])


def test_no_tap():
    assert ktap.tap("make: *** [Makefile:7: check] Error 1\n")[-1][1]
