# SPDX-License-Identifier: GPL-2.0-only
"""Coccinelle on copies of files, each run with a limit of time."""

import os
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RULES = "scripts/coccinelle/ntb"


class Failed(Exception):
    pass


class Spatch:
    """Copies lie in the checkout, since the root knows no other place."""

    def __init__(self, timeout):
        self.timeout = timeout
        os.makedirs(f"{HERE}/build", exist_ok=True)
        self.work = tempfile.mkdtemp(prefix="migrate.", dir=f"{HERE}/build")
        # In the root itself there is nothing to enter.
        self.run = [] if HERE == "/src" else [f"{HERE}/scripts/env/run"]

    def close(self):
        shutil.rmtree(self.work, ignore_errors=True)

    def inside(self, path):
        return path.replace(HERE, "/src", 1)

    def apply(self, rule, texts, mode="patch", kept=()):
        """What a rule makes of @texts, suffix and text each; @kept are places that stay.

        Returns the new texts in patch mode, else what is printed.
        """
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            paths = []
            for number, (suffix, text) in enumerate(texts):
                paths.append(f"{folder}/{number}{suffix}")
                with open(paths[-1], "w", encoding="latin-1", newline="") as file:
                    file.write(text)
            with open(f"{folder}/kept", "w", encoding="ascii") as file:
                file.writelines(f"{line} {column}\n" for line, column in sorted(kept))
            output = self._spatch(rule, folder, paths, mode)
            if mode != "patch":
                return output
            found = []
            for path in paths:
                with open(path, encoding="latin-1", newline="") as file:
                    found.append(file.read())
            return found

    def _spatch(self, rule, folder, paths, mode):
        words = ["timeout", "-k", "1", str(self.timeout), "env",
                 f"NTB_IRQ_KEPT={self.inside(folder)}/kept", "PYTHONDONTWRITEBYTECODE=1",
                 "spatch", "-D", mode, "--no-includes", "--include-headers",
                 "--max-width", "100", "--very-quiet",
                 "--sp-file", f"{self.inside(HERE)}/{RULES}/{rule}.cocci"]
        if mode == "patch":
            words += ["--in-place", "--no-show-diff"]
        done = subprocess.run(self.run + words + [self.inside(path) for path in paths],
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode in (124, 137):
            raise Failed(f"Coccinelle took more than {self.timeout} s")
        said = done.stderr.decode("latin-1")
        # After some errors it goes on with the next file.
        lines = [line for line in said.splitlines() if line and not line.startswith("warning: ")]
        if done.returncode or lines:
            raise Failed(f"Coccinelle failed: {lines[-1] if lines else done.returncode}")
        output = done.stdout.decode("latin-1")
        return "".join(line for line in output.splitlines(True)
                       if not line.startswith("warning: "))
