# SPDX-License-Identifier: GPL-2.0-only
"""The code of the manual: it builds, and the client does what the manual says."""

import base64
import os
import re
import shutil

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.scenario import scenario
from tests.scenarios.static import files, must_pass

CLIENT = "ntb_irq_hello"
BACKEND = "ntb_irq_acme"
# What the client logs when its interrupt comes.
RUNG = re.compile(r": rung$", re.M)
# A command to a machine is one line of limited length.
CHUNK = 3000


def build(test, name):
    """The modules of all code blocks, in a folder of their own."""
    kernel = test.environment.kernels[name]
    # Where other tests do not build at the same time.
    out = os.path.abspath(os.path.join(test.folder, "modules"))
    shutil.rmtree(out, ignore_errors=True)
    must_pass(test, "write", ["tests/examples", out])
    symbols = f"{os.path.abspath('build')}/{kernel.release}/tree/Module.symvers"
    flags = [flag for flag in kernel.flags if not flag.startswith("KCFLAGS=")]
    defines = "".join(flag[len("KCFLAGS="):] for flag in kernel.flags
                      if flag.startswith("KCFLAGS="))
    output = must_pass(test, "build", [
        "make", "-C", kernel.build, f"M={out}", *flags,
        f"KCFLAGS={defines} -DCONFIG_NTB_IRQ_MODULE=1 -I{os.path.abspath('include')}",
        f"KBUILD_EXTRA_SYMBOLS={kernel.symvers} {symbols}", "W=1", "modules"])
    bad = [line for line in output.splitlines() if re.search(r"\b(?:warning|error):", line, re.I)]
    expect(not bad, f"{len(bad)} warnings, first:\n" + "\n".join(bad[:5]))
    return out


def checkpatch(test, name, out):
    kernel = test.environment.kernels[name]
    must_pass(test, "checkpatch", [
        f"{kernel.source}/scripts/checkpatch.pl", "--no-tree", "--strict", "--terse",
        "--no-summary", "-f", *(path for path in files((out,), (".c",))
                                if not path.endswith(".mod.c"))])


def give(host, folder, module):
    """Put a module into a machine and insert it."""
    with open(os.path.join(folder, f"{module}.ko"), "rb") as file:
        text = base64.b64encode(file.read()).decode("ascii")
    there = f"/tmp/{module}.ko"
    host.run(f"mkdir -p /tmp; : > {there}.txt")
    for at in range(0, len(text), CHUNK):
        host.run(f"printf %s {text[at:at + CHUNK]} >> {there}.txt")
    host.run(f"base64 -d {there}.txt > {there} && insmod {there}")
    host.loaded.append(module)


@scenario("static/examples", kernels=("6.12",), seconds=200,
          inputs=("Documentation/client.rst", "Documentation/backend.rst", "include",
                  "tests/examples", "tests/scenarios/static.py"))
def test_builds(test):
    with test.part("W1", fatal=True):
        out = build(test, "6.12")
    with test.part("checkpatch"):
        checkpatch(test, "6.12", out)


@scenario("examples-6.12", boot=Boot())
def test_runs(test, pair):
    with test.part("builds", fatal=True):
        out = build(test, "6.12")
        for module in (CLIENT, BACKEND):
            must_pass(test, f"strip-{module}", ["strip", "--strip-debug", f"{out}/{module}.ko"])
    with test.part("library", fatal=True):
        pair.insert_hardware()
        pair.insert(rings.CORE)
        pair.insert(pair.vendor.backend)
    with test.part("backend-registers"):
        pair.both(lambda host: give(host, out, BACKEND))
    with test.part("each-host-is-rung", fatal=True):
        pair.both(lambda host: give(host, out, CLIENT))
        for host in pair.hosts:
            wait_until(lambda host=host: RUNG.search(host.run("dmesg")), 60, f"{host} is rung")
    with test.part("unload"):
        pair.remove_all()
