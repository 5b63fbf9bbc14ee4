# SPDX-License-Identifier: GPL-2.0-only
"""The semantic patches, on drivers written for them and on mainline's own."""

import glob
import os
import re
import shutil
import subprocess

from tests.harness.errors import expect, expect_equal
from tests.harness.scenario import scenario
from tests.scenarios.static import must_pass, read

FOLDER = os.path.abspath("tests/migrate")
MIGRATE = os.path.abspath("scripts/migrate")
# What goes, by the rule it goes by.
WORDS = {
    "pci_irq_virtual": re.compile(r"\bPCI_IRQ_VIRTUAL\b"),
    "pci_msi_core": re.compile(r"\bmsi_attrib\.is_virtual\b"),
    "ntb_msi_client": re.compile(
        r"\bntbm?_msi_(?:init|setup_mws|clear_mws|request_irq|request_threaded_irq|free_irq|"
        r"peer_trigger|peer_addr)\b|\bstruct ntb_msi_desc\b"),
}
GONE = re.compile(r"PCI_IRQ_VIRTUAL|is_virtual|[Vv]irtual (?:hackery|interrupts)")
# The parts of a kernel that know of vectors past the end of a table.
CLIENTS = ("drivers/ntb/test/ntb_msi_test.c", "drivers/ntb/ntb_transport.c")
CORE = ("drivers/pci/msi", "include/linux/msi.h", "include/linux/pci.h")


def migrate(folder, *words):
    """Run the script in @folder; (status, output, what a person must look at)."""
    done = subprocess.run([MIGRATE, *words], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=200, check=False, encoding="utf-8")
    return done.returncode, done.stdout, done.stderr


def uses_in(path, pattern):
    """How often a word is used in a file; in a comment or string it is no use."""
    source = re.sub(r'/\*.*?\*/|//[^\n]*|"[^"\n]*"', "", read(path), flags=re.DOTALL)
    return len(pattern.findall(source))


def about(name, said):
    """What was said of one file."""
    return "".join(line for line in said.splitlines(True) if line.startswith(f"{name}:"))


class Corpus:
    """Drivers in the manner of vendors; what becomes of X is X.expected, what is left X.left."""

    def __init__(self, folder):
        self.folder = folder
        self.names = sorted(name for name in os.listdir(FOLDER) if name.endswith((".c", ".h")))
        expect(len(self.names) >= 10, f"only {len(self.names)} drivers found")
        for name in self.names:
            shutil.copy(os.path.join(FOLDER, name), folder)

    def left(self, name):
        path = os.path.join(FOLDER, f"{name}.left")
        return read(path) if os.path.exists(path) else ""

    def wanted(self, name):
        path = os.path.join(FOLDER, f"{name}.expected")
        return read(path if os.path.exists(path) else os.path.join(FOLDER, name))

    def check(self, name, said):
        expect_equal(about(name, said), self.left(name), f"{name}: what is left")
        expect_equal(read(os.path.join(self.folder, name)), self.wanted(name), f"{name}: the result")


def corpus(test):
    folder = os.path.join(test.folder, "corpus")
    os.makedirs(folder)
    drivers = Corpus(folder)
    status, diff, said = migrate(folder, *drivers.names)
    with test.part("corpus", fatal=True):
        expect_equal(status, 1, "exit status")
        subprocess.run(["patch", "-s", "-p1"], cwd=folder, input=diff, check=True,
                       encoding="utf-8")
    for name in drivers.names:
        with test.part(name):
            drivers.check(name, said)
    with test.part("second-run"):
        again = migrate(folder, "--in-place", *drivers.names)
        expect_equal(again, (1, "", said), "status, output and errors of a second run")
        for name in drivers.names:
            drivers.check(name, said)
    for rule, pattern in WORDS.items():
        with test.part(f"counts-{rule}"):
            counts(drivers, rule, pattern, said)
    return folder


def counts(drivers, rule, pattern, said):
    """A use is rewritten, or reported, or forgotten; what is no use must stay."""
    found = left = reported = 0
    for name in drivers.names:
        found += uses_in(os.path.join(FOLDER, name), pattern)
        remaining = uses_in(os.path.join(drivers.folder, name), pattern)
        left += remaining
        if "legacy library" in about(name, said):
            # That is said once, of all of it.
            reported += remaining
            continue
        lines = read(os.path.join(drivers.folder, name)).splitlines()
        places = {int(line.split(":")[1]) for line in about(name, said).splitlines()}
        reported += sum(len(pattern.findall(re.sub(r"/\*.*?\*/", "", lines[place - 1])))
                        for place in places)
    false = sum(read(os.path.join(drivers.folder, name)) != drivers.wanted(name)
                for name in drivers.names)
    print(f"# {rule}: {found} uses found: {found - left} rewritten, {reported} reported, "
          f"{left - reported} forgotten; {false} false rewrites")
    expect_equal((left - reported, false), (0, 0), "uses that were forgotten, false rewrites")
    expect(found - left >= 5, f"only {found - left} uses rewritten")


