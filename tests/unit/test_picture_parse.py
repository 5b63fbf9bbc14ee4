# SPDX-License-Identifier: GPL-2.0-only
import base64
import gzip

import pytest

from tests.harness.errors import Failure
from tests.harness.picture import ftrace, guest, record, remap

TICKS = """\
# tracer: nop
#
# entries-in-buffer/entries-written: 3/3   #P:2
#
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
          <idle>-0       [001] d.h1.  34713248505: irq_handler_exit: irq=61 ret=handled
          insmod-164     [000] .....  33554150643: ntb_irq_entry: 0000:01:00.0 index=0 irq=0x3a
 kworker/0:1-x-12345   [000] d..2.  33580254343: vector_config: irq=121 vector=70 cpu=1 apicdest=0x0
"""
SECONDS = """\
# entries-in-buffer/entries-written: 1/1   #P:2
              sh-153     [000] .....    31.000007: ntb_irq_test_ring: peer=0 index=3
"""


def test_trace():
    events = ftrace.parse(TICKS)
    assert [event.at for event in events] == [33554150643, 33580254343, 34713248505]
    assert [event.cpu for event in events] == [0, 0, 1]
    assert events[0].number("irq") == 58
    assert events[1].name == "vector_config" and events[1].number("cpu") == 1
    assert ftrace.parse(SECONDS)[0].at == 31_000_007_000


@pytest.mark.parametrize("text, reason", (
    (TICKS.replace("3/3", "3/900"), "3 of 900 events: the first ones were overwritten"),
    (TICKS + "and so on\n", "no event: 'and so on'"),
    ("", "no header, but 0 events"),
    (SECONDS.split("\n", 1)[1], "no header, but 1 events"),
))
def test_trace_refused(text, reason):
    with pytest.raises(Failure, match=reason):
        ftrace.parse(text)


@pytest.mark.parametrize("key", ("index", "ret"))
def test_number_refused(key):
    with pytest.raises(Failure, match=f"irq_handler_exit has no number '{key}'"):
        ftrace.parse(TICKS)[-1].number(key)


def test_dropped():
    assert ftrace.parse_dropped("0 dropped events: 0\n1 dropped events: 17\n") == {1: 17}
    with pytest.raises(Failure, match="a line on dropped events is"):
        ftrace.parse_dropped("1 overrun: 3")


def test_events_end_before_a_loss():
    events = ftrace.parse(TICKS)
    assert ftrace.before_loss(events, {}) == events
    # CPU 0 has recorded up to its second event, so what CPU 1 had later is of no use.
    assert ftrace.before_loss(events, {0: 5}) == events[:2]
    assert ftrace.before_loss(events, {0: 5, 1: 1}) == events[:2]
    # A CPU without any event lost them from the beginning.
    assert not ftrace.before_loss(events, {3: 5})


def test_unpack():
    packed = base64.b64encode(gzip.compress(TICKS.encode())).decode()
    assert guest.unpack(packed) == TICKS
    for damaged in (packed[:-40], packed[8:], f"{packed[:8]}@@@@{packed[8:]}"):
        with pytest.raises(Failure, match="a trace came damaged"):
            guest.unpack(damaged)


ROW = ["message", "done", 0, 1, "direct", 4, 1, 0x340, 0xFEE00340, 0, 100, 110, 150]


def answer(*rows):
    return {"columns": list(record.COLUMNS), "rows": list(rows), "room": 9, "lost": 2}


def test_record():
    found = record.parse(answer(ROW, ["word", *ROW[1:]]))
    assert found.lost == 2
    assert [passage.kind for passage in found.passages] == ["message", "word"]
    (only,) = found.of("message")
    assert (only.sender, only.to, only.window, only.offset) == (0, 1, "direct 1", 0x340)
    # One that was dropped never left.
    record.parse(answer([*ROW[:11], 0, 150]))


@pytest.mark.parametrize("value, reason", (
    ({**answer(ROW), "columns": ["kind"]}, "has the columns"),
    (answer(ROW, [*ROW[:10], 90, 110, 150]), "goes back by 10 ns"),
    (answer([*ROW[:11], 99, 150]), "left before it came"),
))
def test_record_refused(value, reason):
    with pytest.raises(Failure, match=reason):
        record.parse(value)


def line(micros, text):
    return f"2026-11-26T23:02:02.{micros:06}Z {text}\n"


def test_remapped_by_vt_d():
    text = (line(5, "vtd_ir_remap_msi (addr 0xfee00638, data 0x0) -> (addr 0xfee01004, "
                    "data 0x4031)")
            + "qemu-system: a warning\n"
            + line(6, "vtd_ir_remap_msi (addr 0xfee00658, data 0x0) -> (addr 0xfee0"))
    (only,) = remap.parse(text, 0x100)
    assert (only.address, only.data, only.vector) == (0xFEE00638, 0, 0x31)
    assert only.at % 10**9 == 5000 and only.text == "vector 0x31, destination 0x1"


def test_remapped_by_amd_vi_for_another_function():
    answered = "amdvi_ir_remap_msi (addr 0xfee00000, data 0x22) -> (addr 0xfee02004, data 0x45)"
    text = (line(1, "amdvi_ir_remap_msi_req addr 0xfee00000 data 0x22 devid 0xa0")
            + line(2, answered)
            + line(3, "amdvi_ir_remap_msi_req addr 0xfee00000 data 0x22 devid 0x0")
            + line(4, answered))
    (only,) = remap.parse(text, 0x100)
    assert only.at % 10**9 == 4000 and only.vector == 0x45


def test_remapped_by_an_its():
    read = ("gicv3_its_ite_read GICv3 ITS: Interrupt Table read for ITTaddr 0x1 EventID {}: valid "
            "1 inttype 1 intid 0x2004 ICID 0x1 vPEID 0x0 doorbell 0x0")
    write = ("gicv3_its_translation_write GICv3 ITS TRANSLATER write: offset 0x40 data 0x3 size 4 "
             "requester_id {}")
    text = (line(1, write.format("0x100")) + line(2, read.format("0x3"))
            # A command, then a write of another function.
            + line(3, read.format("0x3"))
            + line(4, write.format("0x8")) + line(5, read.format("0x3")))
    (only,) = remap.parse(text, 0x100)
    assert (only.address, only.data, only.vector) == (None, 3, 0x2004)
    assert only.text == "event 0x3 is LPI 8196"


def test_requester():
    assert remap.requester("0000:02:03.1") == 0x219
    assert remap.events_of("its-smmu") == remap.events_of("its")
    assert remap.events_of("noremap") == ()
