# SPDX-License-Identifier: GPL-2.0-only
"""tests/call-graph finds a circle among object files, and only then."""

import subprocess

import pytest


@pytest.fixture
def judge(tmp_path):
    """(status, output) for files of which each has the C text given."""
    def judge_files(**sources):
        objects = []
        for name, text in sources.items():
            objects.append(str(tmp_path / f"{name}.o"))
            subprocess.run(["gcc", "-x", "c", "-c", "-o", objects[-1], "-"], input=text,
                           text=True, check=True)
        done = subprocess.run(["tests/call-graph", *objects], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout
    return judge_files


def test_calls_downward(judge):
    assert judge(top="void mid(void); void low(void); void top(void) { mid(); low(); }",
                 mid="void low(void); void mid(void) { low(); }",
                 low="void low(void) { }") == (0, "")


def test_two_files_that_call_each_other_are_named(judge):
    assert judge(top="void low(void); void top(void) { low(); }",
                 low="void top(void); void low(void) { top(); }") == (
                     1, "low.o -> top.o (top) -> low.o (low)\n")


def test_of_a_long_circle_nothing_else_is_named(judge):
    assert judge(aside="void one(void); void aside(void) { one(); }",
                 one="void two(void); void one(void) { two(); }",
                 two="void three(void); void two(void) { three(); }",
                 three="void one(void); void three(void) { one(); }") == (
                     1, "one.o -> two.o (two) -> three.o (three) -> one.o (one)\n")


def test_data_counts(judge):
    assert judge(top="extern int table; int count; int top(void) { return table; }",
                 low="extern int count; int table = 1; int low(void) { return count; }")[0] == 1


def test_names_of_a_files_own_do_not_count(judge):
    assert judge(
        top="static void help(void) { } void low(void); void top(void) { low(); help(); }",
        low="static void help(void) { } void low(void) { help(); }") == (0, "")


def test_objects_that_share_nothing_are_no_answer(judge):
    assert judge(one="void one(void) { }", two="void two(void) { }") == (
        2, "call-graph: none of the objects uses another\n")


def test_another_file_is_refused():
    done = subprocess.run(["tests/call-graph", "tests/call-graph"], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "tests/call-graph" in done.stderr
