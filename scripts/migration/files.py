# SPDX-License-Identifier: GPL-2.0-only
"""Files as they come: any bytes in contents and names, and written back the same way."""

import difflib
import os
import re

C = {".c", ".h"}
# Written in C or something like it, but not for a semantic patch: reported only.
KIN = {".inc", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".hxx", ".in", ".y", ".l", ".tmpl"}
WORDS = re.compile(rb"\b(?:PCI_IRQ_VIRTUAL|is_virtual|__pci_enable_msix_range|ntbm?_msi_\w+|"
                   rb"ntb_irq_(?:attach|reserve))\b")
BOM = b"\xef\xbb\xbf"
LARGEST = 1 << 20


class File:
    """@text is what the file holds, a character for a byte, and lines end with one."""

    def __init__(self, path, raw):
        self.path, self.raw = path, raw
        self.bom = raw.startswith(BOM)
        text = raw[len(BOM) * self.bom:].decode("latin-1")
        self.ends = ["\r\n" if line.endswith("\r\n") else "\n"
                     for line in re.findall(r"[^\n]*\n|[^\n]+\Z", text)]
        self.text = text.replace("\r\n", "\n")
        # Said of the file in the end.
        self.name = path

    @property
    def suffix(self):
        return os.path.splitext(self.path)[1]

    def bytes_of(self, text):
        """New text with the line ends of the old one."""
        lines = split(text)
        ends = self._ends(lines)
        body = "".join(line[:-1] + end if line.endswith("\n") else line
                       for line, end in zip(lines, ends))
        return BOM * self.bom + body.encode("latin-1")

    def _ends(self, lines):
        if len(set(self.ends)) < 2:
            return (self.ends[:1] or ["\n"]) * len(lines)
        ends, last = [], self.ends[0]
        matcher = difflib.SequenceMatcher(None, split(self.text), lines, autojunk=False)
        for tag, begin, end, start, stop in matcher.get_opcodes():
            for at in range(start, stop):
                if tag != "insert":
                    last = self.ends[min(begin + at - start, end - 1)]
                ends.append(last)
        return ends

    def write(self, data):
        """Replace the contents, and keep all else of the file."""
        with open(self.path, "r+b") as file:
            file.write(data)
            file.truncate()


def split(text):
    """Lines with their ends; nothing but a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)


class Found:
    """What the paths given lead to: @paths that may matter, @faults as (path, sentence)."""

    def __init__(self, given):
        self.paths, self.faults, self.missing, self.links = [], [], [], {}
        self._seen = set()
        self.tops = []
        for path in given:
            if not os.path.exists(path):
                self.missing.append(path)
                continue
            real = os.path.realpath(path)
            folder = os.path.isdir(real)
            self.tops.append(real if folder else os.path.dirname(real))
            if folder:
                self._walk(real)
            elif os.path.isfile(real):
                self._take(real)
            else:
                self.faults.append((real, "is no ordinary file"))

    def _walk(self, top):
        """Links to folders are followed, each folder once."""
        real = os.path.realpath(top)
        if real in self._seen:
            return
        self._seen.add(real)
        try:
            entries = sorted(os.scandir(top), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            self.faults.append((top, f"cannot be read: {error.strerror}"))
            return
        for entry in entries:
            if entry.name == ".git":
                continue
            try:
                if entry.is_dir():
                    self._walk(entry.path)
                elif os.path.splitext(entry.name)[1] in C | KIN:
                    self._link(entry)
            except OSError as error:
                self.faults.append((entry.path, f"cannot be read: {error.strerror}"))

    def _link(self, entry):
        if entry.is_symlink() and not os.path.exists(entry.path):
            self.faults.append((entry.path, "is a link to nothing"))
        elif entry.is_file():
            self._take(os.path.realpath(entry.path))

    def _take(self, real):
        if real not in self._seen:
            self._seen.add(real)
            self.paths.append(real)

    def base(self):
        """The folder that names are relative to: the current one, or what all have in common."""
        here = os.getcwd()
        if all(under(path, here) for path in self.tops + self.paths):
            return here
        return os.path.commonpath(self.tops + [os.path.dirname(path) for path in self.paths])

    def load(self):
        """The files that name anything of interest."""
        for path in self.paths:
            try:
                with open(path, "rb") as file:
                    raw = file.read()
            except OSError as error:
                self.faults.append((path, f"cannot be read: {error.strerror}"))
                continue
            if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
                if WORDS.search(raw.replace(b"\0", b"")):
                    self.faults.append((path, "is in UTF-16: not looked at, see to it by hand"))
            elif WORDS.search(raw):
                yield File(path, raw)


def under(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def in_tree(path):
    """Whether a file is a part of a kernel source tree."""
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        if os.path.exists(f"{folder}/include/linux/pci.h") or \
                os.path.exists(f"{folder}/MAINTAINERS") and os.path.exists(f"{folder}/drivers/pci"):
            return True
        folder = os.path.dirname(folder)
    return False
