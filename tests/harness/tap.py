# SPDX-License-Identifier: GPL-2.0-only
"""Results of nested tests, written as KTAP."""

import re
from dataclasses import dataclass, field


@dataclass
class Result:
    """A test: a leaf with an outcome, or the sum of its children."""
    name: str
    seconds: float = 0.0
    reason: str = ""
    children: list = field(default_factory=list)
    # What is remarked instead of how long it took.
    note: str = ""

    @property
    def passed(self):
        return not self.reason and all(c.passed for c in self.children)

    def leaves(self):
        """The tests that are counted: those without children."""
        if not self.children:
            return [self]
        found = [leaf for child in self.children for leaf in child.leaves()]
        # A reason of its own, beside its children, is one more failed test.
        if self.reason:
            found.append(Result(self.name, self.seconds, self.reason))
        return found

    def totals(self):
        """(passed, failed) of the leaves."""
        leaves = self.leaves()
        passed = sum(1 for leaf in leaves if leaf.passed)
        return passed, len(leaves) - passed


def closing_line(results):
    """The last line of a run."""
    totals = [result.totals() for result in results]
    passed = sum(t[0] for t in totals)
    failed = sum(t[1] for t in totals)
    return f"{passed} passed, {failed} failed"


def _line(result, number):
    state = "ok" if result.passed else "not ok"
    # '#' starts the remark of a KTAP line, so a name cannot hold one.
    name = result.name.replace("#", "_")
    return f"{state} {number} {name} # {result.note or f'{result.seconds:.1f} s'}"


def lines(result, number, indent=0):
    """The KTAP lines of @result, which is test @number at its level."""
    pad = "    " * indent
    out = []
    if result.children:
        out.append(f"{pad}    # Subtest: {result.name}")
        out.append(f"{pad}    KTAP version 1")
        out.append(f"{pad}    1..{len(result.children)}")
        for index, child in enumerate(result.children, 1):
            out += lines(child, index, indent + 1)
    for text in result.reason.splitlines():
        out.append(f"{pad}# {text}")
    out.append(pad + _line(result, number))
    return out


_TEST = re.compile(r"^(?P<pad>\s*)(?P<state>ok|not ok) \d+ ?-? ?(?P<name>[^#]*)(?P<rest>#.*)?$")
_PLAN = re.compile(r"^(?P<pad>\s*)1\.\.(?P<count>\d+)\s*$")
_STAMP = re.compile(r"^\[\s*\d+\.\d+\](?:\[[^\]]*\])? ?")


def parse(text):
    """Read KTAP, as a kernel prints it, into a list of top-level results.

    A suite that announced more tests than it reported has a reason that says so.
    Skipped tests are left out.
    """
    pending = {}
    plans = {}
    notes = []
    for raw in text.splitlines():
        line = _STAMP.sub("", raw)
        plan = _PLAN.match(line)
        if plan:
            plans[len(plan["pad"])] = int(plan["count"])
            continue
        match = _TEST.match(line)
        if not match:
            if line.strip().startswith("#") and ":" in line and "EXPECTATION" in line:
                notes.append(line.strip("# "))
            continue
        depth = len(match["pad"])
        result = Result(match["name"].strip())
        deeper = [d for d in pending if d > depth]
        if deeper:
            result.children = pending.pop(min(deeper))
            for level in deeper:
                pending.pop(level, None)
            want = plans.pop(min(deeper), None)
            total = len(result.children)
            if want is not None and total != want:
                result.reason = f"{total} of {want} announced tests reported"
        result.children = [c for c in result.children if c is not None]
        if match["state"] != "ok" and not result.children and not result.reason:
            result.reason = "; ".join(notes) or "reported as not ok"
        elif match["state"] != "ok" and result.passed:
            result.reason = "the suite failed outside of its tests"
        notes = []
        skipped = "SKIP" in (match["rest"] or "")
        pending.setdefault(depth, []).append(None if skipped else result)
    if not pending:
        return []
    return [result for result in pending[min(pending)] if result is not None]
