# SPDX-License-Identifier: GPL-2.0-only
"""The tool for migrating, on drivers written for it and on mainline's own."""

import collections
import glob
import os
import re
import shutil
import subprocess
import sys

from tests.harness.errors import expect, expect_equal
from tests.harness.scenario import scenario
from tests.scenarios.static import must_pass, read

sys.path.insert(0, os.path.abspath("scripts"))
# pylint: disable=wrong-import-position
from migration import cli, files  # noqa: E402
from migration.scan import Source  # noqa: E402

FOLDER = os.path.abspath("tests/migrate")
MIGRATE = os.path.abspath("scripts/migrate")
TEXT = "Documentation/migrating.rst"
# What goes, by the folder of the corpus.
WORDS = {
    "flag": {"PCI_IRQ_VIRTUAL"},
    "core": {"PCI_IRQ_VIRTUAL", "is_virtual"},
    "client": {"ntb_msi_init", "ntb_msi_setup_mws", "ntb_msi_clear_mws", "ntbm_msi_request_irq",
               "ntbm_msi_request_threaded_irq", "ntbm_msi_free_irq", "ntb_msi_peer_trigger",
               "ntb_msi_peer_addr", "ntb_msi_desc"},
}
# The kinds of places that are left to a person, and the words of the text for them.
KINDS = {
    "count": "The number of vectors, the maximum or a vector's number is used",
    "elsewhere": "Flags go through a field, a table, a function or a macro for more",
    "expression": "Flags are set within an expression, or a label would be left bare",
    "repeat": "Vectors are allocated again: loops, jumps back, resume",
    "rest": "The rewrite would leave an empty ``#ifdef`` or a variable set to itself",
    "core": "A core that is not known, not complete, or still needed by a driver",
    "early": "A client needs interrupts or events before the library hands them out",
    "index": "Which interrupt of a peer a descriptor is, is not shown",
    "number": "An interrupt's number is used for more than its release",
    "tolerated": "A client goes on where the library fails",
    "detach": "The end of the context is not the end of all rings",
    "device": "Several devices or structures, or names that are taken",
    "form": "Other forms: conditions, compatibility, macros, headers, dead code",
}
GONE = re.compile(r"PCI_IRQ_VIRTUAL|is_virtual|[Vv]irtual (?:hackery|interrupts)")
# The parts of a kernel that know of vectors past the end of a table.
CLIENTS = ("drivers/ntb/test/ntb_msi_test.c", "drivers/ntb/ntb_transport.c")
CORE = ("drivers/pci/msi", "include/linux/msi.h", "include/linux/pci.h")
PLACE = re.compile(r"^(.*?):(\d+):(\d+)-(\d+): WARNING: ", re.MULTILINE)


def migrate(folder, *words, text=True, env=None):
    """Run the script in @folder; (status, output, what a person must look at)."""
    done = subprocess.run([MIGRATE, *words], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=300, check=False,
                          encoding="utf-8" if text else None, env=env)
    return done.returncode, done.stdout, done.stderr


def source_of(path):
    with open(path, "rb") as file:
        return Source(files.File(path, file.read()).text)


def code_of(path):
    """A file's code, without comments and spaces."""
    return [token.text for token in source_of(path).tokens]


