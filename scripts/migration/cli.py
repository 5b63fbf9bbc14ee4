# SPDX-License-Identifier: GPL-2.0-only
"""The command line, and the way of a file from being read to being written."""

import argparse
import concurrent.futures
import difflib
import os
import re
import sys

from . import check, report
from .clients import LEGACY, Clients
from .compile import Kernel
from .core import REFUSED, Core, is_core
from .files import C, LARGEST, Found, in_tree, split, under
from .flags import FLAG, GOES, Flags
from .scan import Source
from .spatch import Failed, Spatch

RULES = ("pci_msi_core", "pci_irq_virtual", "ntb_msi_client")
MODES = ("patch", "in-place", "report", "context", "org")
KIN = "%s is named in a file that semantic patches are not for: see to it by hand"
UNKNOWN = "%s is named in a file that is not understood, generated or huge: see to it by hand"
FAILED = "%s stays as it is, since %s: see to it by hand"
NAME = "patch refuses a name with a line feed in it (rewrite it by --mode in-place)"
LEFT = re.compile(rf"\b(?:{'|'.join(sorted(LEGACY | {FLAG, 'ntb_msi_desc'}))})\b")
COMPILES = "the rewritten file does not compile as well as before"
VECTORS = re.compile(rb"\b(?:pci_irq_vector|pci_request_irq|pci_irq_get_affinity|"
                     rb"msi_get_virq)\s*\((?![^();]*,\s*0\s*[,)])|\bmsi_for_each_desc\b")
CORE_COMMENT = re.compile(r" When called from [a-z_]+\(\) then the is_virtual\n \* attribute is "
                          r"initialized as well\.")


class World:
    """What the judges ask about all the files."""

    def __init__(self, paths, path):
        self.paths, self.path = paths, path
        self.in_tree = in_tree(path)
        self.header = os.path.splitext(path)[1] != ".c"

    def counts(self):
        """A file beside this one that shares a header of its own and names vectors."""
        def headers(raw):
            return set(re.findall(rb'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', raw, re.M))

        folder = os.path.dirname(self.path)
        with open(self.path, "rb") as file:
            mine = headers(file.read())
        if not mine:
            return None
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if path == self.path or not name.endswith((".c", ".h")) or not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                raw = file.read()
            if (headers(raw) | {os.fsencode(name)}) & mine and VECTORS.search(raw):
                return report.shown(name)
        return None

    def calls(self, name):
        """The functions in other files that call one."""
        pattern = re.compile(rb"\b" + name.encode("latin-1") + rb"\s*\(")
        found = []
        for path in self.paths:
            if path == self.path or not path.endswith((".c", ".h")):
                continue
            try:
                with open(path, "rb") as file:
                    raw = file.read()
            except OSError:
                continue
            if pattern.search(raw):
                found += callers(Source(raw.decode("latin-1").replace("\r\n", "\n")), name)
        return found


def callers(source, name):
    return [function.name for at, token in enumerate(source.code) if token.text == name
            for function in [source.function_at(at)]
            if function and at > function.body and not source.is_member(at)]


