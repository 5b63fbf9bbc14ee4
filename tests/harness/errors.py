# SPDX-License-Identifier: GPL-2.0-only
"""How a test says that something is wrong."""


class Failure(Exception):
    """What was tested did not behave. The text is what the reader sees."""


class Fatal(Failure):
    """The rest of the scenario cannot run any more."""


def expect(condition, text):
    """Fail with @text unless @condition holds."""
    if not condition:
        raise Failure(text)


def expect_equal(got, want, what):
    """Fail unless @got equals @want, naming both."""
    if got != want:
        raise Failure(f"{what} is {got!r}, expected {want!r}")


def expect_in(part, text, what):
    """Fail unless @part occurs in @text."""
    if part not in text:
        raise Failure(f"{what} lacks {part!r}: {text.strip()[-400:]!r}")


class BedFault(Warning):
    """The test bed had to try again, which says nothing of what is tested."""
