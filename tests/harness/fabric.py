# SPDX-License-Identifier: GPL-2.0-only
"""The emulated switch between the machines, and its control socket."""

import json
import os
import select
import signal
import socket
import subprocess

from .deadline import Deadline, wait_until
from .errors import Failure

PROGRAM = "build/fabric"


def parse_answer(line):
    """The value of an "ok" answer, None when it has none."""
    word, _, rest = line.strip().partition(" ")
    if word == "error":
        raise Failure(f"the fabric refused: {rest}")
    if word != "ok":
        raise Failure(f"the fabric answered {line!r}")
    return json.loads(rest) if rest else None


class Fabric:
    """A running fabric."""

    def __init__(self, vendor, hosts, folder, logs, settings=(), trace=False, name="fabric"):
        self._folder = folder
        self.log = os.path.join(logs, f"{name}.log")
        self.trace_file = os.path.join(logs, f"{name}.trace") if trace else None
        self._command = [PROGRAM, "--vendor", vendor, "--hosts", str(hosts), "--dir", folder]
        for key, value in settings:
            self._command += ["--set", f"{key}={value}"]
        if trace:
            self._command += ["--trace", self.trace_file]
        self._process = None
        self._control = None

    def socket_of(self, index):
        """The socket of host @index's function."""
        return os.path.join(self._folder, f"host{index}.sock")

    def start(self, seconds=20):
        """Start it and wait until it listens."""
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL,
                                             stdout=subprocess.PIPE, stderr=log)
        ready, _, _ = select.select([self._process.stdout], [], [], seconds)
        line = self._process.stdout.readline().decode() if ready else ""
        if line.strip() != "ready":
            self.kill()
            raise Failure(f"the fabric did not start: {self.log_tail() or line!r}")
        self._connect(seconds)

    def _connect(self, seconds):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(seconds)
        sock.connect(os.path.join(self._folder, "control.sock"))
        self._control = sock.makefile("rw", encoding="utf-8")
        sock.close()

    def command(self, text):
        """Send one command; return the value of its answer."""
        try:
            self._control.write(text + "\n")
            self._control.flush()
            line = self._control.readline()
        except OSError as error:
            raise Failure(f"the fabric did not answer {text!r}: {error}") from error
        if not line:
            raise Failure(f"the fabric ended at {text!r}: {self.log_tail()}")
        return parse_answer(line)

    def stats(self):
        """The counters, one dictionary per host."""
        return self.command("stats")["hosts"]

    def settled(self, seconds=60):
        """The counters once each machine has answered all that was written to its memory."""
        def answered():
            stats = self.stats()
            return None if any(host["waiting"] for host in stats) else stats
        return wait_until(answered, seconds, "answers to all writes")

    def windows(self):
        """The windows each host writes through, a list per host."""
        return [host["windows"] for host in self.command("windows")["hosts"]]

    def link(self, up):
        self.command("link up" if up else "link down")

    def interrupts(self, host, region):
        """Say where writes to a host's memory are interrupts."""
        self.command(f"interrupts {host} {region.start} {region.stop - 1}")

    def dead(self, host, dead=True):
        """Pull a host's function out without notice, or put it in again."""
        self.command(f"dead {host} {'on' if dead else 'off'}")

    def fault(self, kind, host, argument=0, count=1):
        self.command(f"fault {kind} {host} {argument} {count}")

    def clear_faults(self):
        self.command("fault clear")

    def alive(self):
        return self._process is not None and self._process.poll() is None

    def stop(self, seconds=10):
        """End it; it must go cleanly."""
        if not self._process:
            return
        process, self._process = self._process, None
        if self._control:
            self._control.close()
            self._control = None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        deadline = Deadline(seconds)
        try:
            status = process.wait(deadline.left())
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.wait()
            raise Failure(f"the fabric did not end within {seconds} s") from error
        finally:
            process.stdout.close()
        if status:
            raise Failure(f"the fabric ended with status {status}: {self.log_tail()}")

    def kill(self):
        """End it at once."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log_tail(self, count=8):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return "\n".join(file.read().splitlines()[-count:])
