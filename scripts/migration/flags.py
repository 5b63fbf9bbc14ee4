# SPDX-License-Identifier: GPL-2.0-only
"""Which uses of PCI_IRQ_VIRTUAL may go.

A flag goes only where nothing can notice: it reaches one allocation in the same
function, and of that allocation's result nothing is used but its failure. All else
stays, with a reason.
"""

import re

from .scan import ASSIGN, innermost

FLAG = "PCI_IRQ_VIRTUAL"
ALLOC = {"pci_alloc_irq_vectors", "pci_alloc_irq_vectors_affinity"}
# Calls that name a vector, and the argument that does.
INDEXED = {"pci_irq_vector": 1, "pci_request_irq": 1, "pci_free_irq": 1, "pci_irq_get_affinity": 1,
           "pci_irq_get_node": 1, "msi_get_virq": 1, "msi_domain_get_virq": 2}
# What walks over all vectors, or counts them.
WALKERS = {"for_each_msi_entry", "for_each_pci_msi_entry", "first_msi_entry", "first_pci_msi_entry",
           "msi_first_desc", "msi_next_desc", "msi_for_each_desc", "msi_lock_descs",
           "pci_enable_msix_range", "pci_enable_msix_exact", "pci_msix_alloc_irq_at"}
READS = re.compile(r"io?read(?:8|16|32|64)(?:be)?$|read[bwlq](?:_relaxed)?$")
# Paths that run again while the driver is bound.
AGAIN = re.compile(r"resume|restore|reset|reinit|re_init|thaw|recover|restart|reload|retry|repeat|"
                   r"open|ioctl|store|work|reconf|wake|power_?on|suspend|remap|rescan|again|"
                   r"realloc|resize|set_channels|poll|loop|hotplug|online|error|link")
ONCE = {"probe"}
# As the names of functions whose callers are not seen.
PERHAPS = re.compile(r"start|_up$|configure|change|enable|activate|switch_|attach|bind")
INTEGER = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*$")
TYPES = {"int", "unsigned", "signed", "long", "short", "char", "bool", "u8", "u16", "u32", "u64",
         "s8", "s16", "s32", "s64", "size_t", "ssize_t", "uint", "ulong", "const", "volatile",
         "register", "irq_hw_number_t", "uint8_t", "uint16_t", "uint32_t", "int32_t", "uint64_t"}

GOES = ("PCI_IRQ_VIRTUAL goes: call ntb_irq_reserve() before, "
        "and ask for no more vectors than the MSI-X table has")
FORM = ("PCI_IRQ_VIRTUAL is used in a form that only a person can follow: call ntb_irq_reserve() "
        "before the vectors are allocated, and drop the flag by hand")
DECIDES = ("decides by PCI_IRQ_VIRTUAL, which is never set any more: "
           "keep by hand what is done without it")
CONDITION = ("PCI_IRQ_VIRTUAL hangs on a condition: "
             "drop it by hand, and the condition where it is for nothing else")
REGION = ("PCI_IRQ_VIRTUAL is set in a part for some configurations only: "
          "drop it by hand, and the part where it is for nothing else")
DEAD = "PCI_IRQ_VIRTUAL is in code that is not compiled: remove it by hand"
DEFINED = "PCI_IRQ_VIRTUAL is defined or tested here: remove it once no code names the flag"
ELSEWHERE = ("PCI_IRQ_VIRTUAL is given to a call that is not seen here: "
             "call ntb_irq_reserve() before that one, and drop the flag by hand")
HEADER = ("PCI_IRQ_VIRTUAL is in a header, and what gets it is not seen: call ntb_irq_reserve() "
          "before the vectors are allocated, and drop the flag by hand")
FIELD = ("PCI_IRQ_VIRTUAL is kept in a structure or table, and what gets it is not proven: "
         "call ntb_irq_reserve() before the vectors are allocated, and drop the flag by hand")
LANGUAGE = ("PCI_IRQ_VIRTUAL is in a file whose structure is not understood (%s): "
            "drop it by hand")
MACRO = ("PCI_IRQ_VIRTUAL is in the macro %s, not all of whose uses can lose it: "
         "drop it by hand, with ntb_irq_reserve() before each allocation")
VARIABLE = ("PCI_IRQ_VIRTUAL goes through %s, which is used for more than the allocation: "
            "drop it by hand")
VALUE = ("the number of vectors is used here, and it no longer counts those past the MSI-X "
         "table: take the interrupts of peers from ntb_irq_request(), then drop PCI_IRQ_VIRTUAL")
MAXIMUM = ("%s, the number of vectors asked for, is used for more or comes from elsewhere, and "
           "there are none past the MSI-X table any more: bound it by what the table has, then "
           "drop PCI_IRQ_VIRTUAL")
MINIMUM = ("PCI_IRQ_VIRTUAL lets %s() demand vectors past the MSI-X table: "
           "demand what the driver cannot do without, and drop the flag by hand")
INDEX = ("a vector is chosen by a number that is not shown to lie in the MSI-X table: interrupts "
         "of peers come by ntb_irq_request(); settle that, then drop PCI_IRQ_VIRTUAL")
