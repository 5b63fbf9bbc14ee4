# SPDX-License-Identifier: GPL-2.0-only
import subprocess

import pytest

from tests.harness import client, fabric
from tests.harness.errors import Failure

INTERRUPTS = """\
            CPU0       CPU1
   8:          0          1  IR-IO-APIC    8-edge      rtc0
  40:        100          7  IR-NTB-0000:01:00.0    0-edge      ntb_irq_test
  41:          0          0  IR-NTB-0000:01:00.0    1-edge      ntb_irq_test
  42:          3          0  IR-PCI-MSIX-0000:01:00.0    1-edge      switchtec
  43:          5          0  NTB-0000:02:00.0    1-edge      ntb_irq_test
 NMI:          0          0   Non-maskable interrupts
"""


def test_counts():
    assert client.parse_counts("index irq received sent\n0 40 100 99\n1 41 0 100\n") == [
        client.Count(0, 40, 100, 99), client.Count(1, 41, 0, 100)]


def test_short_line_is_an_error():
    with pytest.raises(Failure):
        client.parse_counts("0 40 100\n")


def test_keys():
    assert client.parse_keys("parent: INTEL-IR\nlost: 0\nlast: -2\nnone\n") == {
        "parent": "INTEL-IR", "lost": 0, "last": -2}


def test_interrupts():
    # The machines have the same.
    totals = subprocess.run(["busybox", "awk", client.TOTALS], input=INTERRUPTS, check=True,
                            capture_output=True, encoding="ascii").stdout
    assert client.parse_totals(totals) == {40: 107, 41: 0, 43: 5}


def test_ok_of_the_fabric():
    assert fabric.parse_answer("ok\n") is None
    assert fabric.parse_answer('ok {"hosts":[]}\n') == {"hosts": []}


def test_error_of_the_fabric():
    with pytest.raises(Failure, match="no such host 7"):
        fabric.parse_answer("error no such host 7\n")


def test_nonsense_of_the_fabric():
    with pytest.raises(Failure):
        fabric.parse_answer("maybe\n")
