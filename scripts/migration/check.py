# SPDX-License-Identifier: GPL-2.0-only
"""Whether a rewrite left a file in order, and how it keeps comments and blank lines."""

import collections
import difflib
import re

from .files import split
from .scan import Source


class Spoilt(Exception):
    pass


def comments_of(source):
    return collections.Counter(" ".join(token.text.split()) for token in source.comments)


def keep_comments(before, after):
    """The rewrite with the comments of the old text, where it lost some.

    Lines that lost one are made again, from the old ones and the tokens of the new.
    """
    old, new = Source(before), Source(after)
    lost = comments_of(old) - comments_of(new)
    if not lost:
        return tidy(before, after)
    places = {token.line: token.line + token.text.count("\n") for token in old.comments
              if " ".join(token.text.split()) in lost}
    was, now, found = split(before), split(after), []
    for tag, begin, end, start, stop in difflib.SequenceMatcher(
            None, was, now, autojunk=False).get_opcodes():
        one, other = "".join(was[begin:end]), "".join(now[start:stop])
        if tag != "equal" and any(first <= end and begin < last
                                  for first, last in places.items()):
            other = _with_comments(one, other)
        found.append(other)
    return tidy(before, "".join(found))


def _with_comments(one, other):
    old, new = Source(one), Source(other)
    if {token.text for token in old.tokens if token.kind == "id"} & \
            {token.text for token in new.tokens}:
        return transplant(one, old, other, new)
    # Of the old code nothing is left: its comments come first, on lines of their own.
    blank, indent = re.match(r"(\n*)([ \t]*)", one).groups()
    return blank + "".join(f"{indent}{token.text}\n" for token in old.comments) + other


def tidy(before, after):
    """A blank line that went with the lines after it comes back."""
    gone, found, last = [], [], ""
    for kind, text in _lines(before, after):
        if kind == "-":
            gone.append(text)
            continue
        if gone and kind == " " and gone[0] == "\n" and gone[-1] != "\n" and text != "\n" and \
                last != "\n" and last and not last.endswith("{\n"):
            found.append("\n")
        if not (gone and text == "\n" and last.endswith("{\n")):
            found.append(text)
        gone = []
        last = text
    return "".join(found)


