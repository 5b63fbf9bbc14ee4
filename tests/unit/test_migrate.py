# SPDX-License-Identifier: GPL-2.0-only
"""The parts of scripts/migrate: what is read of C, and how a rewrite is checked."""

import os
import sys

import pytest

sys.path.insert(0, os.path.abspath("scripts"))
# pylint: disable=wrong-import-position
from migration import check, files, report  # noqa: E402
from migration.scan import Flow, Source, innermost  # noqa: E402


def function_of(body):
    source = Source(f"int f(int n)\n{{\n{body}\n}}\n")
    assert not source.faults
    return source, source.functions[0]


def used(body):
    """Whether n is used behind the call of g()."""
    source, function = function_of(body)
    at = next(at for at, token in enumerate(source.code) if token.text == "g")
    return bool(Flow(source, function, "n").behind(innermost(function.tree, at)))


@pytest.mark.parametrize("body, right", (
    ("g(); return n;", True),
    ("g(); n = 0; return n;", False),
    ("g(); if (x) n = 0; return n;", True),
    ("g(); if (x) n = 0; else n = 1; return n;", False),
    ("g(); do { x++; } while (x < n);", True),
    ("g(); for (n = 0; n < 3; n++) h(n);", False),
    ("g(); goto out; n = 0; out: return n;", True),
    ("g(); switch (x) { case 1: n = 0; break; } return n;", True),
    ("while (n) { g(); }", True),
    ("g();\n#ifdef A\nn = 0;\n#endif\nreturn n;", True),
    ("g(); h(\"n\"); /* n */", False),
    ("if (x) { g(); } x->n = 1;", False),
))
def test_flow(body, right):
    assert used(body) is right


@pytest.mark.parametrize("text, fault", (
    ("int f(void) { if (x) { }", "does not end"),
    ("int f(void) { ) }", "do not match"),
    ("#ifdef A\nint a;\n", "no #endif"),
    ("#endif\n", "no #if"),
    ("/* for ever", "does not end"),
    ("int f(void)" + "{" * 200 + "}" * 200, "too deeply"),
))
def test_faults(text, fault):
    assert fault in Source(text).faults[0]


@pytest.mark.parametrize("after, fault", (
    ("int f(void)\n{\n\tint a = 0;\n\n\ta = a;\n\treturn a;\n}\n", "assignment to itself"),
    ("int f(void)\n{\n\tint a = 0;\n\treturn 0;\n}\n", "without a use"),
    ("int f(void)\n{\n\tint a = PCI_IRQ_virtual;\n\treturn a;\n}\n", "marker"),
    ("int f(void)\n{\n\tint a = 0;\n#if A\n#endif\n\treturn a;\n}\n", "preprocessor"),
    ("int f(void)\n{\n\tint a = 0;\n\treturn a;\n", "does not end"),
))
def test_spoilt(after, fault):
    before = "int f(void)\n{\n\tint a = 0;\n\n\ta |= 1;\n\treturn a;\n}\n"
    with pytest.raises(check.Spoilt, match=fault):
        check.verify(before, after)


def test_comments_come_back():
    before = "int f(void)\n{\n\tg(1 | /* one */ 2, 3);\t// all\n}\n"
    after = "int f(void)\n{\n\tg(1, 3);\n}\n"
    kept = check.keep_comments(before, after)
    assert [token.text for token in Source(kept).tokens] == \
        [token.text for token in Source(after).tokens]
    check.verify(before, kept)


@pytest.mark.parametrize("raw", (
    b"int a;\r\nint b;\nint c;\r\n", b"\xef\xbb\xbfint a;\r\n", b"int \xff\xfe;\n", b"int a;", b""))
def test_files_stay(raw):
    file = files.File("name.c", raw)
    assert file.bytes_of(file.text) == raw


@pytest.mark.parametrize("name, line", (
    ("a.c", b"--- a/a.c\n"), ("a b.c", b"--- a/a b.c\t\n"), ('a"b.c', b'--- "a/a\\"b.c"\n')))
def test_names(name, line):
    assert report.diff(name, b"1\n", b"2\n").startswith(line)
