// SPDX-License-Identifier: GPL-2.0-only
///
/// PCI_IRQ_VIRTUAL asks for vectors past the end of a function's MSI-X table.
/// Interrupts that a peer rings belong into a domain of their own, made by
/// ntb_irq_attach(), so the flag goes wherever it is set or passed on. Code
/// that decides by it, or does something else when it is not set, is left as
/// it is and reported.
///
// Confidence: High
// Copyright: (C) 2026 the ntb-irq authors
// Options: --no-includes --include-headers

virtual patch
virtual context
virtual org
virtual report

//----------------------------------------------------------
//  For patch mode: expressions
//----------------------------------------------------------

// A condition that does something has to stay.
@asking depends on patch@
expression E1, E2, E3;
identifier f;
assignment operator aop;
position p;
@@
 (<+... \( f(...) \| E1 aop E2 \| E1++ \| E1-- \| ++E1 \| --E1 \) ...+>) ?@p E2 : E3

@depends on patch@
expression C, E;
position p != asking.p;
@@
(
  E &= ~PCI_IRQ_VIRTUAL
|
  E
- & ~PCI_IRQ_VIRTUAL
|
  E & PCI_IRQ_VIRTUAL
|
  E == PCI_IRQ_VIRTUAL
|
  E != PCI_IRQ_VIRTUAL
|
// The statement as a whole is for the next rule.
  E |=
- C ?@p PCI_IRQ_VIRTUAL : 0
+ PCI_IRQ_VIRTUAL
|
  E |= PCI_IRQ_VIRTUAL
|
  E
- | (C ?@p PCI_IRQ_VIRTUAL : 0)
|
- (C ?@p PCI_IRQ_VIRTUAL : 0) |
  E
|
- C ?@p E | PCI_IRQ_VIRTUAL : E
+ E
|
- C ?@p E : E | PCI_IRQ_VIRTUAL
+ E
|
- C ?@p PCI_IRQ_VIRTUAL : 0
+ 0
|
- C ?@p 0 : PCI_IRQ_VIRTUAL
+ 0
|
  E
- | PCI_IRQ_VIRTUAL
|
- PCI_IRQ_VIRTUAL |
  E
|
- PCI_IRQ_VIRTUAL
+ 0
)

//----------------------------------------------------------
//  For patch mode: statements that do nothing else
//----------------------------------------------------------

@doing depends on patch@
expression E1, E2;
identifier f;
assignment operator aop;
statement S;
position p;
@@
 if@p (<+... \( f(...) \| E1 aop E2 \| E1++ \| E1-- \| ++E1 \| --E1 \) ...+>) S

@lonely depends on patch disable drop_else@
expression C, E;
statement S;
position at;
@@
(
  if (C) E |= PCI_IRQ_VIRTUAL@at; else S
|
  if (C) { E |= PCI_IRQ_VIRTUAL@at; } else S
|
  if (C) S else E |= PCI_IRQ_VIRTUAL@at;
|
  if (C) E |= PCI_IRQ_VIRTUAL@at;
|
  if (C) { E |= PCI_IRQ_VIRTUAL@at; }
|
  while (C) E |= PCI_IRQ_VIRTUAL@at;
|
  for (...; ...; ...) E |= PCI_IRQ_VIRTUAL@at;
)

@depends on patch disable drop_else@
expression C, E;
position p != doing.p;
position q != lonely.at;
@@
(
- if@p (C) E |= PCI_IRQ_VIRTUAL;
|
- if@p (C) { E |= PCI_IRQ_VIRTUAL; }
|
- E |= PCI_IRQ_VIRTUAL@q;
|
- E &= ~PCI_IRQ_VIRTUAL;
)

//----------------------------------------------------------
//  For the other modes
//----------------------------------------------------------

@decides depends on !patch@
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

@other depends on !patch disable drop_else@
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

@use depends on !patch@
position p != { decides.p, other.p };
@@
  PCI_IRQ_VIRTUAL@p

@depends on context@
@@
* PCI_IRQ_VIRTUAL

@script:python depends on org@
p << use.p;
@@
coccilib.org.print_todo(p[0], "PCI_IRQ_VIRTUAL goes: use ntb_irq_attach()")

@script:python depends on org@
p << decides.p;
@@
coccilib.org.print_todo(p[0], "decides by PCI_IRQ_VIRTUAL, which is never set any more")

@script:python depends on org@
p << other.p;
@@
coccilib.org.print_todo(p[0], "PCI_IRQ_VIRTUAL is one of two ways here")

@script:python depends on report@
p << use.p;
@@
coccilib.report.print_report(p[0], "WARNING: PCI_IRQ_VIRTUAL goes: attach with ntb_irq_attach() and ask for no more vectors than the MSI-X table has")

@script:python depends on report@
p << decides.p;
@@
coccilib.report.print_report(p[0], "WARNING: decides by PCI_IRQ_VIRTUAL, which nobody sets any more: keep by hand what is done without it")

@script:python depends on report@
p << other.p;
@@
coccilib.report.print_report(p[0], "WARNING: PCI_IRQ_VIRTUAL is one of two ways here: keep the other by hand")
