# SPDX-License-Identifier: GPL-2.0-only
"""What runs inside a machine, spoken to as it is there, and what it is asked for."""

import io
import os
import socket
import subprocess
import tempfile
import threading
import unittest

from tests.harness.agent import Agent, BootFailure, request

BUILD = os.path.abspath("build")


class Requests(unittest.TestCase):
    def test_reading_and_writing_take_no_shell(self):
        self.assertEqual(request("cat /proc/uptime"), "cat /proc/uptime")
        self.assertEqual(request("echo 's 0x1' > /sys/a:b.0/db"), "put /sys/a:b.0/db s 0x1")
        self.assertEqual(request("echo '' > /sys/a"), "put /sys/a ")

    def test_all_else_does(self):
        for line in ("cat /proc/*", "cat /a /b", "cat /a | wc", "cat", "echo '1' >> /a", "true",
                     "echo 'a'b' > /c", "echo $x > /a", "echo '1' > /a && true", "cat $x"):
            self.assertEqual(request(line), f"sh {line}")


class Booting(unittest.TestCase):
    def boot(self, action):
        """Wait for a machine whose end of the channel @action gets; what that ends with."""
        with tempfile.TemporaryDirectory() as folder, \
                socket.create_server(f"{folder}/sock", family=socket.AF_UNIX) as server:
            def machine():
                with server.accept()[0] as channel:
                    action(channel)
            thread = threading.Thread(target=machine)
            thread.start()
            agent = Agent(f"{folder}/sock", io.StringIO())
            agent.connect(5)
            try:
                agent.wait_ready(1)
                return "up"
            except BootFailure as error:
                return str(error)
            finally:
                agent.close()
                thread.join()

    def test_one_that_listens(self):
        self.assertEqual(self.boot(lambda channel: channel.sendall(b"noise\n@@READY\n")), "up")

    def test_one_that_ends(self):
        self.assertEqual(self.boot(lambda channel: channel.sendall(b"noise\n")),
                         "the machine ended while it booted")

    def test_one_that_hangs(self):
        self.assertEqual(self.boot(lambda channel: channel.recv(1)),
                         "the machine did not boot within 1 s")


class Answers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        # Nothing to do when the machines have been made for these tests.
        subprocess.run(["make", "-s", "-C", "tools/agent", f"O={BUILD}"], check=True)

    def ask(self, *lines):
        """The answers to lines: [(number, text, status)]"""
        agent = subprocess.Popen([os.path.join(BUILD, "agent")], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, encoding="ascii")
        with agent:
            self.assertEqual(agent.stdout.readline(), "@@READY\n")
            answers = []
            for number, line in enumerate(lines, 7):
                agent.stdin.write(f"{number} {line}\n")
                agent.stdin.flush()
                text = agent.stdout.readline()
                while "@@RC " not in text:
                    text += agent.stdout.readline()
                begin, text = text.split("\n", 1)
                said, status = text.split("@@RC ")
                answers.append((begin, said, int(status)))
            agent.kill()
        self.assertEqual([begin for begin, _, _ in answers],
                         [f"@@BEGIN {number + 7}" for number in range(len(lines))])
        return [answer[1:] for answer in answers]

    def test_a_file_is_read_and_written(self):
        path = os.path.join(self.folder, "file")
        with open(path, "w", encoding="ascii"):
            pass
        self.assertEqual(self.ask(f"put {path} one two", f"cat {path}", f"put {path} ",
                                  f"cat {path}"),
                         [("", 0), ("one two\n", 0), ("", 0), ("\n", 0)])

    def test_what_does_not_work_is_said(self):
        missing = os.path.join(self.folder, "missing")
        said = f"{missing}: No such file or directory\n"
        self.assertEqual(self.ask(f"cat {missing}", f"put {missing} x", f"cat {self.folder}"),
                         [(said, 1), (said, 1), (f"{self.folder}: Is a directory\n", 1)])
        self.assertEqual(os.path.exists(missing), False)
        self.assertEqual(self.ask("put /dev/full x"),
                         [("/dev/full: No space left on device\n", 1)])

    def test_a_shell_line_has_its_status_and_no_input(self):
        self.assertEqual(self.ask("sh echo a; exit 3", "sh cat", "sh kill -9 $$"),
                         [("a\n", 3), ("", 0), ("", 137)])

    def test_nonsense_is_refused(self):
        self.assertEqual(self.ask("what is this", "sh", "put /dev/null", "cat /dev/null"),
                         [("no request: what\n", 2), ("no request: sh\n", 2),
                          ("no request: put\n", 2), ("", 0)])


if __name__ == "__main__":
    unittest.main()
