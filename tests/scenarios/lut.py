# SPDX-License-Identifier: GPL-2.0-only
"""Messages spread over more than one small window still all ring."""

from tests.harness import rings
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

COUNT = 128
ROUNDS = 20
# One small window reaches 2048 messages of the remapping unit. So many are
# skipped that, wherever among its first hundred ours begin, those that ring
# lie on both sides of that border.
SKIP = 1940


def test_lut(test, pair):
    with test.part("attach-without-direct-windows", fatal=True):
        clients = rings.insert(
            pair, COUNT, hardware=pair.vendor.small_window_options,
            client=f"claim_windows={pair.vendor.direct_windows:#x} skip={SKIP}")
    with test.part("more-than-one-small-window"):
        for index, windows in enumerate(rings.interrupt_windows(pair)):
            kinds = [window["kind"] for window in windows]
            expect("direct" not in kinds, f"host {index} writes through a direct window: {windows}")
            expect(len(windows) >= 2,
                   f"host {index} writes through {len(windows)} windows: {windows}")
            expect(all(window["size"] == 65536 for window in windows),
                   f"host {index} has a window that is not 64 KiB: {windows}")
    with test.part("all-ring"):
        rings.run_exact(pair, clients, COUNT, ROUNDS, first=SKIP)
    with test.part("unload"):
        pair.remove_all()


for _kernel in ("6.12", "7.3"):
    scenario(f"lut-{_kernel}", boot=Boot(kernels=(_kernel, _kernel), small=True),
             requires="can_be_small", soak=_kernel != "6.12")(test_lut)
