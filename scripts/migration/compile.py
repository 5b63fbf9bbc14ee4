# SPDX-License-Identifier: GPL-2.0-only
"""Compiles files before and after a rewrite, against the headers of a kernel."""

import os
import re
import subprocess
import tempfile

from .spatch import HERE


class Kernel:
    def __init__(self, folder, timeout):
        self.folder, self.timeout = os.path.abspath(folder), timeout

    def compiles(self, file, data):
        """None where it does not compile, else the number of warnings."""
        with tempfile.TemporaryDirectory(prefix="migrate.") as folder:
            with open(f"{folder}/file.c", "wb") as out:
                out.write(data)
            # Headers beside the file are found as if it lay there.
            beside = os.path.dirname(file.path)
            if re.search(r"[\s#$:'\"\\]", beside):
                os.symlink(beside, f"{folder}/beside")
                beside = f"{folder}/beside"
            with open(f"{folder}/Kbuild", "w", encoding="utf-8", errors="surrogateescape") as out:
                out.write(f"obj-m := file.o\nccflags-y := -iquote {beside} -I{HERE}/include "
                          "-DCONFIG_NTB_IRQ_MODULE=1 -DCONFIG_NTB_MSI=1\n")
            try:
                done = subprocess.run(
                    ["make", "-C", self.folder, f"M={folder}", "file.o"],
                    stdin=subprocess.DEVNULL, capture_output=True, check=False,
                    timeout=self.timeout, encoding="utf-8", errors="replace")
            except (OSError, subprocess.TimeoutExpired):
                return None
            return None if done.returncode else done.stderr.count("warning:")

    def spoilt(self, file, after):
        """Whether a file compiles worse than it did."""
        if file.suffix != ".c":
            return False
        before = self.compiles(file, file.raw)
        if before is None:
            return False
        now = self.compiles(file, after)
        return now is None or now > before
