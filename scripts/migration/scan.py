# SPDX-License-Identifier: GPL-2.0-only
"""C as tokens, functions and statements: enough to judge a place, no compiler."""

import bisect
import re

LEXER = re.compile(r"""
    (?P<comment>/\*.*?(?:\*/|\Z)|//(?:\\\n|[^\n])*)
  | (?P<string>(?:L|u8|u|U)?"(?:\\.|[^"\\\n])*(?:"|(?=\n)|\Z))
  | (?P<char>(?:L|u|U)?'(?:\\.|[^'\\\n])*(?:'|(?=\n)|\Z))
  | (?P<id>[A-Za-z_$][A-Za-z0-9_$]*)
  | (?P<num>\.?[0-9](?:[eEpP][+-]|[A-Za-z0-9_.])*)
  | (?P<nl>\n)
  | (?P<ws>(?:[ \t\r\f\v]|\\\r?\n)+)
  | (?P<op>->|\+\+|--|<<=|>>=|\.\.\.|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\#\#|.)
""", re.VERBOSE | re.DOTALL)

OPEN = {"(": ")", "[": "]", "{": "}"}
DEEPEST = 100
CLOSE = {")", "]", "}"}
ASSIGN = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
KEYWORDS = {"if", "else", "while", "for", "do", "switch", "return", "goto", "case", "default",
            "break", "continue", "sizeof", "typeof", "__typeof__", "_Generic"}


class Token:
    __slots__ = ("kind", "text", "start", "line", "col", "directive", "regions")

    def __init__(self, kind, text, start, line, col):
        self.kind, self.text, self.start, self.line, self.col = kind, text, start, line, col
        self.directive = None   # the preprocessor's line it belongs to
        self.regions = ()       # the #if it lies in

    def __repr__(self):
        return f"{self.text}@{self.line}"

    @property
    def end(self):
        return self.start + len(self.text)


class Directive:
    """A line of the preprocessor."""

    def __init__(self, first):
        self.first, self.tokens, self.regions = first, [], ()

    @property
    def name(self):
        return self.tokens[1].text if len(self.tokens) > 1 else ""

    def words(self):
        return [token.text for token in self.tokens[2:]]


class Region:
    """From an #if to its #endif; @dead for what #if 0 leaves out."""

    def __init__(self, directive):
        self.opens, self.guard, self.dead = directive, False, False


class Statement:
    """@kind: block, if, loop, switch, label, case, return, goto, jump, plain.

    @head are the tokens of a condition, or all of a plain statement; @parts the
    statements inside.
    """

    def __init__(self, kind, first):
        self.kind, self.first, self.last = kind, first, first
        self.head, self.parts, self.parent = [], [], None

    def holds(self, at):
        return self.first <= at <= self.last

    def below(self):
        for part in self.parts:
            yield part
            yield from part.below()


class Function:
    def __init__(self, name, start, params, body, last):
        self.name, self.start, self.params, self.body, self.last = name, start, params, body, last
        self.static = False
        self.tree = None


