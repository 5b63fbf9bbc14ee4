# SPDX-License-Identifier: GPL-2.0-only
"""What is printed: reports by place, and differences for patch -p1."""

import difflib
import os
import sys

from .files import split


def shown(name):
    """A name for a report; what is no text is escaped, so that a line stays a line."""
    raw = os.fsencode(name)
    if any(byte < 32 or byte == 127 for byte in raw):
        return quoted(raw)
    return name


def quoted(raw):
    """As git and patch quote names."""
    special = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
    return '"' + "".join(
        "\\" + special[byte] if byte in special
        else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in raw) + '"'


def header(mark, prefix, name):
    raw = prefix + os.fsencode(name)
    if any(byte < 32 or byte in (34, 92, 127) for byte in raw):
        return mark + quoted(raw).encode("ascii") + b"\n"
    # A tab ends a name with spaces in it.
    return mark + raw + (b"\t" if b" " in raw else b"") + b"\n"


def diff(name, before, after):
    """A unified difference of two files' bytes."""
    old, new = (split(data.decode("latin-1")) for data in (before, after))
    lines = list(difflib.unified_diff(old, new))[2:]
    if not lines:
        return b""
    body = "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
                   for line in lines)
    return header(b"--- ", b"a/", name) + header(b"+++ ", b"b/", name) + body.encode("latin-1")


def lines(name, remarks):
    """Reports of one file, by place: (line, column) to (length, sentence)."""
    return [f"{shown(name)}:{line}:{column}-{column + length}: WARNING: {sentence}\n"
            for (line, column), (length, sentence) in sorted(remarks.items())]


def put(stream, text):
    """Print names of any bytes."""
    stream.flush()
    stream.buffer.write(text if isinstance(text, bytes) else os.fsencode(text))
    stream.flush()


class Progress:
    """How far it is, on a terminal only."""

    def __init__(self, total):
        self.total, self.done = total, 0
        self.on = total > 1 and sys.stderr.isatty()

    def step(self):
        self.done += 1
        if self.on:
            put(sys.stderr, f"\r{self.done}/{self.total} files\x1b[K")

    def end(self):
        if self.on:
            put(sys.stderr, "\r\x1b[K")
