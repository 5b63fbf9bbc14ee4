# SPDX-License-Identifier: GPL-2.0-only
"""Checkers beyond those of static.py, which has what every change must pass first."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

from tests.harness.errors import expect
from tests.harness.scenario import scenario
from tests.scenarios.static import (KERNEL_CODE, MODULE_SOURCES, USER_CODE, files, must_pass,
                                    read, run, scripts)

# Of the layout of lines only what pycodestyle itself leaves to the writer: E12* are ways
# to indent what goes on in another line.
PYTHON_LEFT = "E12,E226,E24,E704,W503,W504"


def semantic_patches(kernel):
    """The kernel's own that can report, with the options that each asks for.

    Two are left out, as they are OCaml in part, for which the root has no compiler: one is
    about batteries, and what the other finds, pointers compared with 0, sparse finds too.
    """
    for path in files((f"{kernel.source}/scripts/coccinelle",), (".cocci",)):
        text = read(path)
        if not re.search(r"^virtual\b.*\breport\b", text, re.M) or ":ocaml" in text:
            continue
        asked = re.search(r"^// Options:(.*)$", text, re.M)
        yield path, asked[1].split() if asked else []


# Seventy runs over all files take minutes: they are for long runs, and for "make lint".
@scenario("static/lint-coccinelle", kernels=("7.3",), seconds=3000, soak=True,
          inputs=MODULE_SOURCES)
def test_coccinelle(test):
    """What coccicheck does with MODE=report, on our files only."""
    sources = files(KERNEL_CODE, (".c",))
    expect(sources, "no C file found")
    found = list(semantic_patches(test.environment.kernels["7.3"]))
    expect(len(found) >= 50, f"only {len(found)} semantic patches found")

    def reports(path, options):
        name = os.path.basename(path)
        status, output = run(test, f"cocci-{name}", [
            "spatch", "-D", "report", "--no-show-diff", "--very-quiet", "--cocci-file", path,
            *options, "-I", "include", *sources], 600)
        expect(status == 0, f"spatch gave status {status} for {name}:\n{output[-500:]}")
        return [line for line in output.splitlines() if re.match(r"\S+\.[ch]:\d+", line)]

    with test.part("reports"):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            running = [pool.submit(reports, *one) for one in found]
        bad = [line for task in running for line in task.result()]
        expect(not bad, f"{len(bad)} reports, first:\n" + "\n".join(bad[:8]))


@scenario("static/lint-user", seconds=600, inputs=USER_CODE)
def test_user(test):
    """cppcheck on user-space code; what it cannot know is suppressed where it is."""
    with test.part("cppcheck"):
        must_pass(test, "cppcheck", [
            "cppcheck", "--quiet", "--error-exitcode=1", "--inline-suppr", "--std=c11",
            "--enable=warning,performance,portability", "--check-level=exhaustive",
            "--suppress=missingIncludeSystem", f"-j{os.cpu_count()}", "-I", "tools/fabric",
            *USER_CODE], 580)


@scenario("static/lint-python", seconds=120, inputs=("tests", "scripts", "tools"))
def test_python(test):
    sources = files(("tests", "scripts", "tools"), (".py",)) + scripts(r"#!.*\bpython3\b")
    with test.part("pyflakes"):
        must_pass(test, "pyflakes", ["pyflakes3", *sources])
    with test.part("pycodestyle"):
        must_pass(test, "pycodestyle", [
            "pycodestyle", "--max-line-length=100", f"--ignore={PYTHON_LEFT}", *sources])