class Job:
    """One file on its way."""

    def __init__(self, file, base, paths, rules):
        self.file, self.rules = file, rules
        self.name = os.path.relpath(file.path, base)
        self.after, self.remarks, self.faults = file.text, {}, []
        self.source = self.flags = self.clients = None
        self.core = False
        self.judged = file.suffix in C and len(file.raw) <= LARGEST and b"\0" not in file.raw
        self.world = World(paths, file.path)

    def safely(self, step, *args):
        """One bad file never ends the run, whatever it holds."""
        try:
            step(*args)
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.judged, self.after, self.core = False, self.file.text, False
            self.faults.append(f"is not understood ({type(error).__name__})")

    def judge(self):
        self.safely(self._judge)

    def _judge(self):
        if not self.judged:
            return
        self.source = Source(self.file.text)
        self.core = is_core(self.source)
        if "pci_irq_virtual" in self.rules and not self.core:
            self.flags = Flags(self.source, self.world)
        if "ntb_msi_client" in self.rules:
            self.clients = Clients(self.source, self.world.header)

    def mark(self, remarks):
        for place, remark in remarks.items():
            self.remarks.setdefault(place, remark)

    def fail(self, words, reason):
        """Report each use of some words, since nothing was done to them."""
        for token in self.source.tokens:
            if token.text in words:
                self.remarks[token.line, token.col] = (
                    len(token.text), FAILED % (token.text, reason))

    def rewrite(self, spatch):
        """The rules for drivers and clients, each all or nothing."""
        if not self.judged:
            return
        if self.flags and self.flags.goes:
            self._rule(spatch, "pci_irq_virtual", self._right_flags, {FLAG}, self.flags.stays)
        if self.clients and self.clients.may:
            self._rule(spatch, "ntb_msi_client", self._right_client, LEGACY, ())

    def _rule(self, spatch, rule, right, words, kept):
        try:
            (after,) = spatch.apply(rule, [(self.file.suffix, self.after)], kept=kept)
            if after == self.after:
                raise check.Spoilt("the semantic patch does not change it")
            after = check.keep_comments(self.after, after)
            check.verify(self.after, after)
            right(after)
            self.after = after
        except (Failed, check.Spoilt) as error:
            self.fail(words, str(error))

    def _right_flags(self, after):
        new = [token.text for token in Source(after).tokens]
        old = [token.text for token in Source(self.after).tokens]
        if new.count(FLAG) != old.count(FLAG) - len(self.flags.goes):
            raise check.Spoilt("not all of what belongs together would go")
        if new.count("ntb_irq_reserve") != old.count("ntb_irq_reserve") + self.flags.reserving:
            raise check.Spoilt("ntb_irq_reserve() would not be called once")
        if new.count("pci_alloc_irq_vectors") != old.count("pci_alloc_irq_vectors"):
            raise check.Spoilt("a call would be lost")

    def _right_client(self, after):
        source = Source(after)
        new = [token.text for token in source.tokens]
        old = [token.text for token in self.source.tokens]
        if set(new) & LEGACY:
            raise check.Spoilt("not all calls would go")
        pairs = (("ntb_irq_request", ("ntbm_msi_request_irq", "ntbm_msi_request_threaded_irq")),
                 ("ntb_irq_release", ("ntbm_msi_free_irq",)), ("ntb_irq_attach", ("ntb_set_ctx",)),
                 ("ntb_irq_detach", ("ntb_clear_ctx",)),
                 ("ntb_irq_ring", ("ntb_msi_peer_trigger",)))
        for word, words in pairs:
            if new.count(word) != sum(old.count(each) for each in words):
                raise check.Spoilt("not each call would have its counterpart")

    def finish(self, report_only):
        """Gather what a person must look at."""
        if not self.judged:
            sentence = UNKNOWN if self.file.suffix in C else KIN
            for number, line in enumerate(split(self.file.text), 1):
                for match in LEFT.finditer(line):
                    self.remarks[number, match.start()] = len(match[0]), sentence % match[0]
            return
        if self.flags:
            self.mark(self.flags.remarks)
            if report_only:
                self.mark({place: (len(FLAG), GOES) for place in self.flags.goes})
            self.mark(self.flags.stays)
        if self.clients:
            self._finish_client()

    def _finish_client(self):
        if not self.clients.may or self.after == self.file.text:
            self.mark(self.clients.remarks)
            return
        # Of a rewritten client what is left counts, at its place in the file as given.
        left = Clients(Source(self.after))
        lines = places(self.file.text, self.after)
        for (line, column), remark in left.remarks.items():
            was = lines[line]
            self.mark({(was, column): remark})


def places(before, after):
    """Line of the new text: the line of the old one it is, or stands in place of."""
    old, new = split(before), split(after)
    found = {}
    for tag, begin, end, start, stop in difflib.SequenceMatcher(
            None, old, new, autojunk=False).get_opcodes():
        for at in range(start, stop):
            found[at + 1] = min(begin + (at - start), max(end - 1, begin)) + 1
    return found


