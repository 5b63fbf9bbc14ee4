# SPDX-License-Identifier: GPL-2.0-only
"""The upper parts of the drawing: all of the run, and how dense its rings are."""

from . import svg

# Pixels of a bar, and of the highest.
BAR = 4
HIGH = 34
# What a host's tracepoints say.
FRAMES = {"ntb_irq_entry": "interrupt allocated, freed", "ntb_irq_window": "window set",
          "ntb_irq_export": "exported to a peer", "ntb_irq_import": "imported from a peer",
          "ntb_irq_revoke": "revoked"}
SHORT = {name: name.removeprefix("ntb_irq_") for name in FRAMES}
# Where the names of rows end.
LABEL = svg.LEFT - 10


def _marks(drawing, axis, y, times, kind, tip):
    """A mark for each time; those that would be in one place are one."""
    last = None
    for at in sorted(times):
        x = round(axis.x(at))
        if x != last:
            drawing.path([(x, y - 5), (x, y + 5)], kind, tip)
        last = x


def run(drawing, timeline):
    """Rows for what hosts noticed of the exchange, and the words between them."""
    axis = svg.Axis(timeline.begin, timeline.end)
    first = min(ring.sent.at for ring in timeline.rings)
    last = max(ring.handler.end for ring in timeline.rings)
    top = drawing.y
    rows = []
    for host in range(len(timeline.shifts)):
        for name, title in FRAMES.items():
            times = [frame.at for frame in timeline.frames
                     if frame.host == host and frame.name == name]
            if times:
                rows.append((f"host {host} {SHORT[name]}, {len(times)}", title, host, times))
        for to in range(len(timeline.shifts)):
            times = [word.came for word in timeline.words if (word.sender, word.to) == (host, to)]
            if times:
                rows.append((f"host {host} words to {to}, {len(times)}",
                             f"mailbox words to host {to}", host, times))
    bottom = top + 12 + 16 * len(rows)
    drawing.box(axis.x(first), top, max(2.0, axis.x(last) - axis.x(first)), bottom - top, "shade")
    axis.draw(drawing, top, bottom)
    y = top + 14
    for name, title, host, times in rows:
        drawing.text(LABEL, y + 4, name, "end")
        _marks(drawing, axis, y, times, f"h{host} own", title)
        y += 16
    x = axis.x(first)
    drawing.text(x - 6 if x > svg.LEFT + 60 else x + 6, top + 12, "rings",
                 "soft end" if x > svg.LEFT + 60 else "soft")
    drawing.y = bottom + 24


def _bins(axis, times):
    """How many of @times are in each bar."""
    counts = [0] * -(-(svg.RIGHT - svg.LEFT) // BAR)
    for at in times:
        counts[min(len(counts) - 1, int((axis.x(at) - svg.LEFT) / BAR))] += 1
    return counts


def density(drawing, timeline, enlarged):
    """For each host what it sent, upwards, and what its handlers took, downwards."""
    axis = svg.Axis(min(ring.sent.at for ring in timeline.rings),
                    max(ring.handler.end for ring in timeline.rings))
    hosts = range(len(timeline.shifts))
    rows = [(host, _bins(axis, [r.sent.at for r in timeline.rings if r.sender == host]),
             _bins(axis, [r.handler.at for r in timeline.rings if r.to == host]))
            for host in hosts]
    most = max(max(up + down) for _, up, down in rows)
    top = drawing.y
    bottom = top + len(rows) * (2 * HIGH + 10) + 4
    x = axis.x(enlarged[0])
    drawing.box(x, top, max(2.0, axis.x(enlarged[1]) - x), bottom - top, "shade")
    axis.draw(drawing, top, bottom)
    for host, up, down in rows:
        middle = top + 4 + HIGH
        drawing.text(LABEL, middle - 14, f"host {host} rings {sum(up):,}", "end")
        drawing.text(LABEL, middle + 20, f"handles {sum(down):,}", "soft end")
        for counts, sign, kind in ((up, -1, "fill"), (down, 1, "pale")):
            for number, count in enumerate(counts):
                if count:
                    height = count * HIGH / most
                    drawing.box(svg.LEFT + number * BAR, middle - (height if sign < 0 else 0),
                                BAR - 1, height, f"h{host} {kind}", f"{count}")
        drawing.line(svg.LEFT, middle, svg.RIGHT, middle, "axis")
        top += 2 * HIGH + 10
    each = svg.duration((axis.end - axis.begin) * BAR / (svg.RIGHT - svg.LEFT))
    drawing.text(svg.RIGHT, bottom + 32, f"highest bar: {most} in {each}; shaded: the part below",
                 "soft end")
    drawing.y = bottom + 40
