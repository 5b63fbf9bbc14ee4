# SPDX-License-Identifier: GPL-2.0-only
"""Which clients of ntb_msi_init() may be rewritten: all of a file's calls, or none.

The client has to show each thing the rewrite relies on: one device in one structure,
which is the context; a failure of the library ends the probe; interrupts are numbers
that nothing but their release gets; and which interrupt of a peer a descriptor is.
"""

import re

from .scan import ASSIGN, Flow, innermost

LEGACY = {"ntb_msi_init", "ntb_msi_setup_mws", "ntb_msi_clear_mws", "ntbm_msi_request_irq",
          "ntbm_msi_request_threaded_irq", "ntbm_msi_free_irq", "ntb_msi_peer_trigger",
          "ntb_msi_peer_addr"}
ENDING = LEGACY | {"ntb_clear_ctx"}
REQUESTS = {"ntbm_msi_request_irq", "ntbm_msi_request_threaded_irq"}
WORDS = LEGACY | {"ntb_msi_desc"}
PRINTS = re.compile(r"(?:dev|pr|pci|ntb)_(?:err|warn|info|dbg|notice|crit)"
                    r"(?:_once|_ratelimited)?$|printk$")
PARTS = re.compile(r"ntb_(?:peer_)?(?:spad|db|mw|msg)_\w+$")
WAITS = re.compile(r"(?:wait_|flush_|cancel_\w+_sync|msleep|ssleep|usleep|udelay|cpu_relax|"
                   r"schedule_timeout|read_poll_timeout)")
# What lets code run that rings, and what stops it.
STARTS = re.compile(r"(?:debugfs_create|misc_register|device_create|device_register|device_add|"
                    r"cdev_\w*add|sysfs_create|sysfs_add|proc_create|schedule_|queue_|mod_timer|"
                    r"add_timer|hrtimer_start|request_\w*irq|devm_request_|kthread_run|wake_up|"
                    r"register_|\w+_register)")
STOPS = re.compile(r"(?:debugfs_remove|misc_deregister|device_destroy|device_unregister|device_del|"
                   r"cdev_\w*del|sysfs_remove|proc_remove|remove_proc|cancel_|flush_|del_timer|"
                   r"timer_(?:delete|shutdown)|hrtimer_cancel|free_irq|kthread_stop|"
                   r"destroy_workqueue|unregister_|\w+_unregister)")
FREES = re.compile(r"(?:^|_)[kvz]*free(?:$|_sensitive|_rcu)|(?:^|_)put(?:$|_)|_put$")
NUMBER = re.compile(r"[0-9]+[uU]?$")

SAYS = {
    "ntb_msi_init":
        "attach with ntb_irq_attach() in place of ntb_set_ctx(), and keep what it returns; "
        "messages stay, so there is no callback for changed ones",
    "ntb_msi_setup_mws":
        "drop this: the library finds windows and programs them",
    "ntb_msi_clear_mws":
        "drop this: ntb_irq_detach() closes the windows",
    "ntbm_msi_request_irq":
        "use ntb_irq_request(); it returns the index that peers know, and 0 is one",
    "ntbm_msi_request_threaded_irq":
        "use ntb_irq_request(); it returns the index that peers know, and 0 is one",
    "ntbm_msi_free_irq":
        "use ntb_irq_release() with the index",
    "ntb_msi_peer_trigger":
        "use ntb_irq_ring() with the index that the peer's ntb_irq_request() returned",
    "ntb_msi_peer_addr":
        "use ntb_irq_peer_message() with the index that the peer's ntb_irq_request() returned",
    "ntb_msi_desc":
        "struct ntb_msi_desc goes: the library keeps the messages; "
        "keep the index of an interrupt, where anything is needed",
}
EXCHANGE = "drop the exchange of descriptors: the library sends peers each interrupt's message"
LIBRARY = "this is the legacy library: remove it with CONFIG_NTB_MSI once its last client is gone"
DEVM = "interrupts of the library are not freed so: use ntb_irq_release() with the index"
KEPT = "release each interrupt by ntb_irq_release() before ntb_irq_detach(): nothing else does"
ATTACHED = "call ntb_irq_detach() when the client goes: the library holds the context till then"
CONTEXT = "the library owns the context of the NTB device: keep the client's elsewhere"
USED = ("name the doorbells, windows and scratchpads that the client uses itself in .claimed "
        "of struct ntb_irq_config")

