// SPDX-License-Identifier: GPL-2.0-only
///
/// PCI_IRQ_VIRTUAL asks for vectors past the end of a function's MSI-X table.
/// Interrupts that a peer rings belong into a domain of their own. So the flag
/// goes wherever it is set or passed on, and ntb_irq_reserve() makes room for
/// that domain before the vectors are allocated. The module parameter which
/// said how many vectors there should be goes with it.
///
/// The flag stays, and is reported, where code decides by it, where something
/// else is done when it is not set, and where the room cannot be reserved by
/// machine: the call is in another file, or no statement can stand before it.
///
// Confidence: High
// Copyright: (C) 2026 the ntb-irq authors
// Options: --no-includes --include-headers --max-width 100

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@
import os
import re

FLAG = "PCI_IRQ_VIRTUAL"
# What may be evaluated twice and earlier.
PLAIN = re.compile(r"(?:to_pci_dev \( )?[\w\s.>&*\[\]-]+\)?$")

GOES = ("PCI_IRQ_VIRTUAL goes: call ntb_irq_reserve() before, "
        "and ask for no more vectors than the MSI-X table has")
DECIDES = ("decides by PCI_IRQ_VIRTUAL, which nobody sets any more: "
           "keep by hand what is done without it")
TWO_WAYS = "PCI_IRQ_VIRTUAL is one of two ways here: keep the other by hand"
ASKS = ("PCI_IRQ_VIRTUAL hangs on a condition that does something: "
        "keep what it does by hand")
NESTED = "PCI_IRQ_VIRTUAL hangs on more than one condition: drop it by hand"
ELSEWHERE = ("PCI_IRQ_VIRTUAL is given to a call that is not seen here: "
             "call ntb_irq_reserve() before that one, and drop the flag by hand")
NO_PLACE = ("PCI_IRQ_VIRTUAL goes once ntb_irq_reserve() is called before %s(): "
            "no statement can be put before that call by machine")
MASKED = ("PCI_IRQ_VIRTUAL is masked out here, and still set elsewhere in this file: "
          "drop both by hand")
MINIMUM = ("PCI_IRQ_VIRTUAL lets %s() demand vectors past the MSI-X table: "
           "demand what the driver cannot do without, and drop the flag by hand")
INDEX = ("counts on where a vector lies, and none lies past the MSI-X table any more: "
         "interrupts of peers come by ntb_irq_request()")
PARAMETER = ("the module parameter %s made room for vectors past the MSI-X table, "
             "and there are none any more: remove it, or bound it by what the driver uses")


# Places that scripts/migrate has found reasons to leave alone, as line and column.
KEPT = {}
if os.environ.get("NTB_IRQ_KEPT"):
    with open(os.environ["NTB_IRQ_KEPT"], encoding="ascii") as file:
        KEPT = {tuple(map(int, line.split())): DECIDES for line in file}


class Facts:
    """What is known of one file."""

    def __init__(self):
        self.flags = {}         # where the flag is: its position
        self.said = dict(KEPT)  # where: why it stays
        self.sinks = {}         # where: the call or the name that gets it
        self.handed = set()
        self.removed = set()    # where it is masked out
        self.edges = []         # a name, and the words of what it is set to
        self.local = set()
        self.calls = {}         # where: callee, caller, device, flags, maximum, minimum
        self.heads = set()      # calls that no other call or reservation precedes
        self.safe = set()       # calls before whose statement another can stand
        self.reserving = set()  # functions that reserve
        self.vectors = []       # index of a vector, position
        self.parameters = {}    # name: default, position
        self.uses = {}          # name: where it is used
        self.accounted = {}     # name: where that is known to be right
        self.floors = {}
        self.settled = None


def at(p):
    return int(p.line), int(p.column)


def name_of(left, scope):
    """The name of an lvalue: fields are told from variables."""
    field = re.search(r"(?:->|\.) (\w+)(?: \[.*\])?$", left)
    if field:
        return None, "." + field[1]
    word = re.search(r"\w+", left)
    return known(scope, word[0]) if word else (None, "")


def known(scope, word):
    return (scope, word) if (scope, word) in facts.local else (None, word)


def names_in(text, scope):
    found = set()
    for dot, word in re.findall(r"((?:->|\.)?) ?\b([A-Za-z_]\w*)", text):
        found.add((None, "." + word) if dot else known(scope, word))
    return found


