// SPDX-License-Identifier: GPL-2.0-only
///
/// Clients of ntb_msi_init() and its relatives become clients of
/// ntb_irq_attach(). The handle goes into the structure that was the context
/// of the NTB device and that also holds the device.
///
/// Descriptors need no exchange any more, and what names a peer's interrupt is
/// its index. Where no index is seen, and where a client looks different, calls
/// stay as they are and are reported; so is the code of the exchange.
///
// Confidence: Moderate
// Copyright: (C) 2026 the ntb-irq authors
// Options: --no-includes --include-headers --max-width 100

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@
import re

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
}
DESC = ("struct ntb_msi_desc goes: the library keeps the messages; "
        "keep the index of an interrupt, where anything is needed")
EXCHANGE = "drop the exchange of descriptors: the library tells peers of each interrupt"
LIBRARY = "this is the legacy library: remove it with CONFIG_NTB_MSI once its last client is gone"
DEVM = "interrupts of the library are not freed so: use ntb_irq_release() with the index"
KEPT = "release each interrupt by ntb_irq_release() before ntb_irq_detach(): nothing else does"
ATTACHED = "call ntb_irq_detach() when the client goes: the library holds the context till then"
CONTEXT = "the library owns the context of the NTB device: keep the client's elsewhere"
ZERO = "%s is an index since ntb_irq_request(), and 0 is one: tell by negative numbers"
USED = ("name the doorbells, windows and scratchpads that the client uses itself in .claimed "
        "of struct ntb_irq_config")


class Facts:
    """What is known of one file."""

    def __init__(self):
        self.library = False
        self.contexts = []      # structure, for each ntb_set_ctx()
        self.holders = {}       # field of a struct ntb_dev: structures that have it
        self.inits = set()      # calls of ntb_msi_init()
        self.plain = set()      # those that can go
        self.early = False      # an interrupt is requested before the context is set
        self.remarks = {}


def at(p):
    return int(p.line), int(p.column)


def remark(p, sentence):
    facts.remarks.setdefault(at(p), (p, sentence))


def able(structure, field):
    """Whether the client has the form that can be rewritten."""
    return (not facts.library and facts.contexts == [structure] and not facts.early and
            facts.holders.get(field) == {structure} and len(facts.inits) == 1 and
            facts.inits == facts.plain)


def found():
    """All there is to report: positions and sentences."""
    if facts.library:
        return [(p, sentence) for p, sentence in facts.remarks.values() if sentence == LIBRARY]
    return [facts.remarks[where] for where in sorted(facts.remarks)]


facts = Facts()

@script:python@
@@
facts = Facts()

//----------------------------------------------------------
//  What kind of client it is
//----------------------------------------------------------

@library@
position p;
@@
 ntb_msi_init@p(...) { ... }

@script:python@
p << library.p;
@@
facts.library = True
remark(p[0], LIBRARY)

@header@
type T;
position p;
@@
 T ntb_msi_init@p(...);

@script:python@
p << header.p;
@@
facts.library = True
remark(p[0], LIBRARY)

@ctx@
identifier S;
struct S *C;
expression N, OPS;
position p;
@@
 ntb_set_ctx@p(N, C, OPS)

@script:python@
S << ctx.S;
p << ctx.p;
@@
facts.contexts.append(S)

@holder@
identifier S, F;
@@
struct S {
	...
	struct ntb_dev *F;
	...
};

@script:python@
S << holder.S;
F << holder.F;
@@
facts.holders.setdefault(F, set()).add(S)

@init@
position p;
@@
 ntb_msi_init@p(...)

@script:python@
p << init.p;
@@
facts.inits.add(at(p[0]))

@plain@
expression N, CB;
identifier R;
statement S;
position p;
@@
(
 R = ntb_msi_init@p(N, CB);
 if (\( R \| R < 0 \| R != 0 \)) S
|
 if (\( ntb_msi_init@p(N, CB) \| ntb_msi_init@p(N, CB) < 0 \)) S
)

@script:python@
p << plain.p;
@@
facts.plain.add(at(p[0]))

@named@
expression N;
identifier CB;
@@
 ntb_msi_init(N, CB)

@early exists@
identifier f;
@@
 f(...) {
  ... when any
\( ntbm_msi_request_irq(...) \| ntbm_msi_request_threaded_irq(...) \)
  ... when any
  ntb_set_ctx(...)
  ... when any
 }