class Case:
    """A file of the corpus. Its first comment says what is right: rewrite, nothing, or
    report and the kind."""

    def __init__(self, name):
        self.name, self.path = name, os.path.join(FOLDER, name)
        match = re.search(r"^/\* (rewrite|nothing|report ([a-z]+)): ", read(self.path), re.M)
        expect(match, f"{name} does not say what is right")
        self.right, self.kind = match[1].split()[0], match[2]
        expect(self.kind is None or self.kind in KINDS, f"{name}: kind {self.kind}")
        self.words = WORDS[name.split(os.sep)[0]]

    def uses(self, path):
        """Lines with a word that goes."""
        return [token.line for token in source_of(path).tokens if token.text in self.words]

    def wanted(self):
        expected = f"{self.path}.expected"
        expect_equal(os.path.exists(expected), self.right == "rewrite", f"{expected} is there")
        return read(expected if self.right == "rewrite" else self.path)

    def check(self, folder, places):
        """The result, and that each use is gone or was reported."""
        result = os.path.join(folder, self.name)
        expect_equal(read(result), self.wanted(), f"{self.name}: the result")
        reported = places[self.name]
        expect(self.right != "report" or reported or not self.uses(self.path),
               f"{self.name}: nothing was said")
        expect(self.right != "nothing" or not reported, f"{self.name}: something was said")
        library = any("legacy library" in sentence for _, sentence in reported)
        left = [] if library else self.uses(result)
        if self.right == "rewrite":
            before, wanted = code_of(self.path), code_of(result)
            expect(not set(left) or len(reported) >= len(left),
                   f"{self.name}: uses in lines {left} were forgotten")
            expect(before != wanted, f"{self.name} is as before")
            return
        forgotten = sorted(set(left) - {line for line, _ in reported})
        expect_equal(forgotten if self.right == "report" else [], [],
                     f"{self.name}: lines that were forgotten")


def cases():
    found = []
    for place, _, names in os.walk(FOLDER):
        found += [Case(os.path.relpath(os.path.join(place, name), FOLDER))
                  for name in sorted(names) if name.endswith((".c", ".h"))]
    expect(len(found) >= 80, f"only {len(found)} files in the corpus")
    return sorted(found, key=lambda case: case.name)