def number(text):
    try:
        return int(text.rstrip("uUlL"), 0)
    except ValueError:
        return None


class Verdict:
    """Which flags go, and before which calls there must be room."""

    def __init__(self):
        self.stay = dict(facts.said)
        self.marked = set()     # calls that need a statement before them
        losing = set()
        for where in facts.flags:
            if where in self.stay or where in facts.removed:
                continue
            reached = self.reached(where)
            bad = [call for call in reached if self.places(call) is None]
            many = [call for call in reached if number(facts.calls[call][5]) != 1]
            if not reached:
                self.stay[where] = ELSEWHERE
            elif many:
                self.stay[where] = MINIMUM % facts.calls[many[0]][0]
            elif bad:
                self.stay[where] = NO_PLACE % facts.calls[bad[0]][0]
            else:
                losing |= reached
        if any(words != DECIDES for words in self.stay.values()):
            self.stay.update((where, MASKED) for where in facts.removed)
        for call in losing:
            self.marked |= self.places(call)
        self.constants = {name: constant for name in facts.parameters
                          for constant in [self.constant(name, losing)] if constant}

    def reached(self, where):
        """The calls that get the flag which is given at a place."""
        sink = None if where in facts.handed else facts.sinks.get(where)
        if sink is None:
            return set()
        if sink in facts.calls:
            return {sink}
        names, grown = {sink}, True
        while grown:
            more = {name for name, scope, text in facts.edges if names & names_in(text, scope)}
            grown = not more <= names
            names |= more
        return {call for call, (_, scope, _, text, *_) in facts.calls.items()
                if names & names_in(text, scope)}

    def places(self, call):
        """The calls before which there must be room, None when that is impossible."""
        _, scope, device, *_ = facts.calls[call]
        # The first call sizes the device on some machines, whatever flags it has.
        heads = {head for head in facts.heads if facts.calls[head][1:3] == (scope, device)}
        if not heads and scope not in facts.reserving:
            return None
        if heads and not PLAIN.match(device):
            return None
        return heads if heads <= facts.safe else None

    def constant(self, name, losing):
        """What to ask for instead of a parameter that is for nothing else."""
        asked = {call for call, words in facts.calls.items() if words[4] == name}
        if not asked or not asked <= losing:
            return None
        if facts.uses.get(name, set()) != facts.accounted.get(name, set()):
            return None
        values = [number(text) for text in [facts.parameters[name][0], *facts.floors.get(name, [])]]
        return None if None in values or max(values) < 1 else str(max(values))


def verdict():
    if facts.settled is None:
        facts.settled = Verdict()
    return facts.settled


def goes(p):
    return at(p) in facts.flags and at(p) not in verdict().stay


def is_marked(p):
    return at(p) in verdict().marked


def remarks():
    """All there is to report: positions and sentences."""
    found = [(p, verdict().stay.get(where, GOES)) for where, p in facts.flags.items()]
    for name, (_, p) in facts.parameters.items():
        lost = any(words[4] == name and (call in verdict().marked or words[1] in facts.reserving)
                   for call, words in facts.calls.items())
        if lost and name not in verdict().constants:
            found.append((p, PARAMETER % name))
    if verdict().marked or facts.reserving:
        found += [(p, INDEX) for index, p in facts.vectors if re.search(r"[+]|-(?!>)", index)]
    return sorted(found, key=lambda remark: at(remark[0]))


facts = Facts()

@script:python@
@@
facts = Facts()

//----------------------------------------------------------
//  Where the flag is
//----------------------------------------------------------

@flag@
position p;
@@
 PCI_IRQ_VIRTUAL@p

@script:python@
p << flag.p;
@@
for place in p:
    facts.flags[at(place)] = place

@decides@
expression E;
position p;
@@
(
  E & PCI_IRQ_VIRTUAL@p
|
  E == PCI_IRQ_VIRTUAL@p
|
  E != PCI_IRQ_VIRTUAL@p
)

@script:python@
p << decides.p;
@@
facts.said[at(p[0])] = DECIDES

