# SPDX-License-Identifier: GPL-2.0-only
"""Every interrupt, in both directions, comes exactly as often as it was rung."""

from tests.harness import rings
from tests.harness.below import BELOW, below
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 256
ROUNDS = 100
FEW = 5


def windows_expose_only_the_region(pair):
    """By the fabric's account, not by that of the modules."""
    seen = 0
    for index, windows in enumerate(pair.fabric.windows()):
        for window in windows:
            region = pair.regions[window["target_host"]]
            first = int(window["target"], 0)
            last = first + window["size"] - 1
            if not window["enabled"] or last < region.start or first >= region.stop:
                continue
            seen += 1
            expect(first in region and last in region,
                   f"host {index} can write {first:#x}..{last:#x} on its peer, which is more "
                   f"than {region.start:#x}..{region.stop - 1:#x}")
    expect(seen >= len(pair.hosts), f"{seen} windows to interrupts for {len(pair.hosts)} hosts")


def test_exact(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    with test.part("windows-expose-only-interrupts"):
        windows_expose_only_the_region(pair)
    with test.part(f"{COUNT}-interrupts-{ROUNDS}-rings"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part(f"{COUNT}-interrupts-{FEW}-rings-started-by-the-other"):
        rings.run_exact(pair, clients, COUNT, FEW, server=1)
    with test.part("unload"):
        rings.remove(pair)


for _kernel in ("6.12", "7.3"):
    for _mode in ("translated", "passthrough"):
        scenario(f"rings-{_kernel}-{_mode}",
                 boot=Boot(kernels=(_kernel, _kernel), mode=_mode))(test_exact)
    for _parent in BELOW:
        below("rings", _parent, _kernel,
              soak=(_parent, _kernel) == ("passthrough-amd-vi", "7.3"))(test_exact)
# Where the remapping unit verifies whose a message is.
scenario("rings-6.12-sources", boot=Boot(other_qemu=True))(test_exact)
# Where handlers are threads, and on a kernel between the two.
for _kernel in ("rt-6.12", "7.2"):
    scenario(f"rings-{_kernel}-translated", soak=True,
             boot=Boot(kernels=(_kernel, _kernel)))(test_exact)
