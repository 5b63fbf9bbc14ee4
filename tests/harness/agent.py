# SPDX-License-Identifier: GPL-2.0-only
"""The command channel into a machine: tools/agent behind a serial line.

It answers a numbered request with "@@BEGIN <number>", what the command says, and
"@@RC <status>". "@@READY" says that it listens. No number is used twice, so an
answer that comes late is told from the one awaited.
"""

import re
import socket
import threading
import time

from .deadline import Deadline
from .errors import Failure

# The line discipline of the machine's terminal cuts lines at 4096 bytes.
LINE_LIMIT = 4000
# What takes no shell: reading a file, and writing a line to one.
PLAIN = r"/[\w./:+-]*"
CAT = re.compile(rf"cat ({PLAIN})")
ECHO = re.compile(rf"echo '([^'\\]*)' > ({PLAIN})")


def request(command):
    """What the agent is asked for, when it shall do @command."""
    if match := CAT.fullmatch(command):
        return f"cat {match[1]}"
    if match := ECHO.fullmatch(command):
        return f"put {match[2]} {match[1]}"
    return f"sh {command}"


class AgentError(Failure):
    """The channel itself failed, not the command."""


class BootFailure(AgentError):
    """The machine did not come to listen: it hangs, or it has ended."""


class Agent:
    """One machine's command channel."""

    def __init__(self, path, transcript):
        self._path = path
        self._transcript = transcript
        self._lock = threading.Lock()
        self._number = 0
        self._buffer = b""
        self._sock = None

    def connect(self, seconds):
        """Connect to the socket QEMU opened."""
        deadline = Deadline(seconds)
        while True:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                sock.connect(self._path)
                break
            except OSError as error:
                sock.close()
                if deadline.passed():
                    raise AgentError(f"no agent socket after {seconds} s: {error}") from error
                time.sleep(0.05)
        self._sock = sock
        self._buffer = b""

    def close(self):
        if self._sock:
            self._sock.close()
            self._sock = None

    def wait_ready(self, seconds):
        """Wait until the machine says that it listens.

        What is sent earlier would be lost, or worse, arrive in part.
        """
        deadline = Deadline(seconds)
        with self._lock:
            try:
                while self._line(deadline) != "@@READY":
                    pass
            except (AgentError, OSError) as error:
                if deadline.passed():
                    raise BootFailure(f"the machine did not boot within {seconds} s") from error
                raise BootFailure("the machine ended while it booted") from error

    def run(self, command, seconds):
        """Run @command inside; return (status, output)."""
        if "\n" in command or len(command) > LINE_LIMIT:
            raise ValueError(f"command of {len(command)} bytes does not fit one line")
        with self._lock:
            if not self._sock:
                raise AgentError("the command channel is closed")
            self._number += 1
            begin = f"@@BEGIN {self._number}"
            started = time.monotonic()
            deadline = Deadline(seconds)
            try:
                self._sock.settimeout(max(1.0, deadline.left()))
                self._sock.sendall(f"{self._number} {request(command)}\n".encode())
                status, output = self._answer(begin, deadline)
            except OSError as error:
                raise AgentError(
                    f"the command channel broke during {command!r}: {error}") from error
            except AgentError as error:
                self._note(command, "?", str(error), started)
                raise AgentError(f"{error}: {command!r}") from None
            self._note(command, status, output, started)
            return status, output

    def _answer(self, begin, deadline):
        lines = None
        while True:
            line = self._line(deadline)
            if lines is None:
                if line == begin:
                    lines = []
                continue
            end = re.search(r"@@RC (\d+)$", line)
            if not end:
                lines.append(line)
                continue
            if line[:end.start()]:
                lines.append(line[:end.start()])
            return int(end[1]), "\n".join(lines)

    def _line(self, deadline):
        while b"\n" not in self._buffer:
            left = deadline.left()
            if not left:
                raise AgentError(f"no answer within {deadline.seconds} s")
            self._sock.settimeout(left)
            try:
                data = self._sock.recv(65536)
            except socket.timeout:
                continue
            if not data:
                raise AgentError("the machine closed the command channel")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line.decode(errors="replace").rstrip("\r")

    def _note(self, command, status, output, started):
        took = time.monotonic() - started
        self._transcript.write(f"$ {command}\n{output}\n-> {status} ({took:.2f} s)\n")
        self._transcript.flush()