@way disable drop_else@
expression C, E;
statement S;
position p;
@@
(
  if (C) E |= PCI_IRQ_VIRTUAL@p; else S
|
  if (C) { E |= PCI_IRQ_VIRTUAL@p; } else S
|
  if (C) S else E |= PCI_IRQ_VIRTUAL@p;
)

@script:python@
p << way.p;
@@
facts.said[at(p[0])] = TWO_WAYS

// A condition that does something has to stay.
@asks1@
expression E, E1, E2;
identifier f;
assignment operator aop;
position p;
@@
(
 (<+... \( f(...) \| E1 aop E2 \| E1++ \| E1-- \| ++E1 \| --E1 \) ...+>) ? PCI_IRQ_VIRTUAL@p : 0
|
 (<+... \( f(...) \| E1 aop E2 \| E1++ \| E1-- \| ++E1 \| --E1 \) ...+>) ? 0 : PCI_IRQ_VIRTUAL@p
|
 (<+... \( f(...) \| E1 aop E2 \| E1++ \| E1-- \| ++E1 \| --E1 \) ...+>) ? E | PCI_IRQ_VIRTUAL@p : E
|
 (<+... \( f(...) \| E1 aop E2 \| E1++ \| E1-- \| ++E1 \| --E1 \) ...+>) ? E : E | PCI_IRQ_VIRTUAL@p
)

@script:python@
p << asks1.p;
@@
facts.said[at(p[0])] = ASKS

@asks2@
expression E, E1, E2;
identifier f;
assignment operator aop;
position p;
@@
(
 if (<+... \( f(...) \| E1 aop E2 \| E1++ \| E1-- \| ++E1 \| --E1 \) ...+>) E |= PCI_IRQ_VIRTUAL@p;
|
 if (<+... \( f(...) \| E1 aop E2 \| E1++ \| E1-- \| ++E1 \| --E1 \) ...+>) { E |= PCI_IRQ_VIRTUAL@p; }
)

@script:python@
p << asks2.p;
@@
facts.said.setdefault(at(p[0]), ASKS)

@nested disable drop_else@
expression C1, C2, E;
statement S;
position p;
@@
(
  if (C1) if (C2) E |= PCI_IRQ_VIRTUAL@p;
|
  if (C1) if (C2) { E |= PCI_IRQ_VIRTUAL@p; }
|
  if (C1) S else if (C2) E |= PCI_IRQ_VIRTUAL@p;
|
  if (C1) S else if (C2) { E |= PCI_IRQ_VIRTUAL@p; }
|
  if (C1) if (C2) E |= PCI_IRQ_VIRTUAL@p; else S
|
  if (C1) if (C2) { E |= PCI_IRQ_VIRTUAL@p; } else S
|
  while (C1) if (C2) E |= PCI_IRQ_VIRTUAL@p;
|
  while (C1) if (C2) { E |= PCI_IRQ_VIRTUAL@p; }
|
  for (...; ...; ...) if (C2) E |= PCI_IRQ_VIRTUAL@p;
|
  for (...; ...; ...) if (C2) { E |= PCI_IRQ_VIRTUAL@p; }
)

@script:python@
p << nested.p;
@@
facts.said.setdefault(at(p[0]), NESTED)

@loops@
expression C, E;
position p;
@@
(
  while (C) E |= PCI_IRQ_VIRTUAL@p;
|
  for (...; ...; ...) E |= PCI_IRQ_VIRTUAL@p;
)

@script:python@
p << loops.p;
@@
facts.said[at(p[0])] = ASKS

@removed@
expression E;
position p;
@@
(
  E &= ~PCI_IRQ_VIRTUAL@p
|
  E & ~PCI_IRQ_VIRTUAL@p
)

@script:python@
p << removed.p;
@@
facts.removed.add(at(p[0]))

//----------------------------------------------------------
//  Where it goes to
//----------------------------------------------------------

@argument@
identifier f, V;
type T;
@@
 f(..., T V, ...) { ... }

@script:python@
f << argument.f;
V << argument.V;
@@
facts.local.add((f, V))

@declared@
identifier V;
type T;
position p;
@@
(
  T V@p;
|
  T V@p = ...;
)

@script:python@
V << declared.V;
p << declared.p;
@@
if p[0].current_element not in (V, "something_else"):
    facts.local.add((p[0].current_element, V))

