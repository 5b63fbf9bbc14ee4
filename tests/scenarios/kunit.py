# SPDX-License-Identifier: GPL-2.0-only
"""The suites that run inside the kernel, on the debugging kernel."""

from tests.harness import tap
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.registry import scenario

SUITES = "ntb_irq_kunit"


@scenario("kunit", boot=Boot(kernels=("debug-6.12", "debug-6.12"), memory=1024))
def kunit(test, pair):
    host = pair.hosts[0]
    with test.part("insert", fatal=True):
        host.insert("ntb")
        host.insert("ntb_irq")
        host.collect_log()
        host.insert(SUITES, seconds=200)
        results = tap.parse(host.run("dmesg", 60))
        expect(results, "no result in the kernel log")
        expect(sum(sum(result.totals()) for result in results) >= 3,
               "less than three tests were reported")
    test.result.children += results
    with test.part("remove"):
        host.remove_all()