@script:python depends on early@
@@
facts.early = True

@script:python plan@
S << ctx.S;
F << holder.F;
T;
G;
@@
if able(S, F):
    coccinelle.T = S
    coccinelle.G = F
else:
    cocci.include_match(False)

//----------------------------------------------------------
//  For patch mode: the device, where it is not reached by the context
//----------------------------------------------------------

@depends on patch@
identifier plan.T, plan.G, f, X;
struct ntb_dev *N;
expression A, I;
@@
 f(..., struct T *X, ...) {
<...
(
 ntbm_msi_request_irq(
-	N
+	X->G
	, ...)
|
 ntbm_msi_request_threaded_irq(
-	N
+	X->G
	, ...)
|
 ntbm_msi_free_irq(
-	N
+	X->G
	, ...)
|
 ntb_msi_peer_trigger(
-	N
+	X->G
	, ..., &A[I])
|
 ntb_msi_peer_addr(
-	N
+	X->G
	, ..., &A[I], ...)
|
- ntb_clear_ctx(N)
+ ntb_irq_detach(X->ntb_irq)
)
...>
 }

@depends on patch@
identifier plan.T, plan.G, f, X;
idexpression struct ntb_dev *N;
expression A, I, E;
@@
 f(...) {
 ... when any
(
 struct T *X = E;
|
 struct T *X;
)
<...
(
 ntbm_msi_request_irq(
-	N
+	X->G
	, ...)
|
 ntbm_msi_request_threaded_irq(
-	N
+	X->G
	, ...)
|
 ntbm_msi_free_irq(
-	N
+	X->G
	, ...)
|
 ntb_msi_peer_trigger(
-	N
+	X->G
	, ..., &A[I])
|
 ntb_msi_peer_addr(
-	N
+	X->G
	, ..., &A[I], ...)
|
- ntb_clear_ctx(N)
+ ntb_irq_detach(X->ntb_irq)
)
...>
 }

//----------------------------------------------------------
//  For patch mode: calls
//----------------------------------------------------------

@depends on patch@
identifier plan.G;
expression X, H, THREAD, NAME, DATA, D, IRQ, P, A, I, ADDR;
@@
(
- ntbm_msi_request_irq(X->G, H, NAME, DATA, D)
+ ntb_irq_request(X->ntb_irq, H, NULL, 0, NAME, DATA)
|
- ntbm_msi_request_threaded_irq(X->G, H, THREAD, NAME, DATA, D)
+ ntb_irq_request(X->ntb_irq, H, THREAD, 0, NAME, DATA)
|
- ntbm_msi_free_irq(X->G, IRQ, DATA)
+ ntb_irq_release(X->ntb_irq, IRQ, DATA)
|
- ntb_msi_peer_trigger(X->G, P, &A[I])
+ ntb_irq_ring(X->ntb_irq, P, I)
|
- ntb_msi_peer_addr(X->G, P, &A[I], ADDR)
+ ntb_irq_peer_message(X->ntb_irq, P, I, ADDR, &A[I].data)
|
- ntb_clear_ctx(X->G)
+ ntb_irq_detach(X->ntb_irq)
)

//----------------------------------------------------------
//  For patch mode: windows
//----------------------------------------------------------

@windows depends on patch && plan exists@
expression N;
identifier R, f;
statement S;
@@
 f(...) {
 ... when any
(
- R = ntb_msi_setup_mws(N);
- if (\( R \| R < 0 \| R != 0 \)) S
|
- if (\( ntb_msi_setup_mws(N) \| ntb_msi_setup_mws(N) < 0 \)) S
|
- ntb_msi_setup_mws(N);
)
 ... when any
 }

@depends on patch && plan@
expression N;
@@
(
- ntb_msi_clear_mws(N);
|
  return
- ntb_msi_setup_mws(N)
+ 0
  ;
)

@depends on patch@
identifier windows.f, windows.R;
type T;
@@
 f(...) {
 ...
- T R;
 ... when != R
     when strict
 }

//----------------------------------------------------------
//  For patch mode: attaching
//----------------------------------------------------------

@uses_context depends on patch && plan@
struct ntb_dev *N;
@@
 N->ctx

@depends on patch && uses_context@
struct ntb_dev *N;
@@
- N->ctx
+ dev_get_drvdata(&N->dev)