def _lines(before, after):
    old, new = split(before), split(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, begin, end, start, stop in matcher.get_opcodes():
        if tag != "equal":
            yield from (("-", line) for line in old[begin:end])
        yield from ((" " if tag == "equal" else "+", line) for line in new[start:stop])


def transplant(before, old, after, new):
    """Put the difference in tokens into the old text, and leave all between them."""
    a, b = old.tokens, new.tokens
    matcher = difflib.SequenceMatcher(None, [t.text for t in a], [t.text for t in b],
                                      autojunk=False)
    pieces, at = [], 0
    for tag, begin, end, start, stop in matcher.get_opcodes():
        if tag == "equal":
            continue
        place = a[begin].start if begin < len(a) else len(before)
        if tag == "insert" and begin:
            # Behind the last token, with what stood there in the new text.
            place = a[begin - 1].end
        pieces.append(before[at:place])
        if start < stop:
            first = b[start - 1].end if tag == "insert" and start else b[start].start
            pieces.append(after[first:b[stop - 1].end])
        if tag != "insert":
            for number in range(begin, end):
                pieces.append("\0")
                follows = a[number + 1].start if number + 1 < end else a[number].end
                pieces.append(before[a[number].end:follows])
            at = a[end - 1].end
        else:
            at = place
    pieces.append(before[at:])
    return _close(split("".join(pieces)))


def _close(lines):
    """Lines of which nothing is left go, and so does the room of what went."""
    found = []
    for line in lines:
        if "\0" in line:
            if not line.replace("\0", "").strip():
                continue
            head = re.match(r"[ \t]*", line)[0]
            line = head + re.sub(r"( ?)\0[\0 ]*(?<=([\0 ]))(?=(.?))", _gap,
                                 line[len(head):].rstrip("\n")).strip() + "\n"
        found.append(line)
    return "".join(found)


def _gap(match):
    """What stands where something went: one space at most, and none before an end."""
    spaces = match[1] or match[2] == " "
    return " " if spaces and match[3].strip(",;)] \t") else ""


def verify(before, after):
    """Raises Spoilt unless a rewrite left nothing behind."""
    old, new = Source(before), Source(after)
    if new.faults:
        raise Spoilt(new.faults[0])
    lost = comments_of(old) - comments_of(new)
    if lost:
        raise Spoilt(f"a comment would be lost: {min(lost)[:40]}")
    names = {token.text for token in new.tokens}
    for mark in ("PCI_IRQ_virtual", "pci_alloc_irq_VECTORS", "pci_alloc_irq_VECTORS_affinity"):
        if mark in names:
            raise Spoilt("a marker would be left")
    if _conditions(old) != _conditions(new):
        raise Spoilt("a line of the preprocessor would change")
    _no_rests(old, new)
    _used(old, new)


def _conditions(source):
    return [" ".join(token.text for token in directive.tokens) for directive in source.directives
            if directive.name not in ("define", "include")]


def _counts(source):
    words = [token.text for token in source.code]
    found = collections.Counter()
    for at, word in enumerate(words):
        three = words[at:at + 4]
        if three[1:2] == ["="] and len(three) == 4 and three[0] == three[2] and \
                three[3] == ";" and (not at or words[at - 1] in ";{}"):
            found["an assignment to itself"] += 1
        if word == "|=" and three[1:3] == ["0", ";"]:
            found["|= 0"] += 1
        if word in ("|", "&", "=") and three[1:2] and three[1] in (";", ")", ","):
            found["an operator without operand"] += 1
        if word == ":" and three[1:2] == ["}"]:
            found["a label without statement"] += 1
        if word == "{" and three[1:2] == ["}"]:
            found["an empty block"] += 1
    for at, directive in enumerate(source.directives[:-1]):
        following = source.directives[at + 1]
        if directive.name in ("if", "ifdef", "ifndef") and following.name == "endif":
            begin = source.tokens.index(directive.tokens[-1])
            if source.tokens[begin + 1] is following.tokens[0]:
                found["an empty #if"] += 1
    return found


def _no_rests(old, new):
    more = _counts(new) - _counts(old)
    if more:
        raise Spoilt(f"{min(more)} would be left")


def _used(old, new):
    """No local name, label or static function may lose its last use."""
    before = {function.name: function for function in old.functions}
    for function in new.functions:
        if function.name not in before:
            continue
        was = _uses(old, before[function.name])
        now = _uses(new, function)
        for name, count in now.items():
            if count == 1 and was.get(name, 0) > 1 and name in _own(new, function):
                raise Spoilt(f"{name} would be left without a use")
    now, was = _reads(new), _reads(old)
    for name, count in was.items():
        # The library owns the context, so its member is not read.
        if not now[name] and name != "ctx" and any(token.text == name for token in new.code):
            raise Spoilt(f"{name} would be left without a use")
    texts = collections.Counter(token.text for token in new.tokens)
    earlier = collections.Counter(token.text for token in old.tokens)
    for function in new.functions:
        if function.static and texts[function.name] == 1 < earlier[function.name]:
            raise Spoilt(f"{function.name}() would be left without a use")


def _uses(source, function):
    return collections.Counter(source.code[at].text
                               for at in range(function.body, function.last)
                               if source.code[at].kind == "id" and not source.is_member(at))


def _reads(source):
    """How often names are read in functions."""
    return collections.Counter(
        source.code[at].text for function in source.functions
        for at in range(function.body, function.last)
        if source.code[at].kind == "id" and source.code[at + 1].text != "=" and
        source.code[at + 1].text != "(")


def _own(source, function):
    """Labels, and what is declared in a function."""
    found = set()
    for part in function.tree.below():
        words = source.words(part.first, part.last + 1)
        if part.kind == "label":
            found.add(words[0])
        elif part.kind == "plain" and len(words) > 2 and source.code[part.first].kind == "id" and \
                words[1] not in ("(", "=", "->", ".", "[", "++", "--", "+=", "-=", "|=", "&="):
            found |= {word for word, token in zip(words, source.code[part.first:part.last + 1])
                      if token.kind == "id"}
    return found
