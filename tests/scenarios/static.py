# SPDX-License-Identifier: GPL-2.0-only
"""Checks that need no machine: warnings, style, documentation, layering."""

import os
import re
import subprocess
import textwrap
from concurrent.futures import ThreadPoolExecutor

from tests.harness import ktap
from tests.harness.errors import Failure, expect, expect_equal
from tests.harness.scenario import scenario
from tests.harness.vendors import VENDORS

KERNEL_CODE = ("core", "vendors", "clients", "include", "tests/client", "tests/hostile",
               "tests/bench", "tests/kunit")
USER_CODE = ("tools",)
# What the modules are built from.
MODULE_SOURCES = ("Makefile", "Kbuild", "core", "vendors", "clients", "include", "tests/client",
                  "tests/hostile", "tests/bench")
# Into how many parts checkpatch's work is cut, so that CPUs end together.
CHUNKS = 4
# Newer kernels use an operator that released versions of sparse do not know,
# test for that with a script which headers packages lack, and then leave the
# check out; and they take the length of a literal to be constant. So say both
# in words that sparse knows, and insist.
SPARSE = ("CHECK=sparse -D__typeof_unqual__=__typeof__ "
          "'-D__builtin_strlen(s)=(sizeof(s)-1)'", "KBUILD_CHECKSRC=2")
# Those that make CPUs too: what core does about their remapping units is its business.
CPU_MAKERS = {"amd", "intel"}
# Names under which the hardware went before, or that its makers have now.
OTHER_NAMES = {"mscc", "microsemi", "microchip", "renesas", "plx"}


def vendor_names():
    """Matches the names of hardware and of the modules for it."""
    stems = {os.path.splitext(os.path.basename(path))[0] for path in files(("vendors",), (".c",))}
    known = {vendor.name for vendor in VENDORS.values()}
    modules = {name for vendor in VENDORS.values() for name in (*vendor.hardware, vendor.backend)}
    expect(stems, "no backend found")
    words = [re.escape(name) for name in (stems | known | OTHER_NAMES) - CPU_MAKERS]
    words += [rf"(?:ntb_hw|ntb_irq)_{name}\w*" for name in stems]
    words += [rf"{re.escape(name)}\w*" for name in modules]
    return re.compile(rf"\b(?:{'|'.join(sorted(words))})\b", re.IGNORECASE)


def run(test, name, words, seconds=240):
    """Run a command; return (status, output) and keep the output as a log."""
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=seconds, check=False,
                              encoding="utf-8", errors="replace")
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{words[0]} did not end within {seconds} s") from error
    with open(os.path.join(test.folder, f"{name}.log"), "w", encoding="utf-8") as file:
        file.write(f"$ {' '.join(words)}\n{done.stdout}-> {done.returncode}\n")
    return done.returncode, done.stdout


def must_pass(test, name, words, seconds=240):
    status, output = run(test, name, words, seconds)
    expect(status == 0, f"{words[0]} gave status {status}:\n{output[-1500:]}")
    return output


def files(folders, suffixes):
    """All files below @folders with one of @suffixes, sorted."""
    found = []
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner[:] = [name for name in inner if not name.startswith((".", "__pycache__"))]
            found += [os.path.join(place, name) for name in names if name.endswith(suffixes)]
    return sorted(found)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def scripts(first=r"#!.*\b(?:ba|da)?sh\b|# shellcheck shell="):
    """All scripts of the checkout that have a line like @first at their top."""
    found = []
    for path in files(("scripts", "tests", "packaging", ".ci", "tools"), ("",)):
        with open(path, "rb") as file:
            top = file.read(200).decode(errors="replace").splitlines()[:3]
        if any(re.match(first, line) for line in top):
            found.append(path)
    return found


def build(test, name):
    """Our modules against kernel @name with all warnings and sparse."""
    kernel = test.environment.kernels[name]
    out = f"/src/build/static-{kernel.release}"
    output = must_pass(test, f"build-{name}", [
        "make", f"KDIR={kernel.build}", f"O_MOD={out}", f"NTB_SYMVERS={kernel.symvers}",
        f"-j{os.cpu_count()}", "W=1", "C=2", *SPARSE, *kernel.flags,
        "CONFIG_NTB_IRQ_HOSTILE=m", "modules"])
    bad = [line for line in output.splitlines() if re.search(r"\b(?:warning|error):", line, re.I)]
    expect(not bad, f"{len(bad)} warnings, first:\n" + "\n".join(bad[:5]))
    expect(re.search(r"\bCHECK\b", output), "sparse did not run: no CHECK line in the output")