@depends on patch && uses_context@
expression N, C, OPS, R;
statement S;
@@
(
+ dev_set_drvdata(&N->dev, C);
  R = ntb_set_ctx(N, C, OPS);
|
+ dev_set_drvdata(&N->dev, C);
  return ntb_set_ctx(N, C, OPS);
|
+ dev_set_drvdata(&N->dev, C);
  if (ntb_set_ctx(N, C, OPS)) S
)

@depends on patch && plan@
expression N, C, OPS, R;
statement S;
@@
(
- R = ntb_set_ctx(N, C, OPS);
+ C->ntb_irq = ntb_irq_attach(N, &(struct ntb_irq_config) { .ctx = C, .ctx_ops = OPS });
+ R = PTR_ERR_OR_ZERO(C->ntb_irq);
|
- return ntb_set_ctx(N, C, OPS);
+ C->ntb_irq = ntb_irq_attach(N, &(struct ntb_irq_config) { .ctx = C, .ctx_ops = OPS });
+ return PTR_ERR_OR_ZERO(C->ntb_irq);
|
+ C->ntb_irq = ntb_irq_attach(N, &(struct ntb_irq_config) { .ctx = C, .ctx_ops = OPS });
  if (
- ntb_set_ctx(N, C, OPS)
+ IS_ERR(C->ntb_irq)
  ) S
)

@attached depends on patch@
identifier plan.T, plan.G;
@@
struct T {
	...
	struct ntb_dev *G;
+	struct ntb_irq *ntb_irq;
	...
};

@gone depends on patch && plan@
expression N, CB;
identifier R;
statement S;
@@
(
- R = ntb_msi_init(N, CB);
- if (\( R \| R < 0 \| R != 0 \)) S
|
- if (\( ntb_msi_init(N, CB) \| ntb_msi_init(N, CB) < 0 \)) S
)

// Nobody calls it when a message changes, since none does.
@still depends on gone@
identifier named.CB;
@@
 CB

@depends on gone && !still@
identifier named.CB;
type T;
@@
- static T CB(...) { ... }

@depends on gone && !still@
identifier named.CB;
type T;
@@
- static T CB(...);

//----------------------------------------------------------
//  For patch mode: the header
//----------------------------------------------------------

@has_header@
@@
#include <linux/ntb_irq.h>

@has_ntb@
@@
#include <linux/ntb.h>

@depends on attached && !has_header && has_ntb@
@@
  #include <linux/ntb.h>
+ #include <linux/ntb_irq.h>

@depends on attached && !has_header && !has_ntb@
@@
  #include <linux/...>
+ #include <linux/ntb_irq.h>

//----------------------------------------------------------
//  For the other modes: what is left of the legacy interface
//----------------------------------------------------------

@legacy depends on !patch@
symbol ntb_msi_init, ntb_msi_setup_mws, ntb_msi_clear_mws, ntbm_msi_request_irq;
symbol ntbm_msi_request_threaded_irq, ntbm_msi_free_irq, ntb_msi_peer_trigger, ntb_msi_peer_addr;
position p;
@@
(
 ntb_msi_init@p
|
 ntb_msi_setup_mws@p
|
 ntb_msi_clear_mws@p
|
 ntbm_msi_request_irq@p
|
 ntbm_msi_request_threaded_irq@p
|
 ntbm_msi_free_irq@p
|
 ntb_msi_peer_trigger@p
|
 ntb_msi_peer_addr@p
)

@script:python@
p << legacy.p;
@@
for place in p:
    with open(place.file, encoding="utf-8", errors="replace") as file:
        line = file.readlines()[int(place.line) - 1]
    word = re.match(r"\w+", line[int(place.column):])
    remark(place, SAYS.get(word and word[0], SAYS["ntb_msi_init"]))

@described depends on !patch@
identifier V;
position p;
@@
(
 struct ntb_msi_desc V@p;
|
 struct ntb_msi_desc V@p = ...;
|
 struct ntb_msi_desc *V@p;
|
 struct ntb_msi_desc *V@p = ...;
|
 struct ntb_msi_desc V@p[...];
)

@script:python@
p << described.p;
@@
remark(p[0], DESC)

@described_field depends on !patch@
identifier S, V;
position p;
@@
struct S {
	...
(
	struct ntb_msi_desc V@p;
|
	struct ntb_msi_desc *V@p;
|
	struct ntb_msi_desc V@p[...];
)
	...
};

@script:python@
p << described_field.p;
@@
remark(p[0], DESC)

