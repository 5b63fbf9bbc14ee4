# SPDX-License-Identifier: GPL-2.0-only
"""What a scenario uses to report its parts."""

from contextlib import contextmanager

import pytest

from .errors import Failure, Fatal


class Abort(Exception):
    """A part failed without which the rest makes no sense; already reported."""


class Parts:
    """The parts of one scenario, each a subtest."""

    def __init__(self, subtests, folder, environment):
        self._subtests = subtests
        # Where its logs are kept.
        self.folder = folder
        # Kernels and vendor.
        self.environment = environment
        self.passed = []
        self.failed = []

    def add(self, name, problems):
        """Report a part whose outcome is known already."""
        with self.part(name):
            if problems:
                raise Failure("\n".join(problems))

    @contextmanager
    def part(self, name, fatal=False):
        """Everything inside the block is the part @name.

        A failure inside is reported and the scenario goes on, unless @fatal. After
        anything else that is raised it ends.
        """
        outcome = None
        with self._subtests.test(msg=name):
            try:
                yield
            except BaseException as error:
                outcome = error
                raise
        if outcome is None:
            self.passed.append(name)
            return
        self.failed.append(name)
        if fatal or isinstance(outcome, Fatal) or not isinstance(outcome, Failure):
            raise Abort from outcome

    def run(self, action):
        """Call @action; one that reports nothing has failed."""
        try:
            action()
        except Abort:
            pass
        if self.failed:
            pytest.fail(f"failed: {', '.join(self.failed)}", pytrace=False)
        if not self.passed:
            pytest.fail("the scenario reported nothing", pytrace=False)
