# SPDX-License-Identifier: GPL-2.0-only
"""A check is not done twice on the same bytes, and is done again on others."""

import os

import pytest

from tests.harness import proof


@pytest.fixture
def top(tmp_path, monkeypatch):
    """A folder with a file deep inside."""
    monkeypatch.setattr(proof, "TOOLS", __file__)
    monkeypatch.delenv("FRESH", raising=False)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "file").write_text("one")
    return tmp_path


def remembered(top, name="static/check", words=("kernel-1",)):
    return proof.Proof(name, [str(top / "in")], words, str(top / "proofs"))


def known(top, **case):
    return remembered(top, **case).load()


def test_nothing_is_known_at_first(top):
    assert known(top) == []


def test_the_same_bytes_end_the_same(top):
    remembered(top).store(["a", "b"])
    assert known(top) == ["a", "b"]


def test_other_bytes_are_looked_at(top):
    remembered(top).store(["a"])
    (top / "in" / "deep" / "file").write_text("two")
    assert known(top) == []
    (top / "in" / "deep" / "file").write_text("one")
    assert known(top) == ["a"]


def test_another_file_mode_word_or_check_is_another_case(top):
    remembered(top).store(["a"])
    assert known(top, name="static/other") == []
    assert known(top, words=("kernel-2",)) == []
    (top / "in" / "more").touch()
    assert known(top) == []
    (top / "in" / "more").unlink()
    (top / "in" / "deep" / "file").chmod(0o755)
    assert known(top) == []
    (top / "in" / "deep" / "file").chmod(0o644)
    assert known(top) == ["a"]


def test_a_broken_proof_proves_nothing(top):
    remembered(top).store(["a"])
    (path,) = (top / "proofs").iterdir()
    path.write_text('["a"')
    assert known(top) == []


def test_all_is_done_anew_on_demand(top, monkeypatch):
    remembered(top).store(["a"])
    monkeypatch.setenv("FRESH", "1")
    assert known(top) == []
    monkeypatch.setenv("FRESH", "0")
    assert known(top) == ["a"]


def test_the_command_line(top, monkeypatch, capsys):
    monkeypatch.setattr(proof, "FOLDER", str(top / "proofs"))
    case = ["builds", str(top / "in"), "all"]
    assert proof.main(["known", *case]) == 1
    assert proof.main(["store", *case]) == 0
    assert proof.main(["known", *case]) == 0
    assert proof.main(["known", *case[:2], "last"]) == 1
    (top / "in" / "deep" / "file").write_text("two")
    assert proof.main(["known", *case]) == 1
    for words in ([], ["known"], ["forget", "builds"]):
        assert proof.main(words) == 2
        assert capsys.readouterr().err.startswith("usage: ")


def test_what_running_leaves_behind_is_no_input(top):
    remembered(top).store(["a"])
    os.makedirs(top / "in" / "__pycache__")
    (top / "in" / "__pycache__" / "x.pyc").touch()
    assert known(top) == ["a"]