BESIDE = ("vectors of the device may be chosen by their number in %s, which has a header in common "
          "with this file: settle that, then drop PCI_IRQ_VIRTUAL")
WALK = ("%s() sees vectors by their number or all of them, and there are none past the MSI-X "
        "table any more: settle that, then drop PCI_IRQ_VIRTUAL")
REPEATED = ("PCI_IRQ_VIRTUAL is set where vectors may be allocated more than once (%s), and "
            "ntb_irq_reserve() is to be called once, in the probe: do it by hand")
NO_PLACE = ("PCI_IRQ_VIRTUAL goes once ntb_irq_reserve() is called before %s(): "
            "no statement can be put before that call by machine")
SEVERAL = ("vectors are allocated by more than one call here, and ntb_irq_reserve() must come "
           "once, before the first: do it by hand, and drop PCI_IRQ_VIRTUAL")
OTHERS = "PCI_IRQ_VIRTUAL stays in line %d, which is about the same allocation: see there"
UNSEEN = ("ntb_irq_reserve() does nothing unless CONFIG_NTB_IRQ is known when this file is "
          "compiled: out of the kernel's tree define it for the driver (CONFIG_NTB_IRQ_MODULE)")


class Refused(Exception):
    """A reason, and the token it is about where that is not the flag itself."""

    def __init__(self, reason, token=None):
        super().__init__(reason)
        self.reason, self.token = reason, token


