# SPDX-License-Identifier: GPL-2.0-only
"""Says whether a run of rings was perfect. Good and broken runs use this same code."""

from dataclasses import dataclass, field


@dataclass
class Evidence:
    """What one host, its kernel and the fabric say about a run."""
    host: int
    counts: list
    summary: dict
    # {linux irq: times}, from /proc/interrupts, since the start of the run.
    interrupts: dict = field(default_factory=dict)
    # Interrupt writes that the fabric delivered to this host, or None.
    delivered: int = None
    # Interrupt writes that the host's IOMMU refused, or None.
    blocked: int = None
    # Whether the run ended by itself.
    ended: bool = True


def _deviations(evidence, expected):
    """Up to four interrupts whose count is wrong, as text."""
    wrong = [c for c in evidence.counts if c.received != expected]
    if not wrong:
        return []
    shown = ", ".join(f"{c.index} got {c.received}" for c in wrong[:4])
    more = ", ..." if len(wrong) > 4 else ""
    return [f"host {evidence.host}: {len(wrong)} of {len(evidence.counts)} interrupts "
            f"were not received {expected} times: {shown}{more}"]


def _kernel_counts(evidence, expected):
    """Where /proc/interrupts contradicts the expected count."""
    if not evidence.interrupts:
        return [f"host {evidence.host}: /proc/interrupts does not list the interrupts"]
    wrong = [c for c in evidence.counts if evidence.interrupts.get(c.irq) != expected]
    if not wrong:
        return []
    first = wrong[0]
    return [f"host {evidence.host}: the kernel counted {len(wrong)} interrupts differently, "
            f"first irq {first.irq}: {evidence.interrupts.get(first.irq)} instead of {expected}"]


def judge(evidences, count, rounds, first=0, moving=False):
    """All that is wrong with a run of @rounds on @count interrupts from index @first on.

    An empty list says that the run was perfect. While interrupts are @moving, one
    can arrive on its new CPU before the handler is done on the old one. The kernel
    then runs the handler again but does not count, so only handlers are counted.
    """
    problems = []
    for evidence in evidences:
        where = f"host {evidence.host}"
        indices = sorted(c.index for c in evidence.counts)
        if indices != list(range(first, first + count)):
            problems.append(f"{where}: has {len(indices)} interrupts, "
                            f"expected {count} from index {first} on")
        if not evidence.ended:
            problems.append(f"{where}: the run did not end")
        problems += _deviations(evidence, rounds)
        if not moving:
            problems += _kernel_counts(evidence, rounds)
        for key, want in (("lost", 0), ("stray", 0), ("received", count * rounds),
                          ("rings_sent", count * rounds)):
            got = evidence.summary.get(key)
            if got != want:
                problems.append(f"{where}: {key} is {got}, expected {want}")
        if evidence.delivered is not None and evidence.delivered != count * rounds:
            problems.append(f"{where}: the fabric delivered {evidence.delivered} interrupt "
                            f"writes, expected {count * rounds}")
        if evidence.blocked:
            problems.append(f"{where}: {evidence.blocked} interrupt writes were blocked")
    return problems
