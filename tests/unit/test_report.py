# SPDX-License-Identifier: GPL-2.0-only
"""What a run of pytest comes to: nothing passes by not being there."""

import os
import subprocess
import sys

import pytest

CONFTEST = """\
import pytest
pytest_plugins = ("tests.harness.report",)
from tests.harness.parts import Parts

@pytest.fixture
def test(subtests):
    return Parts(subtests, "", None)
"""
HEAD = """\
import os, pytest
from tests.harness.errors import Failure
"""


@pytest.fixture
def run(tmp_path):
    """Run tests of a text; (status, output)."""
    def run_tests(text, *options):
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        (tmp_path / "conftest.py").write_text(CONFTEST)
        (tmp_path / "test_it.py").write_text(HEAD + text)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *options,
             str(tmp_path)],
            capture_output=True, check=False, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.getcwd()})
        return done.returncode, done.stdout
    return run_tests


def last(output):
    """The closing line, without the time."""
    return output.splitlines()[-1].strip("= ").rpartition(" in ")[0]


GOOD = "def test_good(): pass\n"
BAD = "def test_bad(): os._exit(0)\n"
PARTS = """\
def test_parts(test):
    def action():
        with test.part("one"): pass
        with test.part("two"): %s
        with test.part("three"): pass
    test.run(action)
"""


@pytest.mark.parametrize("options", ((), ("-n", "2")))
def test_all_passed(run, options):
    status, output = run(GOOD + PARTS % "pass", *options)
    assert (status, last(output)) == (0, "2 passed, 3 subtests passed")
    assert "PASSED" in output and "SUBPASS" not in output


@pytest.mark.parametrize("options", ((), ("-n", "2")))
def test_a_part_that_fails_is_a_failure_with_its_reason(run, options):
    status, output = run(GOOD + PARTS % "raise Failure('the reason')", *options)
    assert (status, last(output)) == (1, "2 failed, 1 passed, 2 subtests passed")
    assert "\nthe reason\n" in output and "Traceback" not in output


def test_a_worker_that_dies_is_a_failure(run):
    status, output = run(GOOD + BAD + "def test_last(): pass\n", "-n", "1")
    assert (status, last(output)) == (1, "1 failed, 2 passed")


def test_a_worker_that_does_not_come_back_is_a_failure(run):
    status, output = run(BAD + GOOD, "-n", "1", "--max-worker-restart", "0")
    assert status == 1 and "1 passed" not in output


def test_no_test_is_no_success(run):
    assert run("")[0] != 0


def test_a_check_that_passed_before_is_shown_as_such(run):
    status, output = run("""
def test_known(request):
    request.node.user_properties.append(("known", True))
""")
    assert (status, last(output)) == (0, "1 passed")
    assert "PASSED before, from the same bytes" in output
