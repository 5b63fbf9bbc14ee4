# SPDX-License-Identifier: GPL-2.0-only
"""The terminal of the tests does what a terminal does."""

import pytest

from tests.harness.errors import Failure
from tests.harness.terminal import Screen


def screen(*parts, columns=5, rows=3):
    one = Screen(columns, rows)
    for part in parts:
        one.feed(part)
    return one


def test_lines():
    one = screen(b"one\r\n", b"two")
    assert one.lines() == ["one", "two", ""]
    assert (one.row, one.column, one.broken) == (1, 3, 0)


def test_a_line_of_all_columns_fits():
    one = screen(b"12345\r\nab")
    assert (one.lines(), one.broken) == (["12345", "ab", ""], 0)


def test_a_longer_one_is_broken():
    one = screen(b"123456")
    assert (one.lines(), one.broken) == (["12345", "6", ""], 1)


def test_one_line_too_many():
    one = screen(b"1\r\n2\r\n3\r\n4")
    assert (one.lines(), one.scrolled) == (["2", "3", "4"], 1)


def test_what_is_not_taken_away_stays():
    assert screen(b"12345\r\n\033[Hab").lines() == ["ab345", "", ""]
    assert screen(b"12345\r\n\033[H\033[Kab").lines() == ["ab", "", ""]
    # In the last column the cursor is on a character that is there.
    assert screen(b"12345\033[K").lines() == ["1234", "", ""]


def test_below():
    assert screen(b"1\r\n2\r\n3\033[H\033[Ja").lines() == ["a", "", ""]
    one = screen(b"123456\033[2J")
    assert (one.lines(), one.broken) == (["", "", ""], 0)


def test_other_sizes():
    one = screen(b"12345\r\nabc")
    one.resize(3, 2)
    assert one.lines() == ["123", "abc"]
    one.resize(6, 3)
    assert one.lines() == ["123", "abc", ""]
    one.feed(b"\033[H123456")
    assert one.broken == 0


@pytest.mark.parametrize("data", (b"\a", b"\033[31m", b"\033[5H", b"\t", b"\033"))
def test_what_it_does_not_know(data):
    with pytest.raises(Failure):
        screen(data)
