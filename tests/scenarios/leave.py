# SPDX-License-Identifier: GPL-2.0-only
"""Hosts that stop, sleep or reboot: their peers notice, and ring exactly when they are back."""

import re

from tests.harness import rings
from tests.harness.deadline import wait_until
from tests.harness.errors import expect
from tests.harness.pair import Boot
from tests.harness.scenario import scenario

from .lifecycle import NOTICE_SECONDS, attached, works

COUNT = 32
# A host that leaves in order has its peers acknowledge that.
LEAVE_SECONDS = 4
REFUSED = re.compile("No such file or directory|not connected")


def refused(client):
    return REFUSED.search(client.ring(0))


def known_words(client):
    """What the core counts as sent to its only peer, and what for probes."""
    text = client.core_file("peers")
    return [int(re.search(rf"^{key}: (\d+)$", text, re.M)[1]) for key in
            ("words_sent", "probe_words")]


@scenario("leave-6.12", boot=Boot())
def test_leave(test, pair):
    with test.part("attach", fatal=True):
        clients = rings.insert(pair, COUNT)
    near, far = clients
    with test.part("idle-session-is-probed"):
        before = [known_words(client) for client in clients]
        wait_until(lambda: any(known_words(client)[1] > old[1] + 12
                               for client, old in zip(clients, before)), 40, "probes of the peer")
        for client, old in zip(clients, before):
            expect(known_words(client)[0] == old[0],
                   f"{client.host}: an idle session sent words beside those of probes")
        expect(near.ready() and far.ready(), "a session was lost while it was idle")
    with test.part("stopped-host-is-noticed", fatal=True):
        far.host.vm.pause()
        try:
            expect(not refused(near), "rings are refused before the peer can be known to be gone")
            wait_until(lambda: refused(near), NOTICE_SECONDS, "rings of a stopped peer refused")
        finally:
            far.host.vm.resume()
        works(pair, clients)
    with test.part("sleeping-host-is-not-rung", fatal=True):
        far.host.write("/sys/power/pm_test", "freezer")
        far.host.run("(echo freeze >/sys/power/state) >/dev/null 2>&1 &")
        wait_until(lambda: refused(near), LEAVE_SECONDS, "rings of a sleeping peer refused")
        works(pair, clients)
    with test.part("rebooting-host-is-not-rung", fatal=True):
        names = list(far.host.loaded)
        far.host.run("(sleep 1; reboot -f) >/dev/null 2>&1 &")
        wait_until(lambda: refused(near), LEAVE_SECONDS, "rings of a rebooting peer refused")
        wait_until(lambda: not far.host.vm.alive(), 30, "the end of the host")
        far.host.restart()
        rings.insert_again(pair, far.host, names, COUNT)
        clients[1] = attached(far.host)
        works(pair, clients)
    with test.part("unload"):
        rings.remove(pair)
