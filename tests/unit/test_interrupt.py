# SPDX-License-Identifier: GPL-2.0-only
"""An interruption of what runs for a while: one line, status 130, nothing is left."""

import os
import signal
import subprocess

import pytest

from tests.harness.deadline import wait_until

# A stand-in for the scripts behind make's targets, with a process that most signals end and
# one that they do not, and with a shell that would report this.
SCRIPT = """\
set -euo pipefail
. tests/prepare
attend stand-in "$0" "$@"
bash -c 'trap : EXIT; sleep 1000; :' &
bash -c 'trap "" INT TERM; while :; do sleep 0.2; done' &
echo "ready $$"
wait
"""


@pytest.fixture
def stand_in(tmp_path):
    """A running one, and the session in which it does its work."""
    path = tmp_path / "stand-in"
    path.write_text(f"#!/bin/bash\n{SCRIPT}")
    path.chmod(0o755)
    # Like a shell's foreground job, it has a group of its own and ignores no signal.
    with subprocess.Popen(["env", "--default-signal", str(path)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="ascii",
                          process_group=0) as running:
        word, session = running.stdout.readline().split()
        assert word == "ready"
        yield running, int(session)
        running.kill()
        for process, _ in processes_of(int(session)):
            os.kill(process, signal.SIGKILL)


def processes_of(session):
    """Those that have not ended: (process, command) of a session."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii") as file:
                command, _, words = file.read().partition("(")[2].rpartition(")")
        except OSError:
            continue
        state, _, _, belongs = words.split()[:4]
        if int(belongs) == session and state != "Z":
            found.append((int(name), command))
    return found


@pytest.mark.timeout(40)
@pytest.mark.parametrize("number, send", (
    (signal.SIGINT, os.killpg), (signal.SIGTERM, os.kill), (signal.SIGHUP, os.killpg)))
def test_all_ends_with_one_line(stand_in, number, send):
    running, session = stand_in
    wait_until(lambda: len(processes_of(session)) >= 4, 10, "a session with four processes")
    send(running.pid, number)
    output, errors = running.communicate(timeout=30)
    assert (running.returncode, output, errors) == (130, "", "stand-in: interrupted\n")
    assert processes_of(session) == []


def test_without_an_interruption_the_status_is_its_own(tmp_path):
    path = tmp_path / "script"
    path.write_text('#!/bin/bash\n. tests/prepare\nattend script "$0"\ncat\nexit 7\n')
    path.chmod(0o755)
    done = subprocess.run([str(path)], input="words", capture_output=True, check=False,
                          encoding="ascii")
    assert (done.returncode, done.stdout, done.stderr) == (7, "words", "")
