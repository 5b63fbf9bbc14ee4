# SPDX-License-Identifier: GPL-2.0-only
"""What a program shows on a terminal: the screen that its bytes make."""

import base64
import re
import shlex

from . import user
from .errors import Failure

PTS = "/dev/pts"


class Screen:
    """A terminal that knows what is needed of it, and refuses what it does not know.

    A character in the last column leaves the cursor there; it is in the next line when
    another one follows, which is a line that was too long.
    """

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        # How often a line was too long, or one too many, since the screen was cleared.
        self.broken = self.scrolled = 0

    def resize(self, columns, rows):
        """What is on the screen stays where it is."""
        cells = [(line + [" "] * columns)[:columns] for line in self._cells]
        self._cells = (cells + [[" "] * columns for _ in range(rows)])[:rows]
        self.columns, self.rows = columns, rows
        self.row, self.column = min(self.row, rows - 1), min(self.column, columns - 1)

    def lines(self):
        """The lines that are on it, without blanks at their ends."""
        return ["".join(line).rstrip() for line in self._cells]

    def feed(self, data):
        """Take bytes of the program."""
        for text, escape, final in re.findall(r"([^\033])|(?:\033\[(\d*)([A-Za-z]))|\033",
                                              data.decode(), re.S):
            if text:
                self._character(text)
            else:
                self._escape(final, int(escape or 0))

    def _character(self, text):
        if text == "\r":
            self.column = 0
        elif text == "\n":
            self._down()
        elif not text.isprintable():
            raise Failure(f"a program has written {text!r} to its terminal")
        else:
            if self.column == self.columns:
                self.broken += 1
                self.column = 0
                self._down()
            self._cells[self.row][self.column] = text
            self.column += 1

    def _down(self):
        if self.row + 1 < self.rows:
            self.row += 1
            return
        self._cells = self._cells[1:] + [[" "] * self.columns]
        self.scrolled += 1

    def _escape(self, final, number):
        at = min(self.column, self.columns - 1)
        if final == "H" and not number:
            self.row = self.column = 0
        elif final == "J" and number in (0, 2):
            first = self.row if number == 0 else 0
            if number == 0:
                self._cells[self.row][at:] = [" "] * (self.columns - at)
                first += 1
            else:
                self.broken = self.scrolled = 0
            for row in range(first, self.rows):
                self._cells[row] = [" "] * self.columns
        elif final == "K" and not number:
            self._cells[self.row][at:] = [" "] * (self.columns - at)
        else:
            raise Failure(f"a program has written the sequence {number or ''}{final!r}")


class Terminal:
    """A program on a terminal of a machine."""

    def __init__(self, host, line, columns, rows):
        self._host = host
        host.run(f"grep -q devpts /proc/mounts || {{ mkdir -p {PTS}; "
                 f"mount -t devpts devpts {PTS}; }}")
        self.process = user.Process(host, "terminal", rows, shlex.quote(f"exec {line}"),
                                    path=columns)
        self._name = self.process.wait_for(PTS).splitlines()[0]
        self._taken = len(self._name) + 1
        self.screen = Screen(columns, rows)

    def update(self):
        """Take what the program has written since; return the screen."""
        # Of a file that grows meanwhile an end is made in its middle.
        file, copy = self.process.file, f"{self.process.file}.copy"
        text = self._host.run(f"cp {file} {copy} && base64 {copy}")
        data = base64.b64decode("".join(text.split()), validate=True)
        self.screen.feed(data[self._taken:])
        self._taken = len(data)
        return self.screen

    def resize(self, columns, rows):
        """As when the window of a terminal is made larger or smaller."""
        self.update()
        self._host.run(f"stty -F {self._name} cols {columns} rows {rows}")
        self.screen.resize(columns, rows)
