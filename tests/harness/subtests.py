# SPDX-License-Identifier: GPL-2.0-only
"""What a scenario uses to report its parts."""

import sys
import time
import traceback
from contextlib import contextmanager

from .errors import Failure, Fatal
from .tap import Result


class Abort(Exception):
    """A part failed without which the rest makes no sense; already reported."""


class Subtests:
    """Collects the parts of one scenario."""

    def __init__(self, name, folder, environment):
        self.result = Result(name)
        self.folder = folder
        # What the command line prepared: kernels, vendor.
        self.environment = environment
        self._allow = []

    @property
    def allowed(self):
        """Patterns of log lines that parts so far declared to provoke."""
        return tuple(self._allow)

    def allow(self, *patterns):
        """Declare that kernel log lines matching @patterns are provoked from here on."""
        self._allow += patterns

    def add(self, name, problems, seconds=0.0):
        """Report a part whose outcome is known already."""
        self.result.children.append(Result(name, seconds, "\n".join(problems)))

    @contextmanager
    def part(self, name, fatal=False):
        """Everything inside the block is the part @name.

        A failure inside is reported and the scenario goes on, unless @fatal.
        """
        started = time.monotonic()
        child = Result(name)
        self.result.children.append(child)
        try:
            yield
        except Failure as error:
            child.reason = str(error) or "failed"
            if fatal or isinstance(error, Fatal):
                raise Abort() from error
        except Exception as error:
            child.reason = f"{type(error).__name__}: {error}"
            traceback.print_exc(file=sys.stderr)
            raise Abort() from error
        finally:
            child.seconds = time.monotonic() - started
