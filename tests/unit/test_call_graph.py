# SPDX-License-Identifier: GPL-2.0-only
import os
import subprocess
import tempfile
import unittest


class CallGraph(unittest.TestCase):
    def judge(self, **sources):
        """(status, output) for files of which each has the C text given."""
        with tempfile.TemporaryDirectory() as folder:
            objects = []
            for name, text in sources.items():
                objects.append(os.path.join(folder, f"{name}.o"))
                subprocess.run(["gcc", "-x", "c", "-c", "-o", objects[-1], "-"],
                               input=text, text=True, check=True)
            done = subprocess.run(["tests/call-graph", *objects], check=False, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def test_calls_downward(self):
        self.assertEqual(self.judge(
            top="void mid(void); void low(void); void top(void) { mid(); low(); }",
            mid="void low(void); void mid(void) { low(); }",
            low="void low(void) { }"), (0, ""))

    def test_names_two_files_that_call_each_other(self):
        self.assertEqual(self.judge(
            top="void low(void); void top(void) { low(); }",
            low="void top(void); void low(void) { top(); }"),
            (1, "low.o -> top.o (top) -> low.o (low)\n"))

    def test_names_a_long_circle_only(self):
        status, output = self.judge(
            aside="void one(void); void aside(void) { one(); }",
            one="void two(void); void one(void) { two(); }",
            two="void three(void); void two(void) { three(); }",
            three="void one(void); void three(void) { one(); }")
        self.assertEqual((status, output),
                         (1, "one.o -> two.o (two) -> three.o (three) -> one.o (one)\n"))

    def test_data_counts(self):
        status, _ = self.judge(
            top="extern int table; int count; int top(void) { return table; }",
            low="extern int count; int table = 1; int low(void) { return count; }")
        self.assertEqual(status, 1)

    def test_names_of_a_files_own_do_not_count(self):
        self.assertEqual(self.judge(
            top="static void help(void) { } void low(void); void top(void) { low(); help(); }",
            low="static void help(void) { } void low(void) { help(); }"), (0, ""))

    def test_objects_that_share_nothing_are_no_answer(self):
        self.assertEqual(self.judge(one="void one(void) { }", two="void two(void) { }"),
                         (2, "call-graph: none of the objects uses another\n"))

    def test_refuses_what_is_no_object(self):
        done = subprocess.run(["tests/call-graph", "tests/call-graph"], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("tests/call-graph", done.stderr)


if __name__ == "__main__":
    unittest.main()
