# SPDX-License-Identifier: GPL-2.0-only
"""The semantic patches, on drivers written for them and on mainline's own."""

import os
import re
import shutil
import subprocess

from tests.harness.errors import expect, expect_equal
from tests.harness.registry import scenario
from tests.scenarios.static import read

FOLDER = os.path.abspath("tests/migrate")
MIGRATE = os.path.abspath("scripts/migrate")
FLAG = re.compile(r"\bPCI_IRQ_VIRTUAL\b")


def migrate(folder, *words):
    """Run the script in @folder; (status, output, what a person must look at)."""
    done = subprocess.run([MIGRATE, *words], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120, check=False, encoding="utf-8")
    return done.returncode, done.stdout, done.stderr


def uses_in(path):
    """How often the flag is used in a file; a word in a comment or string is no use."""
    source = re.sub(r'/\*.*?\*/|//[^\n]*|"[^"\n]*"', "", read(path), flags=re.DOTALL)
    return len(FLAG.findall(source))


def pair(test, name):
    """What becomes of @name.c is @name.expected, and that stays as it is."""
    source = os.path.join(FOLDER, name)
    wanted = read(f"{source}.expected")
    left = read(f"{source}.left") if os.path.exists(f"{source}.left") else ""
    changes = wanted != read(f"{source}.c")
    copy = os.path.join(test.folder, f"{name}.c")
    shutil.copy(f"{source}.c", copy)

    status, diff, said = migrate(test.folder, f"{name}.c")
    expect_equal(said, left, f"{name}.c: what is left")
    expect_equal(status, int(changes or bool(left)), f"{name}.c: exit status")
    if changes:
        subprocess.run(["patch", "-s", "-p1"], cwd=test.folder, input=diff, check=True,
                       encoding="utf-8")
    else:
        expect_equal(diff, "", f"{name}.c: the difference")
    expect_equal(read(copy), wanted, f"{name}.c: the result")

    status, diff, said = migrate(test.folder, "--in-place", f"{name}.c")
    expect_equal((status, diff, said), (int(bool(left)), "", left), f"{name}.c: a second run")
    expect_equal(read(copy), wanted, f"{name}.c: the result of a second run")
    return uses_in(f"{source}.c"), left.count("\n")


def corpus(test):
    names = sorted(name[:-2] for name in os.listdir(FOLDER) if name.endswith(".c"))
    expect(len(names) >= 4, f"only {len(names)} drivers found")
    uses = left = 0
    for name in names:
        with test.part(name):
            found, reported = pair(test, name)
            uses += found
            left += reported
    with test.part("counts"):
        # A use is rewritten, or reported, or forgotten.
        forgotten = sum(uses_in(os.path.join(FOLDER, f"{name}.expected")) for name in names) - left
        print(f"# {uses} uses: {uses - left} rewritten, {left} reported, {forgotten} forgotten")
        expect_equal(forgotten, 0, "uses that were forgotten")
        expect(uses - left >= 15, f"only {uses - left} uses rewritten")


def every_mode(_test):
    """The other modes say something about each use, and change nothing."""
    name = "flag.c"
    before = read(os.path.join(FOLDER, name))
    uses = uses_in(os.path.join(FOLDER, name))
    for mode, line in (("report", rf"^{name}:\d+:\d+-\d+: WARNING: "), ("org", r"^\* TODO "),
                       ("context", r"^-.*PCI_IRQ_VIRTUAL")):
        status, output, said = migrate(FOLDER, "--mode", mode, name)
        expect_equal((status, said), (1, ""), f"--mode {mode}: status and errors")
        expect_equal(len(re.findall(line, output, re.MULTILINE)), uses, f"--mode {mode}: lines")
    expect_equal(read(os.path.join(FOLDER, name)), before, "the file afterwards")


def refusals(_test):
    for words in ((), ("--mode", "magic", "flag.c"), ("--mode",), ("--what", "flag.c"),
                  ("no-such-file.c",), ("--in-place", "--mode", "report", "flag.c")):
        status, output, said = migrate(FOLDER, *words)
        expect_equal((status, output), (2, ""), f"{words}: status and output")
        expect(said.strip(), f"{words}: nothing was said")


def mainline(test, name):
    """The kernel's drivers with the flag lose it, and nothing else."""
    top = os.path.join(test.environment.kernels[name].source, "drivers/pci/switch")
    sources = [os.path.join(top, file) for file in sorted(os.listdir(top)) if file.endswith(".c")]
    users = [source for source in sources if FLAG.search(read(source))]
    expect(users, f"no file of {top} has the flag")
    for source in users:
        copy = f"{name}-{os.path.basename(source)}"
        shutil.copy(source, os.path.join(test.folder, copy))
        status, diff, said = migrate(test.folder, "--in-place", copy)
        expect_equal((status, diff, said), (1, "", ""), f"{copy}: status, output, errors")
        was, now = (re.sub(r"\s+", " ", read(path))
                    for path in (source, os.path.join(test.folder, copy)))
        expect_equal(now, was.replace(" | PCI_IRQ_VIRTUAL", ""), copy)
        expect(not FLAG.search(now), f"{copy} still has the flag")


@scenario("static/migrate", kernels=("6.12", "7.3"), seconds=300)
def static_migrate(test):
    corpus(test)
    for check in (every_mode, refusals):
        with test.part(check.__name__.replace("_", "-")):
            check(test)
    for name in ("6.12", "7.3"):
        with test.part(f"mainline-{name}"):
            mainline(test, name)
