# SPDX-License-Identifier: GPL-2.0-only
import subprocess
import unittest

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


class Files(unittest.TestCase):
    def test_counts(self):
        counts = client.parse_counts("index irq received sent\n0 40 100 99\n1 41 0 100\n")
        self.assertEqual(counts, [client.Count(0, 40, 100, 99), client.Count(1, 41, 0, 100)])

    def test_short_line_is_an_error(self):
        with self.assertRaises(Failure):
            client.parse_counts("0 40 100\n")

    def test_keys(self):
        self.assertEqual(client.parse_keys("parent: INTEL-IR\nlost: 0\nlast: -2\nnone\n"),
                         {"parent": "INTEL-IR", "lost": 0, "last": -2})

    def test_interrupts(self):
        # The machines have the same.
        totals = subprocess.run(["busybox", "awk", client.TOTALS], input=INTERRUPTS, check=True,
                                capture_output=True, encoding="ascii").stdout
        self.assertEqual(client.parse_totals(totals), {40: 107, 41: 0, 43: 5})


class Control(unittest.TestCase):
    def test_ok(self):
        self.assertIsNone(fabric.parse_answer("ok\n"))
        self.assertEqual(fabric.parse_answer('ok {"hosts":[]}\n'), {"hosts": []})

    def test_error(self):
        with self.assertRaisesRegex(Failure, "no such host 7"):
            fabric.parse_answer("error no such host 7\n")

    def test_nonsense(self):
        with self.assertRaises(Failure):
            fabric.parse_answer("maybe\n")


if __name__ == "__main__":
    unittest.main()