@handed@
identifier f != { pci_alloc_irq_vectors, pci_alloc_irq_vectors_affinity };
position p;
@@
 f(..., <+... PCI_IRQ_VIRTUAL@p ...+>, ...)

@script:python@
p << handed.p;
@@
facts.handed |= {at(place) for place in p}

@given@
position p, q;
@@
(
 pci_alloc_irq_vectors@q(..., <+... PCI_IRQ_VIRTUAL@p ...+>)
|
 pci_alloc_irq_vectors_affinity@q(..., <+... PCI_IRQ_VIRTUAL@p ...+>, ...)
)

@script:python@
p << given.p;
q << given.q;
@@
for place in p:
    facts.sinks[at(place)] = at(q[0])

@set@
expression L;
assignment operator aop;
position p, q;
@@
 L aop@q <+... PCI_IRQ_VIRTUAL@p ...+>

@script:python@
L << set.L;
p << set.p;
q << set.q;
@@
for place in p:
    facts.sinks.setdefault(at(place), name_of(L, q[0].current_element))

@begun@
type T;
identifier V;
position p, q;
@@
 T V@q = <+... PCI_IRQ_VIRTUAL@p ...+>;

@script:python@
V << begun.V;
p << begun.p;
q << begun.q;
@@
for place in p:
    facts.sinks.setdefault(at(place), known(q[0].current_element, V))

@member@
identifier F;
position p;
@@
 { .F = <+... PCI_IRQ_VIRTUAL@p ...+>, }

@script:python@
F << member.F;
p << member.p;
@@
for place in p:
    facts.sinks.setdefault(at(place), (None, "." + F))

@answer@
position p;
@@
 return <+... PCI_IRQ_VIRTUAL@p ...+>;

@script:python@
p << answer.p;
@@
for place in p:
    facts.sinks.setdefault(at(place), (None, place.current_element))

@macro@
identifier M;
position p;
@@
#define M <+... PCI_IRQ_VIRTUAL@p ...+>

@script:python@
M << macro.M;
p << macro.p;
@@
for place in p:
    facts.sinks.setdefault(at(place), (None, M))

//----------------------------------------------------------
//  And from there
//----------------------------------------------------------

@edge1@
expression L, E;
assignment operator aop;
position p;
@@
 L aop@p E

@script:python@
L << edge1.L;
E << edge1.E;
p << edge1.p;
@@
facts.edges.append((name_of(L, p[0].current_element), p[0].current_element, E))

@edge2@
type T;
identifier V;
expression E;
position p;
@@
 T V@p = E;

@script:python@
V << edge2.V;
E << edge2.E;
p << edge2.p;
@@
facts.edges.append((known(p[0].current_element, V), p[0].current_element, E))

@edge3@
identifier F;
expression E;
position p;
@@
 { .F@p = E, }

@script:python@
F << edge3.F;
E << edge3.E;
p << edge3.p;
@@
facts.edges.append(((None, "." + F), p[0].current_element, E))

@edge4@
expression E;
position p;
@@
 return@p E;

@script:python@
E << edge4.E;
p << edge4.p;
@@
facts.edges.append(((None, p[0].current_element), p[0].current_element, E))

@edge5@
identifier M;
expression E;
@@
#define M E

@script:python@
M << edge5.M;
E << edge5.E;
@@
facts.edges.append(((None, M), None, E))

//----------------------------------------------------------
//  The calls
//----------------------------------------------------------

@call@
expression P, A, B, F;
identifier f = { pci_alloc_irq_vectors, pci_alloc_irq_vectors_affinity };
position p;
@@
 f@p(P, A, B, F, ...)

@script:python@
f << call.f;
P << call.P;
A << call.A;
B << call.B;
F << call.F;
p << call.p;
@@
facts.calls[at(p[0])] = (f, p[0].current_element, P, F, B, A)

@vector@
expression P, I;
position p;
@@
 pci_irq_vector@p(P, I)

@script:python@
I << vector.I;
p << vector.p;
@@
facts.vectors.append((I, p[0]))

@head exists@
identifier f;
position p;
@@
 f(...) {
  ... when != pci_alloc_irq_vectors(...)
      when != pci_alloc_irq_vectors_affinity(...)
      when != ntb_irq_reserve(...)
(
 pci_alloc_irq_vectors@p(...)
|
 pci_alloc_irq_vectors_affinity@p(...)
)
  ... when any
 }