class Source:
    """@code are the tokens of code proper, without comments and the preprocessor's lines."""

    def __init__(self, text):
        self.text = text
        self.tokens, self.directives, self.comments, self.faults = [], [], [], []
        self._lex()
        self.code = [token for token in self.tokens if token.directive is None]
        self.mate = self._match()
        self.functions = self._functions() if not self.faults else []

    def _lex(self):
        lines = [0] + [match.end() for match in re.finditer("\n", self.text)]
        fresh, directive, regions, gone = True, None, [], []
        for match in LEXER.finditer(self.text):
            kind = match.lastgroup
            if kind == "nl":
                fresh, directive = True, None
                continue
            if kind == "ws":
                continue
            line = bisect.bisect_right(lines, match.start())
            token = Token(kind, match[0], match.start(), line, match.start() - lines[line - 1])
            token.regions = tuple(regions)
            if kind == "comment":
                self.comments.append(token)
                if match[0].startswith("/*") and not match[0].endswith("*/"):
                    self.faults.append("a comment does not end")
                continue
            if fresh and token.text == "#":
                directive = Directive(token)
                directive.regions = token.regions
                self.directives.append(directive)
            fresh = False
            if directive:
                token.directive = directive
                directive.tokens.append(token)
                if len(directive.tokens) == 2:
                    self._nest(directive, regions, gone)
            self.tokens.append(token)
        if regions:
            self.faults.append("an #if has no #endif")
        self._look_at_regions(gone)

    def _nest(self, directive, regions, gone):
        if directive.name in ("if", "ifdef", "ifndef"):
            regions.append(Region(directive))
        elif directive.name == "endif":
            if regions:
                gone.append(regions.pop())
            else:
                self.faults.append("an #endif has no #if")

    def _look_at_regions(self, regions):
        for region in regions:
            opens = region.opens
            region.dead = opens.name == "if" and opens.words() == ["0"]
            # The guard of a header holds all there is.
            at = self.directives.index(opens)
            region.guard = (opens.name == "ifndef" and at == 0 and len(self.directives) > 1 and
                            self.directives[1].name == "define" and
                            self.directives[1].words()[:1] == opens.words()[:1] and
                            not any(token.directive is None and not token.regions
                                    for token in self.tokens))

    def _match(self):
        mate, stack = {}, []
        for at, token in enumerate(self.code):
            if token.kind != "op":
                continue
            if token.text in OPEN:
                stack.append(at)
                if len(stack) > DEEPEST:
                    self.faults.append(f"line {token.line} is nested too deeply")
                    return mate
            elif token.text in CLOSE:
                if not stack or OPEN[self.code[stack[-1]].text] != token.text:
                    self.faults.append(f"brackets do not match in line {token.line}")
                    return mate
                mate[at] = stack.pop()
                mate[mate[at]] = at
        if stack:
            self.faults.append(f"a bracket of line {self.code[stack[-1]].line} does not end")
        return mate

    def _functions(self):
        found, at, start = [], 0, 0
        while at < len(self.code):
            token = self.code[at]
            if token.text == "{":
                function = self._function(start, at)
                if function:
                    found.append(function)
                    start = self.mate[at] + 1
                at = self.mate[at]
            elif token.text == ";":
                start = at + 1
            elif token.text in "([":
                at = self.mate[at]
            at += 1
        return found

    def _function(self, start, brace):
        """The function whose body starts at @brace, None for a structure or a table."""
        words = [self.code[at].text for at in range(start, brace)]
        if not words or "=" in words or words[-1] != ")" and "(" not in words:
            return None
        # Behind the parameters there may be attributes: the first parenthesis is theirs.
        for at in range(start, brace):
            if self.code[at].text == "(":
                if at > start and self.code[at - 1].kind == "id" and \
                        self.code[at - 1].text not in ("__attribute__", "__aligned", "__section"):
                    function = Function(self.code[at - 1].text, start, (at + 1, self.mate[at]),
                                        brace, self.mate[brace])
                    function.static = "static" in words
                    function.tree = Parser(self).block(brace)
                    return function
                return None
        return None

    def function_at(self, at):
        for function in self.functions:
            if function.start <= at <= function.last:
                return function
        return None

    def args(self, at):
        """The arguments of the call whose name is code[at], as ranges; None for no call."""
        if at + 1 >= len(self.code) or self.code[at + 1].text != "(":
            return None
        found, begin, i, end = [], at + 2, at + 2, self.mate[at + 1]
        while i < end:
            if self.code[i].text in OPEN and self.code[i].kind == "op":
                i = self.mate[i]
            elif self.code[i].text == ",":
                found.append((begin, i))
                begin = i + 1
            i += 1
        if end > at + 2:
            found.append((begin, end))
        return found

    def words(self, begin, end):
        return [token.text for token in self.code[begin:end]]

    def optional(self, part):
        """Whether a statement is there in some configurations only."""
        return any(not region.guard for region in self.code[part.first].regions)

    def is_member(self, at):
        return at > 0 and self.code[at - 1].text in ("->", ".")

    def calls(self, function):
        """Names that a function calls: places of them."""
        return [at for at in range(function.body, function.last)
                if self.code[at].kind == "id" and self.code[at + 1].text == "(" and
                self.code[at].text not in KEYWORDS and not self.is_member(at)]


