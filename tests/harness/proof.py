# SPDX-License-Identifier: GPL-2.0-only
"""Remembers how a check ended whose end is decided by bytes alone.

Compiling, or looking through, the same files with the same tools comes to the
same, so it is not done twice on one machine. Nothing that runs on a machine, or
depends on the time, may be treated so. FRESH=1 has everything done.

Scripts use it by "python3 -m tests.harness.proof known|store NAME [WORD]...", where
a word that is the path of a file, or of a folder, stands for its bytes. Status 0
says that NAME passed before, or that this is remembered now.
"""

import hashlib
import inspect
import json
import os
import sys

FOLDER = "/cache/proofs"
# What is installed, the compiler among it.
TOOLS = "/var/lib/dpkg/status"
# What else decides how any check ends.
HARNESS = ("tests/conftest.py", "tests/harness/proof.py", "tests/harness/parts.py")


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


def sources_of(action, item):
    """The files that decide how scenario @item, which is @action, ends."""
    return (*item.inputs, os.path.relpath(inspect.getsourcefile(action)), *HARNESS)


class Proof:
    """That check @name passed with the bytes there are now."""

    def __init__(self, name, paths, words=(), folder=None):
        digest = digest_of((*paths, TOOLS), (name, *words))
        self._path = os.path.join(folder or FOLDER, f"{name.replace('/', '-')}-{digest}")

    def load(self):
        """The parts that passed before, or nothing."""
        if fresh():
            return []
        try:
            with open(self._path, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return []

    def store(self, parts):
        """Remember that these @parts passed, and that they are all there are."""
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        partial = f"{self._path}.{os.getpid()}"
        with open(partial, "w", encoding="utf-8") as file:
            json.dump(parts, file)
        os.replace(partial, self._path)


def main(words):
    """The command line that scripts use."""
    if len(words) < 2 or words[0] not in ("known", "store"):
        print("usage: proof known|store NAME [WORD|FILE|FOLDER]...", file=sys.stderr)
        return 2
    action, name, *inputs = words
    paths = [word for word in inputs if os.path.exists(word)]
    proof = Proof(name, paths, inputs)
    if action == "known":
        return 0 if proof.load() else 1
    proof.store([name])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
