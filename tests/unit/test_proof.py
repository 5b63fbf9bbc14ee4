# SPDX-License-Identifier: GPL-2.0-only
"""A check is not done twice on the same bytes, and is done again on others."""

import os
import shutil
import tempfile
import unittest
from types import SimpleNamespace
from unittest import mock

from tests.harness.proof import Proof
from tests.harness.registry import Scenario
from tests.harness.tap import Result, lines


def action(_test):
    """Stands for a check; its source is this file."""


class Proofs(unittest.TestCase):
    def setUp(self):
        self.top = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.top)
        os.makedirs(os.path.join(self.top, "in", "deep"))
        self.write("in/deep/file", "one")
        self.kernels = {"k": SimpleNamespace(folder=os.path.join(self.top, "kernel-1"))}

    def write(self, name, text):
        with open(os.path.join(self.top, name), "w", encoding="ascii") as file:
            file.write(text)

    def proof(self, name="static/check"):
        item = Scenario(name, action, kernels=("k",), inputs=(os.path.join(self.top, "in"),))
        with mock.patch("tests.harness.proof.TOOLS", __file__):
            return Proof(item, self.kernels, os.path.join(self.top, "proofs"))

    def passed(self):
        self.proof().store(Result("check", children=[Result("a"), Result("b")]))

    def known(self):
        return [result.name for result in self.proof().load()]

    def test_nothing_is_known_at_first(self):
        self.assertEqual(self.known(), [])

    def test_the_same_bytes_end_the_same(self):
        self.passed()
        self.assertEqual(self.known(), ["a", "b"])
        self.assertEqual(lines(self.proof().load()[0], 1), [
            "ok 1 a # passed before, from the same bytes"])

    def test_other_bytes_are_looked_at(self):
        self.passed()
        self.write("in/deep/file", "two")
        self.assertEqual(self.known(), [])
        self.write("in/deep/file", "one")
        self.assertEqual(self.known(), ["a", "b"])

    def test_another_file_mode_kernel_or_check_is_another_case(self):
        self.passed()
        self.assertEqual(self.proof("static/other").load(), [])
        self.write("in/more", "")
        self.assertEqual(self.known(), [])
        os.unlink(os.path.join(self.top, "in", "more"))
        os.chmod(os.path.join(self.top, "in", "deep", "file"), 0o755)
        self.assertEqual(self.known(), [])
        os.chmod(os.path.join(self.top, "in", "deep", "file"), 0o644)
        self.kernels["k"].folder += "0"
        self.assertEqual(self.known(), [])

    def test_a_failure_is_not_remembered(self):
        self.proof().store(Result("check", children=[Result("a"), Result("b", reason="no")]))
        self.proof().store(Result("check", reason="no", children=[Result("a")]))
        self.assertEqual(self.known(), [])

    def test_a_broken_proof_proves_nothing(self):
        self.passed()
        folder = os.path.join(self.top, "proofs")
        self.write(f"proofs/{os.listdir(folder)[0]}", '["a"')
        self.assertEqual(self.known(), [])

    def test_all_is_done_anew_on_demand(self):
        self.passed()
        with mock.patch.dict(os.environ, FRESH="1"):
            self.assertEqual(self.known(), [])
        with mock.patch.dict(os.environ, FRESH="0"):
            self.assertEqual(self.known(), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
