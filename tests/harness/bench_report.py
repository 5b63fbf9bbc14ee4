# SPDX-License-Identifier: GPL-2.0-only
"""What the bench found: ratios with their spread, tables, plots, and the text they go to."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

TEXT = "Documentation/performance.rst"
PLOTS = "Documentation/performance"
BEGIN, END = ".. measured, begin", ".. measured, end"


@dataclass(frozen=True)
class Target:
    """Something that is measured, and what it must not exceed."""
    key: str
    title: str
    limit: float
    # Whether a value at the limit is too much already.
    below: bool = False
    # Two lines under its bar, where it is a ratio that has one.
    bar: str = ""

    def met(self, value):
        return value < self.limit if self.below else value <= self.limit

    def wanted(self):
        return f"{'below' if self.below else 'at most'} {number(self.limit)}"


TARGETS = (
    Target("request_free_vs_floor", "Request and free one interrupt, against the floor", 1.0, True,
           bar="request and free\\nagainst the floor"),
    Target("growth_ours", "The 2,000th request against the 1st", 1.05),
    Target("added_vs_floor", "What the 2,000th takes more than the 1st, against the floor", 1.05,
           bar="growth\\nagainst the floor"),
    Target("ring_vs_legacy", "Ring one interrupt, against legacy", 0.5,
           bar="ring\\nagainst legacy"),
    Target("ring_writes", "Writes on the bus for one ring", 1),
    Target("ring_reads", "Reads on the bus for one ring", 0),
    Target("entry_vs_own_msix", "Entry to handler, against MSI-X of the same function", 1.0,
           bar="entry to handler\\nagainst MSI-X"),
    Target("memory_vs_legacy", "Slab memory of one interrupt, against legacy", 1.0,
           bar="memory\\nagainst legacy"),
    Target("words_table", "Mailbox words that publish 1,024 interrupts", 16),
    Target("words_moved", "Mailbox words when interrupts move to other CPUs", 0),
    Target("one_more_vs_first", "Words that publish one more, with 1,023 there against 1", 1.0,
           bar="words for one more\\nagainst the first"),
)


# Instructions of a process: what, of which repetition's costs, and the ratios that it is in.
USER = (
    ("A system call that does nothing", "user", "call", ()),
    ("Ring, in the kernel", "ours", "ring", ()),
    ("Ring", "user", "ring", ("user_ring_vs_call", "user_ring_vs_ring")),
    ("Entry to handler, in the kernel", "ours", "entry", ()),
    ("Wake-up of a thread in the kernel", "ours", "wake", ()),
    ("Wake-up in ``read()``", "user", "read", ("user_read_vs_thread", "user_read_vs_entry")),
    ("Wake-up in ``poll()``", "user", "poll", ("user_poll_vs_thread", "user_poll_vs_entry")),
)
AGAINST = {"call": "the system call", "ring": "the kernel's ring", "thread": "the thread",
           "entry": "the handler"}


def number(value):
    """Three decimals, but none where there is nothing to show."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}"