class Flags:
    """The judgement of one file.

    @stays and @remarks map places, as line and column, to the length of the word there
    and a sentence; @goes are the places that lose the flag.
    """

    def __init__(self, source, world):
        self.source, self.code, self.world = source, source.code, world
        self.stays, self.goes, self.remarks = {}, set(), {}
        self.reserving = 0      # how many calls of ntb_irq_reserve() are to be added
        self.macros = {}        # macro with the flag: its directive
        self.users = {}         # macro: functions
        self.constants = {}
        self.parameters = set()
        self.flags = [token for token in source.tokens if token.text == FLAG]
        if self.flags:
            self._judge()
        if not world.in_tree and any(token.text == "ntb_irq_reserve" for token in self.code):
            self._out_of_tree("ntb_irq_reserve")

    # -- what is said ----------------------------------------------------------

    def stay(self, token, reason):
        self.stays.setdefault((token.line, token.col), (len(token.text), reason))

    def remark(self, token, reason):
        self.remarks.setdefault((token.line, token.col), (len(token.text), reason))

    def refuse_all(self, reason):
        for token in self.flags:
            self.stay(token, reason)

    def _out_of_tree(self, word):
        for token in self.code:
            if token.text == word:
                self.remark(token, UNSEEN)

    # -- the file --------------------------------------------------------------

    def _judge(self):
        for token in self.flags:
            self._plainly_stays(token)
        if self.source.faults:
            return self.refuse_all(LANGUAGE % self.source.faults[0])
        if self.world.header:
            return self.refuse_all(HEADER)
        self._find_constants()
        self._find_macros()
        functions = [function for function in self.source.functions if self._carriers(function)]
        verdicts = {}
        for function in functions:
            try:
                verdicts[function] = self._function(function)
            except Refused as error:
                verdicts[function] = None
                self._refuse(function, error)
        try:
            self._whole_file(functions)
        except Refused as error:
            for function in functions:
                verdicts[function] = None
                self._refuse(function, error)
        self._settle(functions, verdicts)
        return None

    def _plainly_stays(self, token):
        regions = [region for region in token.regions if not region.guard]
        directive = token.directive
        if any(region.dead for region in regions):
            self.stay(token, DEAD)
        elif directive and (directive.name != "define" or directive.words()[:1] == [FLAG]):
            self.stay(token, DEFINED)
        elif regions:
            self.stay(token, REGION)

    def _refuse(self, function, error):
        said = False
        for at in self._carriers(function):
            token = self.code[at]
            if token.text == FLAG:
                self.stay(token, error.reason)
                said = True
        if error.token is not None:
            self.remark(error.token, error.reason)
        elif not said:
            self.remark(self.code[self._carriers(function)[0]], error.reason)

    def _settle(self, functions, verdicts):
        """Macros and functions that share one stay or go together."""
        grown = True
        while grown:
            grown = False
            kept = self._kept_macros(verdicts)
            for function in functions:
                if verdicts[function] is None:
                    continue
                used = {self.code[at].text for at in self._carriers(function)} & kept
                stayed = [self.code[at] for at in self._carriers(function)
                          if (self.code[at].line, self.code[at].col) in self.stays]
                if used or stayed:
                    verdicts[function] = None
                    self._refuse(function, Refused(
                        MACRO % min(used) if used else OTHERS % stayed[0].line))
                    grown = True
        for name in self._kept_macros(verdicts):
            for token in self.macros[name].tokens:
                if token.text == FLAG:
                    self.stay(token, MACRO % name)
        for token in self.flags:
            place = token.line, token.col
            if place in self.stays:
                continue
            function = self._owner(token)
            if function is None and token.directive is None:
                self.stay(token, FIELD)
            elif function is not None and verdicts.get(function) is None:
                self.stay(token, FORM)
            else:
                self.goes.add(place)
        for function, calls in verdicts.items():
            if calls and not any(self.code[at].text == "ntb_irq_reserve"
                                 for at in range(function.body, calls[0])):
                self.reserving += 1
                if not self.world.in_tree:
                    self.remark(self.code[calls[0]], UNSEEN)

    def _kept_macros(self, verdicts):
        kept = {name for name, users in self.users.items()
                if not users or any(verdicts.get(user) is None for user in users)}
        kept |= {name for name, directive in self.macros.items()
                 if any((token.line, token.col) in self.stays for token in directive.tokens)}
        # One that another is made of, or that is made of another.
        grown = True
        while grown:
            grown = False
            for name, directive in self.macros.items():
                for word in directive.words()[1:]:
                    if word in self.macros and (word in kept) != (name in kept):
                        kept |= {word, name}
                        grown = True
        return kept

    def _owner(self, token):
        if token.directive:
            return None
        return self.source.function_at(self.code.index(token))

    def _carriers(self, function):
        return [at for at in range(function.body, function.last)
                if self.code[at].text == FLAG or self.code[at].text in self.macros]

    # -- macros ----------------------------------------------------------------

    def _defines(self):
        for directive in self.source.directives:
            if directive.name == "define" and len(directive.tokens) > 2:
                yield directive.tokens[2].text, directive

    def _find_constants(self):
        seen = {}
        for name, directive in self._defines():
            seen.setdefault(name, []).append(directive)
        for name, directives in seen.items():
            words = [word for word in directives[0].words()[1:] if word not in "()"]
            if len(directives) == 1 and len(words) == 1 and INTEGER.match(words[0]) and \
                    not [r for r in directives[0].regions if not r.guard]:
                self.constants[name] = int(INTEGER.match(words[0])[1], 0)

    def _find_macros(self):
        grown = True
        while grown:
            grown = False
            for name, directive in self._defines():
                words = directive.words()[1:]
                if name not in self.macros and name != FLAG and \
                        any(word == FLAG or word in self.macros for word in words):
                    self.macros[name] = directive
                    grown = True
        counts = [name for name, _ in self._defines()]
        counts += [token.text for directive in self.source.directives
                   if directive.name not in ("define", "include") for token in directive.tokens]
        for name, directive in self.macros.items():
            tokens = directive.tokens
            # Right behind the name a parenthesis begins parameters.
            takes = len(tokens) > 3 and tokens[3].text == "(" and \
                tokens[3].start == tokens[2].end
            plain = set(directive.words()[1:]) - {"(", ")", "|"}
            if takes or counts.count(name) > 1 or \
                    not all(re.match(r"\w+$", word) for word in plain):
                for token in tokens:
                    if token.text == FLAG:
                        self.stay(token, MACRO % name)
            users = [self.source.function_at(at) for at, token in enumerate(self.code)
                     if token.text == name]
            self.users[name] = users
            if not users and any(name in other.words()[1:] for other in self.macros.values()):
                self.users[name] = [function for other, made in self.macros.items()
                                    if name in made.words()[1:]
                                    for at, token in enumerate(self.code) if token.text == other
                                    for function in [self.source.function_at(at)]]

    # -- what holds for all of the file ------------------------------------------

    def _whole_file(self, functions):
        for name, directive in self._defines():
            if name in ALLOC:
                raise Refused(FORM, directive.tokens[2])
            for token in directive.tokens[3:]:
                if token.text in ALLOC | set(INDEXED) | WALKERS:
                    raise Refused(INDEX if token.text in INDEXED else WALK % token.text, token)
        if self.world.counts():
            raise Refused(BESIDE % self.world.counts())
        for at, token in enumerate(self.code):
            if token.text in WALKERS:
                raise Refused(WALK % token.text, token)
            if token.text in INDEXED:
                self._index(at)
        self._sums()
        self._once(functions)

    def _index(self, at):
        args = self.source.args(at)
        which = INDEXED[self.code[at].text]
        if args is None or len(args) <= which:
            raise Refused(INDEX, self.code[at])
        if any(not region.guard and region.dead for region in self.code[at].regions):
            return
        words = self.source.words(*args[which])
        if len(words) != 1 or not (self._number(words[0]) == 0 or self._guarded(at, words[0])):
            raise Refused(INDEX, self.code[at])
        if which == 1 and self.code[at].text == "pci_irq_vector":
            self._alone(at)

    def _alone(self, at):
        """A vector's interrupt must not be a number to find others by."""
        close = self.source.mate[at + 1]
        before, behind = self.code[at - 1].text, self.code[close + 1].text
        if before in ("(", ",") and behind in (",", ")"):
            return
        if before == "=" and behind == ";" or before == "(" and behind == "<":
            return
        raise Refused(INDEX, self.code[at])

    def _sums(self):
        """Interrupts that are found by adding to another's number."""
        names = {self.code[at - 2].text for at, token in enumerate(self.code)
                 if token.text == "pci_irq_vector" and self.code[at - 1].text == "="}
        for at, token in enumerate(self.code[:-1]):
            if token.kind == "id" and self.code[at + 1].text != "(" and \
                    (token.text in names or re.search(r"irq|vector", token.text.lower())) and \
                    {self._before(at), self.code[at + 1].text} & {"+", "++", "+=", "-="}:
                raise Refused(INDEX, token)

    def _before(self, at):
        """What stands before a member and all that leads to it."""
        while at > 1 and self.code[at - 1].text in ("->", "."):
            at -= 2
        return self.code[at - 1].text

    def _number(self, word):
        match = INTEGER.match(word)
        return int(match[1], 8 if re.match(r"0\d", match[1]) else 0) if match else \
            self.constants.get(word)

    def _guarded(self, at, name):
        """Whether an index read from the device was held against the number of vectors."""
        function = self.source.function_at(at)
        if function is None or not self._is_local(function, name):
            return False
        part = innermost(function.tree, at)
        if part.parent is not function.tree:
            return False
        before = function.tree.parts[:function.tree.parts.index(part)]
        for guard in reversed(before):
            words = self.source.words(guard.first, guard.last + 1)
            if name not in words:
                continue
            if not self._is_guard(function, guard, name):
                return False
            for read in reversed(before[:before.index(guard)]):
                words = self.source.words(read.first, read.last + 1)
                if name in words:
                    return words[:2] == [name, "="] and bool(READS.match(words[2])) and \
                        self.source.mate.get(read.first + 3) == read.last - 1
            return False
        return False

    def _is_guard(self, function, part, name):
        """if (name < 0 || name >= nvecs) leave"""
        if part.kind != "if" or len(part.parts) != 1 or not self._leaves(part.parts[0]):
            return False
        words = [self.code[i].text for i in part.head]
        tests = " ".join(words).split(" || ")
        bound = [test.split() for test in tests if test.startswith(f"{name} >= ")]
        if len(bound) != 1 or len(bound[0]) != 3 or \
                set(tests) - {f"{name} < 0", " ".join(bound[0])}:
            return False
        count = bound[0][2]
        for call in self._allocs(function):
            made = innermost(function.tree, call)
            if self.source.words(made.first, made.first + 2) == [count, "="]:
                return True
        return False

    def _leaves(self, part):
        if part.kind == "block":
            return bool(part.parts) and self._leaves(part.parts[-1])
        return part.kind == "return" or part.kind == "goto"

    def _refers(self, name):
        return [at for at, token in enumerate(self.code) if token.text == name and
                not self.source.is_member(at) and not self._is_declared(at)]

    def _is_declared(self, at):
        """Whether a function's name is its definition or prototype."""
        for function in self.source.functions:
            if function.start <= at < function.body:
                return True
        return self.source.function_at(at) is None and at + 1 < len(self.code) and \
            self.code[at + 1].text == "(" and self.code[at - 1].text not in ("=", ",", "(", "{")

    def _once(self, functions):
        """ntb_irq_reserve() is for the probe, and for one call in it."""
        tops = {}
        for function in functions:
            for top in self._tops(function, ()):
                if top in tops and tops[top] is not function:
                    raise Refused(REPEATED % f"in {top.name}()")
                tops[top] = function
        for function in self.source.functions:
            if function in functions:
                continue
            names = {self.code[at].text for at in range(function.body, function.last)}
            if "ntb_irq_reserve" in names:
                raise Refused(REPEATED % f"{function.name}() reserves, too")
            if names & ALLOC:
                self._apart(function, tops)

    def _apart(self, function, tops):
        """A function that allocates without the flag must not come before one with it."""
        try:
            found = self._tops(function, ())
        except Refused:
            return
        for top in found:
            if top in tops:
                raise Refused(REPEATED % f"in {top.name}()")

    def _tops(self, function, below):
        """The functions that a call comes from at last; each only once."""
        if function in below:
            raise Refused(REPEATED % f"{function.name}() calls itself")
        if AGAIN.search(function.name):
            raise Refused(REPEATED % f"from {function.name}()", self.code[function.params[0] - 2])
        found = self._refers(function.name)
        outside = self.world.calls(function.name) if not function.static else []
        if len(found) + len(outside) > 1:
            raise Refused(REPEATED % f"{function.name}() is called from more than one place")
        if not found:
            if any(AGAIN.search(name) for name in outside):
                raise Refused(REPEATED % f"from {outside[0]}()")
            if function.name.isupper() or \
                    not function.static and not outside and PERHAPS.search(function.name):
                raise Refused(REPEATED % f"by callers of {function.name}() that are not seen")
            return [function]
        caller = self.source.function_at(found[0])
        if caller is None:
            at = found[0]
            while self.code[at - 1].text in ("=", "&", "("):
                at -= 1
            name = self.code[at].text if self.code[at].kind == "id" else self.code[at - 1].text
            if name == function.name or name not in ONCE:
                raise Refused(REPEATED % f"as {name}")
            return [function]
        if self.code[found[0] + 1].text != "(":
            raise Refused(REPEATED % f"{function.name}() is handed on")
        self._no_loop(caller, found[0])
        return [function, *self._tops(caller, (*below, function))]

    def _no_loop(self, function, at):
        part = innermost(function.tree, at)
        while part is not None:
            if part.kind == "loop":
                raise Refused(REPEATED % "in a loop")
            part = part.parent
        labels = {self.code[label.first].text for label in function.tree.below()
                  if label.kind == "label" and label.first < at}
        for jump in function.tree.below():
            if jump.kind == "goto" and jump.first > at and self.code[jump.first + 1].text in labels:
                raise Refused(REPEATED % "by a jump back")

    # -- a function ------------------------------------------------------------------

    def _allocs(self, function):
        return [at for at in range(function.body, function.last) if self.code[at].text in ALLOC]

    def _is_local(self, function, name):
        return name in self._locals(function)

    def _locals(self, function):
        """Names of plain numbers that the function declares, parameters included."""
        found = set()
        begin, end = function.params
        words = self.source.words(begin, end)
        for text in " ".join(words).split(" , "):
            parts = text.split()
            if len(parts) > 1 and set(parts[:-1]) <= TYPES:
                found.add(parts[-1])
        for part in function.tree.below():
            if part.kind != "plain":
                continue
            at = part.first
            while self.code[at].text in TYPES:
                at += 1
            if at == part.first:
                continue
            depth_end = part.last
            while at < depth_end:
                if self.code[at].kind == "id":
                    found.add(self.code[at].text)
                while at < depth_end and self.code[at].text != ",":
                    at = self.source.mate[at] if self.code[at].text in "([{" else at
                    at += 1
                at += 1
        return found

    def _function(self, function):
        """Raises Refused, or returns the calls that lose the flag."""
        calls = self._allocs(function)
        local, given, variables = self._locals(function), set(), set()
        for at in self._carriers(function):
            token = self.code[at]
            if (token.line, token.col) in self.stays:
                raise Refused(self.stays[token.line, token.col][1])
            sink = self._sink(function, at, calls, local)
            if isinstance(sink, str):
                variables.add(sink)
            else:
                given.add(sink)
        for name in variables:
            given |= self._follow(function, name, calls)
        if not given:
            raise Refused(ELSEWHERE)
        for call in given:
            self._call(function, call)
        first = innermost(function.tree, calls[0])
        if len(calls) > 1 and first.parent is not function.tree:
            raise Refused(SEVERAL)
        for call in calls:
            self._clean(function, innermost(function.tree, call))
            self._no_loop(function, call)
            words = self.source.words(*self.source.args(call)[0])
            if words != self.source.words(*self.source.args(calls[0])[0]):
                raise Refused(SEVERAL)
        return calls

    def _clean(self, function, part):
        """No #if within a statement, nor around it."""
        first, last = self.code[part.first], self.code[part.last]
        if [region for region in first.regions + last.regions if not region.guard] or \
                any(first.start < directive.first.start < last.start
                    for directive in self.source.directives):
            raise Refused(REGION)

    def _sink(self, function, at, calls, local):
        """Where a flag goes to: a call, or a variable's name."""
        part = innermost(function.tree, at)
        for call in calls:
            args = self.source.args(call)
            if len(args) > 3 and args[3][0] <= at < args[3][1]:
                self._sum(*args[3], alone=False)
                self._conditions(function, at, part)
                return call
        words = self.source.words(part.first, part.last + 1)
        if part.kind in ("if", "loop", "switch", "case", "return"):
            tests = {"&", "==", "!=", "case"} & set(words)
            raise Refused(DECIDES if tests else FORM)
        if part.kind != "plain":
            raise Refused(FORM)
        self._clean(function, part)
        return self._variable(function, part, words, local, at)

    def _variable(self, function, part, words, local, at):
        places = [i for i, word in enumerate(words) if word in ASSIGN]
        if len(places) != 1 or words[places[0]] not in ("=", "|="):
            raise Refused(ELSEWHERE if "(" in words and not places else FORM)
        left, op = words[:places[0]], words[places[0]]
        name = left[-1] if left else ""
        declares = len(left) > 1 and set(left[:-1]) <= TYPES
        if any(word in ("->", ".", "[") for word in left):
            raise Refused(FIELD)
        if name not in local or not declares and len(left) != 1 or declares and op != "=" or \
                name in words[places[0] + 1:] or left[0] in ("static", "extern"):
            raise Refused(FORM)
        self._sum(part.first + places[0] + 1, part.last, alone=True)
        self._conditions(function, at, part)
        if op == "|=":
            self._removable(part)
        return name

    def _removable(self, part):
        """A statement that may go leaves no label without one, and no loop or branch."""
        parent = part.parent
        if parent.kind == "if":
            if len(parent.parts) != 1 or parent.parent.kind != "block":
                raise Refused(CONDITION)
            part, parent = parent, parent.parent
        elif parent.kind != "block":
            raise Refused(FORM)
        if parent.kind == "block" and len(parent.parts) == 1 and parent.parent is not None:
            outer = parent.parent
            if outer.kind != "if" or len(outer.parts) != 1 or outer.parent.kind != "block":
                raise Refused(CONDITION)
            part, parent = outer, outer.parent
        at = parent.parts.index(part)
        if at and parent.parts[at - 1].kind in ("label", "case"):
            raise Refused(FORM)

    def _conditions(self, function, at, part):
        """Nothing shows what else hangs on a condition by which the flag is set."""
        names = set()
        if part.kind == "plain":
            outer = part.parent
            if outer.kind == "block" and len(outer.parts) == 1 and outer.parent:
                outer = outer.parent
            if outer.kind == "if" and self.code[part.first + 1].text == "|=":
                names |= self._pure(outer.head)
        begin, end = part.first, part.last + 1
        for i in range(begin, end):
            if self.code[i].text == "?":
                start = i
                while start > begin and self.code[start - 1].text not in ("(", "|", ",", "="):
                    start -= 1
                if self.code[start - 1].text == "(" and self.source.mate[start - 1] < i:
                    raise Refused(CONDITION)
                names |= self._pure(range(start, i))
        if names:
            raise Refused(CONDITION)
        outer = part.parent if part.kind == "plain" else function.tree
        if outer not in self._around(function):
            raise Refused(CONDITION)

    def _around(self, function):
        """The statements that hold a call which allocates vectors."""
        found = {function.tree}
        for call in self._allocs(function):
            part = innermost(function.tree, call).parent
            while part is not None:
                found.add(part)
                part = part.parent
        return found

    def _pure(self, places):
        words = [self.code[i].text for i in places]
        if any(word in ASSIGN or word in ("++", "--") for word in words) or \
                any(self.code[i].kind == "id" and self.code[i + 1].text == "(" for i in places):
            raise Refused(CONDITION)
        return {self.code[i].text for i in places if self.code[i].kind == "id"}

    def _sum(self, begin, end, alone):
        """Flags joined by |, of which those with ours can go; @alone where it may be the only."""
        begin, end = self._bare(begin, end)
        terms, start, i = [], begin, begin
        while i < end:
            if self.code[i].text in "([{" and self.code[i].kind == "op":
                i = self.source.mate[i]
            elif self.code[i].text == "|":
                terms.append((start, i))
                start = i + 1
            i += 1
        terms.append((start, end))
        if len(terms) > 1 and any(self.code[i].text == "?" for term in terms
                                  for i in self._bare_places(*term)):
            raise Refused(CONDITION)
        ours = 0
        for term in terms:
            words = self.source.words(*term)
            if not any(word == FLAG or word in self.macros for word in words):
                continue
            ours += FLAG in words
            self._term(*term)
        if ours == len(terms) and not alone:
            raise Refused(FORM)

    def _bare_places(self, begin, end):
        """Tokens that are in no bracket of their own."""
        i = begin
        while i < end:
            yield i
            if self.code[i].text in "([{" and self.code[i].kind == "op":
                i = self.source.mate[i]
            i += 1

    def _bare(self, begin, end):
        while end - begin > 1 and self.code[begin].text == "(" and \
                self.source.mate[begin] == end - 1:
            begin, end = begin + 1, end - 1
        return begin, end

    def _term(self, begin, end):
        begin, end = self._bare(begin, end)
        words = self.source.words(begin, end)
        if len(words) == 1:
            return
        if words[-1] == FLAG and words[0] == "(" and self.source.mate[begin] == end - 2 and \
                set(words[1:-2]) <= TYPES:
            return
        if any(self.code[i].text == "|" for i in self._bare_places(begin, end)) and \
                "?" not in words:
            self._sum(begin, end, alone=False)
            return
        if "?" in words:
            behind = words[words.index("?") + 1:]
            if behind in ([FLAG, ":", "0"], ["0", ":", FLAG]):
                return
            raise Refused(CONDITION)
        raise Refused(DECIDES if {"&", "==", "!="} & set(words) else FORM)

    def _follow(self, function, name, calls):
        """A variable with the flag may only be set and handed to the allocation."""
        given = set()
        if self._is_hidden(function, name):
            raise Refused(VARIABLE % name)
        for at in range(function.body, function.last):
            token = self.code[at]
            if token.text != name or self.source.is_member(at):
                continue
            part = innermost(function.tree, at)
            self._clean(function, part)
            call = next((call for call in calls
                         if self.source.args(call)[3][0] <= at < self.source.args(call)[3][1]),
                        None)
            if call is not None:
                self._sum(*self.source.args(call)[3], alone=False)
                begin, end = self.source.args(call)[3]
                if set(self.source.words(begin, end)) & (ASSIGN | {"&", "?", "~", "++", "--"}):
                    raise Refused(VARIABLE % name, token)
                given.add(call)
                continue
            words = self.source.words(part.first, part.last + 1)
            if part.kind == "plain" and words[0] in TYPES and not set(words) & ASSIGN:
                continue
            if part.kind != "plain" or words.count(name) != 1:
                raise Refused(VARIABLE % name, token)
            i = words.index(name)
            if set(words[:i]) - TYPES or words[i + 1] not in ("=", "|=", ";") or \
                    i == 0 and words[1] == ";" or \
                    [word for word in words if word in ASSIGN or word == ","] not in (
                        [], ["="], ["|="]):
                raise Refused(VARIABLE % name, token)
            self._out_of_loops(part)
        return given

    def _out_of_loops(self, part):
        while part is not None:
            if part.kind == "loop":
                raise Refused(FORM)
            part = part.parent

    # -- the call ------------------------------------------------------------------

    def _call(self, function, call):
        name = self.code[call].text
        args = self.source.args(call)
        if len(args) != (4 if name == "pci_alloc_irq_vectors" else 5):
            raise Refused(FORM, self.code[call])
        if len(args) == 5 and self.source.words(*args[4]) != ["NULL"]:
            raise Refused(VALUE, self.code[call])
        least = self.source.words(*args[1])
        if len(least) != 1 or self._number(least[0]) != 1 or least[0] in self.constants:
            raise Refused(MINIMUM % name)
        if not re.match(r"(?:to_pci_dev \( )?[\w\s.>&*\[\]-]+\)?$",
                        " ".join(self.source.words(*args[0]))):
            raise Refused(NO_PLACE % name, self.code[call])
        self._maximum(args[2])
        self._value(function, call, set())

    def _maximum(self, arg):
        words = self.source.words(*arg)
        if len(words) == 1 and INTEGER.match(words[0]):
            return
        token = self.code[arg[0]]
        if len(words) == 1 and words[0] in self.constants:
            uses = [t for t in self.source.tokens if t.text == words[0]]
            if len(uses) == 2:
                return
        elif len(words) == 1 and self._is_parameter(words[0], arg[0]):
            self.parameters.add(words[0])
            return
        raise Refused(MAXIMUM % "".join(words), token)

    def _is_parameter(self, name, at):
        """Whether a module parameter is for this call only, so that it can go."""
        places = [i for i, token in enumerate(self.code) if token.text == name]
        if any(token.text == name for d in self.source.directives for token in d.tokens):
            return False
        known, floors, kinds = {at}, 0, []
        for i in places:
            if [r for r in self.code[i].regions if not r.guard]:
                return False
            before = self.code[i - 2].text if i > 1 else ""
            if self.code[i - 1].text == "(" and before in ("module_param", "MODULE_PARM_DESC"):
                known.add(i)
                kinds.append(before)
            elif self._sets_default(i):
                known.add(i)
                kinds.append("default")
        for function in self.source.functions:
            for part in function.tree.below():
                words = self.source.words(part.first, part.last + 1)
                flat = [word for word in words if word not in "{}"]
                if part.kind == "if" and len(flat) == 10 and flat[6:] == [name, "=", flat[4], ";"] \
                        and flat[:6] == ["if", "(", name, "<", flat[4], ")"] and \
                        INTEGER.match(flat[4]):
                    floors += 1
                    known |= {i for i in places if part.holds(i)}
        return set(places) == known and floors <= 1 and \
            kinds.count("module_param") == 1 and kinds.count("default") == 1

    def _sets_default(self, at):
        """static int name = 32;"""
        start = at
        while start and self.code[start - 1].text in TYPES | {"static"}:
            start -= 1
        words = self.source.words(start, at)
        return self.source.function_at(at) is None and words[:1] == ["static"] and \
            "const" not in words and self.code[at + 1].text == "=" and \
            bool(INTEGER.match(self.code[at + 2].text)) and self.code[at + 3].text == ";" and \
            int(INTEGER.match(self.code[at + 2].text)[1], 0) > 0

    # -- what becomes of the number of vectors ---------------------------------------

    def _value(self, function, call, seen):
        """Only the failure of a call may matter."""
        if call in seen:
            return
        seen.add(call)
        part = innermost(function.tree, call)
        words = self.source.words(part.first, part.last + 1)
        close = self.source.mate[call + 1]
        if part.kind == "plain":
            if part.first == call:
                return
            if self.source.words(part.first + 1, call) != ["="] or close + 1 != part.last:
                raise Refused(NO_PLACE % self.code[call].text if words[0] in TYPES else VALUE,
                              self.code[call])
            self._result(function, part, self.code[part.first].text, seen)
        elif part.kind == "return":
            tail = self.source.words(close + 1, part.last)
            if call != part.first + 1 or tail:
                raise Refused(VALUE, self.code[call])
            self._returned(function, part, seen)
        elif part.kind == "if":
            self._tested(function, part, call, close, seen)
        else:
            raise Refused(NO_PLACE % self.code[call].text, self.code[call])

    def _tested(self, function, part, call, close, seen):
        head = [self.code[i].text for i in part.head]
        before = self.source.words(part.head[0], call)
        tail = self.source.words(close + 1, part.head[-1] + 1)
        if not before and tail in (["<", "0"], ["<=", "0"], ["<", "1"]):
            return
        if len(before) == 3 and before[0] == "(" and before[2] == "=" and \
                tail in ([")", "<", "0"], [")", "<=", "0"]):
            name = before[1]
            self._local_result(function, name, part)
            state = self._run(function, part.parts[1:], name, seen)
            if state == "open":
                self._after(function, part, name, seen)
            return
        raise Refused(NO_PLACE % self.code[call].text if "&&" in head or "||" in head else VALUE,
                      self.code[call])

    def _returned(self, function, part, seen):
        """The value goes to callers: to all of them it must be an error or nothing."""
        if not function.static:
            raise Refused(VALUE, self.code[part.first])
        for at in self._refers(function.name):
            caller = self.source.function_at(at)
            if caller is None:
                if self._is_probe(at):
                    raise Refused(VALUE, self.code[part.first])
                raise Refused(VALUE, self.code[at])
            self._value(caller, at, seen)

    def _is_probe(self, at):
        return self.code[at - 2].text in ONCE

    def _local_result(self, function, name, part):
        if not self._is_local(function, name) or self._is_hidden(function, name):
            raise Refused(VALUE, self.code[part.first])
        for at in range(function.body, function.last):
            if self.code[at].text == name and self.code[at - 1].text == "&" and \
                    self.code[at - 2].kind not in ("id", "num") and \
                    self.code[at - 2].text not in ")]":
                raise Refused(VALUE, self.code[at])

    def _is_hidden(self, function, name):
        """Whether macros use a variable, or a block has one of the same name."""
        if any(token.text == name for _, directive in self._defines()
               for token in directive.tokens[3:]):
            return True
        declared = [part for part in function.tree.below() if part.kind == "plain" and
                    self.code[part.first].text in TYPES and
                    name in self.source.words(part.first, part.last) and
                    not any(word in ASSIGN and name in
                            self.source.words(part.first, part.last)[at + 1:]
                            for at, word in enumerate(self.source.words(part.first, part.last)))]
        return len(declared) > 1 or bool(declared) and name in self.source.words(*function.params)

    def _result(self, function, part, name, seen):
        self._local_result(function, name, part)
        self._after(function, part, name, seen)

    def _after(self, function, part, name, seen):
        """Follow a variable with the number from behind a statement on."""
        while part.parent is not None:
            parent = part.parent
            if parent.kind == "block":
                state = self._run(function, parent.parts[parent.parts.index(part) + 1:], name, seen)
                if state == "done":
                    return
            elif parent.kind == "loop":
                raise Refused(REPEATED % "in a loop", self.code[part.first])
            part = parent

    def _run(self, function, parts, name, seen):
        """Look at statements in turn: done once the number is gone, else open."""
        for part in parts:
            state = self._one(function, part, name, seen)
            if self.source.optional(part):
                continue
            if state == "done":
                return "done"
            if part.kind == "jump":
                return "open"
        return "open"

    def _one(self, function, part, name, seen):
        words = self.source.words(part.first, part.last + 1)
        if part.kind == "goto":
            self._jump(function, words[1], name, seen, part)
            return "done"
        if part.kind == "block":
            return self._run(function, part.parts, name, seen)
        if part.kind == "return":
            if name in words:
                self._return(function, part, name, words, seen)
            return "done"
        if part.kind == "if":
            return self._branch(function, part, name, seen)
        head = [self.code[i].text for i in part.head]
        if part.kind in ("loop", "switch"):
            if name in head:
                raise Refused(VALUE, self.code[part.first])
            for inner in part.parts:
                self._run(function, [inner], name, seen)
            return "open"
        if name not in words:
            return "open"
        if part.kind == "plain" and words[:2] == [name, "="] and name not in words[2:]:
            return "done"
        raise Refused(VALUE, self.code[part.first])

    def _branch(self, function, part, name, seen):
        head = [self.code[i].text for i in part.head]
        if head[:2] in (["unlikely", "("], ["likely", "("]) and head[-1] == ")":
            head = head[2:-1]
        then, other = part.parts[:1], part.parts[1:]
        if name in head:
            if head in ([name, "<", "0"], [name, "<=", "0"], [name, "<", "1"]):
                return self._run(function, other, name, seen)
            if head in ([name, ">=", "0"], [name, ">", "0"]):
                state = self._run(function, then, name, seen)
                return state if not other else "open"
            bound = [self.code[i - 2].text for i in part.head if self.code[i].text == name]
            if len(bound) == 1 and self._is_guard(function, part, bound[0]) and \
                    name not in self.source.words(then[0].first, then[0].last + 1):
                return "open"
            raise Refused(VALUE, self.code[part.head[0]])
        if {"="} & set(head) and [i for i in part.head if self.code[i].text == name]:
            raise Refused(VALUE, self.code[part.head[0]])
        states = [self._run(function, [branch], name, seen) for branch in part.parts]
        return "done" if len(states) == 2 and states == ["done", "done"] else "open"

    def _return(self, function, part, name, words, seen):
        tail = words[1:-1]
        if tail[:5] == [name, "<", "0", "?", name] and tail[5:6] == [":"] and \
                name not in tail[6:]:
            return
        if tail in (["min", "(", name, ",", "0", ")"],
                    ["min_t", "(", "int", ",", name, ",", "0", ")"]):
            return
        if tail == [name]:
            self._returned(function, part, seen)
            return
        raise Refused(VALUE, self.code[part.first])

    def _jump(self, function, label, name, seen, part):
        for target in function.tree.below():
            if target.kind == "label" and self.code[target.first].text == label:
                if ("goto", target.first, name) not in seen:
                    seen.add(("goto", target.first, name))
                    self._after(function, target, name, seen)
                return
        raise Refused(VALUE, self.code[part.first])