def copied(folder, chosen, change=lambda raw: raw):
    """Put files of the corpus into @folder."""
    for case in chosen:
        path = os.path.join(folder, case.name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(case.path, "rb") as file, open(path, "wb") as copy:
            copy.write(change(file.read()))


def places_in(said):
    """Reports by file: line and sentence."""
    found = collections.defaultdict(list)
    for line in said.splitlines():
        match = PLACE.match(line)
        expect(match, f"no report: {line!r}")
        found[match[1]].append((int(match[2]), line[match.end():]))
    return found


def about(name, said):
    """What was said of one file."""
    return "".join(line for line in said.splitlines(True) if line.startswith(f"{name}:"))


def corpus(test):
    """Each file becomes what is right; a second run changes nothing."""
    chosen, folder = cases(), os.path.join(test.folder, "corpus")
    copied(folder, chosen)
    status, diff, said = migrate(folder, ".")
    with test.part("corpus", fatal=True):
        expect_equal(status, 1, "exit status")
        subprocess.run(["patch", "-s", "-p1"], cwd=folder, input=diff, check=True,
                       encoding="utf-8")
    places = places_in(said)
    for case in chosen:
        with test.part(case.name):
            case.check(folder, places)
    with test.part("second-run"):
        status, output, again = migrate(folder, "--in-place", ".")
        expect_equal((status, output), (1, ""), "status and output of a second run")
        for case in chosen:
            expect_equal(read(os.path.join(folder, case.name)), case.wanted(), case.name)
        # What a person has to do is the same, wherever it moved to.
        sentences = {name: sorted(sentence for _, sentence in found)
                     for name, found in places.items() if found}
        for name, found in places_in(again).items():
            expect_equal(sorted(sentence for _, sentence in found), sentences.pop(name, None),
                         f"{name}: reports of a second run")
        expect_equal(sentences, {}, "reports that a second run lacks")
    with test.part("table"):
        table(test, chosen)
    return folder, chosen


def table(test, chosen):
    """The text has the counts of the corpus."""
    counts = collections.Counter((case.right, case.kind) for case in chosen)
    rows = [("Rewritten, and nothing that counts is lost", counts["rewrite", None]),
            ("No use, and left as it is", counts["nothing", None])]
    rows += [(words, counts["report", kind]) for kind, words in KINDS.items()]
    width = max(len(words) for words, _ in rows)
    rule = f"{'=' * width}  =====\n"
    right = f"{rule}{'Kind'.ljust(width)}  Files\n{rule}" + "".join(
        f"{words.ljust(width)}  {count:5}\n" for words, count in rows) + rule
    print(f"# {len(chosen)} files: {counts['rewrite', None]} rewritten")
    with open(os.path.join(test.folder, "table"), "w", encoding="utf-8") as file:
        file.write(right)
    expect(right in read(TEXT), f"{TEXT} does not have the table in {file.name}")


def spaced(raw):
    """Other spacing: where a space was there are more, but not in the preprocessor's lines."""
    return b"".join(line if line.startswith((b"#", b"/")) or b'"' in line or line.endswith(b"\\\n")
                    else line.replace(b"\t", b"    ").replace(b", ", b" ,\t").replace(b" = ", b"=")
                    for line in raw.splitlines(True))


def commented(raw):
    """A comment behind each comma and opening parenthesis of code."""
    text = raw.decode("ascii")
    out, at = [], 0
    for token in Source(text).code:
        out.append(text[at:token.end])
        at = token.end
        if token.text in ("(", ","):
            out.append(" /* x */ ")
    return ("".join(out) + text[at:]).encode("ascii")


MUTATIONS = {
    "line-ends": lambda raw: raw.replace(b"\n", b"\r\n"),
    "mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "latin": lambda raw: raw.replace(b"*/\n", b"\xe4\xdf */\n", 1),
    "spacing": spaced,
    "comments": commented,
}


def mutations(test, chosen):
    """Line ends, spacing and comments do not change what becomes of a file."""
    for name, change in MUTATIONS.items():
        with test.part(f"mutation-{name}"):
            folder = os.path.join(test.folder, name)
            copied(folder, chosen, change)
            migrate(folder, "--in-place", ".", text=False)
            wrong = [case.name for case in chosen
                     if code_of(os.path.join(folder, case.name)) != outcome(case)]
            expect_equal(wrong, [], "files with another outcome")
            for case in chosen:
                unharmed(os.path.join(folder, case.name), name, change)


def outcome(case):
    expected = f"{case.path}.expected"
    return code_of(expected if case.right == "rewrite" else case.path)


def unharmed(path, name, change):
    """Line ends and marks are as they were."""
    with open(path, "rb") as file:
        raw = file.read()
    if name == "line-ends":
        expect_equal(raw.count(b"\n"), raw.count(b"\r\n"), f"{path}: line ends")
    if name == "mark":
        expect(raw.startswith(b"\xef\xbb\xbf"), f"{path} has lost its mark")
    if name == "comments":
        expect(raw.count(b"/* x */") or not change(raw).count(b"/* x */"), f"{path}: comments")


def put(path, case, change=lambda raw: raw):
    path = os.fsencode(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.path.join(FOLDER, case), "rb") as file, open(path, "wb") as copy:
        copy.write(change(file.read()))


def names(test):
    """Names of any bytes, links, several paths, and a folder that is not the current one."""
    top = os.path.abspath(os.path.join(test.folder, "names"))
    odd = [b"a b/with space.c", b"a b/quo\"te.c", b"a b/\xff\xfe.c", b"c/line\nfeed.c",
           b"c/-dash.c", b"d/same.c", b"e/same.c", b"c/tab\t.c", b"c/back\\slash.c"]
    paths = [os.fsencode(top) + b"/" + name for name in odd]
    for path in paths:
        put(path, "flag/plain.c")
    os.symlink("d", os.path.join(top, "link"))
    os.symlink("nowhere.c", os.path.join(top, "d", "broken.c"))
    os.symlink("../../names/e/same.c", os.path.join(top, "d", "other.c"))
    status, diff, said = migrate(FOLDER, *(os.path.join(top, name) for name in (
        "a b", "c", "d", "e", "link")), text=False)
    expect_equal(status, 2, "status, since there is a link to nothing")
    expect(b"broken.c: is a link to nothing" in said, "the broken link was not named")
    expect(f"apply this in {top}\n".encode() in said, f"where to apply it was not said: {said!r}")
    subprocess.run(["patch", "-s", "-p1"], cwd=top, input=diff, check=True)
    wanted, given = (read_bytes(os.path.join(FOLDER, f"flag/plain.c{end}"))
                     for end in (".expected", ""))
    for path in paths:
        # That name patch refuses.
        expect_equal(read_bytes(path), given if b"\n" in path else wanted, f"{path}: the result")
    expect_equal(said.count(b": WARNING: "), len(odd) + 1, "reports")
    expect(b"patch refuses a name" in said, "the name with a line feed was not reported")
    migrate(top, "--in-place", "c", text=False)
    expect_equal(read_bytes(paths[3]), wanted, "the file with a line feed in its name")


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def kin(test):
    """What is no C is reported by place; a file given is looked at whatever it is called."""
    folder = os.path.join(test.folder, "kin")
    for name in ("part.inc", "more.cc", "text.odd"):
        put(os.path.join(folder, name), "flag/plain.c")
    put(os.path.join(folder, "wide.c"), "flag/plain.c",
        lambda raw: raw.decode("ascii").encode("utf-16"))
    status, output, said = migrate(folder, ".", "text.odd")
    expect_equal((status, output), (2, ""), "status and output")
    for name in ("part.inc", "more.cc", "text.odd"):
        expect(f"\n{name}:16:" in "\n" + said, f"{name} was forgotten:\n{said}")
    expect("wide.c: is in UTF-16" in said, "the wide file was forgotten")


def unwritable(test):
    """A file that cannot be written is named, and the others are done."""
    folder = os.path.join(test.folder, "unwritable")
    for name in ("a.c", "b.c", "c.c"):
        put(os.path.join(folder, name), "flag/plain.c")
    write = files.File.write

    def refuse(self, data):
        if self.path.endswith("b.c"):
            raise PermissionError(13, "Permission denied")
        write(self, data)

    files.File.write = refuse
    try:
        run = cli.Run(cli.options_of(["--in-place", folder]))
        expect_equal(run.go(), 2, "status")
    finally:
        files.File.write = write
    expect_equal(len(run.errors), 1, "errors")
    expect("b.c: cannot be written: Permission denied" in run.errors[0], run.errors[0])
    wanted = read(os.path.join(FOLDER, "flag/plain.c.expected"))
    expect_equal([read(os.path.join(folder, name)) == wanted for name in ("a.c", "b.c", "c.c")],
                 [True, False, True], "files that were written")


def slow(test):
    """A file that takes too long, or makes Coccinelle fail, is reported and the others done."""
    folder = os.path.abspath(os.path.join(test.folder, "slow"))
    put(os.path.join(folder, "slow.c"), "flag/plain.c")
    put(os.path.join(folder, "fails.c"), "flag/tested.c")
    put(os.path.join(folder, "well.c"), "flag/variable.c")
    script = os.path.join(folder, "bin", "spatch")
    os.makedirs(os.path.dirname(script))
    with open(script, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nfor path; do :; done\n"
                   "if grep -q module_pci_driver $path; then sleep 20; fi\n"
                   "if grep -q 'itself' $path; then echo 'Fatal error: odd' >&2; exit 255; fi\n"
                   f"exec {shutil.which('spatch')} \"$@\"\n")
    os.chmod(script, 0o755)
    env = dict(os.environ, PATH=f"{os.path.dirname(script)}:{os.environ['PATH']}")
    status, _, said = migrate(folder, "--in-place", "--timeout", "4", ".", env=env)
    expect_equal(status, 1, "status")
    expect("Coccinelle took more than 4 s" in about("slow.c", said), said)
    expect("Coccinelle failed: Fatal error: odd" in about("fails.c", said), said)
    expect_equal(read(os.path.join(folder, "well.c")),
                 read(os.path.join(FOLDER, "flag/variable.c.expected")), "the other file")


def rolled_back(test):
    """What does not compile any more is as it was, and reported."""
    folder = os.path.abspath(os.path.join(test.folder, "rolled"))
    kernel = test.environment.kernels["6.12"]
    spoil = b'#include "taken.h"\n#include <linux/module.h>'
    for name in ("good.c", "spoilt.c"):
        put(os.path.join(folder, name), "flag/tested.c",
            lambda raw, name=name: raw.replace(b"#include <linux/module.h>", spoil)
            if name == "spoilt.c" else raw)
    with open(os.path.join(folder, "taken.h"), "w", encoding="ascii") as file:
        file.write("#define ntb_irq_reserve(pdev, n) taken(\n")
    status, _, said = migrate(folder, "--in-place", "--kernel", kernel.build, ".")
    expect_equal(status, 1, "status")
    expect("does not compile as well as before" in about("spoilt.c", said), said)
    expect("PCI_IRQ_VIRTUAL" in read(os.path.join(folder, "spoilt.c")), "spoilt.c was changed")
    expect_equal(read(os.path.join(folder, "good.c")),
                 read(os.path.join(FOLDER, "flag/tested.c.expected")), "good.c")


def compiles(test, kernel, folder, names_of):
    """Files of the corpus against the headers of a kernel, without a warning."""
    os.makedirs(folder, exist_ok=True)
    objects = []
    for number, (name, text) in enumerate(names_of):
        stem = f"case{number}_{os.path.basename(name)[:-2]}"
        with open(os.path.join(folder, f"{stem}.c"), "w", encoding="utf-8") as file:
            file.write(text)
        objects.append(f"{stem}.o")
    with open(os.path.join(folder, "Kbuild"), "w", encoding="utf-8") as file:
        file.write(f"obj-m := {' '.join(objects)}\n"
                   f"ccflags-y := -iquote {FOLDER}/flag/count_beside "
                   f"-I{os.path.abspath('include')} -Werror -Wno-missing-prototypes "
                   "-Wno-missing-declarations -Wno-unused-function -Wno-unused-label\n")
    must_pass(test, f"compile-{os.path.basename(folder)}", [
        "make", "-k", "-j2", "-C", kernel.build, f"M={os.path.abspath(folder)}", *kernel.flags,
        *objects], 1200)


def rewritten_compile(test, chosen):
    kernel = test.environment.kernels["6.12"]
    compiles(test, kernel, os.path.join(test.folder, "after"),
             [(case.name, case.wanted()) for case in chosen
              if case.right == "rewrite" and not case.name.startswith("core")])


def coccicheck(test):
    """The kernel's own way to run a semantic patch comes to the same code."""
    kernel = test.environment.kernels["6.12"]
    tree, drivers = (os.path.abspath(os.path.join(test.folder, name)) for name in ("tree", "here"))
    os.makedirs(tree)
    os.makedirs(drivers)
    for part in ("Makefile", "scripts", "arch", "include"):
        os.symlink(kernel_part(kernel, part), os.path.join(tree, part))
    for rule, name in (("pci_irq_virtual", "flag/plain.c"),
                       ("pci_msi_core", "core/known/drivers/pci/msi/msi.c"),
                       ("ntb_msi_client", "client/receiver.c")):
        copy = os.path.join(drivers, os.path.basename(name))
        shutil.copy(os.path.join(FOLDER, name), copy)
        diff = must_pass(test, f"coccicheck-{rule}", [
            "make", "-C", tree, "coccicheck", f"M={drivers}", "J=1", "MODE=patch",
            f"COCCI={os.path.abspath('scripts/coccinelle/ntb')}/{rule}.cocci"])
        subprocess.run(["patch", "-s", "-p1", "-d", "/"], check=True, encoding="utf-8",
                       input=diff[diff.index("\n--- "):])
        expect_equal(code_of(copy), code_of(os.path.join(FOLDER, f"{name}.expected")),
                     f"{rule}: the result")
        os.unlink(copy)


def every_mode(_test):
    """The other modes say something about each use, and change nothing."""
    name = "flag/variable.c"
    before = read(os.path.join(FOLDER, name))
    uses = before.count("PCI_IRQ_VIRTUAL")
    for mode, line in (("report", rf"^{name}:\d+:\d+-\d+: WARNING: PCI"), ("org", r"^\* TODO "),
                       ("context", r"^-.*PCI_IRQ_VIRTUAL")):
        status, output, said = migrate(FOLDER, "--rule", "pci_irq_virtual", "--mode", mode, name)
        expect_equal((status, said), (1, ""), f"--mode {mode}: status and errors")
        expect_equal(len(re.findall(line, output, re.MULTILINE)), uses, f"--mode {mode}: lines")
    expect_equal(read(os.path.join(FOLDER, name)), before, "the file afterwards")


def refusals(_test):
    for words in ((), ("--mode", "magic", "flag/plain.c"), ("--mode",), ("--what", "flag/plain.c"),
                  ("no-such-file.c",), ("--in-place", "--mode", "report", "flag/plain.c"),
                  ("--rule", "magic", "flag/plain.c"), ("--timeout", "0", "flag/plain.c"),
                  ("--kernel", "no-such-folder", "flag/plain.c")):
        status, output, said = migrate(FOLDER, *words)
        expect_equal((status, output), (2, ""), f"{words}: status and output")
        expect(said.strip(), f"{words}: nothing was said")
    status, output, said = migrate(FOLDER, "no-such-file.c", "flag/plain.c")
    expect_equal(status, 2, "status with a file that is not there")
    expect("no-such-file.c" in said and "plain.c" in output, "the other file was not done")


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
             if os.sep + "switch" + os.sep in path and "PCI_IRQ_VIRTUAL" in text]
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
    """Both go on in ways of their own, and are reported as a whole; nothing is forgotten."""
    versions = ("6.12", "7.3")
    folder = os.path.join(test.folder, "clients")
    for name in versions:
        kernel_parts(test.environment.kernels[name], os.path.join(folder, name), CLIENTS)
    with test.part("mainline-clients"):
        status, output, said = migrate(folder, "--in-place", *versions)
        expect_equal((status, output), (1, ""), "status and output")
        for name in versions:
            for client in CLIENTS:
                path = os.path.join(name, client)
                text = read(os.path.join(folder, path))
                expect_equal(text, read(kernel_part(test.environment.kernels[name], client)), path)
                places = {line for line, _ in places_in(said)[path]}
                used = {token.line for token in Source(text).tokens
                        if token.text in WORDS["client"]}
                expect_equal(sorted(used - places), [], f"{path}: lines that were forgotten")


