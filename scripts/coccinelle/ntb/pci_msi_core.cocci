// SPDX-License-Identifier: GPL-2.0-only
///
/// The PCI/MSI core without PCI_IRQ_VIRTUAL: no vector lies past the end of an
/// MSI-X table any more, so what tells such vectors from others goes, and an
/// entry that lies there is refused instead.
///
/// For drivers/pci/msi, include/linux/msi.h and include/linux/pci.h. Drivers
/// must have lost the flag before, see pci_irq_virtual.cocci. Give all files
/// at one time: a parameter of a function between them goes with the rest.
///
// Confidence: High
// Copyright: (C) 2026 the ntb-irq authors
// Options: --no-includes --include-headers --max-width 100

virtual patch
virtual context
virtual org
virtual report

//----------------------------------------------------------
//  For patch mode: definitions
//----------------------------------------------------------

// A driver's own definition, for older kernels, is not meant.
@flags depends on patch@
expression E;
@@
#define PCI_IRQ_MSIX E

@depends on flags@
expression E;
@@
- #define PCI_IRQ_VIRTUAL E

@depends on patch@
type T;
constant N;
@@
struct pci_msi_desc {
	...
	struct {
		...
-		T is_virtual : N;
		...
	} msi_attrib;
	...
};

//----------------------------------------------------------
//  For patch mode: what is done with such vectors
//----------------------------------------------------------

// They were the reason for not checking the entries that a driver asks for.
@depends on patch@
expression D, I, N, R;
@@
- D.msi_attrib.is_virtual = I >= N;
+ if (I >= N) {
+	R = -EINVAL;
+	break;
+ }
  ...
  R = msi_insert_msi_desc(...);
  if (R)
	break;

@depends on patch disable drop_else@
expression D;
statement S, S1;
statement list SL;
@@
(
- if (\( !D.msi_attrib.is_virtual \| !D->msi_attrib.is_virtual \)) {
  SL
- }
|
- if (\( D.msi_attrib.is_virtual \| D->msi_attrib.is_virtual \)) S else
  S1
|
- if (WARN_ON_ONCE(\( D.msi_attrib.is_virtual \| D->msi_attrib.is_virtual \))) S
|
- if (\( D.msi_attrib.is_virtual \| D->msi_attrib.is_virtual \)) S
|
- if (\( !D.msi_attrib.is_virtual \| !D->msi_attrib.is_virtual \))
  S
)

@depends on patch@
expression D, E;
@@
(
  E
- && \( !D.msi_attrib.is_virtual \| !D->msi_attrib.is_virtual \)
|
- \( !D.msi_attrib.is_virtual \| !D->msi_attrib.is_virtual \) &&
  E
|
  E
- || \( D.msi_attrib.is_virtual \| D->msi_attrib.is_virtual \)
|
- \( D.msi_attrib.is_virtual \| D->msi_attrib.is_virtual \) ||
  E
)

//----------------------------------------------------------
//  For patch mode: how many there may be
//----------------------------------------------------------

@depends on patch@
expression H, N, F;
@@
- if (H < N) {
-	if (F & PCI_IRQ_VIRTUAL)
-		H = N;
-	else
-		N = H;
- }
+ if (H < N)
+	N = H;

// Nothing else was decided by what the caller allows.
@depends on patch@
identifier F;
@@
 __pci_enable_msix_range(...
- , int F
 )
 {
  ... when != F
 }

@depends on patch@
type T, T1, T2, T3, T4, T5;
identifier D, E, I, A, F, N;
@@
 T __pci_enable_msix_range(T1 D, T2 E, T3 I, T4 A, T5 N
-	, int F
	);

@depends on patch@
expression D, E, I, A, N, F;
@@
 __pci_enable_msix_range(D, E, I, A, N
-	, F
	)

//----------------------------------------------------------
//  For the other modes
//----------------------------------------------------------

@msix depends on !patch@
expression E;
@@
#define PCI_IRQ_MSIX E

@defined depends on msix@
expression E;
position p;
@@
#define PCI_IRQ_VIRTUAL@p E

@past depends on !patch@
expression D;
position p;
@@
(
  D.msi_attrib.is_virtual@p
|
  D->msi_attrib.is_virtual@p
)

@allowed depends on !patch@
expression H, N, F;
position p;
@@
  if (H < N) {
	if (F & PCI_IRQ_VIRTUAL@p)
		H = N;
	else
		N = H;
  }

@depends on context@
expression D;
@@
(
* D.msi_attrib.is_virtual
|
* D->msi_attrib.is_virtual
)

@depends on context@
expression H, N, F;
@@
  if (H < N) {
*	if (F & PCI_IRQ_VIRTUAL)
		H = N;
	else
		N = H;
  }

@script:python depends on org@
p << defined.p;
@@
coccilib.org.print_todo(p[0], "PCI_IRQ_VIRTUAL goes when no driver sets it any more")

@script:python depends on org@
p << past.p;
@@
coccilib.org.print_todo(p[0], "no entry is past the end of the MSI-X table any more")

@script:python depends on org@
p << allowed.p;
@@
coccilib.org.print_todo(p[0], "no vector is past the end of the MSI-X table any more")

@script:python depends on report@
p << defined.p;
@@
coccilib.report.print_report(p[0], "WARNING: PCI_IRQ_VIRTUAL goes when no driver sets it any more")

@script:python depends on report@
p << past.p;
@@
coccilib.report.print_report(p[0], "WARNING: no entry is past the end of the MSI-X table any more: do what is done for the others")

@script:python depends on report@
p << allowed.p;
@@
coccilib.report.print_report(p[0], "WARNING: no vector is past the end of the MSI-X table any more: allow for those of the table only")