WHY = "this client is left to a person: "
FORM = WHY + "this call has a form that is not known"
REGION = WHY + "code of the interface is for some configurations only"
DEVICES = WHY + "it is not shown that there is one NTB device, held by the structure of the context"
NAMES = WHY + "ntb_irq is a name here already"
ONE = WHY + "there must be one ntb_msi_init() and one ntb_set_ctx()"
TOLERATED = WHY + "it goes on where this fails, and ntb_irq_attach() takes the place of both: " \
    "keep the other way by hand"
EARLY = WHY + "interrupts are asked for before the context is set, and need the handle of " \
    "ntb_irq_attach()"
NUMBER_USED = WHY + "the interrupt's number is used for more than its release, and an index is none"
UNCHECKED = WHY + "whether the interrupt was got is not tested here in a known form"
UNRELEASED = WHY + "the interrupt is not released, and goes with the device no more"
PEER = WHY + "which interrupt of the peer this descriptor is, the client does not show"
ADDRESS = WHY + "an address that is kept may be revoked: see peer_revoke of struct ntb_irq_config"
DETACHED = WHY + "ntb_irq_detach() must come once, last, and only after ntb_irq_attach() succeeded"
WAITING = WHY + "it waits while it is probed, and events of the link come after the probe now"
LEFTOVER = WHY + "the rewrite would leave a variable, label or function without a use"


class Refused(Exception):
    def __init__(self, reason, token):
        super().__init__(reason)
        self.reason, self.token = reason, token


