# SPDX-License-Identifier: GPL-2.0-only
"""The suites that run inside the kernel, on the debugging kernel."""

import re

from tests.harness import ktap
from tests.harness.errors import expect
from tests.harness.pair import DEBUG
from tests.harness.scenario import scenario

SUITES = "ntb_irq_kunit"


@scenario("kunit", boot=DEBUG)
def test_kunit(test, pair):
    host = pair.hosts[0]
    with test.part("insert", fatal=True):
        host.insert("ntb")
        host.insert("ntb_irq")
        host.collect_log()
        host.insert(SUITES, seconds=200)
        parser = ktap.Kunit.of_kernel(host.vm.kernel)
        log = host.run("dmesg", 60)
        results = parser.results(log)
        expect(len(results) >= 3, f"only {len(results)} tests were reported")
    for name, problems in results:
        test.add(name, problems)
    with test.part("remove"):
        host.remove_all()
    # The same log, but for a result that is bad or missing.
    line = re.search(r"^.*\] +ok \d+ .*\n", log, re.M)[0]
    for name, broken in (("bad", line.replace(" ok ", " not ok ")), ("missing", "")):
        with test.part(f"{name}-result-is-reported"):
            again = parser.results(log.replace(line, broken, 1))
            expect(any(problems for _, problems in again), "all of it was taken for good")
