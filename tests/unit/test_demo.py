# SPDX-License-Identifier: GPL-2.0-only
from tests.harness import demo

COLUMN = {"parent": "INTEL-IR-0", "domain": "IR-NTB-0000:01:00.0", "windows": ["a", "b"],
          "interrupts": 4, "rings_sent": 40, "received": 40, "lost": 0, "stray": 0,
          "mailbox_words": 30}


def test_columns():
    lines = demo.table_lines([COLUMN, dict(COLUMN, windows=["c"], lost=2)])
    assert "host 0" in lines[0] and "host 1" in lines[0]
    row = [line for line in lines if line.startswith("lost")]
    assert row[0].split() == ["lost", "0", "2"]
    # Two windows take two lines, one of them without a title.
    assert len(lines) == 2 + len(demo.ROWS) + 1


def test_window():
    text = demo.describe({"kind": "direct", "index": 0, "target": "0xfee00000", "size": 1 << 20})
    assert text == "direct 0: 0xfee00000..0xfeefffff"
