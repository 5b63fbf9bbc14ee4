# SPDX-License-Identifier: GPL-2.0-only
"""Remembers how a check ended whose end is decided by bytes alone.

Compiling, or looking through, the same files with the same tools comes to the
same, so it is not done twice on one machine. Nothing that runs on a machine, or
depends on the time, may be treated so. FRESH=1 has everything done.
"""

import hashlib
import inspect
import json
import os

from .tap import Result

FOLDER = "/cache/proofs"
# What is installed, the compiler among it.
TOOLS = "/var/lib/dpkg/status"
# What else decides how any check ends.
HARNESS = ("tests/harness/proof.py", "tests/harness/subtests.py")


def files_below(path):
    """@path, or all files below it but for what running them leaves behind."""
    if not os.path.isdir(path):
        return [path]
    found = []
    for place, inner, names in os.walk(path):
        inner[:] = [name for name in inner if name != "__pycache__"]
        found += [os.path.join(place, name) for name in names]
    return sorted(found)


def digest_of(paths, words):
    """A name for the bytes and modes of files and for @words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        for name in files_below(path):
            with open(name, "rb") as file:
                content = hashlib.sha256(file.read()).hexdigest()
            total.update(f"{name} {os.stat(name).st_mode:o} {content}\n".encode())
    return total.hexdigest()[:16]


def fresh():
    """Whether the reader wants everything done anew."""
    return os.environ.get("FRESH", "") not in ("", "0")


class Proof:
    """How scenario @item ended, with the bytes there are now."""

    def __init__(self, item, kernels, folder=FOLDER):
        paths = (*item.inputs, os.path.relpath(inspect.getsourcefile(item.action)), *HARNESS, TOOLS)
        words = [item.name, *(os.path.realpath(kernels[name].folder) for name in item.needs())]
        self._path = os.path.join(
            folder, f"{item.name.replace('/', '-')}-{digest_of(paths, words)}")

    def load(self):
        """The parts that passed before, or nothing."""
        if fresh():
            return []
        try:
            with open(self._path, encoding="utf-8") as file:
                return [Result(name, note="passed before, from the same bytes")
                        for name in json.load(file)]
        except (OSError, ValueError):
            return []

    def store(self, result):
        """Remember @result, if all of it passed."""
        if not result.passed:
            return
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        partial = f"{self._path}.{os.getpid()}"
        with open(partial, "w", encoding="utf-8") as file:
            json.dump([leaf.name for leaf in result.leaves()], file)
        os.replace(partial, self._path)