def inapplicable(path):
    """The advice of checkpatch that cannot be followed in a file."""
    if path.startswith(USER_CODE):
        # Macros that exist in the kernel only.
        return "BIT_MACRO,PREFER_DEFINED_ATTRIBUTE_MACRO"
    if path.startswith("core/compat/"):
        # Telling kernels apart is what it is for.
        return "LINUX_VERSION_CODE"
    if path.endswith("trace.h"):
        # The layout of all trace event headers.
        return "OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT"
    return ""


def checkpatch(test, name):
    """On all C files, a process for each CPU."""
    kernel = test.environment.kernels[name]
    groups = {}
    for path in files(KERNEL_CODE + USER_CODE, (".c", ".h")):
        groups.setdefault(inapplicable(path), []).append(path)
    expect("" in groups, "no C file found")
    jobs = [(ignored, sources[start::CHUNKS]) for ignored, sources in groups.items()
            for start in range(min(CHUNKS, len(sources)))]

    def remarks(number, ignored, sources):
        words = [f"{kernel.source}/scripts/checkpatch.pl", "--no-tree", "--strict", "--terse",
                 "--show-types", "--no-summary"]
        if ignored:
            words += ["--ignore", ignored]
        status, output = run(test, f"checkpatch-{number}", [*words, "-f", *sources])
        found = [line for line in output.splitlines()
                 if re.search(r"(?:ERROR|WARNING|CHECK):", line)]
        expect(status == 0 or found, f"checkpatch gave status {status}:\n{output[-500:]}")
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(remarks, number, *job) for number, job in enumerate(jobs)]
        bad = [line for task in running for line in task.result()]
    expect(not bad, f"{len(bad)} remarks:\n" + "\n".join(bad[:8]))


def kernel_doc(test, name):
    kernel = test.environment.kernels[name]
    sources = files(("include", "core"), (".c", ".h"))
    expect(sources, "no C file found")
    output = must_pass(test, "kernel-doc", [
        f"{kernel.source}/scripts/kernel-doc", "-none", "-Wall", *sources])
    bad = [line for line in output.splitlines() if re.search(r"\b(?:warning|error):", line)]
    expect(not bad, f"{len(bad)} warnings, first:\n" + "\n".join(bad[:5]))


def shellcheck(test):
    found = scripts()
    expect(len(found) >= 3, f"only {len(found)} scripts found")
    must_pass(test, "shellcheck", ["shellcheck", "-x", *found])


def layering(_test):
    """Vendor names belong into vendors/ and into one table of the harness."""
    names = vendor_names()
    for folder in ("core", "clients", "include", "tests/scenarios", "tests/client"):
        for path in files((folder,), (".c", ".h", ".py")):
            if os.path.samefile(path, __file__):
                continue
            match = names.search(read(path))
            expect(not match, f"{path} names a vendor: {match and match[0]!r}")


def licences(_test):
    """Every source file says its licence in its first lines."""
    sources = files(KERNEL_CODE + USER_CODE + ("tests",), (".c", ".h", ".py")) + scripts()
    for path in sources:
        head = "\n".join(read(path).splitlines()[:3])
        expect("SPDX-License-Identifier: GPL-2.0-only" in head, f"{path} has no SPDX tag")


@scenario("static/build", kernels=("6.12", "7.3"), seconds=400, inputs=MODULE_SOURCES)
def test_build(test):
    for name in ("6.12", "7.3"):
        with test.part(f"W1-C2-{name}"):
            build(test, name)


@scenario("static/clang", kernels=("debug-6.12", "series-7.3"), seconds=800,
          inputs=(*MODULE_SOURCES, "tests/clang", "tests/kernel-tree.sh"))
def test_clang(test):
    """No warning of clang either, on a tree that is configured with it."""
    for name in ("debug-6.12", "series-7.3"):
        with test.part(f"W1-{name}"):
            must_pass(test, f"clang-{name}", ["tests/clang", name], 390)


def core_objects(kernel):
    """The objects that the library's module for @kernel was linked from."""
    with open(f"build/{kernel.release}/tree/core/ntb_irq.mod", encoding="ascii") as file:
        return [word for word in file.read().split() if "/compat/" not in word]


@scenario("static/calls", kernels=("6.12",), inputs=(*MODULE_SOURCES, "tests/call-graph"))
def test_calls(test):
    """The files of core/ call each other in one direction only."""
    with test.part("no-cycle"):
        found = core_objects(test.environment.kernels["6.12"])
        expect(len(found) >= 10, f"only {len(found)} objects: {found}")
        must_pass(test, "call-graph", ["tests/call-graph", *found])


@scenario("static/style", kernels=("6.12",), seconds=300,
          inputs=("core", "vendors", "clients", "include", "tests", "tools", "scripts",
                  "packaging", ".ci"))
