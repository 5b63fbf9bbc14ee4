# SPDX-License-Identifier: GPL-2.0-only
from collections import Counter
from dataclasses import replace

import pytest

from tests.harness.errors import Failure
from tests.harness.picture import chains
from tests.harness.picture.ftrace import Event
from tests.unit.captures import HANDLE, LEAVE, REMAP, RUN, SEND, STARTED, Bed, small


def test_each_ring():
    timeline = small().timeline()
    assert timeline.problems == [] and timeline.notes == []
    counts = Counter((ring.sender, ring.to, ring.index) for ring in timeline.rings)
    assert counts == {(0, 1, 0): 3, (0, 1, 1): 3, (1, 0, 0): 3, (1, 0, 1): 3}
    for ring in timeline.rings:
        assert ring.sent.at <= ring.passage.came <= ring.passage.left <= ring.remap.at \
            <= ring.handler.at < ring.handler.end
        assert ring.handler.end - ring.handler.at == RUN and ring.handler.cpu == 1
    assert timeline.rings[0].vector == (49, 1) and timeline.rings[-1].vector is None
    assert len(timeline.frames) == 4 and len(timeline.words) == 1


def test_interrupt_that_moves_later():
    bed = small()
    bed.host_event(0, bed.now, "vector_config", "irq=50 vector=77 cpu=0 apicdest=0x0")
    vectors = {(ring.to, ring.irq): ring.vector for ring in bed.timeline().rings}
    assert vectors[0, 50] == (49, 1)


def test_clocks():
    timeline = small().timeline()
    for host, shift in enumerate(timeline.shifts):
        # From below the emulator's time is known better than that at which the message left.
        assert shift.uncertainty == (SEND + HANDLE) // 2
        assert abs(shift.value - STARTED[host]) <= shift.uncertainty
    bed = small()
    bed.remaps = [[], []]
    timeline = bed.timeline()
    assert timeline.shifts[0].uncertainty == (SEND + LEAVE + REMAP + HANDLE - LEAVE) // 2
    assert all(ring.remap is None for ring in timeline.rings)


def test_peers_by_port():
    assert [chains.peer_host(1, pidx) for pidx in range(3)] == [0, 2, 3]


def test_ring_without_handler():
    bed = small()
    bed.ring(1, 1, handled=False)
    timeline = bed.timeline()
    assert len(timeline.rings) == 12
    assert timeline.problems == ["interrupt 1 of host 1: 4 rings, 4 messages, 3 handlers"]


def test_ring_that_the_fabric_did_not_see():
    bed = small()
    bed.ring(1, 1, handled=False)
    bed.rows.pop()
    assert bed.timeline().problems == ["interrupt 1 of host 1: 4 rings, 3 messages, 3 handlers"]


def test_message_for_no_interrupt():
    bed = small()
    bed.rows.append([*bed.rows[-1][:8], 0xFEE0BAD0, 7, *bed.rows[-1][10:]])
    assert bed.timeline().problems == ["1 messages are for no interrupt, the first of them 0x7 to "
                                       f"0xfee0bad0 of host {bed.rows[-1][3]}"]


def test_record_that_was_full():
    bed = small()
    del bed.rows[7:]
    timeline = bed.timeline(lost=6)
    # Of the seven one is a word.
    assert len(timeline.rings) == 6 and timeline.problems == []
    assert timeline.notes == ["the fabric's record was full: at least 6 messages and words came "
                              "later"]


def test_host_that_dropped_events():
    bed = small()
    del bed.hosts[0][-9:]
    timeline = bed.timeline(dropped={1: 9})
    assert 0 < len(timeline.rings) < 12 and timeline.problems == []
    assert timeline.notes[0] == "host 0: 9 events of the rings had no room on 1 of its CPUs"
    assert timeline.left_out == 12 - len(timeline.rings)
    assert timeline.notes[1].startswith(f"{timeline.left_out} messages reached a host")


def test_handlers_of_others():
    bed = small()
    exits = [at for at, event in enumerate(bed.hosts[0]) if event.name == "irq_handler_exit"]
    # A serial port's handler ran, of which only the exit is traced, and one inside of ours.
    other = replace(bed.hosts[0][exits[0]], text="irq=4 ret=handled")
    bed.hosts[0].insert(exits[1], other)
    bed.hosts[0].insert(exits[0], Event(0, other.at, other.name, other.text))
    assert len(bed.timeline().rings) == 12


def test_nothing():
    with pytest.raises(Failure, match="0 rings and 0 handlers are recorded"):
        Bed().timeline()


def test_wrong_emulator():
    bed = small()
    bed.remaps[1] = [replace(remap, at=remap.at - 10 * REMAP) for remap in bed.remaps[1]]
    with pytest.raises(Failure, match="its remapping comes 270000 ns before its left"):
        bed.timeline()