class Parser:
    """Statements of a function."""

    def __init__(self, source):
        self.source, self.code, self.mate = source, source.code, source.mate

    def block(self, brace):
        tree = Statement("block", brace)
        tree.last = self.mate[brace]
        at = brace + 1
        while at < tree.last:
            at = self.add(tree, at, tree.last)
        return tree

    def add(self, parent, at, end):
        """Parse the statement at @at into @parent; the place behind it."""
        part = self.statement(at, end)
        part.parent = parent
        parent.parts.append(part)
        return part.last + 1

    def text(self, at):
        return self.code[at].text if at < len(self.code) else ""

    def headed(self, kind, at, end):
        """A statement with a condition in parentheses and another behind it."""
        found = Statement(kind, at)
        close = self.mate[at + 1]
        found.head = list(range(at + 2, close))
        found.last = close
        if close + 1 < end:
            found.last = self.add(found, close + 1, end) - 1
        return found

    def statement(self, at, end):
        word = self.text(at)
        if word == "{":
            return self.block(at)
        behind = self.text(at + 1)
        if word == "if" and behind == "(":
            found = self.headed("if", at, end)
            if found.last + 1 < end and self.text(found.last + 1) == "else":
                found.last = self.add(found, found.last + 2, end) - 1
            return found
        if word in ("while", "for", "switch") and behind == "(":
            return self.headed("switch" if word == "switch" else "loop", at, end)
        if word == "do":
            found = Statement("loop", at)
            behind = last = self.add(found, at + 1, end)
            while last < end and self.text(last) != ";":
                last += 1
            found.last = min(last, end - 1)
            found.head = list(range(behind, found.last))
            return found
        if word in ("case", "default"):
            return self.upto(Statement("case", at), end, ":")
        if self.code[at].kind == "id" and behind == ":" and word not in KEYWORDS:
            found = Statement("label", at)
            found.last = at + 1
            return found
        if self.code[at].kind == "id" and behind == "(" and word not in KEYWORDS:
            # A loop in the clothes of a macro, such as list_for_each_entry().
            close = self.mate[at + 1]
            if close + 1 < end and (self.text(close + 1) == "{" or
                                    self.code[close + 1].kind == "id"):
                return self.headed("loop", at, end)
        kind = {"return": "return", "goto": "goto", "break": "jump",
                "continue": "jump"}.get(word, "plain")
        return self.upto(Statement(kind, at), end, ";")

    def upto(self, found, end, stop):
        at = found.first
        while at < end and self.text(at) != stop:
            if self.code[at].kind == "op" and self.text(at) in OPEN:
                at = self.mate[at]
            at += 1
        found.last = min(at, end - 1)
        found.head = list(range(found.first, found.last + 1))
        return found


def innermost(tree, at):
    """The statement of a function that holds a token."""
    for part in tree.parts:
        if part.holds(at):
            return innermost(part, at)
    return tree


class Flow:
    """Where a variable is used behind a statement, before it is set again."""

    def __init__(self, source, function, name):
        self.source, self.function, self.name = source, function, name
        self.seen, self.used = set(), []

    def behind(self, part):
        """Places of such uses; there are none when nothing depends on the statement."""
        self._after(part)
        return self.used

    def _after(self, part):
        while part.parent is not None:
            parent = part.parent
            if parent.kind == "block":
                if self._run(parent.parts[parent.parts.index(part) + 1:]):
                    return
            elif parent.kind == "loop" and parent.first not in self.seen:
                self.seen.add(parent.first)
                self.used += self._names(parent.head)
                self._run(parent.parts)
            part = parent

    def _run(self, parts):
        """Whether all ways through some statements end, or set the variable."""
        for part in parts:
            if self._one(part) and not self.source.optional(part):
                return True
            if part.kind == "jump" and not self.source.optional(part):
                return False
        return False

    def _names(self, places):
        return [at for at in places if self.source.code[at].text == self.name and
                not self.source.is_member(at)]

    def _one(self, part):
        if part.kind == "block":
            return self._run(part.parts)
        if part.kind == "goto":
            self._jump(self.source.code[part.first + 1].text)
            return True
        if part.kind in ("if", "loop", "switch"):
            return self._branches(part)
        used = self._names(part.head)
        if used and part.kind == "plain" and used == [part.first] and \
                self.source.code[part.first + 1].text == "=":
            return True
        self.used += used
        return part.kind == "return"

    def _branches(self, part):
        used = self._names(part.head)
        if used and part.kind == "loop" and used[0] == part.head[0] and \
                self.source.code[used[0] + 1].text == "=":
            return True
        self.used += used
        ends = [self._run([inner]) for inner in part.parts]
        return part.kind == "if" and len(ends) == 2 and all(ends)

    def _jump(self, label):
        for target in self.function.tree.below():
            if target.kind == "label" and self.source.code[target.first].text == label:
                if target.first not in self.seen:
                    self.seen.add(target.first)
                    self._after(target)
