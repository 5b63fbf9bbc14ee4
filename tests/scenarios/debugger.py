# SPDX-License-Identifier: GPL-2.0-only
"""What CONTRIBUTING.rst says of debugging works: gdb stops a handler, and sees its data."""

import subprocess

from tests.harness import debugger, rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 8


def attach(host, log, *commands):
    """gdb at @host, doing @commands and then no more."""
    words = ["gdb", "-nx", "-batch", "-x", debugger.commands_of(host.index)]
    for command in (*commands, "detach"):
        words += ["-ex", command]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


@scenario("debugger-6.12", boot=Boot(debugger=True), soak=True)
def test_debugger(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part("breakpoint"):
        near, far = pair.hosts
        debugger.write_commands(far)
        path = f"{test.folder}/gdb.log"
        with open(path, "w", encoding="utf-8") as log:
            gdb = attach(far, log, "break test_handler", "echo ready\\n", "continue",
                         "print *(struct test_irq *)data", "backtrace 1")
        try:
            wait_until(lambda: "ready" in open(path, encoding="utf-8").read(), 60, "a breakpoint")
            clients[near.index].ring(0)
            gdb.wait(120)
        finally:
            gdb.kill()
            gdb.wait()
        with open(path, encoding="utf-8") as log:
            text = log.read()
        expect("#0  test_handler (irq=" in text, f"no handler was stopped:\n{text[-800:]}")
        expect("tests/client/main.c:" in text, f"no line of source:\n{text[-800:]}")
    with test.part("runs-on"):
        rings.run_exact(pair, clients, COUNT, 5)
    with test.part("unload"):
        rings.remove(pair)
