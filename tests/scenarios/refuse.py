# SPDX-License-Identifier: GPL-2.0-only
"""What must not be allowed is refused with a sentence, and can be overridden."""

import re

from tests.harness import rings
from tests.harness.below import below
from tests.harness.client import CLIENT
from tests.harness.deadline import wait_until
from tests.harness.errors import expect, expect_equal
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

from .affinity import exact_while_moving, words_sent

COUNT = 32
ROUNDS = 50
WIDE = 4 << 20
REGION = 1 << 20
# So many of so many bytes fill what is above the window, and more.
BUFFERS = 40
BUFFER = 1 << 20
OVERRIDE = "allow_unsafe_interrupts"


def denied(host, sentence):
    """Our modules are there and no client is attached; return the sentence that says why."""
    said = wait_until(lambda: re.search(f"ntb_irq: .*{sentence}.*", host.run("dmesg")), 20,
                      f"{host}: a sentence with {sentence!r}")[0]
    expect_equal(host.run(f"ls {CLIENT}"), "", f"{host}: devices of the client")
    return said


def lacking(host, vendor, sentence, backend="", client=""):
    """Insert ours on a host where nothing can attach; return the sentence that says why."""
    rings.insert_modules(host, vendor, f"n={COUNT} {client}", backend=backend)
    return denied(host, sentence)


def forbidden(said):
    """It could be done but may not: the sentence says how to have it done all the same."""
    expect(f"{OVERRIDE}=1" in said, f"the sentence does not name {OVERRIDE}: {said!r}")
    return said


def refused(host, vendor, sentence, backend="", client=""):
    """Insert ours on a host where a client could be attached but may not; return why."""
    return forbidden(lacking(host, vendor, sentence, backend, client))


@scenario("refuse-noremap-6.12", boot=Boot(mode="noremap", smp=4))
def test_noremap(test, pair):
    with test.part("hardware", fatal=True):
        pair.insert_hardware()
    with test.part("refused-with-a-sentence"):
        pair.both(lambda host: refused(host, pair.vendor, "does not isolate MSIs"))
    with test.part("override-attaches", fatal=True):
        for module in (rings.TEST, pair.vendor.backend, rings.CORE):
            pair.remove(module)
        clients = rings.insert_ours(pair, COUNT, core=f"{OVERRIDE}=1")
    with test.part("override-rings-exactly"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    told = [words_sent(client) for client in clients]
    with test.part("rings-while-moving", fatal=True):
        exact_while_moving(pair, clients, COUNT, ROUNDS * 2)
    with test.part("moves-reached-the-peer"):
        for client, before in zip(clients, told):
            wait_until(lambda client=client, before=before: words_sent(client) > before, 10,
                       f"{client.host}: words told to the peer after {before}")
    with test.part("rings-exactly-after-moving"):
        rings.run_exact(pair, clients, COUNT, ROUNDS)
    with test.part("unload"):
        pair.remove_all()


def wide(pair):
    """Backend parameter that makes a window wider, where the hardware is not set up so."""
    return f"{pair.vendor.wide_window}={WIDE:#x}" if pair.vendor.wide_window else ""


@scenario("refuse-wide-6.12-passthrough", boot=Boot(mode="passthrough", wide=True),
          requires="can_be_wide")
def test_wide_refused(test, pair):
    with test.part("hardware", fatal=True):
        pair.insert_hardware(pair.vendor.wide_window_options)
    with test.part("refused-with-the-aperture"):
        for said in pair.both(lambda host: refused(host, pair.vendor, "would expose", wide(pair))):
            aperture = re.search(r"would expose 0x([0-9a-f]+) bytes at 0x[0-9a-f]+", said)
            expect(aperture and int(aperture[1], 16) > REGION,
                   f"the sentence names no aperture of more than {REGION:#x} bytes: {said!r}")
    with test.part("unload"):
        pair.remove_all()


@scenario("refuse-wide-6.12-translated", boot=Boot(mode="translated", wide=True),
          requires="can_be_wide")
def test_wide_accepted(test, pair):
    with test.part("hardware", fatal=True):
        pair.insert_hardware(pair.vendor.wide_window_options)
    with test.part("memory-in-the-window-is-refused"):
        near = pair.hosts[0]
        refused(near, pair.vendor, "would expose .*memory of the function is mapped there, "
                                   "at 0x[0-9a-f]+", wide(pair), f"buffers={BUFFERS}")
        near.remove_all(keep=("ntb", *pair.vendor.hardware))
    with test.part("attach", fatal=True):
        clients = rings.insert_ours(pair, COUNT, backend=wide(pair))
    with test.part("windows-are-wide"):
        for index, windows in enumerate(pair.fabric.windows()):
            sizes = [window["size"] for window in windows if window["enabled"]]
            expect(max(sizes) > REGION,
                   f"host {index} has no window of more than {REGION:#x} bytes: {windows}")
    with test.part("rings"):
        rings.run_exact(pair, clients, COUNT, 5)
    with test.part("memory-stays-out-of-the-window"):
        for client, windows in zip(clients, reversed(rings.interrupt_windows(pair))):
            client.host.write(f"{client.folder}/buffers", BUFFERS)
            addresses = [int(line, 16) for line in
                         client.host.read(f"{client.folder}/addresses").split()]
            expect_equal(len(addresses), BUFFERS, f"{client.host}: buffers")
            exposed = [hex(address) for address in addresses for window in windows
                       if int(window["target"], 0) < address + BUFFER
                       and address < int(window["target"], 0) + window["size"]]
            expect(not exposed, f"{client.host}: the peer can write to memory at {exposed}")
    with test.part("unload"):
        pair.remove_all()


for _parent, _test in (("passthrough-amd-vi", test_wide_refused), ("amd-vi", test_wide_accepted)):
    below("refuse-wide", _parent, boot={"wide": True}, requires="can_be_wide", soak=True)(_test)


@scenario("refuse-few-6.12", boot=Boot(few=True), requires="few_settings")
def test_few(test, pair):
    """A driver that has less than an exchange takes."""
    count = dict(pair.vendor.few_settings)["spads"]
    with test.part("hardware", fatal=True):
        pair.insert_hardware()
    with test.part("refused-with-the-number"):
        pair.both(lambda host: lacking(host, pair.vendor,
                                       rf"the last \d+ of {count} scratchpads are needed"))
    with test.part("unload"):
        pair.remove_all()