@script:python@
p << head.p;
@@
facts.heads.add(at(p[0]))

@reserving@
position p;
@@
 ntb_irq_reserve@p(...)

@script:python@
p << reserving.p;
@@
facts.reserving.add(p[0].current_element)

@safe disable drop_else@
expression E, X;
identifier f = { pci_alloc_irq_vectors, pci_alloc_irq_vectors_affinity };
binary operator bop = { <, <=, >, >=, ==, != };
statement S1, S2;
position p;
@@
(
 f@p(...);
|
 E = f@p(...);
|
 E = X = f@p(...);
|
 return f@p(...);
|
 if (\( f@p(...) \| !f@p(...) \| f@p(...) bop X \| (E = f@p(...)) \| (E = f@p(...)) bop X \)) S1 else S2
|
 if (\( f@p(...) \| !f@p(...) \| f@p(...) bop X \| (E = f@p(...)) \| (E = f@p(...)) bop X \)) S1
)

@script:python@
p << safe.p;
@@
facts.safe.add(at(p[0]))

//----------------------------------------------------------
//  The module parameter
//----------------------------------------------------------

@tunable@
declarer name module_param;
identifier V;
position p;
@@
 module_param@p(V, ...);

@initial@
identifier tunable.V;
type T;
expression C;
@@
 static T V = C;

@script:python@
V << tunable.V;
p << tunable.p;
C << initial.C;
@@
facts.parameters[V] = (C, p[0])

@use@
identifier tunable.V;
position p;
@@
 V@p

@script:python@
V << tunable.V;
p << use.p;
@@
facts.uses.setdefault(V, set()).update(at(place) for place in p)

@floor@
identifier tunable.V;
constant N;
position p, q;
@@
(
 if (V@p < N) V@q = N;
|
 if (V@p < N) { V@q = N; }
)

@script:python@
V << tunable.V;
N << floor.N;
p << floor.p;
q << floor.q;
@@
facts.accounted.setdefault(V, set()).update((at(p[0]), at(q[0])))
facts.floors.setdefault(V, []).append(N)

@maximum@
identifier tunable.V;
expression P, A;
identifier f = { pci_alloc_irq_vectors, pci_alloc_irq_vectors_affinity };
position p;
@@
 f(P, A, V@p, ...)

@script:python@
V << tunable.V;
p << maximum.p;
@@
facts.accounted.setdefault(V, set()).add(at(p[0]))

@described@
declarer name module_param, MODULE_PARM_DESC;
identifier tunable.V;
position p;
@@
(
 module_param(V@p, ...);
|
 MODULE_PARM_DESC(V@p, ...);
)

@script:python@
V << tunable.V;
p << described.p;
@@
facts.accounted.setdefault(V, set()).add(at(p[0]))

//----------------------------------------------------------
//  For patch mode: marks, since positions do not last
//----------------------------------------------------------

@script:python settled@
V << tunable.V;
W;
K;
@@
if V in verdict().constants:
    coccinelle.W = V
    coccinelle.K = cocci.make_expr(verdict().constants[V])
else:
    cocci.include_match(False)

@depends on patch@
symbol PCI_IRQ_VIRTUAL, pci_alloc_irq_vectors, pci_alloc_irq_vectors_affinity;
position p : script:python() { goes(p[0]) };
position q : script:python() { is_marked(q[0]) };
@@
(
- PCI_IRQ_VIRTUAL@p
+ PCI_IRQ_virtual
|
- pci_alloc_irq_vectors@q
+ pci_alloc_irq_VECTORS
|
- pci_alloc_irq_vectors_affinity@q
+ pci_alloc_irq_VECTORS_affinity
)

//----------------------------------------------------------
//  For patch mode: the module parameter
//----------------------------------------------------------

@depends on patch@
identifier settled.W;
expression C;
type T;
@@
- static T W = C;

@depends on patch@
declarer name module_param;
identifier settled.W;
@@
- module_param(W, ...);

@depends on patch@
declarer name MODULE_PARM_DESC;
identifier settled.W;
@@
- MODULE_PARM_DESC(W, ...);

@depends on patch@
identifier settled.W;
constant N;
@@
(
- if (W < N) W = N;
|
- if (W < N) { W = N; }
)

