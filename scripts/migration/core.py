# SPDX-License-Identifier: GPL-2.0-only
"""The PCI/MSI core: rewritten as a whole where each use has a known form, or not at all."""

import re

from .flags import FLAG
from .scan import innermost

RANGE = "__pci_enable_msix_range"
UNKNOWN = ("this core is refused as a whole, since it has a form that is not known: take vectors "
           "past the end of the MSI-X table out of it by hand")
REFUSED = ("this core is refused as a whole, because of %s: "
           "take vectors past the end of the MSI-X table out of it by hand")
PARTIAL = ("this core is refused as a whole, since %s is not among the files given: give "
           "drivers/pci/msi, include/linux/msi.h and include/linux/pci.h at one time")
DRIVERS = "this core is refused as a whole: %s names PCI_IRQ_VIRTUAL still, settle that first"
GOES = "no vector lies past the end of the MSI-X table any more: this goes"

# How known cores, 6.12 and later, use the two words: function, and beginning of the statement.
KNOWN = {
    "define": re.compile(r"# define PCI_IRQ_VIRTUAL (?:\( 1 << 4 \)|BIT \( 4 \))$"),
    "attribute": re.compile(r"u8 is_virtual : 1 ;$"),
    "check": re.compile(r"msix_setup_msi_descs: desc \. pci \. msi_attrib \. is_virtual = "
                        r"desc \. msi_index >= vec_count ;$"),
    "count": re.compile(r"__pci_enable_msix_range: if \( flags & PCI_IRQ_VIRTUAL \) "
                        r"hwsize = nvec ; else nvec = hwsize ;$"),
    None: re.compile(
        r"__pci_read_msi_msg: if \( WARN_ON_ONCE \( entry -> pci \. msi_attrib \. is_virtual \) \) "
        r"return ;$|"
        r"pci_write_msg_msix: if \( desc -> pci \. msi_attrib \. is_virtual \) return ;$|"
        r"msix_prepare_msi_desc: if \( ! pci_msi_domain_supports \( dev , MSI_FLAG_NO_MASK , "
        r"DENY_LEGACY \) && ! desc -> pci \. msi_attrib \. is_virtual \) \{ (?!.* else )|"
        r"# ifdef CONFIG_PCIE_TPH / pci_msix_write_tph_tag: if \( ! msi_desc \|\| "
        r"msi_desc -> pci \. msi_attrib \. is_virtual \) return - ENXIO ;$"),
}
NEEDED = {"define": "the definition of PCI_IRQ_VIRTUAL", "attribute": "the attribute is_virtual",
          "check": "msix_setup_msi_descs()", "count": "__pci_enable_msix_range()",
          "prototype": "the prototype of __pci_enable_msix_range()",
          "call": "a call of __pci_enable_msix_range()"}


def is_core(source):
    """Whether a file is a part of the flag's implementation."""
    defined = {directive.tokens[2].text for directive in source.directives
               if directive.name == "define" and len(directive.tokens) > 2}
    return {FLAG, "PCI_IRQ_MSIX"} <= defined or any(
        token.text == RANGE or _is_attribute(source, at) for at, token in enumerate(source.code))


def _is_attribute(source, at):
    return source.code[at].text == "is_virtual" and (
        source.words(at - 2, at) == ["msi_attrib", "."] or
        at + 1 < len(source.code) and source.code[at + 1].text == ":" and
        source.function_at(at) is None)


def uses(source):
    """(token, its form) of all uses in a file."""
    for directive in source.directives:
        for token in directive.tokens:
            if token.text in (FLAG, "is_virtual", RANGE):
                yield token, " ".join(each.text for each in directive.tokens)
    for at, token in enumerate(source.code):
        if token.text == FLAG or _is_attribute(source, at):
            yield token, _form(source, at)


def _form(source, at):
    regions = "".join(" ".join(token.text for token in region.opens.tokens) + " / "
                      for region in source.code[at].regions if not region.guard)
    function = source.function_at(at)
    if function is None:
        return regions + " ".join(source.words(at - 1, at + 4))
    part = innermost(function.tree, at)
    return f"{regions}{function.name}: " + " ".join(source.words(part.first, part.last + 1))


class Core:
    """One kernel's core, @sources by name; @reason is None where it may be rewritten."""

    def __init__(self, sources, drivers):
        self.sources = sources
        self.remarks = {name: {} for name in sources}
        self.reason = self._judge(drivers)
        for name, source in sources.items():
            for token, _ in uses(source):
                self.remarks[name].setdefault((token.line, token.col), (
                    len(token.text), self.reason or GOES))

    def refuse(self, reason):
        self.reason = reason
        for remarks in self.remarks.values():
            for place, (length, _) in remarks.items():
                remarks[place] = length, reason

    def _judge(self, drivers):
        found, unknown = set(), None
        for name, source in self.sources.items():
            if source.faults:
                return REFUSED % f"{name}, whose structure is not understood"
            for token, form in uses(source):
                kind = [kind for kind, pattern in KNOWN.items() if pattern.match(form)]
                found.update(kind)
                if not kind:
                    unknown = unknown or REFUSED % f"line {token.line} of {name}"
            found |= self._range(source)
        if unknown:
            return unknown
        missing = [what for part, what in NEEDED.items() if part not in found]
        if missing:
            return PARTIAL % missing[0]
        return DRIVERS % drivers[0] if drivers else None

    def _range(self, source):
        found = set()
        for at, token in enumerate(source.code):
            if token.text == RANGE:
                function = source.function_at(at)
                if function is None:
                    found.add("prototype")
                elif at > function.body:
                    found.add("call")
        return found
