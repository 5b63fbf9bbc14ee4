# SPDX-License-Identifier: GPL-2.0-only
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

from tests.harness.picture import detail, page, perfetto, svg
from tests.unit.captures import ABOUT, STARTED, Bed, small

SVG = "{http://www.w3.org/2000/svg}"


def events(timeline, tmp_path):
    path = tmp_path / "run.json"
    perfetto.write(path, timeline, 2, ABOUT)
    value = json.loads(path.read_text(encoding="ascii"))
    assert value["otherData"]["vendor"] == ABOUT["vendor"]
    return value["traceEvents"]


def test_trace(tmp_path):
    found = events(small().timeline(), tmp_path)
    names = {(event["pid"], event.get("tid")): event["args"]["name"] for event in found
             if event["ph"] == "M" and event["name"].endswith("_name")}
    assert {"fabric", "CPU 0", "CPU 1", "remapping unit", "exchange",
            "host 0 to host 1: direct 1", "words of host 0 to host 1"} <= set(names.values())
    # Processes and threads are numbered so that none is taken for another or for the idle task.
    threads = [tid for _, tid in names if tid is not None]
    assert len(threads) == len(set(threads)) and 0 not in threads
    assert 0 not in [pid for pid, _ in names]
    for event in found:
        if event["ph"] != "M":
            assert (event["pid"], event["tid"]) in names and event["ts"] >= 0
    slices = [event for event in found if event["ph"] == "X"]
    assert len(slices) == 12 * 4 and all(event["dur"] > 0 for event in slices)
    assert len([event for event in found if event["ph"] == "i"]) == 5


def test_arrows(tmp_path):
    found = events(small().timeline(), tmp_path)
    begins = {(event["tid"], event["ts"]) for event in found if event["ph"] == "X"}
    for number in range(1, 13):
        steps = [event for event in found if event.get("id") == number]
        assert [event["ph"] for event in steps] == ["s", "t", "t", "f"]
        assert [event["ts"] for event in steps] == sorted(event["ts"] for event in steps)
        assert all((event["tid"], event["ts"]) in begins for event in steps)


def test_write_is_inside_of_its_handler(tmp_path):
    bed = Bed()
    for _ in range(2):
        bed.ring(0, 0)
        # Host 0 answers from its handler, whose end comes soon after.
        bed.now = bed.hosts[0][-1].at + STARTED[0] - 300
        bed.ring(1, 0)
        rung = bed.hosts[0].pop()
        bed.hosts[0].append(replace(rung, cpu=1))
    slices = [event for event in events(bed.timeline(), tmp_path) if event["ph"] == "X"]
    for write in (event for event in slices if event["name"] == "ring 0 of host 1"):
        (handler,) = [event for event in slices if event["tid"] == write["tid"]
                      and event["name"].startswith("handler")
                      and event["ts"] <= write["ts"] < event["ts"] + event["dur"]]
        assert write["ts"] + write["dur"] <= handler["ts"] + handler["dur"] + 1e-6
        assert write["dur"] == 0.3


def drawn(timeline, about=None):
    text = page.draw(timeline, about or ABOUT)
    return text, ElementTree.fromstring(text)


def test_drawing_is_self_contained():
    text, root = drawn(small().timeline())
    assert root.tag == f"{SVG}svg" and root.find(f"{SVG}title").text.startswith("hard<ware")
    kinds = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert kinds <= {"svg", "title", "desc", "style", "rect", "text", "line", "path", "circle"}
    for each in root.iter():
        assert not [name for name in each.attrib if name.startswith("on") or "href" in name]
    # The only address is the name of the format.
    assert re.findall(r"\w+://[^\"' ]+", text) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in text and "@import" not in text


def test_drawing_has_colors_for_both_backgrounds():
    style = svg.style()
    light, dark = style.split("@media (prefers-color-scheme:dark)")
    for name in re.findall(r"(--\w+):#", light):
        colors = re.findall(rf"{name}:(#\w{{6}})", style)
        assert len(colors) == 2 and colors[0] != colors[1], name
    assert set(re.findall(r"var\((--\w+)\)", style)) - {"--c"} <= set(
        re.findall(r"(--\w+):#", dark))


def test_drawing_is_inside_of_its_page():
    _, root = drawn(small().timeline())
    width, height = (int(root.get(name)) for name in ("width", "height"))
    for each in root.iter():
        for name, most in (("x", width), ("cx", width), ("x2", width),
                           ("y", height), ("cy", height), ("y2", height)):
            assert 0 <= float(each.get(name, 0)) <= most, each.attrib


def test_drawing_says_what_it_shows():
    text = " ".join(drawn(small().timeline())[1].itertext())
    for words in ("Of 12 rings 12 are recorded", "host 0 within 50.0 us", "time, us",
                  "host 1 CPU 1", "direct 1, 0 to 1", "host 1 remapping", "rung by host 1",
                  "vector 0x31; the kernel configured vector 0x31 on CPU 1"):
        assert words in text, words
    assert "WRONG" not in text and "Not shown" not in text and "first ones" not in text


def test_drawing_of_a_part():
    bed = small()
    del bed.rows[7:]
    text = " ".join(drawn(bed.timeline(lost=6))[1].itertext())
    assert "Of 12 rings 6 are recorded" in text
    assert "They are the first ones, in " in text
    assert "Not shown: the fabric's record was full: at least 6" in text


def test_drawing_of_a_loss():
    bed = small()
    bed.ring(1, 0, handled=False)
    assert "WRONG: interrupt 0 of host 1: 4 rings, 4 messages, 3 handlers." in " ".join(
        drawn(bed.timeline())[1].itertext())


def test_drawing_without_emulator():
    bed = Bed()
    bed.rally(2)
    bed.remaps = [[], []]
    text = " ".join(drawn(bed.timeline())[1].itertext())
    assert "host 1 remapping" not in text and "on to the handler" in text


def test_enlarged_part_is_the_shortest():
    bed = Bed()
    bed.rally(1)
    bed.now += 10**9
    bed.rally(10)
    rings = bed.timeline().rings
    part = detail.choose(rings)
    assert len(part) == detail.RINGS
    begin, end = detail.extent(part)
    assert end - begin < 10**8


def test_axis():
    assert svg.step(1000, 10) == 100 and svg.step(1001, 10) == 200 and svg.step(5, 10) == 1
    assert [svg.duration(ns) for ns in (7, 1500, 250_000, 3_000_000_000)] == [
        "7 ns", "1.5 us", "250 us", "3.0 s"]
    axis = svg.Axis(100, 200)
    assert axis.x(100) == svg.LEFT and axis.x(200) == svg.RIGHT
