# SPDX-License-Identifier: GPL-2.0-only
"""The parts of a scenario: which end it, and what it comes to."""

from contextlib import contextmanager

import pytest

from tests.harness.errors import Failure, Fatal
from tests.harness.parts import Parts


class Subtests:
    """As those of pytest: what is raised inside is reported and goes no further."""

    @contextmanager
    def test(self, msg):
        try:
            yield
        except (Exception, pytest.fail.Exception):
            pass


@pytest.fixture
def parts():
    return Parts(Subtests(), "", None)


def scenario(parts, error=None, fatal=False):
    """A scenario whose first part raises @error; the parts that (passed, failed)."""
    def action():
        with parts.part("first", fatal):
            if error:
                raise error
        with parts.part("second"):
            pass
    with pytest.raises(pytest.fail.Exception, match="failed: first"):
        parts.run(action)
    return parts.passed, parts.failed


def test_all_pass(parts):
    parts.run(lambda: parts.add("one", []))
    assert (parts.passed, parts.failed) == (["one"], [])


def test_it_goes_on_after_a_failure(parts):
    assert scenario(parts, Failure("no")) == (["second"], ["first"])


def test_not_after_a_fatal_part(parts):
    assert scenario(parts, Failure("no"), fatal=True) == ([], ["first"])


@pytest.mark.parametrize("error", (Fatal("no"), KeyError("a defect"),
                                   pytest.fail.Exception("it took too long")))
def test_not_after_what_is_fatal_in_itself(parts, error):
    assert scenario(parts, error) == ([], ["first"])


def test_one_that_reports_nothing_has_failed(parts):
    with pytest.raises(pytest.fail.Exception, match="reported nothing"):
        parts.run(lambda: None)


def test_problems_make_a_failure(parts):
    parts.add("one", ["a", "b"])
    assert parts.failed == ["one"]
