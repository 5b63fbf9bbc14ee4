# SPDX-License-Identifier: GPL-2.0-only
import pytest

from tests.harness import klog

CLEAN = """\
[    0.000000] Linux version 6.12.0-amd64
[    0.061000] Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on
[    1.200000] switchtec 0000:01:00.0: Management device registered.
[    1.300000] ntb_hw: loading out-of-tree module taints kernel.
[    1.400000] DMAR: IOMMU enabled
[    1.500000] DMAR-IR: Enabled IRQ remapping in x2apic mode
[    9.000000] kmemleak: Kernel memory leak detector initialized
[    9.100000] pci 0000:00:1f.0: BIOS bug: nothing to see here
"""

BAD = (
    ("warning", "WARNING: CPU: 0 PID: 71 at kernel/irq/chip.c:242 irq_startup+0x1/0x2"),
    ("warning", "WARNING: kernel/irq/chip.c:242 at irq_startup+0x1/0x2, CPU#0: insmod/71"),
    ("lockdep", "WARNING: possible circular locking dependency detected"),
    ("lockdep", "INFO: possible recursive locking detected"),
    ("kmemleak", "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)"),
    ("kasan", "BUG: KASAN: slab-use-after-free in foo+0x1/0x2"),
    ("bug", "BUG: kernel NULL pointer dereference, address: 0000000000000000"),
    ("bug", "kernel BUG at mm/slub.c:448!"),
    ("oops", "Oops: 0002 [#1] PREEMPT SMP"),
    ("oops", "general protection fault, probably for non-canonical address"),
    ("panic", "Kernel panic - not syncing: Attempted to kill init!"),
    ("hung", "INFO: task kworker/0:1:12 blocked for more than 120 seconds."),
    ("nmi", "Uhhuh. NMI received for unknown reason 3d on CPU 0."),
    ("dmar", "DMAR: [INTR-REMAP] Request device [01:00.0] fault index 0x21 "
             "[fault reason 0x22] Present field in the IRTE entry is clear"),
    ("dmar", "DMAR: DRHD: handling fault status reg 2"),
    ("irq", "__common_interrupt: 0.36 No irq handler for vector"),
    ("context", "BUG: sleeping function called from invalid context at mm/x.c:1"),
    ("corruption", "list_del corruption. prev->next should be ffff"),
)


def test_clean_boot_has_no_finding():
    assert klog.scan(CLEAN) == []


@pytest.mark.parametrize("rule, line", BAD)
def test_each_bad_line_is_found_once(rule, line):
    found = klog.scan(f"{CLEAN}[   11.000000] {line}\n{CLEAN}")
    assert len(found) == 1
    # A sleeping bug is a BUG first; either name will do.
    assert found[0].rule == rule or "invalid context" in line


def test_allowed_line_is_left_out():
    fault = BAD[13][1]
    other = BAD[0][1]
    found = klog.scan(f"{fault}\n{other}\n", allow=(r"fault reason 0x22",))
    assert [finding.line for finding in found] == [other]


def test_count():
    assert klog.count("a1\nb\na2\n", r"^a\d") == 2
