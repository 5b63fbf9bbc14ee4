# SPDX-License-Identifier: GPL-2.0-only
"""The lower part of the drawing: a few rings, each a line of its own."""

from . import svg

# So many that their lines can be told from each other.
RINGS = 24
ROW = 30


def choose(rings):
    """The rings that follow each other, of which the first to the last take least time."""
    count = min(RINGS, len(rings))
    return min((rings[start:start + count] for start in range(len(rings) - count + 1)),
               key=lambda part: extent(part)[1] - extent(part)[0])


def extent(rings):
    """From the first write to the end of the last handler."""
    return min(ring.sent.at for ring in rings), max(ring.handler.end for ring in rings)


def _rows(rings, hosts):
    """The keys of the rows from top to bottom: the fabric is behind the first host."""
    rows = []
    for host in range(hosts):
        cpus = {r.sent.cpu for r in rings if r.sender == host}
        cpus |= {r.handler.cpu for r in rings if r.to == host}
        own = [("cpu", host, cpu) for cpu in sorted(cpus)]
        unit = [("unit", host)] if any(r.to == host and r.remap for r in rings) else []
        rows += own + unit if host == 0 else unit + own
        if host == 0:
            rows += [("window", *key) for key in
                     sorted({(r.sender, r.to, r.passage.window) for r in rings})]
    return rows


def _title(row):
    if row[0] == "cpu":
        return f"host {row[1]} CPU {row[2]}"
    if row[0] == "unit":
        return f"host {row[1]} remapping"
    return f"{row[3]}, {row[1]} to {row[2]}"


def describe(ring):
    """One ring in words, with the times since its write."""
    def after(at):
        return svg.duration(at - ring.sent.at)
    passage = ring.passage
    lines = [
        ("ring", "0", f"host {ring.sender}, CPU {ring.sent.cpu}: the write for interrupt "
                      f"{ring.index} of host {ring.to}"),
        ("window", after(passage.came), f"{passage.window}, BAR {passage.bar} + "
                                        f"{passage.offset:#x}: {passage.value:#x} goes to "
                                        f"{passage.address:#x}"),
    ]
    configured = ("" if ring.vector is None else
                  f"the kernel configured vector {ring.vector[0]:#x} on CPU {ring.vector[1]}")
    if ring.remap:
        text = ring.remap.text + (f"; {configured}" if configured else "")
        lines.append(("remapping", after(ring.remap.at), text))
    elif configured:
        lines.append(("remapping", "", configured))
    lines.append(("handler", after(ring.handler.at),
                  f"irq {ring.irq} on CPU {ring.handler.cpu}, for "
                  f"{svg.duration(ring.handler.end - ring.handler.at)}"))
    return lines


def _glyphs(drawing, axis, ring, y):
    """The marks of one ring's steps."""
    color = f"h{ring.sender}"
    x, middle = axis.x(ring.sent.at), y["cpu", ring.sender, ring.sent.cpu]
    drawing.add("circle", f"{color} fill", cx=x, cy=middle - 5, r=3)
    x = axis.x(ring.passage.came)
    middle = y["window", ring.sender, ring.to, ring.passage.window]
    drawing.box(x - 3, middle - 3, 6, 6, f"{color} fill")
    if ring.remap:
        x, middle = axis.x(ring.remap.at), y["unit", ring.to]
        drawing.add("path", f"{color} fill", d=f"M{x:.2f} {middle - 4}l4 4l-4 4l-4 -4z")
    x, middle = axis.x(ring.handler.at), y["cpu", ring.to, ring.handler.cpu]
    drawing.box(x, middle, max(1.5, axis.x(ring.handler.end) - x), 9, f"{color} pale",
                f"irq {ring.irq}, {svg.duration(ring.handler.end - ring.handler.at)}")


def draw(drawing, rings, hosts, zero):
    """A row for each CPU and window, and lines from writes to handlers."""
    axis = svg.Axis(*extent(rings), zero)
    rows = _rows(rings, hosts)
    top = drawing.y
    y = {row: top + ROW * number + ROW // 2 for number, row in enumerate(rows)}
    bottom = top + ROW * len(rows)
    for row in rows:
        if row[0] == "window":
            drawing.box(svg.LEFT, y[row] - ROW // 2, svg.RIGHT - svg.LEFT, ROW, "shade")
    axis.draw(drawing, top, bottom)
    for row in rows:
        drawing.text(svg.LEFT - 10, y[row] + 4, _title(row), "end")
        drawing.line(svg.LEFT, y[row], svg.RIGHT, y[row], "grid")
    for ring in rings:
        points = [(axis.x(ring.sent.at), y["cpu", ring.sender, ring.sent.cpu] - 5),
                  (axis.x(ring.passage.came),
                   y["window", ring.sender, ring.to, ring.passage.window])]
        if ring.remap:
            points.append((axis.x(ring.remap.at), y["unit", ring.to]))
        points.append((axis.x(ring.handler.at), y["cpu", ring.to, ring.handler.cpu] + 4))
        drawing.path(points, f"h{ring.sender} way",
                     "\n".join(f"{name} {at}: {text}" for name, at, text in describe(ring)))
    for ring in rings:
        _glyphs(drawing, axis, ring, y)
    drawing.y = bottom + 40


def table(drawing, ring):
    """One ring, a line for each step."""
    for name, at, text in describe(ring):
        drawing.text(svg.LEFT - 10, drawing.y, name, "end")
        drawing.text(svg.LEFT + 60, drawing.y, at, "soft end")
        drawing.text(svg.LEFT + 80, drawing.y, text)
        drawing.y += 18