def compiles(test, folder, sources):
    """Migrated clients, against the headers of a kernel and of this library."""
    kernel = test.environment.kernels["6.12"]
    objects = [source.replace(".c", ".o") for source in sources]
    with open(os.path.join(folder, "Kbuild"), "w", encoding="utf-8") as file:
        file.write(f"obj-m := {' '.join(objects)}\n"
                   f"ccflags-y := -I{os.path.abspath('include')} -Werror\n")
    must_pass(test, "compile", ["make", "-C", kernel.build, f"M={os.path.abspath(folder)}",
                                *kernel.flags, *objects])


def coccicheck(test):
    """The kernel's own way to run a semantic patch comes to the same, but for blank lines."""
    kernel = test.environment.kernels["6.12"]
    tree, drivers = (os.path.abspath(os.path.join(test.folder, name)) for name in ("tree", "here"))
    os.makedirs(tree)
    os.makedirs(drivers)
    for part in ("Makefile", "scripts", "arch", "include"):
        os.symlink(kernel_part(kernel, part), os.path.join(tree, part))
    for rule, name in (("pci_irq_virtual", "flag.c"), ("pci_msi_core", "core.c"),
                       ("ntb_msi_client", "client.c")):
        copy = os.path.join(drivers, name)
        shutil.copy(os.path.join(FOLDER, name), copy)
        diff = must_pass(test, f"coccicheck-{rule}", [
            "make", "-C", tree, "coccicheck", f"M={drivers}", "J=1", "MODE=patch",
            f"COCCI={os.path.abspath('scripts/coccinelle/ntb')}/{rule}.cocci"])
        subprocess.run(["patch", "-s", "-p1", "-d", "/"], check=True, encoding="utf-8",
                       input=diff[diff.index("\n--- "):])
        result, wanted = (re.sub(r"\n+", "\n", read(path))
                          for path in (copy, os.path.join(FOLDER, f"{name}.expected")))
        expect_equal(result, wanted, f"{rule}: the result")
        os.unlink(copy)


def every_mode(_test):
    """The other modes say something about each use, and change nothing."""
    name, pattern = "flag.c", WORDS["pci_irq_virtual"]
    before = read(os.path.join(FOLDER, name))
    uses = uses_in(os.path.join(FOLDER, name), pattern)
    for mode, line in (("report", rf"^{name}:\d+:\d+-\d+: WARNING: "), ("org", r"^\* TODO "),
                       ("context", r"^-.*PCI_IRQ_VIRTUAL")):
        status, output, said = migrate(FOLDER, "--rule", "pci_irq_virtual", "--mode", mode, name)
        expect_equal((status, said), (1, ""), f"--mode {mode}: status and errors")
        expect_equal(len(re.findall(line, output, re.MULTILINE)), uses, f"--mode {mode}: lines")
    expect_equal(read(os.path.join(FOLDER, name)), before, "the file afterwards")


def refusals(_test):
    for words in ((), ("--mode", "magic", "flag.c"), ("--mode",), ("--what", "flag.c"),
                  ("no-such-file.c",), ("--in-place", "--mode", "report", "flag.c"),
                  ("--rule", "magic", "flag.c")):
        status, output, said = migrate(FOLDER, *words)
        expect_equal((status, output), (2, ""), f"{words}: status and output")
        expect(said.strip(), f"{words}: nothing was said")


def kernel_part(kernel, part):
    """Where a part of a kernel is, in its sources or in its headers."""
    headers = glob.glob(os.path.join(os.path.realpath(kernel.build), "..", "*-common"))
    return next(path for top in (*headers, kernel.source)
                for path in [os.path.join(top, part)]
                # The headers have scripts too, but not all.
                if os.path.exists(f"{path}/coccicheck" if part == "scripts" else path))


