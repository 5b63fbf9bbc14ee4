# SPDX-License-Identifier: GPL-2.0-only
"""What switches recording on and off, against hosts and emulators that are not there."""

import json
import socket
import threading

import pytest

from tests.harness.errors import Failure
from tests.harness.picture import guest, qmp


class Emulator:
    """Answers each request with the next of @answers, and keeps what it was asked."""

    def __init__(self, path, answers):
        self.asked = []
        self._answers = answers
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        with self._listener.accept()[0] as sock, sock.makefile("rw", encoding="utf-8") as stream:
            stream.write('{"QMP": {}}\n')
            stream.flush()
            for answer in self._answers:
                request = json.loads(stream.readline())
                self.asked.append(request["arguments"].get("command-line", request["execute"]))
                stream.write(answer + "\n")
                stream.flush()
        self._listener.close()


OK = '{"return": ""}'
EVENT = '{"event": "RESUME"}'


def test_log(tmp_path):
    emulator = Emulator(tmp_path / "qmp", [OK, f"{EVENT}\n{OK}", OK, OK])
    log = qmp.Log(str(tmp_path / "qmp"), str(tmp_path / "log"))
    assert log.size() == 0
    log.start(("this", "that"))
    (tmp_path / "log").write_text("a line\n", encoding="ascii")
    assert log.size() == 7
    assert log.stop() == "a line\n"
    assert not (tmp_path / "log").exists()
    assert emulator.asked == ["qmp_capabilities", f"logfile {tmp_path}/log",
                              "log trace:this,trace:that", "log none"]


@pytest.mark.parametrize("answers, reason", (
    ([EVENT], "the emulator ended at 'qmp_capabilities'"),
    (['{"error": {"desc": "no such thing"}}'], "refused 'qmp_capabilities': no such thing"),
    (["nonsense"], "control socket"),
))
def test_no_log(tmp_path, answers, reason):
    Emulator(tmp_path / "qmp", answers)
    with pytest.raises(Failure, match=reason):
        qmp.Log(str(tmp_path / "qmp"), str(tmp_path / "log"))


def test_event_that_the_emulator_has_not(tmp_path):
    Emulator(tmp_path / "qmp", [OK, OK, '{"return": "invalid log items"}'])
    log = qmp.Log(str(tmp_path / "qmp"), str(tmp_path / "log"))
    with pytest.raises(Failure, match="answered 'log trace:this' with 'invalid log items'"):
        log.start(("this",))
    log.close()


def test_no_emulator(tmp_path):
    with pytest.raises(Failure, match=f"{tmp_path}/qmp"):
        qmp.Log(str(tmp_path / "qmp"), str(tmp_path / "log"))


class Host:
    """Has a trace buffer with some clocks, and keeps what is written."""

    def __init__(self, clocks, vectors):
        self.written = {}
        self._clocks = clocks
        self._vectors = vectors

    def __str__(self):
        return "host 7"

    def read(self, _path):
        return self._clocks

    def write(self, path, value):
        self.written[path.removeprefix(f"{guest.TRACING}/")] = value

    def try_run(self, _line):
        return (0 if self._vectors else 1), ""


@pytest.mark.parametrize("clocks, vectors, ticks", (
    ("[local] mono mono_raw boot x86-tsc\n", True, True),
    ("local mono [mono_raw] boot\n", False, False),
))
def test_guest(clocks, vectors, ticks):
    host = Host(clocks, vectors)
    there = guest.Guest(host, 2)
    assert there.counts_ticks == ticks
    assert host.written["trace_clock"] == ("x86-tsc" if ticks else "mono_raw")
    assert host.written["options/overwrite"] == 0
    assert ("events/irq_vectors/vector_config/enable" in host.written) == vectors
    there.inserted("ntb")
    assert "events/ntb_irq/enable" not in host.written
    there.inserted("ntb_irq")
    assert host.written["events/ntb_irq/enable"] == 1


def test_guest_without_a_clock():
    with pytest.raises(Failure, match="host 7: the kernel has none of the trace clocks x86-tsc, "):
        guest.Guest(Host("[local] mono\n", True), 2)