class Run:
    def __init__(self, options):
        self.options = options
        self.found = Found(options.paths)
        self.rules = tuple(options.rule or RULES)
        self.jobs, self.cores, self.errors = [], [], []

    def go(self):
        found, options = self.found, self.options
        self.errors += [f"no such file or folder: {report.shown(path)}" for path in found.missing]
        if not found.tops:
            return 2
        self.base = found.base()
        self.jobs = [Job(file, self.base, found.paths, self.rules) for file in found.load()]
        self.jobs.sort(key=lambda job: os.fsencode(job.name))
        self.spatch = Spatch(options.timeout)
        try:
            self.progress = report.Progress(len(self.jobs))
            if options.mode in ("context", "org"):
                return self._other()
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                list(pool.map(self._one, self.jobs))
            if "pci_msi_core" in self.rules:
                self._cores()
            self._compile()
            self.progress.end()
            return self._print()
        finally:
            self.spatch.close()

    def _one(self, job):
        job.judge()
        if self.options.mode != "report":
            job.safely(job.rewrite, self.spatch)
        self.progress.step()

    # -- cores -----------------------------------------------------------------

    def _root(self, job):
        match = re.match(r"(.*?)/?(?:drivers/pci|include/linux)/", "/" + job.file.path.lstrip("/"))
        return match[1] if match else os.path.dirname(job.file.path)

    def _cores(self):
        groups = {}
        for job in self.jobs:
            if job.core and job.judged:
                groups.setdefault(self._root(job), []).append(job)
        for root, jobs in groups.items():
            drivers = [job.name for job in self.jobs if not job.core and job.source and
                       under(job.file.path, root or "/") and self._names_flag(job)]
            core = Core({job.name: job.source for job in jobs}, drivers)
            if core.reason is None and self.options.mode != "report":
                self._core(core, jobs)
            for job in jobs:
                if job.after == job.file.text:
                    job.mark(core.remarks[job.name])

    def _names_flag(self, job):
        source = job.source if job.after == job.file.text else Source(job.after)
        if self.options.mode == "report" and job.flags:
            return bool(job.flags.stays)
        return any(token.text == FLAG for token in source.tokens)

    def _core(self, core, jobs):
        try:
            texts = self.spatch.apply("pci_msi_core", [(job.file.suffix, job.after)
                                                       for job in jobs])
            texts = [CORE_COMMENT.sub("", text) for text in texts]
            for job, text in zip(jobs, texts):
                self._right_core(text)
            for job, text in zip(jobs, texts):
                job.after = check.tidy(job.file.text, text)
        except (Failed, check.Spoilt) as error:
            core.refuse(REFUSED % error)

    def _right_core(self, text):
        source = Source(text)
        if source.faults:
            raise check.Spoilt(source.faults[0])
        if any(token.text in (FLAG, "is_virtual") for token in source.tokens):
            raise check.Spoilt("not all of it would go")

    # -- compiling ---------------------------------------------------------------

    def _compile(self):
        if not self.options.kernel:
            return
        kernel = Kernel(self.options.kernel, max(self.options.timeout, 120))
        changed = [job for job in self.jobs if job.after != job.file.text and not job.core]
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            spoilt = list(pool.map(
                lambda job: kernel.spoilt(job.file, job.file.bytes_of(job.after)), changed))
        for job, bad in zip(changed, spoilt):
            if bad:
                job.after = job.file.text
                job.fail(LEGACY | {FLAG}, COMPILES)

    # -- output --------------------------------------------------------------------

    def _print(self):
        said, work, output = [], False, []
        for job in self.jobs:
            if self.options.mode == "patch" and "\n" in job.name and job.after != job.file.text:
                job.after = job.file.text
                job.fail(LEGACY | {FLAG}, NAME)
            job.safely(job.finish, self.options.mode == "report")
            data = job.file.raw if job.after == job.file.text else job.file.bytes_of(job.after)
            if data != job.file.raw:
                work = True
                if self.options.mode == "in-place":
                    self._write(job, data)
                else:
                    output.append(report.diff(job.name, job.file.raw, data))
            said += report.lines(job.name, job.remarks)
            self.errors += [f"{report.shown(job.name)}: {fault}" for fault in job.faults]
        self.errors += [f"{report.shown(os.path.relpath(path, self.base))}: {sentence}"
                        for path, sentence in self.found.faults]
        report.put(sys.stdout, b"".join(output))
        report.put(sys.stdout if self.options.mode == "report" else sys.stderr, "".join(said))
        if output and self.base != os.getcwd():
            report.put(sys.stderr, f"migrate: apply this in {report.shown(self.base)}\n")
        return 2 if self.errors else 1 if said or work else 0

    def _write(self, job, data):
        try:
            job.file.write(data)
        except OSError as error:
            job.faults.append(f"cannot be written: {error.strerror}")

    def _other(self):
        """context and org are the semantic patches' own modes."""
        text = ""
        for rule in self.rules:
            for job in self.jobs:
                if job.file.suffix not in C:
                    continue
                try:
                    text += self._named(job, self.spatch.apply(
                        rule, [(job.file.suffix, job.file.text)], mode=self.options.mode))
                except Failed as error:
                    self.errors.append(f"{report.shown(job.name)}: {error}")
        report.put(sys.stdout, text)
        return 2 if self.errors else 1 if text else 0

    def _named(self, job, text):
        copy = re.compile(re.escape(self.spatch.inside(self.spatch.work)) + r"/[^/\s]+/0\.[ch]")
        return copy.sub(lambda _: report.shown(job.name), text)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.format_usage()}{self.prog}: {message}\n")


def options_of(words):
    parser = Parser(prog="migrate", allow_abbrev=False, description="Takes PCI_IRQ_VIRTUAL and "
                    "ntb_msi_init() out of drivers, clients and the PCI/MSI core.")
    parser.add_argument("--mode", choices=MODES, default="patch",
                        help="patch: print a difference (default); in-place: change the files; "
                        "report, context, org: say where something is to be done")
    parser.add_argument("--in-place", action="store_true", help="the same as --mode in-place")
    parser.add_argument("--rule", action="append", choices=RULES, help="only this; can be repeated")
    parser.add_argument("--kernel", metavar="DIR",
                        help="a kernel's build folder: what compiles worse there is left alone")
    parser.add_argument("--timeout", type=positive, default=60, metavar="SECONDS",
                        help="for each file (default 60)")
    parser.add_argument("--jobs", type=positive, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    options = parser.parse_intermixed_args(words)
    if options.in_place:
        if options.mode not in ("patch", "in-place"):
            parser.error("--in-place goes with --mode patch only")
        options.mode = "in-place"
    if options.kernel and not os.path.isdir(options.kernel):
        parser.error(f"no such folder: {options.kernel}")
    return options


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be positive")
    return number


def main(words):
    run = Run(options_of(words))
    status = run.go()
    for error in run.errors:
        report.put(sys.stderr, f"migrate: {error}\n")
    return status
