# SPDX-License-Identifier: GPL-2.0-only
"""The emulator's control socket: has it log trace events to a file."""

import json
import os
import socket

from ..errors import Failure

SECONDS = 30


class Log:
    """The log of one emulator, whose control socket is at @path."""

    def __init__(self, path, file):
        self.file = file
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._sock.settimeout(SECONDS)
        try:
            self._sock.connect(path)
            self._stream = self._sock.makefile("rw", encoding="utf-8")
            self._stream.readline()
            self._ask("qmp_capabilities")
        except Failure:
            self._sock.close()
            raise
        except OSError as error:
            self._sock.close()
            raise Failure(f"the emulator's control socket {path}: {error}") from error

    def _ask(self, name, **arguments):
        for answer in self._answers({"execute": name, "arguments": arguments}):
            if "return" in answer:
                return answer["return"]
            # Events may come in between.
            if "error" in answer:
                raise Failure(f"the emulator refused {name!r}: {answer['error']['desc']}")
        raise Failure(f"the emulator ended at {name!r}")

    def _answers(self, request):
        """What comes after @request, until the emulator ends."""
        try:
            self._stream.write(json.dumps(request) + "\n")
            self._stream.flush()
            while line := self._stream.readline():
                yield json.loads(line)
        except (OSError, ValueError) as error:
            raise Failure(f"the emulator's control socket: {error}") from error

    def _monitor(self, line):
        said = self._ask("human-monitor-command", **{"command-line": line}).strip()
        if said:
            raise Failure(f"the emulator answered {line!r} with {said!r}")

    def start(self, events):
        """Log the trace events of these names."""
        self._monitor(f"logfile {self.file}")
        self._monitor("log " + ",".join(f"trace:{name}" for name in events))

    def size(self):
        return os.path.getsize(self.file) if os.path.exists(self.file) else 0

    def stop(self):
        """Log no more, and leave the emulator alone; return what is there.

        The file goes: other interrupts of the machine fill most of it.
        """
        self._monitor("log none")
        self.close()
        with open(self.file, encoding="utf-8", errors="replace") as file:
            text = file.read()
        os.unlink(self.file)
        return text

    def close(self):
        self._stream.close()
        self._sock.close()
