# SPDX-License-Identifier: GPL-2.0-only
"""The timeline as one drawing."""

from statistics import median

from . import detail, overview, svg


def title(about):
    """What was run."""
    return (f"{about['vendor']}, kernel {about['kernel']}, {about['parent']}, "
            f"{about['mode']}")


def counts(timeline, about):
    """How much of it is there."""
    return (f"{about['hosts']} hosts ring each other: {about['interrupts']} interrupts, "
            f"{about['rounds']} rings of each in each direction. Of {about['total']:,} rings "
            f"{len(timeline.rings):,} are recorded, from the write to the handler.")


def part(timeline, about):
    """Which part of the run that is, if it is not all."""
    if len(timeline.rings) == about["total"]:
        return ""
    begin, end = detail.extent(timeline.rings)
    return f"They are the first ones, in {svg.duration(end - begin)}."


def clocks(timeline):
    """How far the clocks of the hosts can be off."""
    return "Clocks: " + ", ".join(
        f"host {host} within {svg.duration(shift.uncertainty)}"
        for host, shift in enumerate(timeline.shifts)) + (
            " of the fabric's. The machines are emulated: times say nothing of hardware.")


def medians(rings):
    """The middle of each step's time."""
    steps = [("from the write to the window", [r.passage.came - r.sent.at for r in rings])]
    if all(ring.remap for ring in rings):
        steps += [("on to the remapping unit", [r.remap.at - r.passage.came for r in rings]),
                  ("on to the handler", [r.handler.at - r.remap.at for r in rings])]
    else:
        steps.append(("on to the handler", [r.handler.at - r.passage.came for r in rings]))
    return "Median: " + ", ".join(f"{svg.duration(max(0, median(times)))} {name}"
                                  for name, times in steps) + "."


def _legend(drawing, timeline):
    y, x = drawing.y, 20
    for host in range(len(timeline.shifts)):
        drawing.box(x, y - 9, 10, 10, f"h{host} fill")
        drawing.text(x + 15, y, f"rung by host {host}")
        x += 125
        if x > 900:
            x, y = 20, y + 20
    y += 20
    x = 20
    drawing.add("circle", "ink", cx=x + 5, cy=y - 4, r=3)
    drawing.text(x + 15, y, "ring: its write")
    drawing.box(x + 130, y - 7, 6, 6, "ink")
    drawing.text(x + 145, y, "window: the fabric has it")
    drawing.add("path", "ink", d=f"M{x + 325} {y - 8}l4 4l-4 4l-4 -4z")
    drawing.text(x + 337, y, "remapping: the emulator found its entry")
    drawing.box(x + 590, y - 8, 14, 9, "ink")
    drawing.text(x + 612, y, "handler, as long as it runs")
    drawing.y = y + 14


def _section(drawing, words):
    drawing.y += 26
    drawing.text(20, drawing.y, words, "head")
    drawing.y += 12


def draw(timeline, about):
    """The drawing, as the text of a file."""
    drawing = svg.Drawing()
    drawing.text(20, 36, title(about), "big")
    drawing.y = 60
    lines = [f"{counts(timeline, about)} {part(timeline, about)}", clocks(timeline)]
    lines += [f"Not shown: {note}." for note in timeline.notes[:6]]
    lines += [f"WRONG: {problem}." for problem in timeline.problems[:6]]
    for line in lines:
        drawing.text(20, drawing.y, line.strip())
        drawing.y += 18
    drawing.y += 8
    _legend(drawing, timeline)
    _section(drawing, "All of it: the exchange, and the rings (shaded)")
    overview.run(drawing, timeline)
    _section(drawing, "The rings: how many a host sends (up), and how many come to its "
             "handlers (down)")
    enlarged = detail.choose(timeline.rings)
    overview.density(drawing, timeline, detail.extent(enlarged))
    zero = min(ring.sent.at for ring in timeline.rings)
    begin, end = detail.extent(enlarged)
    _section(drawing, f"{len(enlarged)} of them that follow each other in "
             f"{svg.duration(end - begin)}")
    detail.draw(drawing, enlarged, len(timeline.shifts), zero)
    _section(drawing, "The first of these, step by step")
    drawing.y += 8
    detail.table(drawing, enlarged[0])
    drawing.text(svg.LEFT + 80, drawing.y, medians(timeline.rings), "soft")
    drawing.y += 24
    return drawing.page(title(about), f"{counts(timeline, about)} {clocks(timeline)}")


def write(path, timeline, about):
    with open(path, "w", encoding="utf-8") as file:
        file.write(draw(timeline, about))