@depends on patch@
identifier settled.W;
expression settled.K;
expression P, A;
identifier f;
@@
 f(P, A,
- W
+ K
  , ...)

//----------------------------------------------------------
//  For patch mode: the room
//----------------------------------------------------------

@room depends on patch disable drop_else@
expression E, X, P;
identifier f = { pci_alloc_irq_VECTORS, pci_alloc_irq_VECTORS_affinity };
binary operator bop = { <, <=, >, >=, ==, != };
statement S1, S2;
@@
(
+ ntb_irq_reserve(P, 0);
 f(P, ...);
|
+ ntb_irq_reserve(P, 0);
 E = f(P, ...);
|
+ ntb_irq_reserve(P, 0);
 E = X = f(P, ...);
|
+ ntb_irq_reserve(P, 0);
 return f(P, ...);
|
+ ntb_irq_reserve(P, 0);
 if (\( f(P, ...) \| !f(P, ...) \| f(P, ...) bop X \| (E = f(P, ...)) \| (E = f(P, ...)) bop X \)) S1 else S2
|
+ ntb_irq_reserve(P, 0);
 if (\( f(P, ...) \| !f(P, ...) \| f(P, ...) bop X \| (E = f(P, ...)) \| (E = f(P, ...)) bop X \)) S1
)

@depends on patch@
symbol pci_alloc_irq_VECTORS, pci_alloc_irq_VECTORS_affinity;
@@
(
- pci_alloc_irq_VECTORS
+ pci_alloc_irq_vectors
|
- pci_alloc_irq_VECTORS_affinity
+ pci_alloc_irq_vectors_affinity
)

//----------------------------------------------------------
//  For patch mode: the flag
//----------------------------------------------------------

@depends on patch@
symbol PCI_IRQ_virtual;
expression C, E;
type T;
@@
(
  E &= ~PCI_IRQ_virtual
|
  E
- & ~PCI_IRQ_virtual
|
// The statement as a whole is for the next rule.
  E |=
- C ? PCI_IRQ_virtual : 0
+ PCI_IRQ_virtual
|
  E |= PCI_IRQ_virtual
|
  E
- | (C ? PCI_IRQ_virtual : 0)
|
- (C ? PCI_IRQ_virtual : 0) |
  E
|
- C ? E | PCI_IRQ_virtual : E
+ E
|
- C ? E : E | PCI_IRQ_virtual
+ E
|
- C ? PCI_IRQ_virtual : 0
+ 0
|
- C ? 0 : PCI_IRQ_virtual
+ 0
|
  E
- | (T)PCI_IRQ_virtual
|
  E
- | (PCI_IRQ_virtual)
|
  E
- | PCI_IRQ_virtual
|
- PCI_IRQ_virtual |
  E
|
- PCI_IRQ_virtual
+ 0
)

@depends on patch disable drop_else@
expression C, E;
@@
(
- if (C) E |= PCI_IRQ_virtual;
|
- if (C) { E |= PCI_IRQ_virtual; }
)

@depends on patch@
expression E;
@@
(
- E |= PCI_IRQ_virtual;
|
- E &= ~PCI_IRQ_virtual;
)

//----------------------------------------------------------
//  For patch mode: the header
//----------------------------------------------------------

@has_header@
@@
#include <linux/ntb_irq.h>

@has_pci@
@@
#include <linux/pci.h>

@has_linux@
@@
#include <linux/...>

@depends on room && !has_header && has_pci@
@@
+ #include <linux/ntb_irq.h>
  #include <linux/pci.h>

@depends on room && !has_header && !has_pci && has_linux@
@@
  #include <linux/...>
+ #include <linux/ntb_irq.h>

@depends on room && !has_header && !has_pci && !has_linux@
@@
  #include "..."
+ #include <linux/ntb_irq.h>

//----------------------------------------------------------
//  For the other modes
//----------------------------------------------------------

@depends on context@
@@
* PCI_IRQ_VIRTUAL

@script:python depends on org@
@@
for place, sentence in remarks():
    coccilib.org.print_todo(place, sentence)

@script:python depends on report@
@@
for place, sentence in remarks():
    coccilib.report.print_report(place, "WARNING: " + sentence)
