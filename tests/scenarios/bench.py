# SPDX-License-Identifier: GPL-2.0-only
"""No change may cost more than a little of what was reached: a short bench, by instructions."""

import os

from tests.harness import bench
from tests.harness.errors import expect
from tests.harness.bench_report import spread
from tests.harness.scenario import scenario
from tests.harness.kernel import Environment

KERNEL = "6.12"
ROUNDS = 3


@scenario("bench", kernels=(KERNEL,), requires="legacy_interrupts", seconds=400)
def test_costs(test):
    """Ratios of the costs of one operation, against those that were committed."""
    environment = Environment(test.environment.vendor,
                              {KERNEL: test.environment.kernels[KERNEL]})
    with test.part("measure", fatal=True):
        named = bench.short(environment, os.path.abspath(test.folder), ROUNDS)
    ratios = {name: spread(values)["median"] for name, values in named.items()}
    for name, was in bench.reference().items():
        with test.part(name):
            problems = bench.worse(ratios, {name: was})
            expect(not problems, "\n".join(problems))