def test_style(test):
    for check in (checkpatch, kernel_doc):
        with test.part(check.__name__.replace("_", "-")):
            check(test, "6.12")
    for check in (shellcheck, layering, licences):
        with test.part(check.__name__):
            check(test)


@scenario("static/docs", kernels=("6.12",), sphinx=True, seconds=60)
def test_docs(test):
    """The documentation names what exists, and only that."""
    with test.part("documentation"):
        must_pass(test, "documentation",
                  ["tests/doc-check", test.environment.kernels["6.12"].folder])
    with test.part("log"):
        must_pass(test, "log", ["tests/log-check"])


@scenario("static/htmldocs", sphinx=True, seconds=200,
          inputs=("Documentation", "core", "include", "scripts/htmldocs", "tests/htmldocs-intree",
                  "build/sphinx"))
def test_htmldocs(test):
    """Sphinx has no remark on the manual, with our settings and with the kernel's."""
    with test.part("own"):
        must_pass(test, "own", ["scripts/htmldocs"])
    with test.part("kernel-tree"):
        must_pass(test, "kernel-tree", ["tests/htmldocs-intree"])


# The structures of the interface for user space, and their sizes.
LAYOUT = {"info": 224, "peer": 48, "alloc": 24, "free": 16, "ring": 16}


@scenario("static/user", inputs=("include/uapi", "Documentation/user.rst", "tools/user",
                                 "tools/ntb-irq", "packaging/debian/ntb-irq.udev"))
def test_user(test):
    """The header, the example and the programs for user space, and the rule for the device."""
    words = ["gcc", "-Wall", "-Wextra", "-Wpadded", "-Werror", "-idirafter", "include/uapi"]
    with test.part("same-layout-with-32-and-64-bits"):
        path = os.path.join(test.folder, "layout.c")
        with open(path, "w", encoding="ascii") as file:
            file.write("#include <linux/ntb_irq.h>\n")
            file.writelines(f"_Static_assert(sizeof(struct ntb_irq_ioc_{name}) == {size}, \"\");\n"
                            for name, size in LAYOUT.items())
        header = read("include/uapi/linux/ntb_irq.h")
        names = re.findall(r"^struct ntb_irq_ioc_(\w+) {", header, re.M)
        expect_equal(names, list(LAYOUT), "the structures of the header")
        for bits in ("-m32", "-m64"):
            must_pass(test, f"layout{bits}", [*words, bits, "-fsyntax-only", path])
    with test.part("example-compiles"):
        code = re.findall(r"^\.\. code-block:: c\n\n((?:   .*\n|\n)+)",
                          read("Documentation/user.rst"), re.M)
        expect_equal(len(code), 1, "examples found")
        path = os.path.join(test.folder, "example.c")
        with open(path, "w", encoding="ascii") as file:
            file.write(textwrap.dedent(code[0]))
        must_pass(test, "example", [*words, "-o", os.path.join(test.folder, "example"), path])
    for program in ("user", "ntb-irq"):
        for compiler in ("gcc", "clang"):
            with test.part(f"{program}-by-{compiler}"):
                must_pass(test, f"{program}-{compiler}",
                          ["make", "-C", f"tools/{program}", f"CC={compiler}",
                           f"O={os.path.abspath(test.folder)}/{compiler}"])
    with test.part("rule-is-that-of-the-package"):
        rule = re.search(r"^   (SUBSYSTEM==.*)$", read("Documentation/user.rst"), re.M)
        expect(rule, "Documentation/user.rst has no rule")
        lines = read("packaging/debian/ntb-irq.udev").splitlines()
        expect_equal([line for line in lines if not line.startswith("#")], [rule[1]], "the rule")


@scenario("static/intree", kernels=("debug-6.12",), seconds=600,
          inputs=(*MODULE_SOURCES, "Kconfig", "tests/intree", "tests/kernel-tree.sh"))
def test_intree(test):
    """The same files build inside a kernel tree, as modules and built in."""
    with test.part("kernel-tree"):
        must_pass(test, "intree", ["tests/intree", "debug-6.12"], 580)


@scenario("static/fabric", seconds=400)
def test_fabric(test):
    """The fabric's unit tests, under the compiler's sanitizers."""
    with test.part("builds", fatal=True):
        words = ["make", f"-j{os.cpu_count()}", "-C", "tools/fabric",
                 f"O={os.path.abspath('build/fabric-san')}", "SAN=1", "T=", "check"]
        status, output = run(test, "fabric", words, 380)
    results = ktap.tap(output)
    for name, problems in results:
        test.add(name, problems)
    with test.part("ends-well"):
        # Of a test that failed there is a part of its own.
        expect(status == 0 or any(problems for _, problems in results),
               f"make gave status {status}:\n{output[-1500:]}")
        expect(len(results) >= 20, f"only {len(results)} tests were reported")