def spread(values):
    """The median of some values, and how far they are apart."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return {"median": median, "min": ordered[0], "max": ordered[-1], "count": len(ordered)}


def table(head, rows):
    """A simple table of reStructuredText."""
    cells = [head, *rows]
    widths = [max(len(str(row[i])) for row in cells) for i in range(len(head))]
    rule = "  ".join("=" * width for width in widths)
    lines = ["  ".join(str(word).ljust(width) for word, width in zip(row, widths)).rstrip()
             for row in cells]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def verdicts(ratios):
    """Rows about each target."""
    rows = []
    for target in TARGETS:
        found = ratios[target.key]
        rows.append((target.title, target.wanted(), number(found["median"]),
                     f"{number(found['min'])} to {number(found['max'])}", found["count"],
                     "met" if target.met(found["median"]) else "**missed**"))
    return rows


def text_of(results):
    """The measured part of the text."""
    costs = results["costs"]
    names = (("request", "Request"), ("free", "Free"), ("ring", "Ring"),
             ("entry", "Entry to handler"), ("wake", "Wake-up of a thread"))
    parts = [
        f"Kernel {results['kernel']}, {results['vendor']}, {results['rounds']} repetitions.", "",
        table(("What", "Target", "Median", "Spread", "n", ""), verdicts(results["ratios"])), "",
        "Instructions of one operation that nothing disturbed:", "",
        table(("Operation", "Floor", "Legacy", "Ours"),
              [(title, *(number(spread([one[path][name] for one in costs])["median"])
                         for path in ("floor", "legacy", "ours"))) for name, title in names]), "",
        "Instructions of a process, which have no target:", "",
        table(("Operation", "Instructions", "Against", "Median", "Spread"),
              user_rows(results)), "",
        "Instructions of a request, by how many interrupts there are already:", "",
        table(("Interrupts", "Floor", "Legacy", "Ours"), growth_rows(results["growth"])), "",
        "The last request against the first: " + ", ".join(
            f"{path} {number(results['ratios'][f'growth_{path}']['median'])}"
            for path in results["ends"]) + ".", "",
        "Mailbox words and records for one interrupt more:", "",
        table(("Interrupts before", "Words", "Records"),
              [(number(int(there)), *said)
               for there, said in results["publishing"]["one_more"].items()]), "",
        "Bytes of slab for one interrupt:", "",
        table(("Bytes", "Floor", "Legacy", "Ours", "of which tables"),
              [("median", *(number(round(spread([one[key] for one in results["memory"]])["median"]))
                            for key in ("floor", "legacy", "ours", "tables")))]), "",
        "Bytes of code:", "",
        table(("Module", "Bytes"),
              [(f"``{module}``", number(size)) for module, size in results["code"].items()]), "",
        ".. kernel-figure:: performance/growth.svg", "",
        "   Instructions of each request, by the number of interrupts there are.", "",
        ".. kernel-figure:: performance/ratios.svg", "",
        "   Costs against their yardsticks; the bars show the spread.", "",
    ]
    return "\n".join(parts)


def user_rows(results):
    """What a process pays: a row for each cost, and more for more than one ratio."""
    rows = []
    for title, path, name, ratios in USER:
        cost = number(spread([one[path][name] for one in results["costs"]])["median"])
        rows.append([title, cost, "", "", ""])
        for at, ratio in enumerate(ratios):
            found = results["ratios"][ratio]
            row = rows[-1] if not at else [r"\ ", "", "", "", ""]
            row[2:] = [AGAINST[ratio.rpartition("_")[2]], number(found["median"]),
                       f"{number(found['min'])} to {number(found['max'])}"]
            if at:
                rows.append(row)
    return rows


def growth_rows(growth):
    """A few points of each curve."""
    at = {path: dict(curve) for path, curve in growth.items()}
    points = sorted(at["ours"])
    rows = []
    for wanted in (0, 40, 100, 200, 500, 1000, 1500, points[-1]):
        rows.append((number(wanted), *(
            number(round(min(curve.items(), key=lambda point: abs(point[0] - wanted))[1]))
            if wanted <= max(curve) else "" for curve in
            (at[path] for path in ("floor", "legacy", "ours")))))
    return rows


def write_text(results):
    """Put the measured part into the text."""
    with open(TEXT, encoding="utf-8") as file:
        before, _, rest = file.read().partition(BEGIN)
    after = rest.partition(END)[2]
    with open(TEXT, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{text_of(results)}\n{END}{after}")


PLOT = """set terminal svg size 720,400 font 'sans,12' background '#ffffff'
set output '{out}'
set grid ytics lc rgb '#dddddd'
set key right bottom
{body}
"""


def plot(name, body):
    script = PLOT.format(out=f"{PLOTS}/{name}.svg", body=body)
    subprocess.run(["gnuplot"], input=script, encoding="utf-8", check=True)


def block(name, rows):
    """Data that a plot uses by name."""
    return f"${name} << EOD\n" + "\n".join(" ".join(map(str, row)) for row in rows) + "\nEOD\n"


def write_plots(results):
    """Draw the plots, where gnuplot is there to do it."""
    if not shutil.which("gnuplot"):
        print("bench: gnuplot is not installed: no plots", file=sys.stderr, flush=True)
        return
    os.makedirs(PLOTS, exist_ok=True)
    growth = results["growth"]
    body = "".join(block(path, curve) for path, curve in growth.items())
    body += ("set xlabel 'interrupts already there'\nset ylabel 'instructions of one request'\n"
             "set format y '%.0f'\nset yrange [0:*]\nplot " + ", ".join(
                 f"${path} using 1:2 with lines lw 2 title '{path}'" for path in growth))
    plot("growth", body)
    ratios = [(target.bar, results["ratios"][target.key]) for target in TARGETS if target.bar]
    body = block("ratio", ((row, found["median"], found["min"], found["max"], f'"{title}"')
                           for row, (title, found) in enumerate(ratios)))
    body += ("set boxwidth 0.6\nset style fill solid 0.6\nset yrange [0:1.2<*]\nset key off\n"
             "set xrange [-0.6:*]\nset xtics font ',9' scale 0\nset bmargin 3\n"
             "set ylabel 'ratio, 1 is the yardstick'\n"
             "plot $ratio using 1:2:xtic(5) with boxes lc rgb '#4477aa', "
             "$ratio using 1:2:3:4 with yerrorbars lc rgb '#222222' pt 0, 1 lc rgb '#cc3311'")
    plot("ratios", body)


def write_json(results, path):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
