# SPDX-License-Identifier: GPL-2.0-only
"""Broken runs must be reported by the same judge that passes good ones."""

from tests.harness import rings
from tests.harness.errors import expect
from tests.harness.judge import judge
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 16
ROUNDS = 20
# (name, fault, argument)
FAULTS = (
    ("corrupted-handle", "addr-xor", 0x20),
    ("closed-window", "drop", 0),
    ("wrong-data-word", "data-xor", 0x1),
)


@scenario("negative-6.12", boot=Boot(),
          allow=(r"DMAR:.*fault reason 0x2[0-9]", r"DMAR: DRHD: handling fault"))
def test_negative(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part("good-run-passes", fatal=True):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    for name, kind, argument in FAULTS:
        with test.part(f"{name}-is-reported"):
            run = rings.Run(pair, clients, COUNT, ROUNDS)
            pair.fabric.fault(kind, 0, argument, 1)
            run.start()
            evidence = run.evidence(run.wait_end(stall=3))
            pair.fabric.clear_faults()
            problems = judge(evidence, COUNT, ROUNDS)
            expect(problems, f"a run with fault {kind} was judged perfect")
            wrong = sum(e.summary.get(key, 0) for e in evidence for key in ("lost", "stray"))
            expect(wrong > 0, f"the client reports neither lost nor stray rings: {problems}")
    with test.part("good-run-passes-again"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part("unload"):
        pair.remove_all()