@scenario("static/migrate", kernels=("6.12", "7.3"), seconds=900,
          inputs=("tests/migrate", "tests/scenarios/static.py", "scripts/migrate",
                  "scripts/migration", "scripts/coccinelle", "include", TEXT))
def test_migrate(test):
    _, chosen = corpus(test)
    mutations(test, chosen)
    with test.part("rewritten-compile"):
        rewritten_compile(test, chosen)
    with test.part("coccicheck"):
        coccicheck(test)
    for check in (names, kin, unwritable, slow, rolled_back, every_mode, refusals):
        with test.part(check.__name__.replace("_", "-")):
            check(test)
    mainline_clients(test)
    mainline(test)


@scenario("static/corpus-compile", soak=True, kernels=("6.12", "7.3"), seconds=3600,
          inputs=("tests/migrate", "tests/scenarios/static.py", "include"))
def test_corpus_compile(test):
    """The corpus is C: all of it compiles before, and what is rewritten after, too."""
    chosen = [case for case in cases() if not case.name.startswith("core")
              and case.name.endswith(".c")]
    for name in ("6.12", "7.3"):
        for when in ("before", "after"):
            with test.part(f"{when}-{name}"):
                compiles(test, test.environment.kernels[name],
                         os.path.join(test.folder, f"{when}-{name}"),
                         [(case.name, read(case.path) if when == "before" else case.wanted())
                          for case in chosen
                          # Newer headers have not all of the legacy library.
                          if (name == "6.12" or case.name.startswith("flag"))
                          and (when == "before" or case.right == "rewrite")])
