# SPDX-License-Identifier: GPL-2.0-only
"""tests/call-graph finds a cycle among object files, and only then."""

import subprocess
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

SOURCES = {
    "top": "int middle(void); int top(void) { return middle(); }",
    "middle": "int low(void); int middle(void) { return low(); }",
    "low": "int low(void) { return 1; }",
    "up": "int top(void); int low(void) { return top(); }",
    "aside": "extern int shared; int aside(void) { return shared; }",
    "data": "int aside(void); int shared; int use(void) { return aside(); }",
}


class CallGraph(unittest.TestCase):
    def run_on(self, *names):
        with TemporaryDirectory() as folder:
            objects = []
            for name in names:
                objects.append(f"{folder}/{name}.o")
                Path(f"{folder}/{name}.c").write_text(SOURCES[name], encoding="ascii")
                subprocess.run(["gcc", "-c", f"{folder}/{name}.c", "-o", objects[-1]], check=True)
            done = subprocess.run(["tests/call-graph", *objects], stdout=subprocess.PIPE,
                                  check=False, encoding="utf-8")
            return done.returncode, done.stdout

    def test_none(self):
        status, text = self.run_on("top", "middle", "low")
        self.assertEqual(status, 0, text)
        self.assertIn("3 files, 2 times one uses another, no cycle", text)

    def test_cycle(self):
        status, text = self.run_on("top", "middle", "up")
        self.assertEqual(status, 1, text)
        self.assertIn("a cycle of 3 files", text)
        self.assertIn("up.o uses top of top.o", text)

    def test_cycle_by_data(self):
        status, text = self.run_on("aside", "data")
        self.assertEqual(status, 1, text)

    def test_unreadable(self):
        done = subprocess.run(["tests/call-graph", "/nonexistent.o"], stderr=subprocess.PIPE,
                              check=False)
        self.assertEqual(done.returncode, 2)