def kernel_parts(kernel, folder, parts):
    """Copy parts of a kernel."""
    for part in parts:
        path = kernel_part(kernel, part)
        copy = shutil.copytree if os.path.isdir(path) else shutil.copy
        os.makedirs(os.path.dirname(os.path.join(folder, part)), exist_ok=True)
        copy(path, os.path.join(folder, part))


def files_in(folder):
    return [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]


def driver(before, now):
    """The one driver of mainline that sets the flag: all that may have changed in it."""
    wanted = before
    for old, new in ((r"static int nirqs.*?\n\n", ""), (r"\tif \(nirqs < 4\)\n.*?\n\n", ""),
                     (r" \|\s+PCI_IRQ_VIRTUAL", ""), (r"\bnirqs\b", "32"),
                     (r"(\tnvecs = pci_alloc_irq_vectors\((.*?), )",
                      r"\tntb_irq_reserve(\2, 0);\n\1"),
                     (r"(.*#include <linux/[^>]*>\n)", r"\1#include <linux/ntb_irq.h>\n")):
        wanted, changed = re.subn(old, new, wanted, flags=re.DOTALL)
        expect_equal(changed, 1, f"places with {old}")
    expect_equal(now, wanted, "the driver")


def mainline(test):
    """First the drivers, then the core; afterwards nothing names either."""
    names = ("6.12", "7.3")
    before = {}
    for name in names:
        kernel_parts(test.environment.kernels[name], os.path.join(test.folder, name),
                     (*CORE, "drivers/pci/switch"))
        before.update((path, read(path)) for path in files_in(os.path.join(test.folder, name)))
    users = [path for path, text in before.items()
             if os.sep + "switch" + os.sep in path and WORDS["pci_irq_virtual"].search(text)]
    with test.part("mainline-drivers", fatal=True):
        expect_equal(len(users), len(names), "drivers with the flag")
        status = migrate(test.folder, "--rule", "pci_irq_virtual", "--in-place",
                         *(os.path.relpath(path, test.folder) for path in users))
        expect_equal(status, (1, "", ""), "status, output, errors")
        for path in users:
            driver(before[path], read(path))
    with test.part("mainline-core", fatal=True):
        status = migrate(test.folder, "--rule", "pci_msi_core", "--in-place",
                         *(os.path.join(name, part) for name in names for part in CORE))
        expect_equal(status, (1, "", ""), "status, output, errors")
        for path in before:
            match = GONE.search(read(path))
            expect(not match, f"{path} still has {match and match[0]!r}")
    with test.part("mainline-again"):
        expect_equal(migrate(test.folder, *names), (0, "", ""), "status, output, errors")


def mainline_clients(test):
    """One is rewritten but for its exchange, one reported; nothing is forgotten."""
    names = ("6.12", "7.3")
    folder = os.path.join(test.folder, "clients")
    for name in names:
        kernel_parts(test.environment.kernels[name], os.path.join(folder, name), CLIENTS)
    with test.part("mainline-clients"):
        status, output, said = migrate(folder, "--in-place", *names)
        expect_equal((status, output), (1, ""), "status and output")
        for name in names:
            tester, transport = (os.path.join(name, client) for client in CLIENTS)
            legacy = WORDS["ntb_msi_client"].findall(read(os.path.join(folder, tester)))
            expect_equal(set(legacy), {"struct ntb_msi_desc"}, f"{tester}: what is left")
            expect_equal(read(os.path.join(folder, transport)),
                         read(kernel_part(test.environment.kernels[name], CLIENTS[1])), transport)
            for path in (tester, transport):
                places = {line.split(":")[1] for line in about(path, said).splitlines()}
                forgotten = [number for number, line in enumerate(
                    read(os.path.join(folder, path)).splitlines(), 1)
                    if WORDS["ntb_msi_client"].search(line) and str(number) not in places]
                expect_equal(forgotten, [], f"{path}: lines that were forgotten")
    return os.path.join(folder, names[0], CLIENTS[0])


@scenario("static/migrate", kernels=("6.12", "7.3"), seconds=600,
          inputs=("tests/migrate", "tests/scenarios/static.py", "scripts/migrate",
                  "scripts/coccinelle", "include"))
def test_migrate(test):
    folder = corpus(test)
    shutil.copy(mainline_clients(test), folder)
    with test.part("clients-compile"):
        compiles(test, folder, ("client.c", "client_forms.c", "ntb_msi_test.c"))
    with test.part("coccicheck"):
        coccicheck(test)
    for check in (every_mode, refusals):
        with test.part(check.__name__.replace("_", "-")):
            check(test)
    mainline(test)