@described_argument depends on !patch@
identifier f, V;
position p;
@@
 f(..., struct ntb_msi_desc *V@p, ...) { ... }

@script:python@
p << described_argument.p;
@@
remark(p[0], DESC)

@exchange depends on !patch@
expression D;
position p;
@@
(
 D.addr_offset@p
|
 D->addr_offset@p
)

@script:python@
p << exchange.p;
@@
remark(p[0], EXCHANGE)

//----------------------------------------------------------
//  For the other modes: what a new client lacks
//----------------------------------------------------------

@attach depends on !patch@
position p;
@@
 ntb_irq_attach@p(...)

@request depends on !patch@
position p;
@@
 ntb_irq_request@p(...)

@release depends on !patch@
@@
(
 ntb_irq_release(...)
|
 ntb_irq_free(...)
)

@detach depends on !patch@
@@
 ntb_irq_detach(...)

@used depends on attach@
initializer I;
@@
 { .claimed = I, }

@used_field depends on attach@
expression E;
@@
(
 E.claimed.db_bits
|
 E.claimed.windows
|
 E.claimed.spad_first
|
 E.claimed.spad_count
)

@parts depends on attach@
@@
(
 ntb_spad_write(...)
|
 ntb_peer_spad_write(...)
|
 ntb_peer_spad_read(...)
|
 ntb_db_clear_mask(...)
|
 ntb_peer_db_set(...)
|
 ntb_mw_set_trans(...)
|
 ntb_peer_mw_set_trans(...)
|
 ntb_peer_mw_get_addr(...)
)

@script:python depends on parts && !used && !used_field@
p << attach.p;
@@
remark(p[0], USED)

@script:python depends on !release@
p << request.p;
@@
remark(p[0], KEPT)

@script:python depends on !detach@
p << attach.p;
@@
remark(p[0], ATTACHED)

@owned depends on attach@
position p;
@@
(
 ntb_set_ctx@p(...)
|
 ntb_clear_ctx@p(...)
)

@script:python@
p << owned.p;
@@
remark(p[0], CONTEXT)

@owned_field depends on attach@
struct ntb_dev *N;
position p;
@@
 N->ctx@p

@script:python@
p << owned_field.p;
@@
remark(p[0], CONTEXT)

@managed depends on !patch@
expression E;
position p;
@@
 devm_free_irq@p(\(&E->dev\|&E.dev\), ...)

@asked depends on !patch@
@@
(
 ntb_irq_request(...)
|
 ntbm_msi_request_irq(...)
|
 ntbm_msi_request_threaded_irq(...)
)

@script:python depends on asked@
p << managed.p;
@@
remark(p[0], DEVM)

@index depends on request@
expression V;
@@
 V = ntb_irq_request(...)

@passed depends on request@
expression index.V, W;
@@
 W = V

@zero depends on request@
expression index.V;
position p;
@@
(
 !V@p
|
 V@p > 0
|
 V@p <= 0
|
 V@p == 0
|
 V@p != 0
)

@script:python@
V << index.V;
p << zero.p;
@@
remark(p[0], ZERO % V.replace(" ", ""))

@zero_there depends on request@
expression passed.W;
position p;
@@
(
 !W@p
|
 W@p > 0
|
 W@p <= 0
|
 W@p == 0
|
 W@p != 0
)

@script:python@
W << passed.W;
p << zero_there.p;
@@
remark(p[0], ZERO % W.replace(" ", ""))

//----------------------------------------------------------
//  For the other modes: all of it
//----------------------------------------------------------

@depends on context@
symbol ntb_msi_init, ntb_msi_setup_mws, ntb_msi_clear_mws, ntbm_msi_request_irq;
symbol ntbm_msi_request_threaded_irq, ntbm_msi_free_irq, ntb_msi_peer_trigger, ntb_msi_peer_addr;
@@
(
* ntb_msi_init
|
* ntb_msi_setup_mws
|
* ntb_msi_clear_mws
|
* ntbm_msi_request_irq
|
* ntbm_msi_request_threaded_irq
|
* ntbm_msi_free_irq
|
* ntb_msi_peer_trigger
|
* ntb_msi_peer_addr
)

@script:python depends on org@
@@
for place, sentence in found():
    coccilib.org.print_todo(place, sentence)

@script:python depends on report@
@@
for place, sentence in found():
    coccilib.report.print_report(place, "WARNING: " + sentence)
