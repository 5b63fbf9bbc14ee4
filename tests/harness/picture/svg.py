# SPDX-License-Identifier: GPL-2.0-only
"""Elements of a drawing, and an axis of time."""

from xml.sax.saxutils import escape, quoteattr

# Of all drawings here; heights are as needed.
WIDTH = 1200
LEFT, RIGHT = 170, 1180
UNITS = ((10**9, "s"), (10**6, "ms"), (10**3, "us"), (1, "ns"))
# A color for each host, that can be told from its neighbours on either background.
HOSTS = (("#1f5fc4", "#7fb0ff"), ("#c2410c", "#ff9d5c"), ("#0f7b53", "#5fd6a4"),
         ("#8a2da5", "#d79bef"), ("#9a6b00", "#e8c14f"), ("#00708a", "#5cc9e6"),
         ("#a31545", "#ff8db0"), ("#4d6b00", "#b5d64a"))


def style():
    """Colors for a light background, and for a dark one where that is preferred."""
    def variables(dark):
        plain = (("paper", "#ffffff", "#14171c"), ("ink", "#1b1f24", "#e6e9ee"),
                 ("soft", "#5c6670", "#9aa4b0"), ("line", "#d5dae0", "#363d47"),
                 ("shade", "#eef1f5", "#1f242c"))
        values = [f"--{name}:{colors[dark]}" for name, *colors in plain]
        values += [f"--h{host}:{colors[dark]}" for host, colors in enumerate(HOSTS)]
        return ";".join(values)
    hosts = "".join(f".h{host}{{--c:var(--h{host})}}" for host in range(len(HOSTS)))
    return (f"svg{{{variables(0)}}}"
            f"@media (prefers-color-scheme:dark){{svg{{{variables(1)}}}}}"
            f"{hosts}"
            "text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:var(--ink)}"
            ".big{font-size:20px;font-weight:600}.head{font-size:14px;font-weight:600}"
            ".soft{fill:var(--soft)}.end{text-anchor:end}.mid{text-anchor:middle}"
            ".paper{fill:var(--paper)}.shade{fill:var(--shade)}"
            ".grid{stroke:var(--line);stroke-width:1}.axis{stroke:var(--soft);stroke-width:1}"
            ".fill{fill:var(--c)}.pale{fill:var(--c);opacity:.45}"
            ".ink{fill:var(--ink)}.mark{stroke:var(--ink);stroke-width:1}"
            ".way{stroke:var(--c);stroke-width:1.2;fill:none;opacity:.75}"
            ".own{stroke:var(--c);stroke-width:1.2}")


class Drawing:
    """Elements, put below each other."""

    def __init__(self):
        self._parts = []
        # Where the next part begins.
        self.y = 0

    def add(self, name, kind="", text=None, **attributes):
        """An element; @text may be the markup that is inside of it."""
        words = [name]
        if kind:
            words.append(f'class="{kind}"')
        for key, value in attributes.items():
            if isinstance(value, float):
                value = f"{value:.2f}".rstrip("0").rstrip(".")
            words.append(f"{key.replace('_', '-')}={quoteattr(str(value))}")
        self._parts.append(f"<{' '.join(words)}/>" if text is None
                           else f"<{' '.join(words)}>{text}</{name}>")

    def text(self, x, y, words, kind="", **attributes):
        self.add("text", kind, escape(words), x=x, y=y, **attributes)

    def line(self, x1, y1, x2, y2, kind):
        self.add("line", kind, x1=x1, y1=y1, x2=x2, y2=y2)

    def box(self, x, y, width, height, kind, tip=None):
        self.add("rect", kind, tip and tooltip(tip), x=x, y=y, width=width, height=height)

    def path(self, points, kind, tip=None):
        """A line through points."""
        way = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
        self.add("path", kind, tip and tooltip(tip), d=way)

    def page(self, title, description):
        """The whole as a file."""
        height = round(self.y)
        return ('<?xml version="1.0" encoding="UTF-8"?>\n'
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
                f'width="{WIDTH}" height="{height}" role="img">\n'
                f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n"
                f"<style>{style()}</style>\n"
                f'<rect class="paper" width="{WIDTH}" height="{height}"/>\n'
                + "\n".join(self._parts) + "\n</svg>\n")


def tooltip(words):
    """What a browser shows of an element."""
    return f"<title>{escape(words)}</title>"


def duration(ns):
    """A time, with the unit that suits it."""
    for unit, name in UNITS:
        if ns >= unit:
            break
    value = ns / unit
    return f"{value:.1f} {name}" if value < 100 and unit > 1 else f"{value:,.0f} {name}"


def step(length, most):
    """The least of 1, 2, 5, 10, ... of which there are at most @most in @length."""
    base = 1
    while True:
        for factor in (1, 2, 5):
            if length / (base * factor) <= most:
                return base * factor
        base *= 10


class Axis:
    """Time from left to right."""

    def __init__(self, begin, end, zero=None):
        self.begin = begin
        self.end = max(end, begin + 1)
        self._zero = begin if zero is None else zero

    def x(self, at):
        return LEFT + (at - self.begin) * (RIGHT - LEFT) / (self.end - self.begin)

    def draw(self, drawing, top, bottom):
        """Lines from top to bottom, with their times below."""
        every = step(self.end - self.begin, 10)
        unit, name = next((unit, name) for unit, name in UNITS if every >= unit)
        at = -(-(self.begin - self._zero) // every) * every
        while at <= self.end - self._zero:
            x = self.x(at + self._zero)
            drawing.line(x, top, x, bottom, "grid")
            drawing.text(x, bottom + 15, f"{at // unit:,}", "soft mid")
            at += every
        drawing.line(LEFT, bottom, RIGHT, bottom, "axis")
        drawing.text(LEFT - 10, bottom + 15, f"time, {name}", "soft end")