class Clients:
    """@may: whether the file is to be rewritten; @remarks as those of Flags."""

    def __init__(self, source, header=False):
        self.source, self.code, self.header = source, source.code, header
        self.may, self.remarks = False, {}
        self.found = [at for at, token in enumerate(self.code) if token.text in LEGACY]
        self.library = self._library()
        if self.library is not None:
            self.remark(self.library, LIBRARY)
            return
        if not any(token.text in WORDS for token in source.tokens):
            self._report_new()
            return
        try:
            if self.found:
                self._judge()
                self.may = True
        except Refused as error:
            self.remark(error.token, error.reason)
        self._report()

    def remark(self, token, reason):
        self.remarks.setdefault((token.line, token.col), (len(token.text), reason))

    def _library(self):
        for at in self.found:
            token = self.code[at]
            if token.text == "ntb_msi_init" and self.code[at - 1].text in ("int", "*") and \
                    self.code[at + 1].text == "(":
                return token
        return None

    # -- what is left to do --------------------------------------------------------

    def _report(self):
        desc = False
        for at, token in enumerate(self.source.tokens):
            if token.text in WORDS:
                self.remark(token, SAYS[token.text])
                desc = True
            elif token.text == "addr_offset" and desc:
                self.remark(token, EXCHANGE)
            elif token.text == "devm_free_irq" and desc:
                self.remark(token, DEVM)
        self._report_new()

    def _report_new(self):
        names = {token.text for token in self.code}
        attach = [token for token in self.code if token.text == "ntb_irq_attach"]
        if not attach or not self.source.functions:
            return
        if "claimed" not in names and any(PARTS.match(name) for name in names):
            self.remark(attach[0], USED)
        elif "ntb_irq_detach" not in names:
            self.remark(attach[0], ATTACHED)
        for at, token in enumerate(self.code):
            if token.text == "ntb_irq_request" and not names & {"ntb_irq_release", "ntb_irq_free"}:
                self.remark(token, KEPT)
            elif token.text in ("ntb_set_ctx", "ntb_clear_ctx"):
                self.remark(token, CONTEXT)
            elif token.text == "ctx" and self.code[at - 1].text == "->" and \
                    "ntb" in self.code[at - 2].text:
                self.remark(token, CONTEXT)

    # -- the judgement ---------------------------------------------------------------

    def need(self, right, reason, at):
        if not right:
            raise Refused(reason, self.code[at] if isinstance(at, int) else at)

    def calls(self, *names):
        return [at for at in self.found if self.code[at].text in names]

    def places(self, name):
        return [at for at, token in enumerate(self.code) if token.text == name]

    def words(self, begin, end):
        return self.source.words(begin, end)

    def statement(self, at):
        function = self.source.function_at(at)
        self.need(function, FORM, at)
        return function, innermost(function.tree, at)

    def behind(self, part):
        """The next statement of the same block."""
        if part.parent is None or part.parent.kind != "block":
            return None
        parts = part.parent.parts
        at = parts.index(part) + 1
        return parts[at] if at < len(parts) else None

    def _judge(self):
        tokens = self.source.tokens
        first = next(token for token in tokens if token.text in WORDS)
        self.need(not self.source.faults and not self.header, FORM, first)
        for token in tokens:
            if token.text in WORDS | {"ntb_set_ctx", "ntb_clear_ctx"}:
                self.need(token.directive is None, FORM, token)
                self.need(all(region.guard for region in token.regions), REGION, token)
        for at in self.found:
            self.need(self.source.function_at(at) and self.code[at + 1].text == "(", FORM, at)
            function, part = self.statement(at)
            start, end = self.code[part.first].start, self.code[part.last].start
            self.need(not any(start < d.first.start < end for d in self.source.directives),
                      REGION, at)
        for at, token in enumerate(self.code):
            self.need(not re.match(r"ntb_irq(?:_|$)", token.text), NAMES, token)
            self.need(token.text != "devm_free_irq", DEVM, token)
        inits, self.sets = self.calls("ntb_msi_init"), self.places("ntb_set_ctx")
        self.need(len(inits) == 1 and len(self.sets) == 1, ONE, (inits or self.found or [first])[0])
        self.need(self.calls(*REQUESTS), ONE, inits[0])
        for at in self.calls("ntb_msi_peer_addr"):
            self.need(False, ADDRESS, at)
        self._structure()
        self._devices()
        self._init(inits[0])
        for at in self.calls("ntb_msi_setup_mws"):
            self._windows(at)
        for at in self.calls("ntb_msi_clear_mws"):
            self._bare(at)
        self._attach()
        self._detach()
        for at in self.calls(*REQUESTS):
            self._request(at)
        for at in self.calls("ntbm_msi_free_irq"):
            self._bare(at, alone=False)
        self._numbers()
        self._once()
        self._order()
        self._released()
        self.theirs = set()
        for at in self.calls("ntb_msi_peer_trigger"):
            self._trigger(at)
        self._exchange()

    # -- the device --------------------------------------------------------------------

    def _members(self, struct):
        """The bodies of a structure's definitions."""
        return [(at + 3, self.source.mate[at + 2]) for at, token in enumerate(self.code)
                if token.text == "struct" and self.words(at + 1, at + 3) == [struct, "{"]]

    def _structure(self):
        at = self.sets[0]
        function, _ = self.statement(at)
        args = self.source.args(at)
        self.need(args and len(args) == 3, FORM, at)
        context = self.words(*args[1])
        self.need(len(context) == 1, DEVICES, at)
        self.context = context[0]
        kinds = self._variables(function).get(self.context, set())
        self.need(len(kinds) == 1, DEVICES, at)
        self.struct = next(iter(kinds))
        bodies = self._members(self.struct)
        self.need(len(bodies) == 1, DEVICES, at)
        begin, end = bodies[0]
        devices = [i for i in range(begin, end)
                   if self.words(i, i + 3) == ["struct", "ntb_dev", "*"]]
        self.need(len(devices) == 1 and self.code[devices[0] + 4].text == ";", DEVICES, at)
        self.member = self.code[devices[0] + 3].text
        # A device elsewhere might be another one.
        for i, token in enumerate(self.code):
            if token.text == "ntb_dev" and i not in (devices[0] + 1,):
                self.need(self.source.function_at(i), DEVICES, i)

    def _variables(self, function):
        """Pointers to structures that a function has: name to structures."""
        found = {}
        for at in range(function.params[0], function.last):
            if self.code[at].text == "struct" and self.code[at + 2].text == "*" and \
                    self.code[at + 3].kind == "id":
                found.setdefault(self.code[at + 3].text, set()).add(self.code[at + 1].text)
                self.need(self.code[at + 4].text in (";", "=", ",", ")"), FORM, at)
        return found

    def _devices(self):
        for at in self.found + self.places("ntb_clear_ctx") + self.sets:
            function, _ = self.statement(at)
            kinds = self._variables(function)
            args = self.source.args(at)
            self.need(args, FORM, at)
            words = self.words(*args[0])
            mine = [name for name, kind in kinds.items() if kind == {self.struct}]
            if len(words) == 3:
                self.need(words[1:] == ["->", self.member] and words[0] in mine, DEVICES, at)
                continue
            self.need(len(words) == 1 and kinds.get(words[0]) == {"ntb_dev"}, DEVICES, at)
            self.need(len([n for n, kind in kinds.items() if "ntb_dev" in kind]) == 1, DEVICES, at)
            if self.code[at].text in ("ntb_msi_init", "ntb_msi_setup_mws", "ntb_msi_clear_mws"):
                continue
            self.need(len(mine) == 1 and self._same(function, mine[0], words[0], at), DEVICES, at)

    def _same(self, function, mine, device, at):
        """Whether mine->member is the device, as far as the function shows."""
        text = " ".join(self.words(function.body, at))
        return any(form in text for form in (
            f" {mine} = {device} -> ctx ;", f" {mine} -> {self.member} = {device} ;",
            f" {device} = {mine} -> {self.member} ;"))

    # -- failures --------------------------------------------------------------------------

    def _leaves(self, part, reason):
        """A branch that does nothing but print, undo and return an error."""
        parts = part.parts if part.kind == "block" else [part]
        at = part.first
        self.need(parts, reason, at)
        if reason is DETACHED:
            self.need(not self._does(part.first, part.last) & ENDING, reason, at)
        for inner in parts[:-1]:
            words = self.words(inner.first, inner.last + 1)
            self.need(inner.kind == "plain" and not set(words) & (ASSIGN | {"++", "--"}) and
                      self.code[inner.first + 1].text == "(", reason, at)
        last = parts[-1]
        if last.kind == "goto":
            function = self.source.function_at(at)
            label = self.code[last.first + 1].text
            target = [s for s in function.tree.parts if s.kind == "label" and
                      self.code[s.first].text == label]
            self.need(target, reason, at)
            rest = function.tree.parts[function.tree.parts.index(target[0]):]
            last = next((s for s in rest if s.kind == "return"), None)
            self.need(last, reason, at)
            for inner in rest[:rest.index(last)]:
                self.need(inner.kind in ("label", "plain"), reason, at)
            if reason is DETACHED:
                self.need(not self._does(target[0].first, last.last) & ENDING, reason, at)
        self.need(last.kind == "return", reason, at)
        words = self.words(last.first + 1, last.last)
        self.need(words and words != ["0"], reason, at)
        return words

    def _checked(self, at, reason, negative=False):
        """R = call(); if (R) leave, or if (call()) leave: R or None, and the if."""
        _, part = self.statement(at)
        close = self.source.mate[at + 1]
        if part.kind == "if":
            words = [self.code[i].text for i in part.head]
            tail = words[close + 1 - part.head[0]:]
            self.need(part.head[0] == at and tail in ([], ["<", "0"]) and len(part.parts) == 1,
                      reason, at)
            self._leaves(part.parts[0], reason)
            return None, part
        self.need(part.kind == "plain" and close + 1 == part.last, reason, at)
        words = self.words(part.first, at)
        self.need(words[-1:] == ["="], reason, at)
        name = words[:-1]
        test = self.behind(part)
        self.need(test is not None and test.kind == "if" and len(test.parts) == 1, reason, at)
        head = [self.code[i].text for i in test.head]
        self.need(head == [*name, "<", "0"] or not negative and head == name, reason, at)
        returned = self._leaves(test.parts[0], reason)
        self.need(len(name) == 1 or returned != ["0"], reason, at)
        return name, test

    def _unused_behind(self, name, part, reason):
        """Nothing depends on what a variable was set to."""
        used = Flow(self.source, self.source.function_at(part.first), name).behind(part)
        self.need(not used, reason, used[0] if used else part.first)

    def _init(self, at):
        args = self.source.args(at)
        self.need(args and len(args) == 2, FORM, at)
        _, part = self.statement(at)
        self.need(part.parent is self.source.function_at(at).tree, TOLERATED, at)
        name, test = self._checked(at, TOLERATED)
        if name:
            self.need(len(name) == 1, FORM, at)
            self._unused_behind(name[0], test, TOLERATED)
        callback = self.words(*args[1])
        self.need(len(callback) == 1, FORM, at)
        if callback != ["NULL"]:
            self._callback(callback[0], at)

    def _callback(self, name, at):
        mine = [f for f in self.source.functions if f.name == name]
        self.need(len(mine) == 1 and mine[0].static, FORM, at)
        for call in self.source.calls(mine[0]):
            used = self.code[call].text
            theirs = [f for f in self.source.functions if f.name == used and f.static]
            outside = [i for i in self.places(used)
                       if not mine[0].start <= i <= mine[0].last and
                       not any(f.start <= i < f.body for f in theirs)]
            self.need(not theirs or outside, LEFTOVER, call)

    def _windows(self, at):
        _, part = self.statement(at)
        if part.first == at and part.kind == "plain":
            self._bare(at)
            return
        self.need(part.parent.kind == "block", TOLERATED, at)
        name, test = self._checked(at, TOLERATED)
        if name:
            self.need(len(name) == 1, FORM, at)
            self._unused_behind(name[0], test, TOLERATED)
        before = part.parent.parts[:part.parent.parts.index(part)]
        self.need(not before or before[-1].kind not in ("label", "case"), FORM, at)

    def _bare(self, at, alone=True):
        """A statement of its own; @alone where it is to be removed."""
        _, part = self.statement(at)
        self.need(part.kind == "plain" and part.first == at and
                  self.source.mate[at + 1] + 1 == part.last, FORM, at)
        if alone:
            self.need(part.parent.kind == "block" and len(part.parent.parts) > 1, FORM, at)
            place = part.parent.parts.index(part)
            self.need(not place or part.parent.parts[place - 1].kind not in ("label", "case"),
                      FORM, at)

    # -- attach and detach -----------------------------------------------------------------

    def _reach(self, function, seen=None):
        """Names that a function calls, at last."""
        seen = set() if seen is None else seen
        for at in self.source.calls(function):
            name = self.code[at].text
            if name not in seen:
                seen.add(name)
                for other in self.source.functions:
                    if other.name == name:
                        self._reach(other, seen)
        return seen

    def _does(self, begin, end):
        """What is called between two places, at last."""
        names = {self.code[i].text for i in range(begin, end)
                 if self.code[i].kind == "id" and self.code[i + 1].text == "("}
        for function in self.source.functions:
            if function.name in names:
                names |= self._reach(function)
        return names

    def _attach(self):
        at = self.sets[0]
        function, part = self.statement(at)
        self.need(part.parent is function.tree, FORM, at)
        name, test = self._checked(at, DETACHED)
        self.need(name is None or len(name) == 1, FORM, at)
        early = self._does(function.body, at) & (LEGACY - {"ntb_msi_init", "ntb_msi_setup_mws"})
        early |= {word for word in self._does(function.body, at) if STARTS.match(word)}
        self.need(not early, EARLY, at)
        self.need(not any(WAITS.match(word) for word in self._does(test.last, function.last)),
                  WAITING, at)
        contexts = [i for i in self.places("ctx") if self.code[i - 1].text == "->"]
        for i in contexts:
            holder = self.source.function_at(i)
            self.need(holder and self._variables(holder).get(self.code[i - 2].text) == {"ntb_dev"}
                      and self.code[i + 1].text == ";" and self.code[i - 3].text == "=",
                      DEVICES, i)
            for word in ("dev_set_drvdata", "dev_get_drvdata", "driver_data"):
                self.need(not self.places(word), NAMES, i)

    def _detach(self):
        at = self.sets[0]
        attach, _ = self.statement(at)
        clears = self.places("ntb_clear_ctx")
        self.need(clears, DETACHED, at)
        homes = []
        for clear in clears:
            function, part = self.statement(clear)
            self._bare(clear, alone=False)
            self.need(part.parent.kind == "block", DETACHED, clear)
            homes.append(function)
            late = self._does(clear + 1, function.last)
            self.need(not late & LEGACY and not any(STOPS.match(word) for word in late),
                      DETACHED, clear)
            self.need(function is not attach or clear > at, DETACHED, clear)
            # The handle lies in what may be gone by then.
            begin = function.body
            if function is attach:
                test = self._own_test(at)
                self.need(test, DETACHED, at)
                begin = test.last
            mine = {each.name for each in self.source.functions}
            self.need(not any(FREES.search(word) for word in self._does(begin, clear) - mine),
                      DETACHED, clear)
        self.need(len({function.name for function in homes}) == len(homes), DETACHED, clears[0])
        self.need(any(function is not attach for function in homes) and len(homes) <= 2,
                  DETACHED, clears[0])
        for function in homes:
            refers = [i for i in self.places(function.name)
                      if not function.start <= i < function.body]
            self.need(function is attach or len(refers) == 1, DETACHED, clears[0])

    # -- interrupts ------------------------------------------------------------------------

    def _request(self, at):
        args = self.source.args(at)
        self.need(len(args) == (5 if self.code[at].text == "ntbm_msi_request_irq" else 6), FORM, at)
        name, test = self._checked(at, UNCHECKED, negative=True)
        self.need(name is not None, UNCHECKED, at)
        if len(name) == 1:
            self._alias(name[0], test, at)
            return
        self.need(name[1] == "->", UNCHECKED, at)
        self._keep(name, at)

    def _alias(self, name, test, at):
        """rc = request(); if (rc < 0) leave; x->irq = rc;"""
        stored = self.behind(test)
        self.need(stored is not None and stored.kind == "plain", UNCHECKED, at)
        words = self.words(stored.first, stored.last)
        self.need(words[-2:] == ["=", name] and words[1:2] == ["->"], UNCHECKED, at)
        self._unused_behind(name, stored, NUMBER_USED)
        self._keep(words[:-2], at)

    def _keep(self, words, at):
        field = words[2]
        index = words[4:-1] if words[3:4] == ["["] else []
        self.need(len(words) == 3 or len(words) == 6 and len(index) == 1, UNCHECKED, at)
        self.kept = getattr(self, "kept", [])
        self.kept.append((at, field, index))

    def _numbers(self):
        """What is kept may be set, tested for being negative, and released."""
        for field in {field for _, field, _ in self.kept}:
            released = 0
            for at in self.places(field):
                if self.source.is_member(at):
                    released += self._number(at)
            self.need(released, UNRELEASED, next(i for i, f, _ in self.kept if f == field))

    def _number(self, at):
        """Whether a use of a kept number is its release."""
        function, part = self.statement(at)
        start = at - 2
        end = at + 1
        if self.code[end].text == "[":
            end = self.source.mate[end] + 1
        value = self.words(start, end)
        words = self.words(part.first, part.last + 1)
        if words[0] == "ntbm_msi_free_irq":
            args = self.source.args(part.first)
            self.need(args[1] == (start, end), NUMBER_USED, at)
            outer = part.parent
            while outer is not None and outer.kind != "if":
                outer = outer.parent
            return not (outer and self._is_negative(outer))
        if part.kind == "plain" and part.first == start and self.code[end].text == "=":
            behind = self.words(end + 1, part.last)
            self.need(behind[:1] == ["-"] or behind[0] in REQUESTS or
                      any(i for i, _, _ in self.kept if behind == [self.code[i - 2].text] and
                          self.source.function_at(i) is function),
                      NUMBER_USED, at)
            return False
        if part.kind == "if" and [self.code[i].text for i in part.head] in (
                [*value, "<", "0"], [*value, ">=", "0"]):
            return False
        if part.kind in ("return", "plain"):
            outer = part.parent
            if outer.kind == "block":
                outer = outer.parent
            printed = part.kind == "plain" and bool(PRINTS.match(words[0]))
            self.need(outer is not None and outer.kind == "if" and self._is_negative(outer) and
                      (printed or words == ["return", *value, ";"]), NUMBER_USED, at)
            return False
        raise Refused(NUMBER_USED, self.code[at])

    def _is_negative(self, part):
        return [self.code[i].text for i in part.head][-2:] == ["<", "0"]

    # -- peers -------------------------------------------------------------------------------

    def _once(self):
        """Interrupts are requested by one function, in the probe or called once there."""
        requests = self.calls(*REQUESTS)
        self.attach = self.source.function_at(self.sets[0])
        functions = {self.source.function_at(at).name for at in requests}
        self.need(len(functions) == 1, PEER, requests[0])
        self.maker = self.source.function_at(requests[0])
        refers = self._refers(self.attach)
        self.need(len(refers) == 1, PEER, self.sets[0])
        for at in refers:
            self.need(self.source.function_at(at) is None and
                      self.words(at - 3, at) == [".", "probe", "="], PEER, self.sets[0])
        self.made = requests[0]
        if self.maker is not self.attach:
            refers = self._refers(self.maker)
            self.need(len(refers) == 1 and self.source.function_at(refers[0]) is self.attach,
                      PEER, requests[0])
            self.made = refers[0]
            self._straight(self.attach, innermost(self.attach.tree, self.made), self.made)

    def _refers(self, function):
        return [i for i in self.places(function.name)
                if not function.start <= i < function.body and
                not (self.source.function_at(i) is None and self.code[i + 1].text == "(")]

    def _order(self):
        """Interrupts are requested in the order of their descriptors, from 0 on."""
        self.mine, self.bound = None, None
        requests = self.calls(*REQUESTS)
        for number, at in enumerate(requests):
            words = self.words(*self.source.args(at)[-1])
            # & x -> mine, or & x -> mine [ i ]
            self.need(len(words) in (4, 7) and words[0] == "&" and words[2] == "->", PEER, at)
            self.need(self.mine in (None, words[3]), PEER, at)
            self.mine = words[3]
            _, part = self.statement(at)
            if len(words) == 4:
                self.need(len(requests) == 1, PEER, at)
                self._straight(self.maker, part, at)
            elif words[4] == "[" and words[5] == str(number):
                self._straight(self.maker, part, at)
            else:
                self.need(len(requests) == 1, PEER, at)
                self._ascends(self.maker, part, words[5], at)

    # -- what was requested is released ------------------------------------------------------

    def _released(self):
        """By the end of the client, and on each way out of the probe."""
        clears = [at for at in self.places("ntb_clear_ctx")
                  if self.source.function_at(at) is not self.attach]
        for clear in clears:
            home = self.source.function_at(clear)
            self.need("ntbm_msi_free_irq" in self._does(home.body, clear), UNRELEASED, clear)
            if self.bound:
                text = set(self.words(home.body, clear))
                for free in self.calls("ntbm_msi_free_irq"):
                    holder = self.source.function_at(free)
                    text |= set(self.words(holder.body, holder.last))
                self.need(self.bound in text, UNRELEASED, clear)
        self._ways_out(self.attach, self.sets[0], self._own_test(self.sets[0]), "ntb_clear_ctx",
                       DETACHED)
        self._all_released()
        for number, at in enumerate(self.calls(*REQUESTS)):
            own = None if self.bound or number else self._own_test(at)
            self._ways_out(self.maker, at, own, "ntbm_msi_free_irq", UNRELEASED)
        if self.maker is not self.attach:
            self._ways_out(self.attach, self.made, self._own_test(self.made),
                           "ntbm_msi_free_irq", UNRELEASED)

    def _own_test(self, at):
        """The test of a call's result, in it or right behind it."""
        _, part = self.statement(at)
        if part.kind == "if":
            return part
        test, words = self.behind(part), self.words(part.first, at)
        if test is None or test.kind != "if" or words[-1:] != ["="]:
            return None
        head = " ".join(self.code[i].text for i in test.head)
        return test if head.startswith(" ".join(words[:-1])) else None

    def _all_released(self):
        freed = set()
        for at in self.calls("ntbm_msi_free_irq"):
            function, part = self.statement(at)
            words = self.words(*self.source.args(at)[1])
            inner, failing = part, False
            while inner is not None:
                failing |= inner.kind == "if" and self._is_negative(inner)
                inner = inner.parent
            if not failing:
                freed.add((words[2], words[4] if len(words) > 4 else None))
        for at, field, index in self.kept:
            which = index[0] if index else None
            self.need(any(other == field and (number == which or number and not number.isdigit())
                          for other, number in freed), UNRELEASED, at)

    def _ways_out(self, function, start, own, undo, reason):
        """Each way out behind a call undoes it; @own is the test of the call itself."""
        for part in function.tree.below():
            if part.first <= start or part.kind not in ("return", "goto"):
                continue
            if own is not None and own.holds(part.first):
                continue
            words = self.words(part.first, part.last)
            if words == ["return", "0"] or self._behind_success(function, part):
                continue
            block = part.parent
            begin = block.first if block is not function.tree else part.first
            done = self._does(begin, part.last)
            if part.kind == "goto":
                target = next((s for s in function.tree.below() if s.kind == "label" and
                               self.code[s.first].text == words[1]), None)
                self.need(target, reason, part.first)
                done |= self._does(target.first, function.last)
            self.need(undo in done, reason, part.first)

    def _behind_success(self, function, part):
        """Whether only jumps reach a statement: what they skip was looked at there."""
        parts = function.tree.parts
        if part not in parts:
            return False
        return any(self.words(s.first, s.last) == ["return", "0"]
                   for s in parts[:parts.index(part)])

    # -- the exchange ---------------------------------------------------------------------

    def _exchange(self):
        """Descriptors are for calls of the library and scratchpads only."""
        begin, end = self._members(self.struct)[0]
        arrays = set()
        for at in range(begin, end):
            if self.words(at, at + 2) == ["struct", "ntb_msi_desc"]:
                arrays |= {self.code[i].text for i in range(at + 2, self._stop(at))
                           if self.code[i].kind == "id" and self.code[i - 1].text in
                           ("ntb_msi_desc", "*", ",")}
        for i, token in enumerate(self.code):
            if token.text == "ntb_msi_desc":
                self.need(begin <= i < end, PEER, i)
            elif token.text == "addr_offset" or token.text in arrays and self.source.is_member(i):
                _, part = self.statement(i)
                words = set(self.words(part.first, part.last))
                self.need(part.kind not in ("if", "loop", "switch") and words & (
                    LEGACY | {"ntb_spad_write", "ntb_peer_spad_write", "ntb_spad_read",
                              "ntb_peer_spad_read"}) or part.kind == "if" and words & LEGACY,
                    PEER, i)

    def _stop(self, at):
        while self.code[at].text != ";":
            at += 1
        return at

    def _straight(self, function, part, at):
        self.need(part.parent is function.tree, PEER, at)
        labels = {self.code[s.first].text for s in function.tree.below() if s.kind == "label"
                  and s.first < at}
        self.need(not any(s.kind == "goto" and s.first > at and
                          self.code[s.first + 1].text in labels
                          for s in function.tree.below()), PEER, at)

    def _ascends(self, function, part, index, at):
        loop = part.parent.parent if part.parent.kind == "block" else part.parent
        self.need(loop is not None and loop.kind == "loop" and self.code[loop.first].text == "for",
                  PEER, at)
        self._straight(function, loop, at)
        head = " ".join(self.code[i].text for i in loop.head)
        self.bound = self.code[loop.head[-1] - 3].text
        self.need(re.match(rf"(?:int |unsigned int |unsigned )?{index} = 0 ; {index} < [\w >.-]+ ; "
                           rf"(?:{index} \+\+|\+\+ {index})$", head), PEER, at)
        inner = list(loop.below())
        self.need(not any(self.code[s.first].text == "continue" for s in inner), PEER, at)
        text = " ".join(self.words(loop.parts[0].first, loop.last + 1))
        self.need(not re.search(rf"(?<![>.] )\b{index} (?:[-+*/|&^%]?= |\+\+|--)|"
                                rf"(?:\+\+|--|(?<!&)& ){index}\b", text), PEER, at)

    def _declared(self, name):
        """The size of an array of descriptors in the structure, None for none."""
        begin, end = self._members(self.struct)[0]
        for at in range(begin, end):
            if self.code[at].text == name and self.code[at + 1].text == "[":
                start = at
                while self.code[start - 1].text not in ";{}":
                    start -= 1
                close = self.source.mate[at + 1]
                if self.words(start, start + 2) == ["struct", "ntb_msi_desc"] and \
                        self.code[close + 1].text in (";", ",") and self.code[at - 1].text != "*":
                    return self.words(at + 2, close)
        return None

    def _trigger(self, at):
        args = self.source.args(at)
        self.need(len(args) == 3, FORM, at)
        function = self.source.function_at(at)
        peer, words = self.words(*args[1]), self.words(*args[2])
        self.need(len(words) == 7 and words[0] == "&" and words[2] == "->" and
                  words[4] == "[" and words[6] == "]", PEER, at)
        self.need(self._variables(function).get(words[1]) == {self.struct}, PEER, at)
        theirs, index = words[3], words[5]
        self.need(len(peer) == 1 and (peer[0] == "0" or peer[0].isupper() or
                                      re.match(r"NTB_DEF_PEER_IDX$|PIDX$", peer[0])), PEER, at)
        self.need(NUMBER.match(index) or re.match(r"[A-Za-z_]\w*$", index), PEER, at)
        self.need(theirs != self.mine, PEER, at)
        size = self._declared(theirs)
        self.need(size is not None and size == self._declared(self.mine), PEER, at)
        sent, got = self._pads(self.mine, "write"), self._pads(theirs, "read")
        self.need(sent and got and sent == got, PEER, at)

    def _pads(self, array, kind):
        """The scratchpads that an array's offsets are exchanged in, as text."""
        found = set()
        for at in self.places(array):
            if not self.source.is_member(at) or self.code[at + 1].text != "[":
                continue
            close = self.source.mate[at + 1]
            if self.words(close + 1, close + 3) != [".", "addr_offset"]:
                continue
            index = self.words(at + 2, close)
            _, part = self.statement(at)
            calls = [i for i in range(part.first, part.last)
                     if re.match(rf"ntb_(?:peer_)?spad_{kind}$", self.code[i].text)]
            if len(index) != 1 or len(calls) != 1:
                return None
            args = self.source.args(calls[0])
            which = 2 if "peer" in self.code[calls[0]].text else 1
            pad = " ".join("#" if word == index[0] else word for word in self.words(*args[which]))
            if "#" not in pad:
                return None
            found.add(pad)
        return found
