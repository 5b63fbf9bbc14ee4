# SPDX-License-Identifier: GPL-2.0-only
"""The demonstration: hosts ring each other, a table tells how it went."""

import json
import os
import sys
import time

from . import debugger, klog, rings
from .deadline import PATIENCE
from .errors import Failure
from .pair import Boot, Pair, hardware
from .picture.files import Picture

LOGS = "build/logs/demo"
# A CPU has some 200 vectors, and others than us need a few.
INTERRUPTS_PER_CPU = 150
RUN_SECONDS = 240

ROWS = (("parent domain", "parent"), ("domain", "domain"), ("windows", "windows"),
        ("interrupts", "interrupts"), ("rings sent", "rings_sent"), ("received", "received"),
        ("lost", "lost"), ("stray", "stray"), ("mailbox words", "mailbox_words"))


def say(text):
    print(f"demo: {text}", file=sys.stderr, flush=True)


class Step:
    """Says what is being done and how long it took."""

    def __init__(self, text):
        self._text = text

    def __enter__(self):
        say(f"{self._text} ...")
        self._started = time.monotonic()

    def __exit__(self, kind, *_):
        if not kind:
            say(f"{self._text}: {time.monotonic() - self._started:.1f} s")


def describe(window):
    """One window, as "<kind> <index>: <first>..<last>"."""
    first = int(window["target"], 0)
    return (f"{window['kind']} {window['index']}: "
            f"{first:#x}..{first + window['size'] - 1:#x}")


def windows_to(pair, host):
    """The windows through which peers reach @host, by the fabric's account."""
    return [describe(window) for windows in rings.interrupt_windows(pair) for window in windows
            if window["target_host"] == host.index]


def columns(pair, clients):
    """What the table shows of each host."""
    table = []
    for host in pair.hosts:
        summary = clients[host.index].summary()
        column = {key: summary.get(key) for _, key in ROWS}
        column["windows"] = windows_to(pair, host)
        column["mailbox_words"] = sum(clients[host.index].words_sent())
        table.append(column)
    return table


def table_lines(table):
    """The table as lines of text, a column for each host."""
    cells = [["", *(f"host {index}" for index in range(len(table)))]]
    for title, key in ROWS:
        values = [column[key] if isinstance(column[key], list) else [column[key]]
                  for column in table]
        for line in range(max(1, max(len(value) for value in values))):
            cells.append([title if line == 0 else ""]
                         + [str(value[line]) if line < len(value) else "" for value in values])
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip()
             for row in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines


def watch(run, total, also):
    """Show progress until the run ends; return what is wrong with it."""
    said = time.monotonic()

    def progress(received):
        nonlocal said
        also()
        if time.monotonic() - said > 3:
            said = time.monotonic()
            say(f"{sum(received)} of {total} interrupts received")
    return run.finish(RUN_SECONDS, progress=progress)


def play(pair, vendor, args, picture):
    """Boot, load, ring; return (table, problems)."""
    with Step(f"booting {len(pair.hosts)} machines"):
        pair.start()
        pair.select(vendor, pair.boot)
        picture.begin()
    if pair.boot.behind.sized_once:
        with Step(f"inserting all modules, {args.interrupts} interrupts a host"):
            clients = rings.insert(pair, args.interrupts)
    else:
        with Step("inserting mainline's hardware modules"):
            pair.insert_hardware()
        with Step(f"inserting ours, {args.interrupts} interrupts a host"):
            clients = rings.insert_ours(pair, args.interrupts)
    if pair.boot.debugger:
        debugger.wait(pair, say)
    with Step(f"{args.rings} rings of each interrupt, in both directions"):
        run = rings.Run(pair, clients, args.interrupts, args.rings)
        picture.start_rings(clients)
        run.start()
        problems = watch(run, len(pair.hosts) * run.count * args.rings, picture.watch)
    with Step("reading what was recorded"):
        picture.finish()
    table = columns(pair, clients)
    with Step("removing all modules"):
        rings.remove(pair)
    for host in pair.hosts:
        log = host.collect_log()
        with open(f"{LOGS}/host{host.index}.dmesg.log", "w", encoding="utf-8") as file:
            file.write(log)
        problems += [f"{host}: {finding}" for finding in klog.scan(log, vendor.debug_allow)]
    return table, problems


def demo(environment, args):
    """The whole demonstration; returns the exit status."""
    (kernel,) = environment.kernels.values()
    boot = Boot(kernels=(kernel.name,) * args.hosts, mode=args.mode, parent=args.parent,
                smp=max(2, -(-args.interrupts * (args.hosts - 1) // INTERRUPTS_PER_CPU)),
                debugger=PATIENCE > 1)
    os.makedirs(LOGS, exist_ok=True)
    for name in os.listdir(LOGS):
        os.unlink(os.path.join(LOGS, name))
    say(f"{environment.vendor.name}, kernel {kernel.release}, {args.parent}, {args.mode}, "
        f"{boot.smp} CPUs a host")
    pair = Pair([hardware(environment.vendor, boot)], boot, environment.kernels, LOGS)
    picture = Picture(pair, LOGS)
    table, problems = [], []
    try:
        table, problems = play(pair, environment.vendor, args, picture)
    except Failure as error:
        problems = [str(error)]
    finally:
        try:
            pair.stop()
        except Failure as error:
            problems.append(str(error))
    if table:
        print("\n".join(table_lines(table)), file=sys.stderr if args.json else sys.stdout)
    if table:
        total = sum(column["rings_sent"] for column in table)
        for line in picture.write({
                "vendor": environment.vendor.name, "kernel": kernel.release,
                "parent": args.parent, "mode": args.mode, "hosts": args.hosts,
                "interrupts": args.interrupts, "rounds": args.rings, "total": total}):
            say(line)
    for problem in problems:
        say(f"FAILED: {problem}")
    if problems:
        say(f"logs are in {LOGS}")
    if args.json:
        print(json.dumps({"hosts": table, "ok": not problems}))
    return 1 if problems else 0
