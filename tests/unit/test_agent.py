# SPDX-License-Identifier: GPL-2.0-only
"""The program that runs inside a machine, and the requests that it gets."""

import io
import os
import socket
import subprocess
import threading

import pytest

from tests.harness.agent import Agent, BootFailure, request

BUILD = os.path.abspath("build")


def test_reading_and_writing_take_no_shell():
    assert request("cat /proc/uptime") == "cat /proc/uptime"
    assert request("echo 's 0x1' > /sys/a:b.0/db") == "put /sys/a:b.0/db s 0x1"
    assert request("echo '' > /sys/a") == "put /sys/a "


@pytest.mark.parametrize("line", (
    "cat /proc/*", "cat /a /b", "cat /a | wc", "cat", "echo '1' >> /a", "true", "echo 'a'b' > /c",
    "echo $x > /a", "echo '1' > /a && true", "cat $x"))
def test_all_else_does(line):
    assert request(line) == f"sh {line}"


def boot(folder, action):
    """Wait for a machine whose end of the channel @action gets; what that ends with."""
    with socket.create_server(f"{folder}/sock", family=socket.AF_UNIX) as server:
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


def test_a_machine_that_listens(tmp_path):
    assert boot(tmp_path, lambda channel: channel.sendall(b"noise\n@@READY\n")) == "up"


def test_a_machine_that_ends(tmp_path):
    assert boot(tmp_path, lambda channel: channel.sendall(b"noise\n")) == (
        "the machine ended while it booted")


def test_a_machine_that_hangs(tmp_path):
    assert boot(tmp_path, lambda channel: channel.recv(1)) == (
        "the machine did not boot within 1 s")


@pytest.fixture(scope="module")
def program():
    """Nothing to do when the machines have been made for these tests."""
    subprocess.run(["make", "-s", "-C", "tools/agent", f"O={BUILD}"], check=True)
    return os.path.join(BUILD, "agent")


@pytest.fixture
def ask(program):
    """Ask it lines; the answers to them: [(text, status)]"""
    def answers_to(*lines):
        with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              encoding="ascii") as agent:
            assert agent.stdout.readline() == "@@READY\n"
            answers = []
            for number, line in enumerate(lines, 7):
                agent.stdin.write(f"{number} {line}\n")
                agent.stdin.flush()
                text = agent.stdout.readline()
                while "@@RC " not in text:
                    text += agent.stdout.readline()
                begin, text = text.split("\n", 1)
                assert begin == f"@@BEGIN {number}"
                said, status = text.split("@@RC ")
                answers.append((said, int(status)))
            agent.kill()
        return answers
    return answers_to


def test_a_file_is_read_and_written(ask, tmp_path):
    path = tmp_path / "file"
    path.touch()
    assert ask(f"put {path} one two", f"cat {path}", f"put {path} ", f"cat {path}") == [
        ("", 0), ("one two\n", 0), ("", 0), ("\n", 0)]


def test_an_error_is_reported(ask, tmp_path):
    missing = tmp_path / "missing"
    said = f"{missing}: No such file or directory\n"
    assert ask(f"cat {missing}", f"put {missing} x", f"cat {tmp_path}") == [
        (said, 1), (said, 1), (f"{tmp_path}: Is a directory\n", 1)]
    assert not missing.exists()
    assert ask("put /dev/full x") == [("/dev/full: No space left on device\n", 1)]


def test_a_shell_line_has_its_status_and_no_input(ask):
    assert ask("sh echo a; exit 3", "sh cat", "sh kill -9 $$") == [("a\n", 3), ("", 0), ("", 137)]


def test_nonsense_is_refused(ask):
    assert ask("what is this", "sh", "put /dev/null", "cat /dev/null") == [
        ("no request: what\n", 2), ("no request: sh\n", 2), ("no request: put\n", 2), ("", 0)]
